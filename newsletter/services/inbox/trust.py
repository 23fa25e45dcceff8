"""Trust is earned: how far the inbox may go, for each kind of act alone.

It begins by watching. People let it suggest; when they agreed with thirty of its suggestions in a row it asks whether
it shall do such things itself; and one correction takes it back to suggesting.
"""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from newsletter.models import Act, Trust, TrustLevel
from newsletter.services.audit import record_act
from newsletter.services.subscribing import said_by
from newsletter.workspace import Workspace

ENOUGH = 30  # suggestions in a row that people agreed with

# A token of ours in the subject, and a remark asked for on a draft, are no reading of anybody's words: they are done
# from the first day, as a press on a page is. All else begins by watching.
_STARTS: Mapping[Act, TrustLevel] = {Act.BUTTON: TrustLevel.ACT, Act.REMARKS: TrustLevel.ACT}


def level_of(act: Act) -> TrustLevel:
    """How far the inbox is trusted with an act."""
    found = Trust.objects.filter(act=act).values_list("level", flat=True).first()
    return TrustLevel(found) if found else _STARTS.get(act, TrustLevel.WATCH)


def levels() -> dict[Act, TrustLevel]:
    """The same for every act."""
    found = dict(Trust.objects.values_list("act", "level"))
    return {act: TrustLevel(found.get(act) or _STARTS.get(act, TrustLevel.WATCH)) for act in Act}


@transaction.atomic
def set_level(_workspace: Workspace, act: Act, level: TrustLevel, *, by: str) -> bool:
    """Trust the inbox so far, in somebody's name; False where that was so. Its count of agreements begins anew."""
    name = said_by(by)
    if level_of(act) == level:
        return False
    _write(act, level, by=name)
    record_act("trust inbox", act, by=name, level=level)
    return True


def note_agreement(act: Act) -> None:
    """A person did what was suggested."""
    _row(act)
    Trust.objects.filter(act=act).update(agreed=F("agreed") + 1)


def note_correction(act: Act) -> None:
    """A person said that it was wrong, or took it back: from acting it falls back to suggesting."""
    level = level_of(act)
    _write(act, TrustLevel.SUGGEST if level == TrustLevel.ACT else level, by="")


def offers() -> dict[Act, int]:
    """Acts that it would do itself if it were let, with how many suggestions in a row people agreed with."""
    rows = Trust.objects.filter(level=TrustLevel.SUGGEST, agreed__gte=ENOUGH).exclude(act=Act.HAND_OVER)
    return {Act(act): agreed for act, agreed in rows.values_list("act", "agreed")}


def put_off(act: Act) -> None:
    """People would rather go on pressing: the offer comes again after as many agreements as the first."""
    Trust.objects.filter(act=act).update(agreed=0)


def _row(act: Act) -> None:
    start = {"level": _STARTS.get(act, TrustLevel.WATCH), "changed_at": timezone.now()}
    Trust.objects.get_or_create(act=act, defaults=start)


def _write(act: Act, level: TrustLevel, *, by: str) -> None:
    facts = {"level": level, "agreed": 0, "changed_at": timezone.now(), "changed_by": by}
    Trust.objects.update_or_create(act=act, defaults=facts)
