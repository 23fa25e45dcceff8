"""The ledger as a worker sees it: one commit for many, and nothing leaves that is not on record."""

from collections.abc import Callable
from unittest import mock

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsletter.errors import UnavailableError
from newsletter.models import Attempt, Delivery, Edition, Mailing, Subscriber
from newsletter.services import ledger, ledger_sql
from newsletter.services.journal import LedgerJournal
from newsletter.services.planning import plan
from newsletter.services.retrying import PATIENT
from newsletter.services.steering import start
from newsletter.transports.base import Accepted, InDoubt, Outcome, Refused
from newsletter.workspace import Workspace

TAKEN = Accepted(code=250, text="ok", provider_ref="Q1")


@pytest.fixture
def mailing(workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]) -> Mailing:
    people(6)
    mailing = plan(workspace, edition)
    start(mailing)
    return mailing


@pytest.fixture
def journal(mailing: Mailing, monkeypatch: pytest.MonkeyPatch) -> LedgerJournal:
    monkeypatch.setattr("newsletter.services.journal._WAITS", (0.0, 0.0))
    return LedgerJournal(mailing.pk, route="test", retry=PATIENT)


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.django_db(transaction=True)
def test_outcomes_and_intents_of_many_share_one_commit(journal: LedgerJournal) -> None:
    first, second, third, fourth, *_ = (row.id for row in journal.claim(6))
    journal.settle((), [first, second])
    with CaptureQueriesContext(connection) as queries:
        granted = journal.settle([(first, TAKEN), (second, Refused(code=550))], [third, fourth])
    assert granted == {third, fourth}
    assert states() == ["accepted", "refused", "transmitting", "transmitting", "claimed", "claimed"]
    assert [query["sql"].split()[0] for query in queries] == ["BEGIN", "COMMIT"]
    assert list(Attempt.objects.order_by("pk").values_list("number", "outcome")) == [(1, "accepted"), (1, "refused")]


@pytest.mark.django_db
def test_where_some_are_no_longer_ours_the_others_are_settled_all_the_same(journal: LedgerJournal) -> None:
    first, second, third, fourth, *_ = (row.id for row in journal.claim(6))
    journal.settle((), [first, second])
    Delivery.objects.filter(pk__in=[second, fourth]).update(fence=7)
    assert journal.settle([(first, TAKEN), (second, TAKEN)], [third, fourth]) == {third}
    assert states() == ["accepted", "transmitting", "transmitting", "claimed", "claimed", "claimed"]
    assert Attempt.objects.count() == 1


@pytest.mark.django_db
def test_what_is_not_held_is_not_granted(journal: LedgerJournal) -> None:
    first, second, *_ = (row.id for row in journal.claim(6))
    assert journal.settle([(999, TAKEN)], [first, 999]) == {first}
    journal.put_back([second])
    assert journal.settle((), [second]) == frozenset()
    assert journal.intent([first]) == frozenset()


@pytest.mark.django_db
def test_leave_for_a_copy_is_never_given_for_two(journal: LedgerJournal, mailing: Mailing) -> None:
    """A worker that slept past its lease claimed again what it still had under way, and both copies left."""
    under_way, *_ = (row.id for row in journal.claim(2))
    ledger.recover(mailing.pk, everything=True)
    assert journal.claim(2) == []
    assert states() == ["pending"] * 6
    assert journal.settle((), [under_way]) == frozenset()
    assert [row.id for row in journal.claim(1)] == [under_way]  # its first copy is known not to leave
    assert journal.intent([under_way]) == {under_way}


@pytest.mark.django_db
def test_what_somebody_sends_again_may_be_claimed_by_whoever_was_in_doubt_of_it(journal: LedgerJournal) -> None:
    (row,) = journal.claim(1)
    journal.intent([row.id])
    journal.outcome(row.id, InDoubt(text="too slow"))
    Delivery.objects.filter(pk=row.id).update(state="deferred", next_at=timezone.now())
    assert [again.id for again in journal.claim(1)] == [row.id]


