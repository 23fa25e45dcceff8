"""What of a mailing came back, at once or later: each delivery once, with whose it was, read in one pass."""

from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import F, Model, QuerySet

from newsletter.models import Bounce, Delivery, DeliveryState, Mailing

Row = TypeVar("Row", bound=Model)
_OWNER = ("subscriber__status", "subscriber__body", "subscriber__address_compared")


@dataclass(frozen=True, kw_only=True, slots=True)
class CameBack:
    """One delivery that did not reach its reader; the reader's columns are empty where they were erased since."""

    cause: str  # models.BounceCause; empty while that is not counted yet
    status: str  # of the subscription now
    body: str
    address: str = field(repr=False)


def returned_mail(mailing: Mailing) -> list[CameBack]:
    """All of it."""
    owner = [f"delivery__{name}" for name in _OWNER]
    told = beside(Bounce.objects.all(), mailing).values_list("delivery", "cause", *owner)
    found = {delivery: _came_back(cause, *columns) for delivery, cause, *columns in told}
    refused = Delivery.objects.filter(mailing=mailing, state=DeliveryState.REFUSED)
    if set(refused.values_list("pk", flat=True)) - set(found):  # the sweep has not counted them yet
        for delivery, *columns in refused.values_list("pk", *_OWNER):
            found.setdefault(delivery, _came_back("", *columns))
    return list(found.values())


def _came_back(cause: str, status: str | None, body: str | None, address: str | None) -> CameBack:
    return CameBack(cause=cause, status=status or "", body=body or "", address=address or "")


def beside(rows: QuerySet[Row], mailing: Mailing) -> QuerySet[Row]:
    """Those of a table that names the delivery which are kept beside deliveries of a mailing.

    They are found by the numbers between which its deliveries lie. Planning writes all in one go, so usually nobody
    else's lie there, and then these need not be looked at; the sum keeps a planner from walking them.
    """
    near = rows.filter(delivery__gte=mailing.first_delivery, delivery__lte=mailing.last_delivery)
    if mailing.last_delivery - mailing.first_delivery + 1 == mailing.chosen:
        return near
    return near.alias(of_mailing=F("delivery__mailing") + 0).filter(of_mailing=mailing.pk)  # type: ignore[return-value]
