"""What is heard of a delivery later: once, in any order, and what follows from it. Rows 56, 57 and 59 of the faults."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from newsletter.models import (
    Bounce,
    ConsentRecord,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    Edition,
    EventKind,
    Mailing,
    Subscriber,
    Suppression,
)
from newsletter.services.events import DeliveryRef, Report, left_by_provider, match_stored, record_event
from newsletter.services.planning import plan
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db

AT = datetime(2025, 11, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def workspace(make_workspace: Callable[..., Workspace]) -> Workspace:
    """One that gives an address up at the first word."""
    return make_workspace(NEWSLETTER__BOUNCES__GONE="1")


@pytest.fixture
def delivery(workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]) -> Delivery:
    people(2)
    return Delivery.objects.filter(mailing=plan(workspace, edition)).order_by("pk")[0]


def ref(delivery: Delivery) -> DeliveryRef:
    return DeliveryRef(delivery=delivery.pk, message=delivery.message_id.strip("<>").partition("@")[0])


def report(delivery: Delivery, kind: EventKind, event_id: str = "e1", **how: object) -> Report:
    facts: dict[str, object] = {"provider": "mailgun", "ref": ref(delivery), "at": AT, **how}
    return Report(event_id=event_id, kind=kind, **facts)  # type: ignore[arg-type]


def in_state(delivery: Delivery, state: DeliveryState) -> Delivery:
    Delivery.objects.filter(pk=delivery.pk).update(state=state, attempt=1)
    delivery.refresh_from_db()
    return delivery


def test_a_report_that_comes_46_times_is_one_event(workspace: Workspace, delivery: Delivery) -> None:
    heard = [record_event(workspace, report(delivery, EventKind.COMPLAINED)) for _ in range(46)]
    assert heard == [True] + [False] * 45
    assert DeliveryEvent.objects.count() == 1
    assert ConsentRecord.objects.filter(event="complained").count() == 1


def test_the_same_number_of_another_provider_is_another_event(workspace: Workspace, delivery: Delivery) -> None:
    assert record_event(workspace, report(delivery, EventKind.DELIVERED))
    assert record_event(workspace, report(delivery, EventKind.DELIVERED, provider="postmark"))


def test_any_report_of_what_arrived_ends_a_doubt(workspace: Workspace, delivery: Delivery) -> None:
    in_state(delivery, DeliveryState.IN_DOUBT)
    record_event(workspace, report(delivery, EventKind.DELIVERED))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("accepted", "evidence")


@pytest.mark.parametrize("state", [DeliveryState.TRANSMITTING, DeliveryState.ACCEPTED, DeliveryState.REFUSED])
def test_a_report_moves_no_other_state(workspace: Workspace, delivery: Delivery, state: DeliveryState) -> None:
    in_state(delivery, state)
    record_event(workspace, report(delivery, EventKind.DELIVERED))
    delivery.refresh_from_db()
    assert delivery.state == state
    assert delivery.events.count() == 1


def test_a_bounce_after_delivered_and_delivered_after_a_bounce_are_the_same(
    workspace: Workspace, delivery: Delivery
) -> None:
    for kinds in ((EventKind.DELIVERED, EventKind.BOUNCED), (EventKind.BOUNCED, EventKind.DELIVERED)):
        Subscriber.objects.update(status="subscribed")
        Bounce.objects.all().delete()
        for kind in kinds:
            record_event(workspace, report(delivery, kind, f"{kinds}{kind}", permanent=kind == EventKind.BOUNCED))
        delivery.refresh_from_db()
        assert delivery.subscriber
        assert delivery.subscriber.status == "bounced"


def test_a_soft_bounce_is_told_and_changes_nobody(workspace: Workspace, delivery: Delivery) -> None:
    record_event(workspace, report(delivery, EventKind.BOUNCED))
    assert delivery.subscriber
    delivery.subscriber.refresh_from_db()
    assert delivery.subscriber.status == "subscribed"
    assert delivery.events.get().kind == "bounced"


def test_who_left_before_is_not_marked_as_unreachable(workspace: Workspace, delivery: Delivery) -> None:
    Subscriber.objects.update(status="unsubscribed")
    record_event(workspace, report(delivery, EventKind.BOUNCED, permanent=True))
    assert set(Subscriber.objects.values_list("status", flat=True)) == {"unsubscribed"}


def test_who_complains_is_off_the_list_and_never_written_to_again(workspace: Workspace, delivery: Delivery) -> None:
    record_event(workspace, report(delivery, EventKind.COMPLAINED))
    assert delivery.subscriber
    delivery.subscriber.refresh_from_db()
    assert delivery.subscriber.status == "complained"
    assert Suppression.objects.get().reason == "complained"
    record = delivery.subscriber.consent.get()
    assert (record.event, record.mechanism, record.source) == ("complained", "complaint", "mailgun")


def test_who_uses_the_providers_way_out_is_off_the_list(delivery: Delivery) -> None:
    assert left_by_provider(ref(delivery), "mailgun")
    assert not left_by_provider(ref(delivery), "mailgun")
    assert delivery.subscriber
    delivery.subscriber.refresh_from_db()
    assert delivery.subscriber.status == "unsubscribed"


def test_the_number_of_a_delivery_of_another_workspace_is_nobodys(workspace: Workspace, delivery: Delivery) -> None:
    stranger = DeliveryRef(delivery=delivery.pk, message="0123456789abcdef.1")
    record_event(workspace, report(delivery, EventKind.COMPLAINED, ref=stranger))
    assert DeliveryEvent.objects.get().delivery is None
    assert not Suppression.objects.exists()


def test_a_report_about_an_unknown_delivery_is_kept_and_finds_it_later(
    workspace: Workspace, delivery: Delivery
) -> None:
    """As where a backup was restored and its newest rows come back a little later."""
    in_state(delivery, DeliveryState.IN_DOUBT)
    real = delivery.message_id
    Delivery.objects.update(message_id="<not.yet@example.org>")
    soon = timezone.now() - timedelta(minutes=1)
    record_event(workspace, report(delivery, EventKind.BOUNCED, permanent=True, at=soon))
    assert match_stored(workspace) == 0
    Delivery.objects.filter(pk=delivery.pk).update(message_id=real)
    assert [match_stored(workspace), match_stored(workspace)] == [1, 0]
    delivery.refresh_from_db()
    assert delivery.subscriber
    assert (delivery.state, delivery.reason, delivery.subscriber.status) == ("accepted", "evidence", "bounced")


def test_a_report_without_any_name_is_kept_and_harms_nobody(workspace: Workspace, delivery: Delivery) -> None:
    record_event(workspace, report(delivery, EventKind.COMPLAINED, ref=None))
    assert match_stored(workspace) == 0
    assert set(Subscriber.objects.values_list("status", flat=True)) == {"subscribed"}


def test_an_erased_subscriber_is_no_hindrance(workspace: Workspace, delivery: Delivery) -> None:
    assert Mailing.objects.exists()
    Delivery.objects.filter(pk=delivery.pk).update(subscriber=None)
    assert record_event(workspace, report(delivery, EventKind.COMPLAINED))