@pytest.mark.django_db
def test_an_answer_later_than_the_doubt_ends_it(journal: LedgerJournal) -> None:
    """A provider's call that was given up may still bring its answer."""
    first, second, *_ = (row.id for row in journal.claim(6))
    journal.intent([first, second])
    journal.settle([(first, InDoubt(text="too slow")), (second, TAKEN)], ())
    journal.settle([(first, TAKEN), (second, InDoubt(text="never"))], ())
    assert states()[:2] == ["accepted", "accepted"]
    assert [row.outcome for row in Attempt.objects.filter(delivery=first).order_by("pk")] == ["in_doubt", "accepted"]
    assert Attempt.objects.filter(delivery=second).count() == 1


@pytest.mark.django_db
def test_outcomes_are_heard_once_they_are_on_record(mailing: Mailing) -> None:
    heard: list[tuple[str, Outcome, str]] = []

    def hear(domain: str, outcome: Outcome) -> None:
        heard.append((domain, outcome, Delivery.objects.earliest("pk").state))

    journal = LedgerJournal(mailing.pk, route="test", retry=PATIENT, hear=hear)
    (row,) = journal.claim(1)
    journal.intent([row.id])
    journal.outcome(row.id, TAKEN)
    assert heard == [("example.org", TAKEN, "accepted")]


@pytest.mark.django_db
def test_a_listener_that_cannot_write_does_not_undo_what_is_on_record(mailing: Mailing) -> None:
    def hear(_domain: str, _outcome: Outcome) -> None:
        raise OperationalError("locked")

    journal = LedgerJournal(mailing.pk, route="test", retry=PATIENT, hear=hear)
    (row,) = journal.claim(1)
    assert journal.settle([(row.id, Refused(code=550))], ()) == frozenset()
    assert states()[0] == "refused"


@pytest.mark.django_db
def test_a_database_that_is_busy_for_a_while_only_costs_time(journal: LedgerJournal) -> None:
    (row, *_) = journal.claim(6)
    real = ledger.settle
    with mock.patch.object(ledger, "settle", side_effect=[OperationalError("locked"), mock.DEFAULT], wraps=real):
        assert journal.intent([row.id]) == {row.id}


@pytest.mark.parametrize("error", [OperationalError("database or disk is full"), DatabaseError("malformed")])
@pytest.mark.django_db
def test_an_intent_that_cannot_be_written_is_not_granted_and_an_outcome_is_left_in_doubt(
    journal: LedgerJournal, mailing: Mailing, error: Exception
) -> None:
    first, second, *_ = (row.id for row in journal.claim(6))
    journal.intent([first])
    with mock.patch.object(ledger_sql, "settle", side_effect=error):
        with pytest.raises(UnavailableError):
            journal.intent([second])
        with pytest.raises(UnavailableError):
            journal.outcome(first, TAKEN)
    ledger.recover(mailing.pk, everything=True)
    assert states() == ["in_doubt", "pending", "pending", "pending", "pending", "pending"]


@pytest.mark.django_db
def test_letting_go_returns_what_was_not_begun_and_doubts_the_rest(journal: LedgerJournal) -> None:
    first, *_ = (row.id for row in journal.claim(3))
    journal.intent([first])
    journal.release()
    assert states() == ["in_doubt", *["pending"] * 5]
    journal.release()


@pytest.mark.django_db
def test_every_range_of_the_queue_is_read_by_its_index_in_order(mailing: Mailing) -> None:
    values = {"mailing": mailing.pk, "now": "2026-01-01", "most": 20}
    with connection.cursor() as cursor:
        for condition in ledger_sql._DUE:
            statement = "EXPLAIN QUERY PLAN " + ledger_sql._READ.format(due=condition, locked="")
            told = " ".join(str(row[-1]) for row in cursor.execute(statement, values).fetchall())
            assert "delivery_claim" in told
            assert "TEMP B-TREE" not in told
            assert "SCAN" not in told
