"""Mail that comes back, across mailings: when an address is given up, when never. Row 4 of the faults."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.models import F
from django.utils import timezone

from newsletter.models import (
    Bounce,
    ConsentEvent,
    ConsentRecord,
    Delivery,
    Edition,
    EventKind,
    Mailing,
    Mechanism,
    Subscriber,
)
from newsletter.services import bouncing
from newsletter.services.bouncing import count_refusals
from newsletter.services.consent import note
from newsletter.services.events import DeliveryRef, Report, record_event
from newsletter.services.modes import go_live
from newsletter.services.planning import plan
from newsletter.services.reporting import report_on
from newsletter.services.sweeping import sweep
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db

GONE = (550, "5.1.1", "5.1.1 no such user")
FULL = (552, "5.2.2", "5.2.2 mailbox full")
BLOCKED = (550, "5.7.1", "5.7.1 looks like spam")
ARRIVED = (250, "2.0.0", "2.0.0 ok")

Answer = tuple[int, str, str]


@pytest.fixture
def person(workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]) -> Subscriber:
    """The one reader of a live newsletter, for half a year."""
    assert edition
    go_live(workspace, by="Ann")
    (reader,) = people(1)
    Subscriber.objects.update(joined_at=timezone.now() - timedelta(days=180))
    return reader


@pytest.fixture
def month(workspace: Workspace, edition: Edition, person: Subscriber) -> Callable[..., Mailing]:
    """A mailing that is answered so, a month before the next one."""

    def send(answer: Answer) -> Mailing:
        Bounce.objects.update(at=F("at") - timedelta(days=30))
        mailing = plan(workspace, edition, again="another month")
        told(mailing, answer)
        count_refusals(workspace)
        person.refresh_from_db()
        return mailing

    return send


def told(mailing: Mailing, answer: Answer) -> None:
    """What the mail server says to the one delivery."""
    code, enhanced, words = answer
    now = timezone.now()
    state = "accepted" if code == 250 else "refused"
    Delivery.objects.filter(mailing=mailing).update(
        state=state, code=code, enhanced=enhanced, reply_text=words, updated_at=now
    )
    Mailing.objects.filter(pk=mailing.pk).update(started_at=now, finished_at=now, state="finished")


Month = Callable[[Answer], Mailing]


def test_a_mailbox_that_does_not_exist_is_believed_the_second_time(month: Month, person: Subscriber) -> None:
    month(GONE)
    assert person.status == "subscribed"
    mailing = month(GONE)
    assert person.status == "bounced"
    record = person.consent.get()
    assert (record.event, record.mechanism, record.source) == ("bounced", "bounce", f"mailing {mailing.pk}")
    assert record.reason == "there is no such mailbox, 550 5.1.1"


def test_who_was_given_up_is_left_out_of_the_next_mailing(
    workspace: Workspace, edition: Edition, month: Month, person: Subscriber, people: Callable[..., list[Subscriber]]
) -> None:
    month(GONE)
    month(GONE)
    people(1)
    mailing = plan(workspace, edition, again="another month")
    assert not mailing.deliveries.filter(subscriber=person, state="pending").exists()


def test_one_mailing_that_arrives_begins_the_count_anew(month: Month, person: Subscriber) -> None:
    for answer in (GONE, ARRIVED, GONE):
        month(answer)
    assert person.status == "subscribed"


def test_a_full_mailbox_has_four_mailings_and_both_kinds_add_up(month: Month, person: Subscriber) -> None:
    for answer in (FULL, GONE, FULL):
        month(answer)
    assert person.status == "subscribed"
    month(FULL)
    assert person.status == "bounced"


def test_a_filter_never_costs_a_reader_their_place(month: Month, person: Subscriber) -> None:
    for _ in range(6):
        month(BLOCKED)
    assert person.status == "subscribed"
    assert not ConsentRecord.objects.exists()
    month(GONE)
    month(BLOCKED)
    month(GONE)
    assert person.status == "bounced"  # what the filter said in between says nothing of the mailbox


def test_two_mailings_of_one_day_are_one_piece_of_news(
    workspace: Workspace, edition: Edition, month: Month, person: Subscriber
) -> None:
    month(GONE)
    told(plan(workspace, edition, again="a correction, an hour later"), GONE)
    Bounce.objects.update(at=timezone.now())
    count_refusals(workspace)
    person.refresh_from_db()
    assert person.status == "subscribed"


@pytest.mark.parametrize("event", [ConsentEvent.RETURNED, ConsentEvent.MOVED])
def test_who_came_back_or_moved_begins_anew(month: Month, person: Subscriber, event: ConsentEvent) -> None:
    month(GONE)
    note(person, event, Mechanism.REPLY)
    month(GONE)
    assert person.status == "subscribed"


def test_the_policy_is_a_setting(
    make_workspace: Callable[..., Workspace], workspace: Workspace, edition: Edition, person: Subscriber
) -> None:
    told(plan(workspace, edition), GONE)
    count_refusals(make_workspace(NEWSLETTER__BOUNCES__GONE="1"))
    person.refresh_from_db()
    assert person.status == "bounced"


def test_counting_twice_counts_once(workspace: Workspace, month: Month, person: Subscriber) -> None:
    month(GONE)
    for _ in range(3):
        count_refusals(workspace)
        sweep(workspace)
    assert Bounce.objects.count() == 1
    assert person.status == "subscribed"


def test_practice_counts_for_nobody(
    workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]
) -> None:
    people(1)
    mailing = plan(workspace, edition)
    assert mailing.practice
    told(mailing, GONE)
    count_refusals(workspace)
    assert not Bounce.objects.exists()


def test_an_acceptance_in_practice_is_no_sign_of_life(
    workspace: Workspace, edition: Edition, month: Month, person: Subscriber
) -> None:
    month(GONE)
    told(plan(workspace, edition, again="a try"), ARRIVED)
    Mailing.objects.filter(pk=Mailing.objects.latest("pk").pk).update(practice=True)
    month(GONE)
    assert person.status == "bounced"


def test_a_count_that_fails_undoes_nothing_and_the_sweep_makes_up_for_it(
    make_workspace: Callable[..., Workspace],
    edition: Edition,
    person: Subscriber,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    workspace = make_workspace(NEWSLETTER__BOUNCES__GONE="1")
    told(plan(workspace, edition), GONE)

    def full(*_of: object) -> bool:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patch, caplog.at_level("WARNING"):
        patch.setattr(bouncing, "_judge", full)
        count_refusals(workspace)
    assert "next sweep" in caplog.text
    assert Delivery.objects.get().state == "refused"
    assert not Bounce.objects.exists()
    sweep(workspace)
    person.refresh_from_db()
    assert person.status == "bounced"


def test_an_erased_reader_is_no_hindrance(workspace: Workspace, edition: Edition, person: Subscriber) -> None:
    told(plan(workspace, edition), GONE)
    person.delete()
    count_refusals(workspace)
    assert Bounce.objects.get().cause == "gone"


def bounced(mailing: Mailing, number: int, **how: object) -> Report:
    row = mailing.deliveries.get()
    ref = DeliveryRef(delivery=row.pk, message=row.message_id.strip("<>").partition("@")[0])
    facts = {"provider": "mailgun", "event_id": f"e{number}", "at": timezone.now(), **how}
    return Report(ref=ref, kind=EventKind.BOUNCED, **facts)  # type: ignore[arg-type]


def test_a_providers_events_and_a_servers_refusals_are_counted_together(
    workspace: Workspace, month: Month, person: Subscriber
) -> None:
    month(GONE)
    mailing = month(ARRIVED)  # by the provider, who then says that it came back
    record_event(workspace, bounced(mailing, 1, permanent=True, raw={"enhanced": "5.1.1"}))
    person.refresh_from_db()
    assert person.status == "bounced"
    assert person.consent.get().source == "mailgun"


def test_of_several_reports_on_one_delivery_the_worst_counts_once(
    workspace: Workspace, month: Month, person: Subscriber
) -> None:
    mailing = month(ARRIVED)
    for number, (permanent, status) in enumerate([(False, "5.7.1"), (False, "4.2.2"), (True, "5.1.1"), (False, "")]):
        record_event(workspace, bounced(mailing, number, permanent=permanent, raw={"enhanced": status}))
    assert Bounce.objects.get().cause == "gone"
    person.refresh_from_db()
    assert person.status == "subscribed"


def test_what_a_provider_does_not_call_final_is_a_mailbox_closed_for_now(workspace: Workspace, month: Month) -> None:
    record_event(workspace, bounced(month(ARRIVED), 1, raw={"enhanced": "5.1.1", "code": "550"}))
    assert Bounce.objects.get().cause == "closed"


def test_the_report_says_why_mail_came_back_and_who_was_given_up(month: Month) -> None:
    month(GONE)
    found = report_on(month(GONE))
    assert found.came_back == {"there is no such mailbox": 1}
    assert found.given_up == 1
