"""Mailings at a glance, for terminal and studio."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from newsletter.content.wording import NEXT_STEPS
from newsletter.models import Attempt, Mailing, MailingState
from newsletter.services import ledger
from newsletter.services.holding import why_held
from newsletter.services.locking import is_sending
from newsletter.services.mailing_names import mailings_named
from newsletter.services.receipts import Receipt, receipt_at_a_glance, receipt_of
from newsletter.workspace import Workspace

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
    segment: str  # empty: everybody
    reason: str  # why it was sent again, or as a copy
    planned_at: datetime
    scheduled_for: datetime | None
    receipt: Receipt
    rate: float  # mails a second of the last minute; 0 where it is not on its way
    next_try: datetime | None  # of one that no process is sending: when the next delivery is due, if that is to come
    next_steps: tuple[str, ...]  # what somebody can do now, in words

    @property
    def leaves_at(self) -> datetime | None:
        """When it is to begin, or was; None where it has begun, or never will."""
        return None if self.receipt.chosen or self.state == MailingState.CANCELLED else self.scheduled_for

    @property
    def leaving(self) -> str:
        """Goes before that moment, in words."""
        return "to leave" if self.leaves_at and self.leaves_at > timezone.now() else "was to leave"

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
            "segment": self.segment,
            "reason": self.reason,
            "planned_at": self.planned_at.isoformat(),
            "chosen": self.receipt.chosen,
            "sent": self.receipt.count("accepted"),
            "waiting": self.receipt.open,
            "sent_back": self.receipt.count("refused") + self.receipt.count("expired"),
            "cannot_tell": self.receipt.count("in_doubt") + self.receipt.count("not_known"),
            "left_out": self.receipt.left_out,
            "rate": round(self.rate, 2),
            "seconds_left": None if self.seconds_left is None else round(self.seconds_left),
            "next_try": self.next_try.isoformat() if self.next_try else None,
            "next_steps": list(self.next_steps),
            "scheduled_for": self.scheduled_for.isoformat() if self.scheduled_for else None,
            "parts": parts,
            "receipt": self.receipt.sentence,
        }


def mailings(workspace: Workspace, name: str = "") -> list[MailingView]:
    """All mailings, latest first; or the one with this number, or those of the issue with this name."""
    rows = mailings_named(name) if name else Mailing.objects.select_related("edition").order_by("-pk")
    left_alone = not is_sending(workspace)
    return [_view(row, receipt_of(row), is_idle=left_alone and row.state == MailingState.SENDING) for row in rows]


def at_a_glance(workspace: Workspace, row: Mailing) -> MailingView:
    """One mailing without counting what is accepted: cheap enough to be asked every few seconds."""
    is_idle = row.state == MailingState.SENDING and not is_sending(workspace)
    return _view(row, receipt_at_a_glance(row), is_idle=is_idle)


def _view(row: Mailing, receipt: Receipt, *, is_idle: bool) -> MailingView:
    return MailingView(
        id=row.pk,
        issue=row.edition.issue_id,
        state=row.state,
        words=row.get_state_display(),
        held=why_held(row),
        practice=row.practice,
        segment=row.segment,
        reason=row.reason,
        planned_at=row.planned_at,
        scheduled_for=row.scheduled_for,
        receipt=receipt,
        rate=0.0 if is_idle else _rate(row),
        next_try=next_try(row) if is_idle else None,
        next_steps=tuple(_next_steps(row, receipt, is_idle=is_idle)),
    )


def next_try(row: Mailing) -> datetime | None:
    """When the next delivery is due, where none is due now."""
    due = ledger.next_due(row.pk)
    return due if due and due > timezone.now() else None


def _next_steps(row: Mailing, receipt: Receipt, *, is_idle: bool) -> Iterator[str]:
    if row.state in NEXT_STEPS and (row.state != MailingState.SENDING or is_idle):
        yield NEXT_STEPS[row.state].format(mailing=row.pk)
    if receipt.count("in_doubt"):
        yield NEXT_STEPS["in_doubt"].format(mailing=row.pk)


def _rate(row: Mailing) -> float:
    """Of the latest attempts on record: however many there are, only these are read."""
    if row.state != MailingState.SENDING:
        return 0.0
    now = timezone.now()
    latest = Attempt.objects.filter(delivery__mailing=row).order_by("-pk").values_list("at", flat=True)
    recent = [at for at in latest[:_LATEST] if at > now - _LATELY]
    return len(recent) / max((now - recent[-1]).total_seconds(), 1e-3) if recent else 0.0
