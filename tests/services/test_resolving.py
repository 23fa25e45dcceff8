"""What nobody knows: settled by evidence, by policy, by a person, or closed after a week and told as not known."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.content.wording import advice_on_doubt
from newsletter.errors import ConflictError, InputError
from newsletter.models import Attempt, AuditRecord, Delivery, DeliveryEvent, Edition, Mailing, Subscriber
from newsletter.services import ledger
from newsletter.services.planning import plan
from newsletter.services.receipts import receipt_of
from newsletter.services.resolving import accept, doubts, send_again, settle_by_evidence
from newsletter.services.retrying import PATIENT
from newsletter.services.steering import cancel, start
from newsletter.services.sweeping import sweep
from newsletter.transports.base import InDoubt, TryLater
from newsletter.workspace import Workspace

MakePeople = Callable[..., list[Subscriber]]

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailing(workspace: Workspace, edition: Edition, people: MakePeople) -> Mailing:
    people(3)
    mailing = plan(workspace, edition)
    start(mailing)
    return mailing


def doubt(mailing: Mailing, words: str = "no answer") -> Delivery:
    """One more delivery that left and was not answered."""
    (row,) = ledger.claim(mailing.pk, owner="me", most=1)
    held = {row.id: row}
    ledger.settle((), [row.id], held=held, route="SMTP mail.example:587", retry=PATIENT)
    answer = InDoubt(code=299, text=words)
    ledger.settle([(row.id, answer)], (), held=held, route="SMTP mail.example:587", retry=PATIENT)
    return Delivery.objects.get(pk=row.id)


def crash(mailing: Mailing) -> Delivery:
    (row,) = ledger.claim(mailing.pk, owner="me", most=1)
    ledger.settle((), [row.id], held={row.id: row}, route="test", retry=PATIENT)
    ledger.recover(mailing.pk, everything=True)
    return Delivery.objects.get(pk=row.id)


def ago(**span: float) -> None:
    Delivery.objects.filter(state="in_doubt").update(updated_at=timezone.now() - timedelta(**span))


def test_each_open_question_is_told_with_the_servers_words_and_our_advice(mailing: Mailing) -> None:
    asked, crashed = doubt(mailing, "299 message rejected, perhaps"), crash(mailing)
    first, second = doubts(mailing)
    assert (first.id, first.tries, first.words) == (asked.pk, 1, "they said: 299 message rejected, perhaps")
    assert first.advice.startswith("Send it again")
    assert (second.id, second.words) == (crashed.pk, "")
    assert "this computer stopped" in second.advice
    assert first.address not in repr(first)


@pytest.mark.parametrize(
    ("words", "tries", "advice"),
    [
        ("no answer after the end of the message", 1, "Leave it, or ask the reader"),
        ("299 queued as 17", 1, "Leave it: the answer made no sense, but it sounds like a mail that was taken"),
        ("299 blocked", 1, "Send it again"),
        ("299 blocked", 2, "Leave it: it was tried twice"),
    ],
)
def test_advice_goes_by_the_servers_words(words: str, tries: int, advice: str) -> None:
    assert advice_on_doubt(words, by_crash=False, tries=tries).startswith(advice)


def test_a_person_may_count_it_as_accepted_and_is_recorded(mailing: Mailing) -> None:
    row = doubt(mailing)
    assert accept(mailing, [row.pk], by="Ann") == 1
    row.refresh_from_db()
    assert (row.state, row.reason) == ("accepted", "decided")
    assert doubts(mailing) == []
    record = AuditRecord.objects.get(action="resolve")
    assert (record.by, record.detail) == ("Ann", {"accepted": 1})


def test_a_person_may_send_it_again_with_the_same_message_id(mailing: Mailing, workspace: Workspace) -> None:
    row = doubt(mailing)
    assert send_again(workspace, mailing, None, by="Ann") == 1
    (again, *_) = ledger.claim(mailing.pk, owner="me", most=1)
    assert (again.id, again.message_id, again.date) == (row.pk, row.message_id, row.date)


def test_sending_again_reopens_a_finished_mailing_and_still_keeps_out_who_left(
    mailing: Mailing, workspace: Workspace
) -> None:
    first, second, third = (doubt(mailing) for _ in range(3))
    assert ledger.finish(mailing.pk)
    mailing.refresh_from_db()
    from newsletter.models import SuppressionReason
    from newsletter.services.subscribing import suppress

    assert second.subscriber is not None
    suppress(workspace, second.subscriber.address_compared, SuppressionReason.ASKED)
    send_again(workspace, mailing, [first.pk, second.pk], by="Ann")
    assert (mailing.state, mailing.finished_at) == ("sending", None)
    assert [row.id for row in ledger.claim(mailing.pk, owner="me", most=9)] == [first.pk]
    second.refresh_from_db()
    assert (second.state, second.reason) == ("in_doubt", "not_known")  # not "left out": the first try may have arrived
    assert [one.id for one in doubts(mailing)] == [third.pk]


def test_settling_needs_a_name_and_open_questions(mailing: Mailing, workspace: Workspace) -> None:
    row = doubt(mailing)
    with pytest.raises(InputError, match="under a name"):
        accept(mailing, [row.pk], by=" ")
    with pytest.raises(InputError, match="number 999"):
        accept(mailing, [row.pk, 999], by="Ann")
    row.refresh_from_db()
    assert row.state == "in_doubt"
    cancel(mailing, by="Ann")
    with pytest.raises(ConflictError, match="stopped for good"):
        send_again(workspace, mailing, None, by="Ann")


@pytest.mark.parametrize(
    ("kind", "state"), [("delivered", "accepted"), ("bounced", "accepted"), ("delayed", "in_doubt")]
)
def test_evidence_ends_a_doubt_even_when_it_was_closed(mailing: Mailing, kind: str, state: str) -> None:
    row = doubt(mailing)
    Delivery.objects.filter(pk=row.pk).update(reason="not_known")
    DeliveryEvent.objects.create(delivery=row, provider="test", event_id="1", kind=kind, at=timezone.now())
    settle_by_evidence(mailing)
    row.refresh_from_db()
    assert row.state == state


def test_who_is_known_to_have_it_by_now_is_not_sent_it_again(mailing: Mailing, workspace: Workspace) -> None:
    proven, open_still = doubt(mailing), doubt(mailing)
    DeliveryEvent.objects.create(delivery=proven, provider="test", event_id="1", kind="delivered", at=timezone.now())
    assert send_again(workspace, mailing, None, by="Ann") == 1
    proven.refresh_from_db()
    open_still.refresh_from_db()
    assert (proven.state, open_still.state) == ("accepted", "deferred")


def test_a_second_try_that_is_stopped_leaves_the_first_in_doubt_and_nobody_else(
    mailing: Mailing, workspace: Workspace
) -> None:
    row = doubt(mailing)
    send_again(workspace, mailing, [row.pk], by="Ann")
    for other in ledger.claim(mailing.pk, owner="me", most=3):
        if other.id != row.pk:  # one more that was tried before, and answered
            ledger.settle([(other.id, TryLater(code=451))], (), held={other.id: other}, route="test", retry=PATIENT)
        else:
            ledger.put_back([other])
    assert cancel(mailing, by="Ann") == 2
    assert sorted(Delivery.objects.values_list("pk", "state")) == [
        (row.pk, "in_doubt"),
        *((pk, "skipped") for pk in Delivery.objects.exclude(pk=row.pk).values_list("pk", flat=True)),
    ]


def test_by_default_nothing_is_sent_again_and_after_a_week_it_is_not_known(
    mailing: Mailing, workspace: Workspace
) -> None:
    row = doubt(mailing)
    ago(days=6.9)
    sweep(workspace)
    assert receipt_of(mailing).sentence == "3 chosen = 0 accepted + 2 waiting + 1 we can't tell"
    ago(days=7.1)
    sweep(workspace)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("in_doubt", "not_known")
    assert receipt_of(mailing).sentence == "3 chosen = 0 accepted + 2 waiting + 1 never found out"
    assert doubts(mailing) == []


def test_resend_once_waits_sends_once_and_then_leaves_it_to_a_person(
    mailing: Mailing, make_workspace: Callable[..., Workspace]
) -> None:
    workspace = make_workspace(NEWSLETTER__SENDING__IN_DOUBT="resend_once", NEWSLETTER__SENDING__RESEND_AFTER_HOURS="2")
    row = doubt(mailing)
    ago(hours=1)
    sweep(workspace)
    assert Delivery.objects.get(pk=row.pk).state == "in_doubt"
    ago(hours=3)
    sweep(workspace)
    assert Delivery.objects.get(pk=row.pk).state == "deferred"
    assert doubt(mailing).pk == row.pk
    ago(hours=3)
    sweep(workspace)
    assert Delivery.objects.get(pk=row.pk).state == "in_doubt"
    assert doubts(mailing)[0].tries == 2


@pytest.mark.parametrize(
    ("transport", "state"),
    [("provider:resend", "deferred"), ("provider:postmark", "in_doubt"), ("smtp://mail.example", "in_doubt")],
)
def test_automatic_sends_again_only_where_the_provider_recognises_a_repeat(
    mailing: Mailing, make_workspace: Callable[..., Workspace], transport: str, state: str
) -> None:
    workspace = make_workspace(NEWSLETTER__SENDING__IN_DOUBT="automatic")
    Mailing.objects.update(transport=transport)
    row = crash(mailing)
    sweep(workspace)
    assert Delivery.objects.get(pk=row.pk).state == state


@pytest.mark.parametrize(("hours", "state"), [(22.9, "deferred"), (23.1, "in_doubt")])
def test_a_key_in_its_last_hour_is_not_relied_on(
    mailing: Mailing, make_workspace: Callable[..., Workspace], hours: float, state: str
) -> None:
    """By the time that a second try arrives, the provider may know nothing of the first."""
    workspace = make_workspace(NEWSLETTER__SENDING__IN_DOUBT="automatic")
    Mailing.objects.update(transport="provider:resend")
    (row,) = ledger.claim(mailing.pk, owner="me", most=1)
    ledger.settle((), [row.id], held={row.id: row}, route="test", retry=PATIENT)
    Delivery.objects.filter(pk=row.id).update(updated_at=timezone.now() - timedelta(hours=hours))
    sweep(workspace)
    assert Delivery.objects.get(pk=row.id).state == state


def test_a_crashed_and_cancelled_mailing_is_put_right_too(mailing: Mailing, workspace: Workspace) -> None:
    rows = ledger.claim(mailing.pk, owner="me", most=2)
    ledger.settle((), [rows[0].id], held={rows[0].id: rows[0]}, route="test", retry=PATIENT)
    cancel(mailing, by="Ann")
    sweep(workspace)
    assert receipt_of(mailing).sentence == "3 chosen = 0 accepted + 2 stopped before it left + 1 we can't tell"
    assert not Delivery.objects.filter(address_key__isnull=False).exists()
    assert Attempt.objects.count() == 1


def test_beside_a_process_that_is_sending_only_expired_claims_are_swept(mailing: Mailing, workspace: Workspace) -> None:
    from filelock import FileLock

    fresh, stale = ledger.claim(mailing.pk, owner="me", most=2)
    Delivery.objects.filter(pk=stale.id).update(lease_until=timezone.now() - timedelta(seconds=1))
    workspace.data.mkdir(exist_ok=True)
    with FileLock(workspace.data / "sending.lock", is_singleton=False):
        sweep(workspace)
    assert Delivery.objects.get(pk=fresh.id).state == "claimed"
    assert Delivery.objects.get(pk=stale.id).state == "pending"
