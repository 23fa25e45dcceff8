"""A mailing's page: live, held, stopped; what became of every copy; and what to do when something is wrong."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from clicking import approve, page, words_of
from django.test import Client
from django.utils import timezone

from newsletter.models import Attempt, Delivery, Edition, Mailing, Role, Subscriber, User, WebCorrection
from newsletter.services.planning import plan
from newsletter.services.schedules import fire_due
from newsletter.services.steering import start
from newsletter.workspace import Workspace

Many = Callable[..., list[Subscriber]]


@pytest.fixture
def mailing(workspace: Workspace, edition: Edition, people: Many) -> Mailing:
    """Five were chosen, two have it."""
    people(5)
    made = plan(workspace, edition)
    start(made)
    for row in Delivery.objects.order_by("pk")[:2]:
        Delivery.objects.filter(pk=row.pk).update(state="accepted", attempt=1)
    return made


@pytest.fixture
def editor(browser_of: Callable[..., Client], make_user: Callable[..., User]) -> Client:
    return browser_of(make_user(Role.EDITOR, "Eve"))


def test_progress_is_asked_for_and_a_new_state_wants_the_whole_page(mailing: Mailing, browser: Client) -> None:
    shown = browser.get(f"/studio/mailings/{mailing.pk}/").content.decode()
    assert f'hx-get="/studio/mailings/{mailing.pk}/now?state=sending"' in shown
    part = browser.get(f"/studio/mailings/{mailing.pk}/now?state=sending", headers={"HX-Request": "true"})
    assert "2 of 5" in part.content.decode()
    assert "HX-Refresh" not in part
    browser.post(f"/studio/mailings/{mailing.pk}/pause")
    assert browser.get(f"/studio/mailings/{mailing.pk}/now?state=sending")["HX-Refresh"] == "true"
    assert "every 3s" not in browser.get(f"/studio/mailings/{mailing.pk}/").content.decode()


def test_an_editor_holds_and_stops_and_an_approver_lets_it_go_on(
    mailing: Mailing, browser: Client, editor: Client
) -> None:
    editor.post(f"/studio/mailings/{mailing.pk}/pause")
    assert "Go on" not in page(editor, f"mailings/{mailing.pk}/")
    assert editor.post(f"/studio/mailings/{mailing.pk}/resume").status_code == 403
    browser.post(f"/studio/mailings/{mailing.pk}/resume")
    mailing.refresh_from_db()
    assert mailing.state == "sending"
    assert "2 have it, 3 do not" in page(editor, f"mailings/{mailing.pk}/wrong")
    editor.post(f"/studio/mailings/{mailing.pk}/stop")
    shown = page(editor, f"mailings/{mailing.pk}/")
    assert "It is stopped. 3 people get nothing of it." in shown
    assert "5 chosen = 2 accepted + 3 stopped before it left" in shown


@pytest.mark.parametrize("act", ["pause", "resume", "stop"])
def test_a_button_of_an_old_page_does_nothing_and_says_so(mailing: Mailing, browser: Client, act: str) -> None:
    Mailing.objects.update(state="finished")
    browser.post(f"/studio/mailings/{mailing.pk}/{act}")
    assert "Nothing was done: this mailing is finished now." in page(browser, f"mailings/{mailing.pk}/")


def test_an_overdue_schedule_asks(workspace: Workspace, edition: Edition, people: Many, browser: Client) -> None:
    people(1)
    mailing = plan(workspace, edition, at=timezone.now() + timedelta(days=1))
    Mailing.objects.update(scheduled_for=timezone.now() - timedelta(hours=9))
    assert fire_due(workspace) == []
    assert "Nothing has left. Shall it go now?" in page(browser, f"mailings/{mailing.pk}/")
    browser.post(f"/studio/mailings/{mailing.pk}/resume")
    assert fire_due(workspace) == [mailing]


def test_each_part_of_the_sum_leads_to_its_people(mailing: Mailing, browser: Client) -> None:
    first, second = Delivery.objects.filter(state="pending").order_by("pk")[:2]
    Delivery.objects.filter(pk=first.pk).update(state="refused", attempt=1, code=550, reply_text="<no> such mailbox")
    Subscriber.objects.filter(pk=second.subscriber_id).update(name="<i>Odd</i>")
    shown = browser.get(f"/studio/mailings/{mailing.pk}/").content.decode()
    assert f'href="/studio/mailings/{mailing.pk}/list/refused"' in shown
    listed = browser.get(f"/studio/mailings/{mailing.pk}/list/refused").content.decode()
    assert "reader2@example.org" in listed
    assert "550 &lt;no&gt; such mailbox" in listed
    assert "&lt;i&gt;Odd&lt;/i&gt;" in browser.get(f"/studio/mailings/{mailing.pk}/list/waiting").content.decode()
    assert browser.get(f"/studio/mailings/{mailing.pk}/list/nonsense").status_code == 404


def test_what_we_cannot_tell_is_settled_with_advice(mailing: Mailing, browser: Client) -> None:
    row = Delivery.objects.filter(state="pending").first()
    assert row
    Delivery.objects.filter(pk=row.pk).update(state="in_doubt", attempt=1)
    Attempt.objects.create(delivery=row, number=1, at=timezone.now(), outcome="in_doubt")
    where = f"/studio/mailings/{mailing.pk}/doubts"
    assert "most such mails have arrived" in page(browser, f"mailings/{mailing.pk}/doubts")
    assert "Please fill this in" in words_of(browser.post(where, {"act": "accept"}), 400)
    assert browser.post(where, {"act": "accept", "ids": [row.pk]}).status_code == 303
    row.refresh_from_db()
    assert (row.state, row.reason) == ("accepted", "decided")
    assert "There is nothing to settle" in page(browser, f"mailings/{mailing.pk}/doubts")


def test_a_copy_goes_to_somebody_on_the_list_alone(mailing: Mailing, browser: Client) -> None:
    Delivery.objects.update(state="accepted")
    Mailing.objects.update(state="finished")
    where = f"/studio/mailings/{mailing.pk}/wrong/copy"
    stranger = browser.post(where, {"address": "stranger@example.org", "reason": "never came"})
    assert stranger.status_code == 400
    assert browser.post(where, {"address": "reader1@example.org", "reason": "never came"}).status_code == 303
    copy = Mailing.objects.latest("pk")
    assert (copy.state, copy.chosen, copy.reason) == ("sending", 1, "copy: never came")


def test_the_web_copy_is_corrected_when_the_right_text_is_approved(mailing: Mailing, browser: Client) -> None:
    where = f"/studio/mailings/{mailing.pk}/wrong/web"
    early = browser.post(where, {"note": "The date was wrong."})
    assert "not approved yet" in words_of(early, 400)
    assert not WebCorrection.objects.exists()


def test_a_picture_is_withdrawn(mailing: Mailing, browser: Client) -> None:
    where = f"/studio/mailings/{mailing.pk}/wrong/picture"
    assert browser.post(where, {"picture": "other.png", "reason": "rights"}).status_code == 400
    assert browser.post(where, {"picture": "dot.png", "reason": "rights"}).status_code == 303
    assert "withdrawn" in page(browser, f"mailings/{mailing.pk}/wrong/picture")


def test_a_short_correction_is_begun_agreed_and_sent_to_those_who_have_it(
    mailing: Mailing, issue: Path, two: tuple[Client, Client]
) -> None:
    """Stopped half way: two have it, and the correction goes to these two."""
    two[0].post(f"/studio/mailings/{mailing.pk}/stop")
    two[0].post(f"/studio/mailings/{mailing.pk}/wrong/correction")
    file = issue.parent.parent / "2025-11-correction" / "issue.yaml"
    file.write_text(re.sub(r"\[add [^]]*\]", "the right words", file.read_text()))
    assert f"2 people who have mailing {mailing.pk}" in page(two[1], "issues/2025-11-correction/agree?look")
    for person in two:
        assert approve(person, "2025-11-correction").status_code == 303
    where = "/studio/issues/2025-11-correction/send"
    shown = two[0].get(where).content.decode()
    assert re.search(rf'value="mailing:{mailing.pk}"[^>]* checked', shown), "it is chosen beforehand"
    given = {"to": f"mailing:{mailing.pk}", "when": "now", "edition": Edition.objects.latest("pk").content_hash}
    assert "Send it to 2 people" in words_of(two[0].get(where, given))
    two[0].post(where, given)
    made = Mailing.objects.latest("pk")
    assert (made.corrects, made.state) == (mailing, "scheduled")
    shown = page(two[1], f"mailings/{made.pk}/")
    assert f"To Those who have mailing {mailing.pk}" in shown
    assert f"Corrects Mailing {mailing.pk}" in shown
    assert f"Those who have mailing {mailing.pk}" in page(two[1], "mailings/")
