"""This month at a glance: what the issue in hand needs, what was sent, what waits, what is scheduled."""

import shutil
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from newsletter.models import Edition, Mailing, MailingState, QueueItem, QueueKind, Subscriber
from newsletter.services.approving import approve
from newsletter.services.planning import new_mailing
from newsletter.services.this_month import this_month
from newsletter.workspace import Workspace

ISSUE = """\
title: <b>December</b>
preheader: What is in it.
date: 2025-12-05
sections:
  - type: letter
    id: welcome
    text: Hello to everybody who reads this.
    name: Ada Invented
"""


@pytest.fixture
def december(workspace: Workspace) -> Workspace:
    folder = workspace.issues / "2025-12"
    folder.mkdir(parents=True)
    (folder / "issue.yaml").write_text(ISSUE)
    (workspace.issues / "gallery").mkdir()
    (workspace.issues / "gallery" / "issue.yaml").write_text(ISSUE)
    return workspace


def test_a_new_workspace_has_nothing_and_says_so(browser: Client) -> None:
    page = browser.get("/studio/").content.decode()
    for words in (
        "No issue is in hand",
        "Nothing has been sent yet.",
        "Nobody waits for you.",
        "Nothing is scheduled.",
    ):
        assert words in page


def test_the_issue_in_hand_tells_what_it_still_needs(december: Workspace, browser: Client) -> None:
    page = browser.get("/studio/").content.decode()
    assert "&lt;b&gt;December&lt;/b&gt;" in page
    assert "2 people must approve it as it stands" in page
    approve(december, "2025-12", by="Ann", gate=lambda _issue, _rendered: [])
    assert "Ann approved it; 1 more person must" in browser.get("/studio/").content.decode()
    approve(december, "2025-12", by="Bob", gate=lambda _issue, _rendered: [])
    page = browser.get("/studio/").content.decode()
    assert "Approved by Ann and Bob" in page
    assert "It can be sent" in page
    path = december.issues / "2025-12" / "issue.yaml"
    path.write_text(path.read_text().replace("Hello", "Good morning"))
    assert "2 people must approve it as it stands" in browser.get("/studio/").content.decode()


def test_findings_are_counted_anew_when_the_text_changes(december: Workspace, db: None) -> None:  # noqa: ARG001
    before = this_month(december).issue
    path = december.issues / "2025-12" / "issue.yaml"
    path.write_text(path.read_text().replace("Hello to everybody", "Read [here](http://x.example/) {{name}}"))
    after = this_month(december).issue
    assert before is not None
    assert after is not None
    assert after.findings != before.findings


def test_a_month_before_one_that_went_out_is_over_but_its_correction_is_not(
    december: Workspace, edition: Edition
) -> None:
    shutil.copytree(december.issues / "2025-12", december.issues / "2025-11", dirs_exist_ok=True)
    Edition.objects.update(issue_id="2025-12")
    new_mailing(december, edition)
    Mailing.objects.update(started_at=timezone.now())
    assert this_month(december).issue is None
    shutil.copytree(december.issues / "2025-12", december.issues / "2025-11-correction")
    issue = this_month(december).issue
    assert issue is not None
    assert issue.id == "2025-11-correction"


def test_what_is_to_fix_comes_after_the_page_where_it_takes_looking(december: Workspace, browser: Client) -> None:
    path = december.issues / "2025-12" / "issue.yaml"
    path.write_text(path.read_text().replace("Hello", "Good evening"))
    assert 'hx-get="/studio/needs"' in browser.get("/studio/").content.decode()
    part = browser.get("/studio/needs").content.decode()
    assert "in the way of approval" in part
    assert "hx-get" not in part
    assert 'hx-get="/studio/needs"' not in browser.get("/studio/").content.decode(), "it is known now"
    path.write_text(path.read_text().replace("Good evening", "Good night"))
    assert "in the way of approval" in browser.get("/studio/?count=yes").content.decode(), "also without scripts"


def test_an_issue_that_cannot_be_read_is_said_in_its_place(december: Workspace, browser: Client) -> None:
    (december.issues / "2025-12" / "issue.yaml").write_text("title: [")
    answer = browser.get("/studio/")
    assert answer.status_code == 200
    assert "This issue can’t be read" in answer.content.decode()


def test_mailings_and_messages_are_told(
    workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]], browser: Client
) -> None:
    people(3)
    begun = new_mailing(workspace, edition)
    Mailing.objects.filter(pk=begun.pk).update(started_at=timezone.now(), state=MailingState.SENDING)
    later = new_mailing(workspace, edition, reason="once more")
    Mailing.objects.filter(pk=later.pk).update(
        state=MailingState.SCHEDULED, scheduled_for=timezone.now() + timedelta(days=1)
    )
    QueueItem.objects.create(kind=QueueKind.FEEDBACK, source="x", at=timezone.now(), title="Thanks")
    month = this_month(workspace)
    assert month.last is not None
    assert month.last.mailing.pk == begun.pk
    assert [leaving.mailing.pk for leaving in month.leaving] == [later.pk]
    page = browser.get("/studio/").content.decode()
    assert "chosen = " in page
    assert "wants a person" in page
    assert "leaves at" in page
    Mailing.objects.filter(pk=later.pk).update(state=MailingState.NEEDS_APPROVAL)
    assert "Its time is past" in browser.get("/studio/").content.decode()
