"""How far the inbox is trusted with each kind of act, what it did by itself, and its offers to do more."""

from django.http import HttpResponse

from newsletter.errors import InputError
from newsletter.models import Act, ReplyStep, StepKind, Trust, TrustLevel
from newsletter.services.inbox.trust import ENOUGH, levels, put_off, set_level
from newsletter.web.studio.screen import Screen

_SHOWN = 20  # of what was done by itself


def trust(screen: Screen) -> HttpResponse:
    """Every kind of act, how far it goes, and what was done without anybody's press."""
    agreed = dict(Trust.objects.values_list("act", "agreed"))
    rows = [(act, level, agreed.get(act, 0)) for act, level in levels().items()]
    alone = ReplyStep.objects.filter(kind=StepKind.DONE, by="").exclude(act=Act.PUT_AWAY)
    done = alone.select_related("reply").order_by("-pk")[:_SHOWN]
    return screen.show(
        "web/studio/replies/trust.html.j2",
        title="What is done by itself",
        rows=rows,
        levels=list(TrustLevel),
        enough=ENOUGH,
        done=done,
        may=screen.may("approver"),
    )


def set_trust(screen: Screen) -> HttpResponse:
    """Another level for one kind of act, or for all; or the offer is put off."""
    act, level = (str(screen.request.POST.get(name, "")) for name in ("act", "level"))
    if act not in (*Act, "all") or level not in (*TrustLevel, "later") or (act, level) == ("all", "later"):
        raise InputError("Choose what the inbox may do from the list.")
    if level == "later":
        put_off(Act(act))
        return screen.go("studio-replies", notice="As you wish. I go on suggesting, and ask again after thirty more.")
    for one in _meant(act, level):
        set_level(screen.workspace, one, TrustLevel(level), by=screen.member.name)
    return screen.go("studio-reply-trust", notice="Changed. It holds for replies that come from now on.")


def _meant(act: str, level: str) -> list[Act]:
    """All of them together are never let act, and what acts already is not taken back by beginning to suggest."""
    if act != "all":
        return [Act(act)]
    if level == TrustLevel.ACT:
        raise InputError("Let the inbox act by one kind of act at a time.")
    return [one for one, now in levels().items() if level == TrustLevel.WATCH or now == TrustLevel.WATCH]
