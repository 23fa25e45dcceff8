"""What became of a mailing, in numbers and codes; and how fast it goes."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.models import Attempt, Delivery, DeliveryEvent, Edition, Mailing, Subscriber
from newsletter.services.locking import sending_lock
from newsletter.services.overview import mailings
from newsletter.services.planning import plan
from newsletter.services.reporting import report_on
from newsletter.services.steering import start
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailing(workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]) -> Mailing:
    people(4, nation="scotland")
    people(6)
    mailing = plan(workspace, edition)
    start(mailing)
    return mailing


def test_a_report_counts_versions_codes_and_what_was_heard_later_and_names_nobody(mailing: Mailing) -> None:
    rows = list(Delivery.objects.order_by("pk"))
    Delivery.objects.update(state="accepted")
    for row, code, enhanced in zip(rows, (550, 550, 554), ("5.1.1", "5.1.1", ""), strict=False):
        Delivery.objects.filter(pk=row.pk).update(
            state="refused", code=code, enhanced=enhanced, reply_text="no such user reader0@example.org"
        )
    for number, kind in enumerate(("bounced", "bounced", "complained")):
        DeliveryEvent.objects.create(
            delivery=rows[9], provider="test", event_id=str(number), kind=kind, at=timezone.now()
        )
    found = report_on(mailing)
    assert found.receipt.sentence == "10 chosen = 7 accepted + 3 sent back by their mail system"
    assert found.versions == {"en": 6, "en+scotland": 1}
    assert list(found.sent_back.items()) == [("550 5.1.1", 2), ("554", 1)]
    assert found.heard_later == {"sent back later": 1, "marked as spam": 1}
    assert found.approved_by == ("Ann Approver", "Bob Approver")
    assert "reader" not in json.dumps(found.as_dict())


@pytest.mark.usefixtures("mailing")
def test_status_tells_the_sum_the_rate_and_the_time_left(workspace: Workspace) -> None:
    now = timezone.now()
    done = list(Delivery.objects.values_list("pk", flat=True)[:4])
    Delivery.objects.filter(pk__in=done).update(state="accepted")
    for age, pk in zip((300, 20, 10, 1), done, strict=True):
        Attempt.objects.create(delivery_id=pk, number=1, at=now - timedelta(seconds=age), outcome="accepted")
    with sending_lock(workspace):
        (view,) = mailings(workspace)
    told = view.as_dict()
    assert (told["sent"], told["waiting"], told["sent_back"], told["cannot_tell"], told["left_out"]) == (4, 6, 0, 0, 0)
    assert told["rate"] == pytest.approx(3 / 20, rel=0.1)
    assert told["seconds_left"] == pytest.approx(40, rel=0.1)
    assert told["next_steps"] == []


def test_what_is_not_on_its_way_has_no_rate(workspace: Workspace, mailing: Mailing) -> None:
    Mailing.objects.update(state="paused")
    (view,) = mailings(workspace, str(mailing.pk))
    assert (view.rate, view.seconds_left) == (0.0, None)


def test_after_a_crash_status_says_that_nobody_is_sending_and_how_to_go_on(
    workspace: Workspace, mailing: Mailing
) -> None:
    rows = list(Delivery.objects.order_by("pk"))
    Attempt.objects.create(delivery=rows[0], number=1, at=timezone.now(), outcome="accepted")
    Delivery.objects.filter(pk=rows[1].pk).update(state="in_doubt")
    (view,) = mailings(workspace)
    going_on, doubts = view.next_steps
    assert going_on.startswith(f"Nobody is sending it at this moment: `newsletter resume {mailing.pk}`")
    assert "newsletter resolve" in doubts
    assert (view.rate, view.seconds_left, view.next_try) == (0.0, None, None)


def test_status_says_when_the_next_try_is_due_where_nobody_is(workspace: Workspace, mailing: Mailing) -> None:
    due = timezone.now() + timedelta(minutes=20)
    Delivery.objects.update(state="deferred", next_at=due)
    (view,) = mailings(workspace, str(mailing.pk))
    assert view.next_try == due
    assert view.as_dict()["next_try"] == due.isoformat()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("planned", "has not begun"),
        ("scheduled", "newsletter serve"),
        ("needs_approval", "--by NAME"),
        ("paused", "newsletter resume"),
    ],
)
def test_status_says_what_can_be_done_next(workspace: Workspace, mailing: Mailing, state: str, words: str) -> None:
    Mailing.objects.update(state=state)
    (view,) = mailings(workspace, str(mailing.pk))
    assert words in view.next_steps[0]


@pytest.mark.parametrize("state", ["finished", "cancelled"])
def test_what_has_ended_needs_nothing_more(workspace: Workspace, mailing: Mailing, state: str) -> None:
    Mailing.objects.update(state=state)
    (view,) = mailings(workspace, mailing.edition.issue_id)
    assert view.next_steps == ()
