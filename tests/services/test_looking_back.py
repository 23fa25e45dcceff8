"""What a report says beyond the sum: small groups are told together, and nothing depends on how many rows there are."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.models import Bounce, ConsentRecord, Delivery, Edition, Mailing, Subscriber
from newsletter.services.append_order import first_after
from newsletter.services.looking_back import movements, sent_back, trend
from newsletter.services.planning import plan
from newsletter.services.receipts import receipt_at_a_glance, receipt_of
from newsletter.services.returned_mail import returned_mail
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db
MakePeople = Callable[..., list[Subscriber]]


def record(person: Subscriber, event: str, days_ago: float) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    ConsentRecord.objects.create(subscriber=person, at=at, event=event, mechanism="form")


def test_bodies_with_few_readers_sent_back_are_told_together(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(6, body="large")
    people(2, body="small")
    people(3, body="tiny")
    mailing = plan(workspace, edition)
    Delivery.objects.update(state="refused", code=550)
    kept = Delivery.objects.filter(subscriber__body="large").first()
    assert kept is not None
    Delivery.objects.filter(pk=kept.pk).update(state="accepted")
    Bounce.objects.create(delivery=kept, cause="gone", source="a later mail", at=timezone.now())
    found = sent_back(workspace, returned_mail(mailing)).by_body
    assert (found.told, found.small, found.total) == ((("large", 6),), 5, 11)
    assert sent_back(workspace, returned_mail(mailing)).by_domain.told == (("example.org", 11),)


def test_the_receipt_at_a_glance_is_the_counted_one(workspace: Workspace, edition: Edition, people: MakePeople) -> None:
    people(5)
    people(1, status="unsubscribed")
    mailing = plan(workspace, edition)
    rows = list(Delivery.objects.filter(state="pending").values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=rows[:3]).update(state="accepted")
    Delivery.objects.filter(pk=rows[3]).update(state="in_doubt")
    assert receipt_at_a_glance(mailing) == receipt_of(mailing)


def test_who_came_and_went_between_two_moments(people: MakePeople) -> None:
    first, second = people(2)
    for person, event, days in (
        *((first, "imported", 90), (second, "confirmed", 40), (first, "left", 20), (first, "returned", 10)),
        *((second, "changed", 5), (second, "complained", 2)),
    ):
        record(person, event, days)
    now = timezone.now()
    assert movements(now - timedelta(days=100)) == movements(now - timedelta(days=100), now)
    assert (movements(now - timedelta(days=30)).joined, movements(now - timedelta(days=30)).left) == (1, 2)
    assert movements(now - timedelta(days=50), now - timedelta(days=15)).joined == 1
    assert first_after(ConsentRecord, now) == ConsentRecord.objects.latest("pk").pk + 1


def test_an_empty_table_has_no_first_row() -> None:
    assert first_after(ConsentRecord, timezone.now()) == 0


def test_the_trend_is_of_mailings_to_everybody_oldest_first(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    assert trend(workspace) == []
    people(2, nation="scotland")
    (person,) = people(1)
    started = timezone.now() - timedelta(days=3)
    for number, how in enumerate(({}, {"again": "once more"}, {"segment": "scotland"}, {"again": "copy: for one"})):
        mailing = plan(workspace, edition, **how)  # type: ignore[arg-type]
        Mailing.objects.filter(pk=mailing.pk).update(started_at=started + timedelta(days=number), state="finished")
    record(person, "left", 2.5)
    first, second = trend(workspace)
    assert (first.movements.left, second.movements.left) == (1, 0)
    assert [point.receipt.chosen for point in (first, second)] == [3, 3]
    assert [point.mailing.pk for point in trend(workspace, most=1)] == [second.mailing.pk]
