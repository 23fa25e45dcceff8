"""How many people there are, without looking at a single one: the database keeps count of each kind."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import Max, Sum

from newsletter.models import Headcount, Subscriber, SubscriberStatus
from newsletter.models.headcounts import COUNT_FROM, COUNT_NOBODY_WHO_COMES, COUNT_WHO_COMES

Kind = tuple[str, str, str, str]  # body, nation, language, tags as JSON

_BY_KIND = "SELECT body, nation, language, tags, people FROM newsletter_headcount WHERE status = %s AND people > 0"


def people_by_status(*, body: str = "") -> dict[str, int]:
    """People of each status, also of those that nobody has; of one body, or of all."""
    rows = Headcount.objects.filter(body=body) if body else Headcount.objects.all()
    counted = dict(rows.values_list("status").annotate(Sum("people")).order_by())
    return {status: counted.get(status, 0) for status in SubscriberStatus.values}


def count_subscribed() -> int:
    """How many are on the list; whoever pauses is among them."""
    return people_by_status()[SubscriberStatus.SUBSCRIBED]


def subscribed_by_kind() -> list[tuple[Kind, int]]:
    """How many are on the list of each kind that segments tell apart."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_KIND, [SubscriberStatus.SUBSCRIBED])
        return [((body, nation, language, tags), people) for body, nation, language, tags, people in cursor.fetchall()]


@contextmanager
def counted_together() -> Iterator[None]:
    """Count those who come in this block at its end, not one by one, which would take longer than to write them.

    Inside a transaction: nobody else adds anybody meanwhile, and what is taken back was never counted.
    """
    last = Subscriber.objects.aggregate(last=Max("pk"))["last"] or 0
    with connection.cursor() as cursor:
        cursor.execute(COUNT_NOBODY_WHO_COMES)
        yield
        cursor.execute(COUNT_FROM, [last])
        cursor.execute(COUNT_WHO_COMES)
