"""Mailings at a glance, for terminal and studio."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from newsletter.errors import InputError
from newsletter.models import Attempt, Mailing, MailingState
from newsletter.services.holding import why_held
from newsletter.services.receipts import Receipt, receipt_of

_LATELY = timedelta(minutes=1)
_LATEST = 1_000  # attempts that tell the rate


@dataclass(frozen=True, kw_only=True)
class MailingView:
    """One mailing and its receipt."""

    id: int
    issue: str
    state: str  # DESIGN section 7
    words: str  # the state as people see it
    held: str  # why the program paused it by itself; empty where it did not
    practice: bool
    planned_at: datetime
    scheduled_for: datetime | None
    receipt: Receipt
    rate: float  # mails a second of the last minute; 0 where it is not on its way

    @property
    def seconds_left(self) -> float | None:
        """Until all have an outcome at this rate; None where nobody can say."""
        return self.receipt.open / self.rate if self.rate and self.receipt.open else None

    def as_dict(self) -> dict[str, object]:
        """The view as JSON takes it; the parts always add up to chosen."""
        parts = {part.key: part.count for part in self.receipt.parts}
        return {
            "mailing": self.id,
            "issue": self.issue,
            "state": self.state,
            "held": self.held,
            "practice": self.practice,
            "planned_at": self.planned_at.isoformat(),
            "chosen": self.receipt.chosen,
            "sent": self.receipt.count("accepted"),
            "waiting": self.receipt.open,
            "sent_back": self.receipt.count("refused") + self.receipt.count("expired"),
            "cannot_tell": self.receipt.count("in_doubt") + self.receipt.count("not_known"),
            "left_out": self.receipt.left_out,
            "rate": round(self.rate, 2),
            "seconds_left": None if self.seconds_left is None else round(self.seconds_left),
            "scheduled_for": self.scheduled_for.isoformat() if self.scheduled_for else None,
            "parts": parts,
            "receipt": self.receipt.sentence,
        }


def mailing(mailing_id: int) -> Mailing:
    """One mailing. Raises InputError where there is none with this number."""
    found = Mailing.objects.select_related("edition").filter(pk=mailing_id).first()
    if found is None:
        raise InputError(f"There is no mailing {mailing_id}; `newsletter status` lists them.")
    return found


def mailings(mailing_id: int | None = None) -> list[MailingView]:
    """All mailings, latest first, or the one with this number."""
    rows = [mailing(mailing_id)] if mailing_id else Mailing.objects.select_related("edition").order_by("-pk")
    return [_view(row) for row in rows]


def _view(row: Mailing) -> MailingView:
    return MailingView(
        id=row.pk,
        issue=row.edition.issue_id,
        state=row.state,
        words=row.get_state_display(),
        held=why_held(row),
        practice=row.practice,
        planned_at=row.planned_at,
        scheduled_for=row.scheduled_for,
        receipt=receipt_of(row),
        rate=_rate(row),
    )


def _rate(row: Mailing) -> float:
    """Of the latest attempts on record: however many there are, only these are read."""
    if row.state != MailingState.SENDING:
        return 0.0
    now = timezone.now()
    latest = Attempt.objects.filter(delivery__mailing=row).order_by("-pk").values_list("at", flat=True)
    recent = [at for at in latest[:_LATEST] if at > now - _LATELY]
    return len(recent) / max((now - recent[-1]).total_seconds(), 1e-3) if recent else 0.0
