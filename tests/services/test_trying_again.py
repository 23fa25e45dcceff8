"""A second try after a doubt: whatever is heard or decided before it leaves, nobody gets a copy they need not get, and
nobody who may have one is told as left out."""

from collections.abc import Callable
from unittest import mock

import pytest
from django.utils import timezone
from test_planning import second_edition

from newsletter.errors import ConflictError
from newsletter.models import Attempt, AuditRecord, Delivery, DeliveryEvent, Edition, EventKind, Mailing, Subscriber
from newsletter.services import ledger, resolving
from newsletter.services.events import DeliveryRef, Report, record_event
from newsletter.services.planning import plan
from newsletter.services.receipts import receipt_of
from newsletter.services.resolving import doubts, send_again
from newsletter.services.retrying import PATIENT
from newsletter.services.steering import cancel, start
from newsletter.services.sweeping import sweep
from newsletter.transports.base import Accepted, InDoubt, Outcome
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailing(workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]) -> Mailing:
    people(3)
    mailing = plan(workspace, edition)
    start(mailing)
    return mailing


@pytest.fixture
def row(mailing: Mailing) -> ledger.Claimed:
    """A delivery that left and was not answered, as the worker holds it that sent it."""
    (row,) = ledger.claim(mailing.pk, owner="me", most=1)
    settle(row, intend=True)
    settle(row, InDoubt(text="no answer"))
    return row


def settle(row: ledger.Claimed, *outcomes: Outcome, intend: bool = False) -> None:
    told = [(row.id, outcome) for outcome in outcomes]
    ledger.settle(told, [row.id] if intend else (), held={row.id: row}, route="test", retry=PATIENT)


def now_is(row: ledger.Claimed) -> tuple[str, str]:
    found = Delivery.objects.get(pk=row.id)
    return found.state, found.reason


def heard(workspace: Workspace, row: ledger.Claimed, kind: EventKind = EventKind.DELIVERED) -> None:
    ref = DeliveryRef(delivery=row.id, message=row.message_id.strip("<>").partition("@")[0])
    record_event(workspace, Report(provider="test", event_id="1", ref=ref, kind=kind, at=timezone.now()))


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        (EventKind.DELIVERED, ("accepted", "evidence")),
        (EventKind.BOUNCED, ("accepted", "evidence")),
        (EventKind.DELAYED, ("deferred", "")),
    ],
)
def test_evidence_that_comes_before_the_second_try_spares_it(
    workspace: Workspace, mailing: Mailing, row: ledger.Claimed, kind: EventKind, after: tuple[str, str]
) -> None:
    send_again(workspace, mailing, None, by="Ann")
    heard(workspace, row, kind)
    assert now_is(row) == after
    assert (row.id in {one.id for one in ledger.claim(mailing.pk, owner="me", most=9)}) is (after[0] == "deferred")


def test_evidence_says_nothing_of_a_delivery_that_only_waits(
    workspace: Workspace, mailing: Mailing, row: ledger.Claimed
) -> None:
    """Only of what may have left: a report about anything else is a mistake, and must cost nobody their copy."""
    (other,) = ledger.claim(mailing.pk, owner="me", most=1)
    ledger.put_back([other])
    heard(workspace, other)
    assert now_is(other)[0] == "pending"
    assert now_is(row)[0] == "in_doubt"


def test_evidence_on_record_counts_before_anybody_sends_again(
    workspace: Workspace, mailing: Mailing, row: ledger.Claimed
) -> None:
    Delivery.objects.filter(pk=row.id).update(state="transmitting")
    heard(workspace, row)  # while our own result is still to come
    Delivery.objects.filter(pk=row.id).update(state="in_doubt")
    assert send_again(workspace, mailing, None, by="Ann") == 0
    assert now_is(row) == ("accepted", "evidence")


def test_an_answer_that_comes_before_the_second_try_spares_it(
    workspace: Workspace, mailing: Mailing, row: ledger.Claimed
) -> None:
    send_again(workspace, mailing, None, by="Ann")
    settle(row, Accepted(code=250))
    assert now_is(row) == ("accepted", "")
    assert row.id not in {one.id for one in ledger.claim(mailing.pk, owner="me", most=9)}


def test_an_answer_to_the_first_try_is_not_taken_for_one_to_the_second(
    workspace: Workspace, mailing: Mailing, row: ledger.Claimed
) -> None:
    send_again(workspace, mailing, None, by="Ann")
    (again,) = ledger.claim(mailing.pk, owner="other", most=1)
    settle(row, Accepted(code=250))
    assert (again.id, now_is(row)[0]) == (row.id, "claimed")


