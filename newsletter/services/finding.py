"""Finds people by what staff remember of them: the beginning of an address, its domain, a name, a body."""

from dataclasses import dataclass

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce

from newsletter.models import Subscriber
from newsletter.services.headcounts import people_by_status

MOST = 1_000  # people that words find; who looks for one among more types another letter
_LAST = "\U0010ffff"  # sorts after every letter


@dataclass(frozen=True, kw_only=True)
class Found:
    """People in their order, and how many there are."""

    people: QuerySet[Subscriber]
    count: int
    is_more: bool = False  # there are more than these


def find_people(words: str, *, body: str = "", status: str = "") -> Found:
    """Everybody of a body and a status, or at most MOST of them whom some words find.

    Those who are listed stand in the order of an index, and it is known how many they are. The beginning of an address
    is looked up; a name, or a domain written as `@example.org`, is looked for in an index from its beginning until
    enough are found.
    """
    words = " ".join(words.split())
    if not words:
        return _listed(body, status)
    people = _all(body, status)
    if words.startswith("@"):
        return _first(people.filter(address_compared__endswith=words.lower()), "address_compared")
    begins = words.lower()
    by_address = people.filter(address_compared__gte=begins, address_compared__lt=begins + _LAST)
    if "@" in words or by_address.exists():
        return _first(by_address, "address_compared")
    return _first(people.filter(name__icontains=words), "name")


def _listed(body: str, status: str) -> Found:
    counts = people_by_status(body=body)
    people = Subscriber.objects.filter(body=body) if body else Subscriber.objects.all()
    people = people.filter(status=status) if status else people
    order = ("body", "address_compared") if status and not body else ("address_compared",)
    return Found(people=people.order_by(*order), count=counts.get(status, 0) if status else sum(counts.values()))


def _all(body: str, status: str) -> QuerySet[Subscriber]:
    """The same to be looked through in another order: coalesce keeps a planner from the indexes of body and status."""
    people = Subscriber.objects.alias(own_body=Coalesce("body", Value("")), own_status=Coalesce("status", Value("")))
    people = people.filter(own_body=body) if body else people
    return people.filter(own_status=status) if status else people


def _first(people: QuerySet[Subscriber], order: str) -> Found:
    """Only numbers are read, which the index holds; their rows are fetched page by page."""
    numbers = list(people.order_by(order).values_list("pk", flat=True)[: MOST + 1])
    found = Subscriber.objects.filter(pk__in=numbers[:MOST]).order_by(order)
    return Found(people=found, count=len(numbers[:MOST]), is_more=len(numbers) > MOST)
