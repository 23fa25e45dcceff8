"""What is obvious, done in one go: people plainly ask for the same thing, and somebody looked at their words."""

from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.errors import ConflictError, InputError
from newsletter.models import Act, Reply, ReplyState, User
from newsletter.services.inbox.desk import do
from newsletter.workspace import Workspace

_ACTS = (Act.SUBSCRIBE, Act.UNSUBSCRIBE, Act.CONTRIBUTION, Act.BOUNCE)
_MOST = 50
_LEAST = 2  # for one there is its own button


@dataclass(frozen=True, kw_only=True)
class Group:
    """Replies that wait, and that one press may deal with."""

    act: Act
    replies: tuple[Reply, ...]


def obvious() -> list[Group]:
    """Suggestions of one kind that nothing speaks against, where there are several."""
    rows = Reply.objects.filter(state=ReplyState.WAITING, act__in=_ACTS, why_not="", flags=[]).order_by("at", "pk")
    waiting = rows[: _MOST * len(_ACTS)]
    groups = [Group(act=act, replies=tuple(row for row in waiting if row.act == act)[:_MOST]) for act in _ACTS]
    return [group for group in groups if len(group.replies) >= _LEAST]


@dataclass(frozen=True, kw_only=True)
class Together:
    """What became of them."""

    done: tuple[int, ...]
    left: tuple[str, ...]  # why one could not be done


def do_together(
    workspace: Workspace, act: Act, numbers: Sequence[int], *, by: str, user: User | None = None
) -> Together:
    """Do those that are still obvious, each in a transaction of its own; a colleague may have been quicker."""
    allowed = {reply.pk for group in obvious() if group.act == act for reply in group.replies}
    done: list[int] = []
    left: list[str] = []
    for number in dict.fromkeys(numbers):
        if number not in allowed:
            left.append(f"Reply {number} is not plain any more; look at it by itself.")
            continue
        try:
            do(workspace, number, by=by, user=user)
            done.append(number)
        except (ConflictError, InputError) as error:
            left.append(str(error))
    return Together(done=tuple(done), left=tuple(left))
