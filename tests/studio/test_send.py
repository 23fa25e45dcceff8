"""Sending: one looks at the numbers first, can undo it for some minutes, and nothing is done twice."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from clicking import approve, page, words_of
from django.test import Client
from django.utils import timezone

from newsletter.engine.local import send_here
from newsletter.models import Delivery, Edition, Mailing, Subscriber
from newsletter.services.schedules import fire_due
from newsletter.workspace import Workspace

People = tuple[Client, Client]
Many = Callable[..., list[Subscriber]]
SEND = "/studio/issues/2025-11/send"


def choice(edition: Edition, **more: str) -> dict[str, str]:
    """The form as somebody fills it in."""
    return {"to": "everybody", "when": "now", "edition": edition.content_hash, **more}


@pytest.fixture
def sent(approved: Edition, two: People, people: Many) -> Mailing:
    """The issue, set to leave now."""
    people(3)
    assert two[0].post(SEND, choice(approved)).status_code == 303
    return Mailing.objects.get()


def leave(workspace: Workspace, mailing: Mailing) -> None:
    """What `newsletter serve` does when its time has come."""
    Mailing.objects.filter(pk=mailing.pk).update(scheduled_for=timezone.now())
    for due in fire_due(workspace):
        send_here(workspace, due)
    mailing.refresh_from_db()


@pytest.mark.usefixtures("issue")
def test_what_is_not_approved_is_not_sent(two: People) -> None:
    assert "not approved, so it can’t be sent" in page(two[0], "issues/2025-11/send")
    answer = two[0].post(SEND, {"to": "everybody", "when": "now", "edition": "0" * 64})
    assert "Nothing was sent" in words_of(answer, 409)
    assert not Mailing.objects.exists()


def test_the_numbers_come_first_with_the_reasons_people_are_left_out(
    approved: Edition, two: People, people: Many
) -> None:
    people(2)
    people(1, nation="scotland")
    people(1, paused_until=timezone.now() + timedelta(days=3))
    shown = page(two[0], "issues/2025-11/send")
    assert "Everybody on the list: 4" in shown
    assert "Readers in Scotland: 1" in shown
    looked = words_of(two[0].get(SEND, choice(approved)))
    assert "Nothing has been done yet" in looked
    assert "Send it to 3 people" in looked
    assert "paused 1" in looked
    assert "3 people: less than a minute. You can close this window." in looked
    assert not Mailing.objects.exists()
    assert "Send it to 1 person" in words_of(two[0].get(SEND, choice(approved, to="segment:scotland")))


def test_send_now_waits_long_enough_to_be_stopped(sent: Mailing, two: People) -> None:
    assert sent.scheduled_for is not None
    wait = sent.scheduled_for - timezone.now()
    assert timedelta(minutes=4) < wait <= timedelta(minutes=5)
    assert "Nobody has anything yet, and until then Stop undoes it" in page(two[1], f"mailings/{sent.pk}/")
    assert two[1].post(f"/studio/mailings/{sent.pk}/stop").status_code == 303
    assert "It is stopped. Nobody got anything." in page(two[1], f"mailings/{sent.pk}/")
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_stopped_can_be_sent_after_all_and_adds_up(
    sent: Mailing, approved: Edition, two: People, workspace: Workspace
) -> None:
    two[0].post(f"/studio/mailings/{sent.pk}/stop")
    two[0].post(SEND, choice(approved))
    second = Mailing.objects.latest("pk")
    leave(workspace, second)
    assert "3 chosen = 3 accepted" in page(two[0], f"mailings/{second.pk}/")
    listed = page(two[0], "mailings/")
    assert f"Mailing {second.pk}: {approved.subject} finished practice Issue 2025-11" in listed
    assert "Nobody got anything." in listed, "the one that was stopped"
    assert "reader0@example.org" in page(two[0], f"mailings/{second.pk}/list/accepted")


def test_the_back_button_after_sending_does_nothing_and_says_so(sent: Mailing, approved: Edition, two: People) -> None:
    for person in two:
        answer = person.post(SEND, choice(approved))
        assert answer["Location"] == f"/studio/mailings/{sent.pk}/"
        assert "This was done already, so nothing was done now" in page(person, f"mailings/{sent.pk}/")
        assert person.get(SEND, choice(approved))["Location"] == f"/studio/mailings/{sent.pk}/"
    assert Mailing.objects.count() == 1


def test_a_text_approved_anew_meanwhile_is_looked_at_again(approved: Edition, two: People, people: Many) -> None:
    people(1)
    answer = two[0].post(SEND, choice(approved) | {"edition": "f" * 64})
    assert "Another text was approved" in words_of(answer, 400)
    assert not Mailing.objects.exists()


def test_a_time_in_the_uk_is_kept_and_one_that_the_clocks_skip_is_refused(
    approved: Edition, two: People, people: Many
) -> None:
    people(1)

    def at(day: str, time: str) -> Any:
        return two[0].post(SEND, choice(approved, when="at", day=day, time=time))

    assert "the clocks go forward" in words_of(at("2099-03-29", "01:30"), 400)
    assert "comes twice" in words_of(at("2099-10-25", "01:30"), 400)
    assert "is past" in words_of(at("2020-07-01", "09:30"), 400)
    assert "Please fill this in" in words_of(at("", ""), 400)
    assert "is not a moment" in words_of(at("soon", "late"), 400)
    assert not Mailing.objects.exists()
    assert at("2099-07-01", "9:30").status_code == 303
    moment = Mailing.objects.get().scheduled_for
    assert moment is not None
    assert moment.astimezone(ZoneInfo("Europe/London")).isoformat() == "2099-07-01T09:30:00+01:00"


def test_a_time_within_the_minutes_to_stop_it_is_refused(approved: Edition, two: People, people: Many) -> None:
    people(1)
    soon = (timezone.now() + timedelta(minutes=2)).astimezone(ZoneInfo("Europe/London"))
    given = choice(approved, when="at", day=f"{soon:%Y-%m-%d}", time=f"{soon:%H:%M}")
    assert "at the earliest" in words_of(two[0].post(SEND, given), 400)
    assert not Mailing.objects.exists()


def test_nobody_is_an_audience_to_choose_again(approved: Edition, two: People) -> None:
    looked = words_of(two[0].get(SEND, choice(approved)))
    assert "Nobody would get it" in looked
    assert "Nobody would get it" in words_of(two[0].post(SEND, choice(approved)), 400)
    assert not Mailing.objects.exists()


@pytest.mark.usefixtures("issue")
def test_a_test_copy_goes_to_whoever_asks_for_it(two: People, workspace: Workspace) -> None:
    assert two[0].post("/studio/issues/2025-11/test").status_code == 303
    (copy,) = (workspace.outbox / "test").glob("*.eml")
    assert b"ann@example.org" in copy.read_bytes()


@pytest.mark.django_db(transaction=True)
def test_another_text_reaches_everybody_again_only_with_a_reason(
    sent: Mailing, issue: Path, two: People, workspace: Workspace
) -> None:
    leave(workspace, sent)
    issue.write_text(issue.read_text().replace("Good morning", "Good evening"))
    for person in two:
        approve(person)
    edition = Edition.objects.latest("pk")
    answer = two[0].post(SEND, choice(edition))
    assert "Say why they get it once more" in words_of(answer, 400)
    assert "Why do they get this issue once more" in words_of(two[0].get(SEND, choice(edition)))
    told = two[0].get(SEND, choice(edition, to=f"mailing:{sent.pk}"))
    assert "Send it to 3 people" in words_of(told)
    two[0].post(SEND, choice(edition, to=f"mailing:{sent.pk}"))
    assert Mailing.objects.latest("pk").corrects == sent
