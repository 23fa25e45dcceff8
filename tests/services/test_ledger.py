"""Every move a delivery can make, and those it cannot."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.models import Attempt, Delivery, Edition, Mailing, MailingState, Subscriber, SuppressionReason
from newsletter.services import ledger
from newsletter.services.planning import plan
from newsletter.services.retrying import PATIENT, RetryPolicy
from newsletter.services.steering import start
from newsletter.services.subscribing import suppress
from newsletter.services.sweeping import sweep
from newsletter.transports.base import Accepted, InDoubt, Outcome, Refused, TryLater
from newsletter.workspace import Workspace

MakePeople = Callable[..., list[Subscriber]]

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailing(workspace: Workspace, edition: Edition, people: MakePeople) -> Mailing:
    people(5)
    mailing = plan(workspace, edition)
    start(mailing)
    return mailing


def claim(mailing: Mailing, most: int = 10, owner: str = "me") -> list[ledger.Claimed]:
    return ledger.claim(mailing.pk, owner=owner, most=most)


def settle(
    outcomes: Sequence[tuple[ledger.Claimed, Outcome]], intents: Sequence[ledger.Claimed], retry: RetryPolicy = PATIENT
) -> frozenset[int]:
    return ledger.settle(
        [(row.id, outcome) for row, outcome in outcomes],
        [row.id for row in intents],
        held={row.id: row for row in (*(row for row, _ in outcomes), *intents)},
        route="test",
        retry=retry,
    )


def intend(*rows: ledger.Claimed) -> frozenset[int]:
    return settle((), rows)


def record(row: ledger.Claimed, outcome: Outcome, retry: RetryPolicy = PATIENT) -> bool:
    """True where the ledger took the outcome."""
    before = Attempt.objects.count()
    settle([(row, outcome)], (), retry)
    return Attempt.objects.count() > before


def state(row: ledger.Claimed) -> str:
    return Delivery.objects.get(pk=row.id).state


def states(mailing: Mailing) -> list[str]:
    return list(Delivery.objects.filter(mailing=mailing).order_by("pk").values_list("state", flat=True))


def test_two_workers_never_hold_the_same_delivery(mailing: Mailing) -> None:
    first, second = claim(mailing, 3, "one"), claim(mailing, 3, "two")
    assert len(first) == 3
    assert len(second) == 2
    assert not {row.id for row in first} & {row.id for row in second}
    assert claim(mailing) == []


def test_nothing_is_claimed_of_a_mailing_that_is_held(mailing: Mailing) -> None:
    Mailing.objects.update(state=MailingState.PAUSED)
    assert claim(mailing) == []


def test_nothing_is_claimed_of_one_that_is_held_while_another_is_sent(mailing: Mailing) -> None:
    other = Mailing.objects.get(pk=mailing.pk)
    other.pk, other.uid, other.reason, other.state = None, "another", "again", MailingState.SENDING
    other.save(force_insert=True)
    Mailing.objects.filter(pk=mailing.pk).update(state=MailingState.PAUSED)
    assert claim(mailing) == []


def test_an_intent_is_granted_once_and_counts_the_attempt(mailing: Mailing) -> None:
    row, *_ = claim(mailing)
    assert intend(row) == {row.id}
    assert intend(row) == frozenset()
    assert Delivery.objects.get(pk=row.id).attempt == 1


def test_a_worker_that_slept_past_its_lease_is_shut_out(mailing: Mailing) -> None:
    row, *_ = claim(mailing)
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert intend(row) == frozenset()
    ledger.recover(mailing.pk, everything=False)
    fresh = next(other for other in claim(mailing, owner="two") if other.id == row.id)
    assert intend(row) == frozenset()
    assert not record(row, Refused(code=550))
    assert intend(fresh) == {row.id}


@pytest.mark.parametrize(
    ("outcome", "after"),
    [
        (Accepted(code=250, text="ok", provider_ref="abc"), "accepted"),
        (Refused(code=550, enhanced="5.1.1"), "refused"),
        (InDoubt(text="no reply"), "in_doubt"),
        (TryLater(code=451), "deferred"),
    ],
)
def test_an_outcome_after_the_body_is_recorded_with_the_servers_words(
    mailing: Mailing, outcome: Outcome, after: str
) -> None:
    row, *_ = claim(mailing)
    intend(row)
    assert record(row, outcome)
    found = Delivery.objects.get(pk=row.id)
    assert (found.state, found.code, found.enhanced, found.reply_text) == (
        after,
        outcome.code,
        outcome.enhanced,
        outcome.text,
    )
    assert (found.owner, found.lease_until) == ("", None)
    assert Attempt.objects.get().outcome == after


def test_nothing_is_accepted_or_in_doubt_whose_body_never_left(mailing: Mailing) -> None:
    row, *_ = claim(mailing)
    assert not record(row, Accepted(code=250))
    assert not record(row, InDoubt())
    assert state(row) == "claimed"


def test_a_refusal_before_the_body_needs_no_intent_and_counts_as_an_attempt(mailing: Mailing) -> None:
    row, *_ = claim(mailing)
    assert record(row, Refused(code=550, enhanced="5.1.1"))
    assert Delivery.objects.get(pk=row.id).attempt == 1


def test_what_is_accepted_stays_accepted(mailing: Mailing) -> None:
    row, *_ = claim(mailing)
    intend(row)
    record(row, Accepted(code=250))
    for late in (Refused(code=550), TryLater(code=451), InDoubt(), Accepted(code=250)):
        assert not record(row, late)
    ledger.recover(mailing.pk, everything=True)
    assert state(row) == "accepted"


def test_an_answer_that_comes_after_the_doubt_settles_it(mailing: Mailing) -> None:
    row, *_ = claim(mailing)
    intend(row)
    ledger.release([row])
    assert state(row) == "in_doubt"
    assert record(row, Accepted(code=250))
    assert state(row) == "accepted"


def test_a_crash_returns_what_was_claimed_and_doubts_what_was_on_the_wire(mailing: Mailing) -> None:
    first, *_ = claim(mailing, 3)
    intend(first)
    ledger.recover(mailing.pk, everything=True)
    assert states(mailing) == ["in_doubt", "pending", "pending", "pending", "pending"]
    assert Attempt.objects.get().outcome == "in_doubt"
    assert first.id not in {row.id for row in claim(mailing)}


def test_a_worker_that_ends_doubts_only_what_it_had_itself(mailing: Mailing) -> None:
    mine, others = claim(mailing, most=2, owner="me"), claim(mailing, most=2, owner="another")
    intend(mine[0], others[0])
    ledger.release(mine)
    assert [state(row) for row in (*mine, *others)] == ["in_doubt", "pending", "transmitting", "claimed"]


def test_recovery_leaves_living_workers_alone(mailing: Mailing) -> None:
    row, *_ = claim(mailing, 1)
    intend(row)
    ledger.recover(mailing.pk, everything=False)
    assert state(row) == "transmitting"


def test_a_deferred_delivery_comes_back_when_it_is_due_and_not_before(mailing: Mailing) -> None:
    row, *_ = claim(mailing, 1)
    intend(row)
    record(row, TryLater(code=450))
    assert row.id not in {other.id for other in claim(mailing, owner="two")}
    due = ledger.next_due(mailing.pk)
    assert due is not None
    assert timedelta(minutes=4) < due - timezone.now() < timedelta(minutes=6)
    Delivery.objects.filter(pk=row.id).update(next_at=timezone.now())
    assert [other.id for other in claim(mailing, owner="three")] == [row.id]


def test_a_second_try_that_is_put_off_is_tried_a_third_time(mailing: Mailing) -> None:
    row, *_ = claim(mailing, 1)
    for number in (1, 2):
        record(row, TryLater(code=451))
        assert state(row) == "deferred"
        Delivery.objects.filter(pk=row.id).update(next_at=timezone.now())
        (row,) = claim(mailing, 1)
        assert row.tried == number


def test_every_attempt_bears_the_same_message_id_and_date(mailing: Mailing) -> None:
    row, *_ = claim(mailing, 1)
    record(row, TryLater(untouched=True))
    again = claim(mailing, 10)[0]
    assert (again.id, again.message_id, again.date) == (row.id, row.message_id, row.date)
    assert again.fence == row.fence + 1


def test_trying_ends_after_days_and_says_so(mailing: Mailing) -> None:
    over = RetryPolicy(give_up_after=timedelta())
    row, *_ = claim(mailing, 1)
    record(row, TryLater(code=450), over)
    assert state(row) == "deferred"  # nobody is given up at the first try, however long the mailing takes
    Delivery.objects.filter(pk=row.id).update(next_at=timezone.now())
    (row,) = claim(mailing, 1)
    record(row, TryLater(code=450), over)
    assert Delivery.objects.values_list("state", "reason").get(pk=row.id) == ("refused", "expired")


def test_who_leaves_pauses_or_is_suppressed_between_plan_and_claim_gets_nothing(
    mailing: Mailing, workspace: Workspace
) -> None:
    left, paused, never, erased, stays = Subscriber.objects.order_by("pk")
    Subscriber.objects.filter(pk=left.pk).update(status="unsubscribed")
    Subscriber.objects.filter(pk=paused.pk).update(paused_until=timezone.now() + timedelta(days=1))
    suppress(workspace, never.address_compared, SuppressionReason.ASKED)
    erased.delete()
    assert [row.address for row in claim(mailing)] == [stays.address]
    assert ledger.counts(mailing.pk) == {
        ("skipped", "left"): 1,
        ("skipped", "paused"): 1,
        ("skipped", "suppressed"): 1,
        ("skipped", "erased"): 1,
        ("claimed", ""): 1,
    }


def test_a_batch_of_leavers_does_not_look_like_the_end(mailing: Mailing) -> None:
    first_two = Delivery.objects.order_by("pk").values("subscriber")[:2]
    Subscriber.objects.filter(pk__in=[row["subscriber"] for row in first_two]).update(status="complained")
    assert len(claim(mailing, 2)) == 2


def test_a_mailing_is_finished_by_a_count_and_forgets_its_address_keys(mailing: Mailing) -> None:
    rows = claim(mailing)
    for row in rows[1:]:
        intend(row)
        record(row, Accepted(code=250))
    assert not ledger.finish(mailing.pk)
    assert not Delivery.objects.filter(address_key__isnull=True).exists()
    record(rows[0], Refused(code=550))
    assert ledger.finish(mailing.pk)
    assert not ledger.finish(mailing.pk)
    assert not Delivery.objects.filter(address_key__isnull=False).exists()


def test_a_claim_shows_no_personal_data_when_it_is_printed(mailing: Mailing) -> None:
    row, *_ = claim(mailing)
    assert row.address not in repr(row)
    assert row.name not in repr(row)


def test_a_second_try_put_off_by_a_clock_that_was_ahead_comes_now(workspace: Workspace, mailing: Mailing) -> None:
    """A computer without a clock of its own may think for an hour that it is next year."""
    first, second, third, *_ = claim(mailing)
    intend(first)
    record(first, TryLater(code=450))
    ledger.put_back([second], until=timezone.now() + timedelta(hours=1))
    ledger.put_back([third], until=timezone.now() + timedelta(days=365))
    Delivery.objects.filter(pk=first.id).update(next_at=timezone.now() + timedelta(days=365))
    sweep(workspace)
    due = dict(Delivery.objects.filter(pk__in=[first.id, second.id, third.id]).values_list("pk", "next_at"))
    assert due[first.id] <= timezone.now() >= due[third.id]
    assert due[second.id] > timezone.now()
