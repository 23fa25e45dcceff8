"""Corrections and copies on request: who has what was wrong is told, and nobody gets two by asking early."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from filelock import FileLock
from test_planning import second_edition

from newsletter.errors import ConflictError
from newsletter.models import Attempt, Delivery, Edition, Mailing, Subscriber
from newsletter.services import ledger
from newsletter.services.copies import plan_copy
from newsletter.services.planning import plan
from newsletter.services.retrying import PATIENT
from newsletter.services.steering import cancel, start
from newsletter.workspace import Workspace

MakePeople = Callable[..., list[Subscriber]]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["planned", "scheduled", "needs_approval", "sending", "paused"])
def test_what_may_still_leave_is_stopped_before_it_is_corrected(
    workspace: Workspace, edition: Edition, people: MakePeople, state: str
) -> None:
    """Resumed after its correction, it would go on giving people what was wrong."""
    people(1)
    wrong = plan(workspace, edition)
    Mailing.objects.update(state=state)  # by another process: what we hold is older
    with pytest.raises(ConflictError, match="stop it first"):
        plan(workspace, second_edition(workspace, edition), correcting=wrong)


def test_a_correction_waits_for_the_last_mails_of_what_was_stopped_and_counts_what_a_crash_left(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(2)
    wrong = plan(workspace, edition)
    start(wrong)
    (row,) = ledger.claim(wrong.pk, owner="me", most=1)
    ledger.settle((), [row.id], held={row.id: row}, route="test", retry=PATIENT)
    cancel(wrong, by="Ann")
    workspace.data.mkdir(exist_ok=True)
    with (
        FileLock(workspace.data / "sending.lock", is_singleton=False),
        pytest.raises(ConflictError, match="still leaving"),
    ):
        plan(workspace, second_edition(workspace, edition), correcting=wrong)
    mailing = plan(workspace, Edition.objects.latest("pk"), correcting=wrong)  # nobody holds the lock: it had died
    assert [one.subscriber_id for one in mailing.deliveries.all()] == [Delivery.objects.get(pk=row.id).subscriber_id]


def test_a_correction_reaches_who_has_a_copy_on_request_and_who_may_have_the_first_of_two_tries(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    copied, tried, untouched = people(3)
    wrong = plan(workspace, edition)
    start(wrong)
    Delivery.objects.filter(subscriber__in=[copied, untouched]).update(state="refused", attempt=1)
    copy = plan_copy(workspace, "2025-11", copied.address, reason="never came")
    copy.deliveries.update(state="accepted")
    row = Delivery.objects.get(mailing=wrong, subscriber=tried)
    Delivery.objects.filter(pk=row.pk).update(state="refused", attempt=2)
    for number, outcome in ((1, "in_doubt"), (2, "refused")):
        Attempt.objects.create(delivery=row, number=number, at=timezone.now(), outcome=outcome)
    Mailing.objects.update(state="finished")
    mailing = plan(workspace, second_edition(workspace, edition), correcting=wrong)
    chosen = set(mailing.deliveries.values_list("subscriber", flat=True))
    assert chosen == {copied.pk, tried.pk}


def test_a_correction_of_a_correction_goes_to_exactly_those_who_have_that_one(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    first, second = people(2)
    wrong = plan(workspace, edition)
    Delivery.objects.update(state="accepted")
    Mailing.objects.update(state="finished")
    better = plan(workspace, second_edition(workspace, edition), correcting=wrong)
    better.deliveries.filter(subscriber=first).update(state="accepted")
    better.deliveries.filter(subscriber=second).update(state="refused")
    Mailing.objects.update(state="finished")
    best = plan(workspace, second_edition(workspace, edition, "e"), correcting=better)
    assert [row.subscriber_id for row in best.deliveries.filter(state="pending")] == [first.pk]
    best.deliveries.update(state="accepted")
    rest = plan(workspace, best.edition, correcting=wrong)  # and whom the first correction did not reach
    states = rest.deliveries.order_by("subscriber").values_list("subscriber", "state", "reason")
    assert list(states) == [(first.pk, "skipped", "already"), (second.pk, "pending", "")]


@pytest.mark.parametrize("state", ["pending", "claimed", "transmitting", "deferred"])
def test_who_asks_for_a_copy_while_theirs_is_on_its_way_gets_one_and_not_two(
    workspace: Workspace, edition: Edition, people: MakePeople, state: str
) -> None:
    people(2)
    start(plan(workspace, edition))
    Delivery.objects.update(state=state, next_at=timezone.now())
    with pytest.raises(ConflictError, match="on its way, with mailing"):
        plan_copy(workspace, "2025-11", "reader1@example.org", reason="never came")
    Delivery.objects.update(state="accepted")
    plan_copy(workspace, "2025-11", "reader1@example.org", reason="never came")
    with pytest.raises(ConflictError, match="on its way, with mailing"):  # asked for twice in a row
        plan_copy(workspace, "2025-11", "reader1@example.org", reason="never came")