def test_a_second_try_that_is_stopped_leaves_the_first_in_doubt(
    workspace: Workspace, mailing: Mailing, row: ledger.Claimed
) -> None:
    send_again(workspace, mailing, None, by="Ann")
    assert cancel(mailing, by="Ann") == 2
    assert receipt_of(mailing).sentence == "3 chosen = 0 accepted + 2 stopped before it left + 1 we can't tell"
    assert [one.id for one in doubts(mailing)] == [row.id]


def test_a_second_try_put_back_by_a_stopping_worker_and_then_stopped_leaves_the_first_in_doubt(
    workspace: Workspace, mailing: Mailing, row: ledger.Claimed
) -> None:
    send_again(workspace, mailing, None, by="Ann")
    ledger.release(ledger.claim(mailing.pk, owner="me", most=1))
    assert now_is(row)[0] == "pending"
    cancel(mailing, by="Ann")
    assert now_is(row) == ("in_doubt", "")


def test_who_leaves_before_a_second_try_is_not_told_as_left_out(
    workspace: Workspace, mailing: Mailing, row: ledger.Claimed
) -> None:
    send_again(workspace, mailing, None, by="Ann")
    Subscriber.objects.update(status="unsubscribed")
    assert ledger.claim(mailing.pk, owner="me", most=9) == []
    assert now_is(row) == ("in_doubt", "not_known")
    assert receipt_of(mailing).sentence == "3 chosen = 0 accepted + 2 left in time + 1 never found out"


def test_what_was_corrected_since_is_not_sent_again(
    workspace: Workspace, mailing: Mailing, row: ledger.Claimed, edition: Edition
) -> None:
    Delivery.objects.exclude(pk=row.id).update(state="accepted")
    ledger.finish(mailing.pk)
    correction = plan(workspace, second_edition(workspace, edition), correcting=mailing)
    with pytest.raises(ConflictError, match="corrected since"):
        send_again(workspace, mailing, None, by="Ann")
    cancel(correction, by="Ann")
    assert send_again(workspace, mailing, None, by="Ann") == 1


def test_what_another_process_stopped_a_moment_ago_is_not_sent_again(
    workspace: Workspace, mailing: Mailing, row: ledger.Claimed
) -> None:
    cancel(Mailing.objects.get(pk=mailing.pk), by="Bob")
    assert mailing.state == "sending"  # what we hold is older
    with pytest.raises(ConflictError, match="stopped for good"):
        send_again(workspace, mailing, None, by="Ann")
    assert now_is(row) == ("in_doubt", "")


@pytest.mark.usefixtures("row")
def test_an_interrupted_settlement_leaves_no_trace(workspace: Workspace, mailing: Mailing) -> None:
    before = list(Delivery.objects.order_by("pk").values())
    with mock.patch.object(resolving, "record_act", side_effect=KeyboardInterrupt):
        for act in (
            lambda: send_again(workspace, mailing, None, by="Ann"),
            lambda: resolving.accept(mailing, None, by="Ann"),
        ):
            with pytest.raises(KeyboardInterrupt):
                act()
            assert list(Delivery.objects.order_by("pk").values()) == before
    assert not AuditRecord.objects.filter(action="resolve").exists()
    assert send_again(workspace, mailing, None, by="Ann") == 1


def test_a_reader_who_moved_to_an_address_that_was_served_gets_no_second_copy_there(
    workspace: Workspace, mailing: Mailing, row: ledger.Claimed
) -> None:
    owner, other, _ = Subscriber.objects.order_by("pk")
    Subscriber.objects.filter(pk=other.pk).update(address="new@example.org", address_compared="new@example.org")
    Subscriber.objects.filter(pk=owner.pk).update(address=other.address, address_compared=other.address_compared)
    assert send_again(workspace, mailing, None, by="Ann") == 0
    assert now_is(row) == ("in_doubt", "")


def test_of_who_was_erased_nothing_is_sent_again(workspace: Workspace, mailing: Mailing, row: ledger.Claimed) -> None:
    Delivery.objects.filter(pk=row.id).update(subscriber=None, address_key=None)
    Delivery.objects.exclude(pk=row.id).update(address_key=None)
    assert send_again(workspace, mailing, None, by="Ann") == 0
    assert now_is(row) == ("in_doubt", "")


def test_the_evidence_of_one_settles_no_other(workspace: Workspace, mailing: Mailing, row: ledger.Claimed) -> None:
    (other,) = ledger.claim(mailing.pk, owner="me", most=1)
    settle(other, intend=True)
    settle(other, InDoubt(text="no answer"))
    heard(workspace, other)
    sweep(workspace)
    assert (now_is(row), now_is(other)) == (("in_doubt", ""), ("accepted", "evidence"))
    assert DeliveryEvent.objects.count() == 1
    assert Attempt.objects.filter(delivery=row.id).count() == 1
