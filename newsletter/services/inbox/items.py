"""What came by the public forms, and news that waits for its issue: dealt with, taken back, handed to a colleague."""

from django.db import transaction
from django.utils import timezone

from newsletter.errors import ConflictError
from newsletter.models import QueueItem, QueueState, User
from newsletter.services.audit import record_act


@transaction.atomic
def finish_item(number: int, *, by: User, what: str = "finish item") -> None:
    """It is dealt with. Raises ConflictError where it was already."""
    changed = {"state": QueueState.DONE, "done_at": timezone.now(), "user": by}
    if not QueueItem.objects.filter(pk=number, state=QueueState.WAITING).update(**changed):
        raise ConflictError("A colleague has dealt with this already; nothing was changed.")
    record_act(what, f"queue item {number}", by=by.name, user=by)


@transaction.atomic
def reopen_item(number: int, *, by: User) -> None:
    """It waits again. Raises ConflictError where it does so already."""
    changed = {"state": QueueState.WAITING, "done_at": None}
    if not QueueItem.objects.filter(pk=number, state=QueueState.DONE).update(**changed):
        raise ConflictError("This waits already; nothing was changed.")
    record_act("reopen item", f"queue item {number}", by=by.name, user=by)


@transaction.atomic
def hand_item(number: int, colleague: User, *, by: User) -> None:
    """Leave it to a colleague; it goes on waiting, for them."""
    if not QueueItem.objects.filter(pk=number, state=QueueState.WAITING).update(user=colleague):
        raise ConflictError("A colleague has dealt with this already; nothing was changed.")
    record_act("hand on item", f"queue item {number}", by=by.name, user=by, to=colleague.pk)
