"""Mailings at a glance, for terminal and studio."""

from dataclasses import dataclass
from datetime import datetime

from newsletter.errors import InputError
from newsletter.models import Mailing
from newsletter.services.holding import why_held
from newsletter.services.receipts import Receipt, receipt_of


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
    receipt: Receipt

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
        receipt=receipt_of(row),
    )
