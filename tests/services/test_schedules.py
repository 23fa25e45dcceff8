"""Moments as people type them, and mailings that are due."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from filelock import FileLock

from newsletter.errors import ConflictError, InputError
from newsletter.models import Delivery, Edition, Mailing, Subscriber
from newsletter.services.planning import plan
from newsletter.services.receipts import Receipt
from newsletter.services.schedules import fire_due, parse_moment
from newsletter.services.steering import pause, resume
from newsletter.services.waiting import look_on, wait_for
from newsletter.workspace import Workspace

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2025, 1, 1, tzinfo=UTC)

MakePeople = Callable[..., list[Subscriber]]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2025-12-05T09:30", "2025-12-05T09:30:00+00:00"),
        ("2025-07-05T09:30", "2025-07-05T09:30:00+01:00"),
        ("2025-07-05 09:30", "2025-07-05T09:30:00+01:00"),
        (" 2025-07-05 9:30 ", "2025-07-05T09:30:00+01:00"),
        ("2025-10-26T01:30+01:00", "2025-10-26T01:30:00+01:00"),
        ("2025-10-26T01:30+00:00", "2025-10-26T01:30:00+00:00"),
        ("2025-10-26T02:00", "2025-10-26T02:00:00+00:00"),
        ("2025-03-30T00:59", "2025-03-30T00:59:00+00:00"),
    ],
)
def test_a_moment_is_meant_in_the_newsletters_zone_unless_it_says_otherwise(text: str, meant: str) -> None:
    assert parse_moment(text, LONDON, now=NOW).isoformat() == meant


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tomorrow", "is not a moment"),
        ("2025-12-05", "write date and time"),
        ("2025-W49-5", "write date and time"),
        ("9:30", "write date and time"),
        ("2025-03-30T01:30", "does not exist in Europe/London"),
        ("2025-10-26T01:30", r"write 2025-10-26T01:30\+01:00 for the first or 2025-10-26T01:30\+00:00 for the second"),
        ("2024-12-31T23:59", "is past"),
    ],
)
def test_a_moment_that_is_none_or_two_is_refused_with_the_remedy(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        parse_moment(text, LONDON, now=NOW)


@pytest.fixture
def scheduled(workspace: Workspace, edition: Edition, people: MakePeople) -> Mailing:
    people(2)
    return plan(workspace, edition, at=timezone.now() + timedelta(hours=1))


def at(mailing: Mailing, **span: float) -> datetime:
    assert mailing.scheduled_for is not None
    return mailing.scheduled_for + timedelta(**span)


@pytest.mark.django_db
def test_a_schedule_fires_when_it_is_due_and_not_before(workspace: Workspace, scheduled: Mailing) -> None:
    assert fire_due(workspace, at(scheduled, seconds=-1)) == []
    assert fire_due(workspace, at(scheduled, seconds=1)) == [scheduled]
    assert fire_due(workspace, at(scheduled, minutes=119)) == [scheduled]


@pytest.mark.django_db
def test_what_is_long_overdue_waits_for_a_named_person(workspace: Workspace, scheduled: Mailing) -> None:
    assert fire_due(workspace, at(scheduled, minutes=121)) == []
    scheduled.refresh_from_db()
    assert scheduled.state == "needs_approval"
    with pytest.raises(InputError, match="--by"):
        resume(scheduled, by="")
    Mailing.objects.update(scheduled_for=timezone.now() - timedelta(hours=3))
    scheduled.refresh_from_db()
    resume(scheduled, by="Ann")
    assert scheduled.state == "sending"
    assert fire_due(workspace) == [scheduled]


@pytest.mark.django_db
def test_a_paused_schedule_waits_for_its_time_again(workspace: Workspace, scheduled: Mailing) -> None:
    pause(scheduled, by="Ann")
    assert fire_due(workspace, at(scheduled, minutes=1)) == []
    resume(scheduled, by="Ann")
    assert scheduled.state == "scheduled"


@pytest.mark.django_db
def test_the_grace_is_a_setting(make_workspace: Callable[..., Workspace], scheduled: Mailing) -> None:
    workspace = make_workspace(NEWSLETTER__SENDING__GRACE="5")
    assert fire_due(workspace, at(scheduled, minutes=6)) == []


@pytest.mark.django_db
def test_what_a_stopped_process_left_on_its_way_is_taken_up(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(1)
    mailing = plan(workspace, edition)
    assert fire_due(workspace) == []
    Mailing.objects.update(state="sending")
    assert fire_due(workspace) == [mailing]


@pytest.mark.django_db
def test_waiting_ends_when_it_is_due_stopped_or_held(workspace: Workspace, scheduled: Mailing) -> None:
    stop = Event()
    stop.set()
    wait_for(workspace, scheduled, stop)
    Mailing.objects.update(scheduled_for=timezone.now())
    scheduled.refresh_from_db()
    wait_for(workspace, scheduled, Event())
    assert scheduled.state == "scheduled"
    Mailing.objects.update(scheduled_for=timezone.now() - timedelta(days=1))
    scheduled.refresh_from_db()
    with pytest.raises(ConflictError, match="long past"):
        wait_for(workspace, scheduled, Event())


@pytest.mark.django_db
def test_looking_on_ends_with_the_mailing_or_with_the_other_process(
    workspace: Workspace, edition: Edition, people: MakePeople, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsletter.services.waiting._LOOK", 0.01)
    people(2)
    mailing = plan(workspace, edition)
    seen: list[Receipt] = []

    def watch(receipt: Receipt) -> None:
        seen.append(receipt)
        if len(seen) == 3:
            Delivery.objects.update(state="accepted")
            Mailing.objects.update(state="finished")

    workspace.data.mkdir(exist_ok=True)
    with FileLock(workspace.data / "sending.lock", is_singleton=False):
        receipt = look_on(workspace, mailing, Event(), watch)
    assert receipt is not None
    assert (receipt.sentence, [one.open for one in seen]) == ("2 chosen = 2 accepted", [2, 2, 2, 0])
    Mailing.objects.update(state="planned")
    assert look_on(workspace, mailing, Event(), seen.append) is None
