"""What became of a mailing, to be kept or read out: numbers and codes, and nobody's address."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from newsletter.models import (
    BounceCause,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    EventKind,
    Mailing,
    SubscriberStatus,
    Variant,
)
from newsletter.services.receipts import Receipt, receipt_of
from newsletter.services.returned_mail import CameBack, beside, returned_mail


@dataclass(frozen=True, kw_only=True)
class Report:
    """One mailing, looked back on."""

    mailing: int
    issue: str
    edition: str  # hash of the bytes that were sent
    approved_by: tuple[str, ...]
    words: str  # its state as people see it
    practice: bool
    route: str
    reason: str  # why it was sent again, or as a copy
    corrects: int | None
    started_at: datetime | None
    finished_at: datetime | None
    receipt: Receipt
    versions: Mapping[str, int]  # variant key -> accepted copies
    sent_back: Mapping[str, int]  # "550 5.1.1" -> how many
    heard_later: Mapping[str, int]  # kind of event -> how many deliveries
    came_back: Mapping[str, int]  # why, in words -> how many, at once or later
    given_up: int  # of them, how many addresses get nothing any more

    @property
    def took(self) -> timedelta | None:
        """From the first moment to the last outcome."""
        return self.finished_at - self.started_at if self.started_at and self.finished_at else None

    def as_dict(self) -> dict[str, object]:
        """The report as JSON takes it."""
        plain = ("mailing", "issue", "edition", "approved_by", "practice", "route", "reason", "corrects")
        return {name: getattr(self, name) for name in plain} | {
            "started_at": self.started_at.isoformat() if self.started_at else None,
            "finished_at": self.finished_at.isoformat() if self.finished_at else None,
            "chosen": self.receipt.chosen,
            "parts": {part.key: part.count for part in self.receipt.parts},
            "receipt": self.receipt.sentence,
            "versions": dict(self.versions),
            "sent_back": dict(self.sent_back),
            "heard_later": dict(self.heard_later),
            "came_back": dict(self.came_back),
            "given_up": self.given_up,
        }


def report_on(mailing: Mailing, returned: Sequence[CameBack] | None = None) -> Report:
    """The report of a mailing as it stands, of what came back as `returned_mail` read it, if it was read already.

    Raises ConflictError where its sum does not hold.
    """
    edition, receipt = mailing.edition, receipt_of(mailing)
    returned = returned_mail(mailing) if returned is None else returned
    return Report(
        mailing=mailing.pk,
        issue=edition.issue_id,
        edition=edition.content_hash,
        approved_by=tuple(edition.approvals.order_by("at", "pk").values_list("person", flat=True)),
        words=mailing.get_state_display(),
        practice=mailing.practice,
        route=mailing.transport,
        reason=mailing.reason,
        corrects=mailing.corrects_id,
        started_at=mailing.started_at,
        finished_at=mailing.finished_at,
        receipt=receipt,
        versions=_versions(mailing, receipt),
        sent_back=_sent_back(mailing),
        heard_later=_heard_later(mailing),
        came_back=_came_back(returned),
        given_up=sum(bool(one.cause) and one.status == SubscriberStatus.BOUNCED for one in returned),
    )


def _versions(mailing: Mailing, receipt: Receipt) -> dict[str, int]:
    """Accepted copies of each version: of those chosen for it all but the others, who are usually fewer."""
    keys = Variant.objects.filter(edition=mailing.edition_id).order_by("pk").values_list("pk", "key")
    if len(mailing.versions) == 1:
        accepted = receipt.count("accepted")
        return {key: accepted for pk, key in keys if accepted and str(pk) in mailing.versions}
    others = [state for state in DeliveryState if state != DeliveryState.ACCEPTED]
    rows = Delivery.objects.filter(mailing=mailing, state__in=others)
    missing = dict(rows.values_list("variant").annotate(Count("pk")).order_by())
    counted = {key: mailing.versions.get(str(pk), 0) - missing.get(pk, 0) for pk, key in keys}
    return {key: count for key, count in counted.items() if count}


def _sent_back(mailing: Mailing) -> dict[str, int]:
    refused = Delivery.objects.filter(mailing=mailing, state=DeliveryState.REFUSED, reason="")
    rows = refused.values_list("code", "enhanced").annotate(count=Count("pk")).order_by("-count", "code", "enhanced")
    return {" ".join(filter(None, (str(code or ""), status))) or "no code": count for code, status, count in rows}


def _heard_later(mailing: Mailing) -> dict[str, int]:
    rows = beside(DeliveryEvent.objects.all(), mailing).values_list("kind")
    return {
        EventKind(kind).label: count for kind, count in rows.annotate(Count("delivery", distinct=True)).order_by("kind")
    }


def _came_back(returned: Sequence[CameBack]) -> dict[str, int]:
    counted = Counter(one.cause for one in returned)
    return {cause.label: counted[cause] for cause in BounceCause if counted[cause]}
