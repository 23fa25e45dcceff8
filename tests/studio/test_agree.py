"""Agreeing: what is shown is what is approved, by people who may, and nobody approves what they did not see."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from clicking import approve, page, words_of
from django.test import Client

from newsletter.models import Approval, AuditRecord, AutomaticMail, DraftRemark, DraftRound, Role, User
from newsletter.workspace import Workspace

People = tuple[Client, Client]
AGREE = "/studio/issues/2025-11/agree"


@pytest.mark.usefixtures("issue")
def test_two_people_approve_what_they_were_shown(two: People) -> None:
    ann, bob = two
    first = page(ann, "issues/2025-11/agree/look")
    assert "Two people must approve it" in first
    assert "Nothing stands in the way" in first
    assert "I approve this" in first
    assert words_of(approve(ann), 303) == ""
    assert "1 of 2 Ann approved this text. One more person must approve it" in page(bob, "issues/2025-11/agree/look")
    approve(bob)
    last = page(bob, "issues/2025-11/agree?look")
    assert "Ann and Bob approved exactly this text" in last
    assert "I approve this" not in last
    assert list(AuditRecord.objects.filter(action="approve").values_list("by", "user__name")) == [
        ("Ann", "Ann"),
        ("Bob", "Bob"),
    ]


def test_what_was_changed_since_the_page_was_opened_is_not_approved(issue: Path, two: People) -> None:
    shown = two[0].get(f"{AGREE}?look").content.decode()
    issue.write_text(issue.read_text().replace("Good morning", "Good evening"))
    seen = re.findall(r'name="seen" value="(\w+)"', shown)[0]
    answer = two[0].post(AGREE, {"seen": seen})
    assert "was changed since you opened the page" in words_of(answer, 400)
    assert not Approval.objects.exists()
    now = re.findall(r'name="seen" value="(\w+)"', answer.content.decode())[0]
    assert two[0].post(AGREE, {"seen": now}).status_code == 303, "the page that says so shows the new text"


@pytest.mark.usefixtures("issue")
def test_two_approvers_who_look_at_the_same_moment_both_count(two: People) -> None:
    shown = [person.get(f"{AGREE}?look").content.decode() for person in two]
    seen = [re.findall(r'name="seen" value="(\w+)"', words)[0] for words in shown]
    answers = [person.post(AGREE, {"seen": mark}).status_code for person, mark in zip(two, seen, strict=True)]
    assert answers == [303, 303]
    assert Approval.objects.values("edition").distinct().count() == 1
    assert "Ann and Bob approved exactly this text" in page(two[0], "issues/2025-11/agree?look")


@pytest.mark.usefixtures("issue")
def test_the_same_person_in_two_tabs_counts_once(two: People) -> None:
    seen = re.findall(r'name="seen" value="(\w+)"', two[0].get(f"{AGREE}?look").content.decode())[0]
    two[0].post(AGREE, {"seen": seen})
    again = two[0].post(AGREE, {"seen": seen})
    assert "Ann has approved this text" in words_of(again, 400)
    assert Approval.objects.count() == 1


@pytest.mark.usefixtures("approved")
def test_what_changed_since_the_last_approval_is_shown_word_by_word(issue: Path, two: People) -> None:
    issue.write_text(issue.read_text().replace("Good morning", "Good evening"))
    shown = two[0].get(f"{AGREE}?look").content.decode()
    assert re.search(r"<del>\s*morning\s*</del>", shown)
    assert re.search(r"<ins>\s*evening\s*</ins>", shown)
    assert "Bob approved an earlier text" in shown


def test_what_is_to_fix_stands_in_the_way_and_a_waiver_says_whose_it_is(issue: Path, two: People) -> None:
    issue.write_text(issue.read_text().replace("Good morning to all.", "'[add the text]'"))
    shown = page(two[0], "issues/2025-11/agree?look")
    assert "can’t be approved before these are put right" in shown
    assert "I approve this" not in shown
    waiver = "waivers:\n  - rule: placeholders\n    by: Cerys Pugh\n    reason: It is a sample\n"
    issue.write_text(issue.read_text() + waiver)
    shown = page(two[0], "issues/2025-11/agree?look")
    assert "Cerys Pugh accepts it: It is a sample" in shown
    assert shown.count("'[add the text]' was meant to be replaced") == 1, "what is accepted is not to look at as well"


@pytest.mark.usefixtures("issue")
def test_an_editor_approves_only_while_they_cover(
    browser: Client, browser_of: Callable[..., Client], make_user: Callable[..., User]
) -> None:
    eve = make_user(Role.EDITOR, "Eve")
    mine = browser_of(eve)
    assert "An approver must approve it" in page(mine, "issues/2025-11/agree?look")
    seen = {"seen": re.findall(r'name="seen" value="(\w+)"', browser.get(f"{AGREE}?look").content.decode())[0]}
    assert "does not let you approve" in words_of(mine.post(AGREE, seen), 400)
    assert not Approval.objects.exists()
    days = {"user": str(eve.pk), "first": "2020-01-01", "last": "2999-12-31"}
    assert browser.post("/studio/covers/", days).status_code == 303
    assert "Eve may approve between these days" in page(browser, "covers/")
    assert approve(mine).status_code == 303
    assert Approval.objects.get().person == "Eve"


@pytest.mark.usefixtures("issue")
def test_approving_alone_waits_and_tells_the_team(browser: Client, make_user: Callable[..., User]) -> None:
    make_user(Role.APPROVER, "Ann")
    link = re.findall(r'href="([^"]+alone[^"]+)"', browser.get(f"{AGREE}?look").content.decode())[0]
    empty = browser.post(link, {"seen": link.rpartition("=")[2], "reason": " "})
    assert "Please fill this in" in words_of(empty, 400)
    assert browser.post(link, {"seen": link.rpartition("=")[2], "reason": "Ann is ill"}).status_code == 303
    assert "it can leave 30 minutes after that" in page(browser, "issues/2025-11/agree?look")
    assert AutomaticMail.objects.filter(kind="alone").count() == 2
    assert "can leave from" in page(browser, "issues/2025-11/send")


@pytest.mark.usefixtures("issue")
def test_the_mail_is_shown_where_nothing_of_it_runs(two: People) -> None:
    answer = two[0].get(f"{AGREE}/mail/en")
    assert "Good morning to all" in answer.content.decode()
    assert answer["Content-Security-Policy"].startswith("sandbox allow-popups allow-popups-to-escape-sandbox;")
    assert "<pre>" in two[0].get(f"{AGREE}/mail/en?text").content.decode()
    assert two[0].get(f"{AGREE}/mail/xx").status_code == 404


def test_a_broken_issue_says_what_is_wrong(issue: Path, two: People) -> None:
    issue.write_text("title: [")
    assert two[0].get(AGREE).status_code == 400
    assert "can’t be shown yet" in page(two[0], "issues/2025-11/agree/look")


@pytest.mark.usefixtures("issue")
def test_a_draft_goes_round_and_its_remarks_are_dealt_with(two: People, workspace: Workspace) -> None:
    bad = two[0].post("/studio/issues/2025-11/comments", {"to": "boss@example.org\nnobody", "note": ""})
    assert "nobody: " in words_of(bad, 400)
    assert not DraftRound.objects.exists()
    sent = {"to": "Boss <boss@example.org>\r\nother@example.org, other@example.org", "note": "Until Friday"}
    assert two[0].post("/studio/issues/2025-11/comments", sent).status_code == 303
    assert len(list((workspace.outbox / "drafts").glob("*.eml"))) == 2
    round_ = DraftRound.objects.get()
    number = next(int(number) for number, place in round_.places.items() if place == "hello")
    remark = DraftRemark.objects.create(
        round=round_, number=number, text="<b>Too</b> early", author="Boss", source="1", position=0, at=round_.at
    )
    shown = two[0].get("/studio/issues/2025-11/comments").content.decode()
    assert "&lt;b&gt;Too&lt;/b&gt; early" in shown
    assert "<strong>Hello</strong>" in shown
    settle = f"/studio/issues/2025-11/comments/{remark.pk}"
    assert two[0].post(settle).status_code == 303
    assert "dealt with by Ann" in page(two[1], "issues/2025-11/comments")
    assert "dealt with already" in words_of(two[1].post(settle), 409)
