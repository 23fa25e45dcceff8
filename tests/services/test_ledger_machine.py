"""The ledger under any order of events: whatever workers, crashes and people do, nobody can be accepted twice.

Hypothesis invents the order. A model beside the ledger knows only what a mail server knows: which copies it took. The
model's rule is the one that matters to a reader, and a planted fault (an unanswered body back in the queue) breaks it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from newsletter.errors import ConflictError
from newsletter.models import OPEN, Attempt, Delivery, Edition, Mailing, Subscriber
from newsletter.services import ledger, resolving, steering, sweeping
from newsletter.services.ledger import Claimed
from newsletter.services.planning import plan
from newsletter.services.receipts import receipt_of
from newsletter.services.retrying import RetryPolicy
from newsletter.transports.base import Accepted, InDoubt, Outcome, Refused, TryLater
from newsletter.workspace import Workspace

PEOPLE = 6
AT_ONCE = RetryPolicy(first=timedelta())

pytestmark = [pytest.mark.heavy, pytest.mark.django_db]


class RolledBackError(Exception):
    """Ends a run of the machine, so that the next begins with an empty ledger."""


@contextmanager
def undone() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise RolledBackError  # noqa: TRY301  (what rolls the transaction back)
    except RolledBackError:
        pass


class Worker:
    """What one process holds in its memory, and loses when it dies."""

    def __init__(self) -> None:
        self.claimed: dict[int, Claimed] = {}
        self.on_the_wire: dict[int, Claimed] = {}
        self.answers: dict[int, tuple[Claimed, Outcome]] = {}  # heard, and not on record yet


class LedgerMachine(RuleBasedStateMachine):
    """Two workers, a mail server, staff, and readers who leave."""

    workspace: Workspace
    plan_mailing: Callable[[], Mailing]

    def __init__(self) -> None:
        super().__init__()
        self.scope = undone()
        self.scope.__enter__()
        self.mailing = type(self).plan_mailing()
        steering.start(self.mailing)
        self.workers = [Worker(), Worker()]
        self.taken: Counter[int] = Counter()  # copies that the server took, by subscriber
        self.sent_again: Counter[int] = Counter()  # times that somebody decided to risk a second copy
        self.left: dict[int, int] = {}  # who left, and how many copies had been begun for them by then

    def teardown(self) -> None:
        self.scope.__exit__(None, None, None)

    @rule(who=st.sampled_from([0, 1]), most=st.integers(1, 4))
    def claims(self, who: int, most: int) -> None:
        rows = ledger.claim(self.mailing.pk, owner=f"worker {who}", most=most)
        self.workers[who].claimed.update((row.id, row) for row in rows)

    @rule(who=st.sampled_from([0, 1]), data=st.data())
    def settles(self, who: int, data: st.DataObject) -> None:
        """Outcomes and intents in one commit, as the fast engine does."""
        worker = self.workers[who]
        known = data.draw(st.sets(st.sampled_from(sorted(worker.answers)))) if worker.answers else set()
        wanted = data.draw(st.sets(st.sampled_from(sorted(worker.claimed)))) if worker.claimed else set()
        answers = {pk: worker.answers.pop(pk) for pk in known}
        granted = ledger.settle(
            [(pk, outcome) for pk, (_, outcome) in answers.items()],
            sorted(wanted),
            held={**{pk: row for pk, (row, _) in answers.items()}, **worker.claimed},
            route="test",
            retry=AT_ONCE,
        )
        assert granted <= wanted
        for pk in wanted:
            row = worker.claimed.pop(pk)
            if pk in granted:
                worker.on_the_wire[pk] = row

    @rule(who=st.sampled_from([0, 1]), kind=st.sampled_from(["taken", "no", "later", "silence"]), data=st.data())
    def the_server_answers(self, who: int, kind: str, data: st.DataObject) -> None:
        worker = self.workers[who]
        if not worker.on_the_wire:
            return
        pk = data.draw(st.sampled_from(sorted(worker.on_the_wire)))
        row = worker.on_the_wire.pop(pk)
        if kind == "taken":
            self._takes(pk)
        answers: dict[str, Outcome] = {
            "taken": Accepted(code=250),
            "no": Refused(code=550),
            "later": TryLater(code=450),
            "silence": InDoubt(text="no answer"),
        }
        worker.answers[pk] = row, answers[kind]

    @rule(who=st.sampled_from([0, 1]), taken=st.booleans(), data=st.data())
    def refuses_before_the_body(self, who: int, data: st.DataObject, *, taken: bool) -> None:
        worker = self.workers[who]
        if worker.claimed:
            pk = data.draw(st.sampled_from(sorted(worker.claimed)))
            worker.answers[pk] = worker.claimed.pop(pk), Refused(code=550) if taken else TryLater(untouched=True)

    @rule(who=st.sampled_from([0, 1]))
    def ends_in_order(self, who: int) -> None:
        """What it holds is let go; what it heard and did not record is lost."""
        worker = self.workers[who]
        self._unanswered(worker)
        lost = {pk: row for pk, (row, _) in worker.answers.items()}
        ledger.release([*worker.claimed.values(), *worker.on_the_wire.values(), *lost.values()])
        self.workers[who] = Worker()

    @rule(taken=st.sets(st.integers(0, 3)))
    def all_processes_die_and_one_starts(self, taken: set[int]) -> None:
        """Of bodies under way the server may have taken any; nobody is left to hear."""
        for worker in self.workers:
            for place, pk in enumerate(sorted(worker.on_the_wire)):
                if place in taken:
                    self._takes(pk)
        self.workers = [Worker(), Worker()]
        sweeping.sweep_locked(self.workspace)

    @rule(who=st.sampled_from([0, 1]))
    def sleeps_past_its_lease(self, who: int) -> None:
        held = self.workers[who]
        ids = [*held.claimed, *held.on_the_wire, *held.answers]
        Delivery.objects.filter(pk__in=ids, lease_until__isnull=False).update(lease_until=timezone.now())
        ledger.recover(self.mailing.pk, everything=False)

    @rule(number=st.integers(0, PEOPLE - 1))
    def somebody_leaves(self, number: int) -> None:
        person = Subscriber.objects.order_by("pk")[number]
        Subscriber.objects.filter(pk=person.pk).update(status="unsubscribed")
        held = [pk for worker in self.workers for pk in (*worker.claimed, *worker.on_the_wire)]
        if not Delivery.objects.filter(pk__in=held, subscriber=person).exists():
            self.left.setdefault(person.pk, self.taken[person.pk])

    @rule(act=st.sampled_from([steering.pause, steering.resume, steering.cancel]))
    def staff_steer(self, act: Callable[..., object]) -> None:
        self.mailing.refresh_from_db()
        with suppress(ConflictError):
            act(self.mailing, by="Ann")

    @precondition(lambda _self: Delivery.objects.filter(state="in_doubt", reason="").exists())
    @rule(again=st.booleans())
    def staff_settle_a_doubt(self, *, again: bool) -> None:
        row = Delivery.objects.filter(state="in_doubt", reason="").earliest("pk")
        self.mailing.refresh_from_db()
        if not again:
            resolving.accept(self.mailing, [row.pk], by="Ann")
        elif self.mailing.state != "cancelled":
            resolving.send_again(self.workspace, self.mailing, [row.pk], by="Ann")
            self.sent_again[row.subscriber_id] += 1

    @rule()
    def a_count_says_whether_it_is_over(self) -> None:
        open_before = Delivery.objects.filter(state__in=OPEN).exists()
        self.mailing.refresh_from_db()
        sending = self.mailing.state == "sending"
        assert ledger.finish(self.mailing.pk) == (sending and not open_before)

    def _takes(self, pk: int) -> None:
        subscriber = Delivery.objects.values_list("subscriber", flat=True).get(pk=pk)
        assert subscriber is not None
        self.taken[subscriber] += 1

    def _unanswered(self, worker: Worker) -> None:
        """The connection ends: the worst case is that the server took everything."""
        for pk in worker.on_the_wire:
            self._takes(pk)

    @invariant()
    def nobody_has_two_copies_that_nobody_decided_on(self) -> None:
        for person, copies in self.taken.items():
            assert copies <= 1 + self.sent_again[person]

    @invariant()
    def nobody_gets_anything_after_leaving(self) -> None:
        for person, before in self.left.items():
            assert self.taken[person] <= before

    @invariant()
    def the_sum_holds(self) -> None:
        self.mailing.refresh_from_db()
        receipt = receipt_of(self.mailing)
        assert sum(part.count for part in receipt.parts) == receipt.chosen == PEOPLE

    @invariant()
    def what_the_server_took_is_accepted_in_doubt_or_still_awaited(self) -> None:
        """Nothing that was taken is told as left out, nor as refused unless that was the answer to a second try; no
        attempt at it is forgotten."""
        heard = {pk for worker in self.workers for pk in (*worker.answers, *worker.on_the_wire)}
        for row in Delivery.objects.filter(subscriber__in=[pk for pk, count in self.taken.items() if count]):
            second = ("pending", "claimed", "deferred", "refused") if self.sent_again[row.subscriber_id or 0] else ()
            if row.pk not in heard:
                assert row.state in ("accepted", "in_doubt", "transmitting", *second), row.state

    @invariant()
    def every_end_has_its_attempt(self) -> None:
        ended = Delivery.objects.filter(state__in=("accepted", "refused", "in_doubt", "deferred"))
        tried = set(Attempt.objects.values_list("delivery", flat=True))
        assert {row.pk for row in ended} <= tried


def run(workspace: Workspace, edition: Edition, *, examples: int, steps: int = 40, without: Sequence[str] = ()) -> None:
    facts = {"workspace": workspace, "plan_mailing": lambda: plan(workspace, edition)}
    machine = type("Machine", (LedgerMachine,), facts | dict.fromkeys(without))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_nobody_twice_and_nobody_lost_in_any_order_of_events(
    workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]
) -> None:
    people(PEOPLE)
    run(workspace, edition, examples=60)


def test_the_machine_finds_a_body_that_is_put_back_in_the_queue(
    workspace: Workspace,
    edition: Edition,
    people: Callable[..., list[Subscriber]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people(PEOPLE)

    def forgetful(rows: list[tuple[int, int, int]]) -> int:
        return Delivery.objects.filter(pk__in=[pk for pk, *_ in rows]).update(state="pending", owner="")

    monkeypatch.setattr(ledger, "_doubt", forgetful)
    # Without those who end a mailing early, so that it is found every time and not only most of the time.
    others = ("staff_steer", "somebody_leaves", "refuses_before_the_body", "a_count_says_whether_it_is_over")
    with pytest.raises(AssertionError):
        run(workspace, edition, examples=300, without=others)
