"""People in the studio: found, told about, brought in after a look, taken off, and nobody by a slip."""

import os
from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from newsletter.errors import ConflictError
from newsletter.models import AuditRecord, AutomaticMail, Subscriber
from newsletter.services.finding import MOST
from newsletter.services.list_uploads import kept_upload, purge_uploads
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db
MakePeople = Callable[..., list[Subscriber]]


def words(answer: Any) -> str:
    return " ".join(lxml.html.document_fromstring(answer.content.decode()).xpath("string(//main)").split())


@pytest.fixture
def registered(workspace: Workspace) -> Workspace:
    (workspace.subscribers / "bodies.toml").write_text('[[body]]\nid = "cqc"\nname = "Care Body"\nnation = "england"\n')
    return workspace


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("reader1", 1),
        ("Reader 1", 1),
        ("@example.org", 3),
        ("nobody", 0),
        ("reader1@example.org", 1),
        ("%", 0),
        ("", 3),
    ],
)
def test_people_are_found_by_what_one_remembers(browser: Client, people: MakePeople, query: str, found: int) -> None:
    people(3)
    answer = browser.get("/studio/people/", {"q": query})
    assert f"{found} {'person' if found == 1 else 'people'}" in words(answer)


def test_of_very_many_the_first_thousand_are_shown_and_it_says_so(browser: Client, people: MakePeople) -> None:
    people(MOST + 1, body="cqc")
    for query in ("reader", "Reader", "@example.org"):
        page = words(browser.get("/studio/people/", {"q": query, "body": "cqc", "page": "20"}))
        assert "More than 1,000 people" in page
        assert "type more of the address or the name" in page
        assert "Page 20 of 20" in page
    everybody = words(browser.get("/studio/people/", {"body": "cqc", "status": "subscribed"}))
    assert "1,001 people" in everybody
    assert "More than" not in everybody


def test_lists_of_a_body_and_a_status_hold_those_alone(browser: Client, people: MakePeople) -> None:
    people(2, body="cqc")
    people(3, body="cqc", status="unsubscribed")
    people(4)
    for asked, found in (
        ({"body": "cqc"}, 5),
        ({"status": "unsubscribed"}, 3),
        ({"body": "cqc", "status": "bounced"}, 0),
    ):
        for query in ("", "reader", "Reader"):
            answer = browser.get("/studio/people/", {**asked, "q": query})
            assert f"{found} people" in words(answer)
            assert answer.content.decode().count('scope="row"') == found


def test_one_person_has_their_whole_story_and_is_taken_off_for_a_reason(browser: Client, people: MakePeople) -> None:
    (person,) = people(1)
    page = f"/studio/people/{person.pk}/"
    assert "What is kept" in words(browser.get(page))
    assert browser.post(f"{page}remove", {"reason": ""}).status_code == 400
    assert browser.post(f"{page}remove", {"reason": "asked by telephone"}).status_code == 303
    assert "asked by telephone" in words(browser.get(page))
    person.refresh_from_db()
    assert person.status == "unsubscribed"
    assert AutomaticMail.objects.filter(kind="goodbye", subscriber=person).exists()


def test_erasing_is_asked_for_first_and_an_editor_can_not(
    browser: Client, browser_of: Callable[..., Client], make_user: Callable[..., Any], people: MakePeople
) -> None:
    (person,) = people(1)
    page = f"/studio/people/{person.pk}/erase"
    assert browser_of(make_user("editor")).post(page).status_code == 403
    assert "can’t be undone" in words(browser.get(page))
    assert Subscriber.objects.exists()
    assert browser.post(page).status_code == 303
    assert not Subscriber.objects.exists()


@pytest.mark.usefixtures("registered")
def test_a_list_is_looked_at_first_and_taken_in_by_a_second_word(browser: Client, people: MakePeople) -> None:
    people(1, status="unsubscribed")
    rows = b"email,name\nann@example.org,Ann\nreader0@example.org,Reader\nbroken@@x,\n"
    sent = browser.post("/studio/people/bring", {"file": SimpleUploadedFile("list.csv", rows), "body": "cqc"})
    assert sent.status_code == 303
    look = browser.get(sent["Location"])
    for told in ("1 new: taken in", "1 left earlier, stay out", "1 can’t be read"):
        assert told in words(look)
    assert not Subscriber.objects.filter(address="ann@example.org").exists()
    assert "row" in words(
        browser.post(sent["Location"], {"basis": "consent"})
    )  # with a broken row it is all or nothing
    assert browser.post(sent["Location"], {"basis": "consent", "skip": "yes"}).status_code == 303
    ann = Subscriber.objects.get(address="ann@example.org")
    assert ann.body == "cqc"
    assert "list.csv, row 2" in words(browser.get(f"/studio/people/{ann.pk}/")), "as the file is called at home"
    assert Subscriber.objects.get(address="reader0@example.org").status == "unsubscribed"
    assert browser.get(sent["Location"]).status_code == 409  # once more by the back button


@pytest.mark.parametrize("name", ["list.exe", "list", "../list.csv.svg"])
def test_what_holds_no_list_is_refused_and_not_kept(browser: Client, workspace: Workspace, name: str) -> None:
    answer = browser.post("/studio/people/bring", {"file": SimpleUploadedFile(name, b"MZ")})
    assert answer.status_code == 400
    assert not list((workspace.data / "uploads").glob("*"))


def test_an_upload_is_found_by_its_own_name_alone_and_forgotten_after_a_day(workspace: Workspace) -> None:
    folder = workspace.data / "uploads"
    folder.mkdir(parents=True)
    for token in ("../secret.key", "x.csv", f"{'a' * 32}.csv"):
        with pytest.raises(ConflictError, match="not here any more"):
            kept_upload(workspace, token)
    old = folder / f"{'b' * 32}.csv"
    old.write_text("email\n")
    os.utime(old, (0, 0))
    assert purge_uploads(workspace) == 1


@pytest.mark.usefixtures("registered")
def test_who_is_missing_on_a_bodys_list_is_asked_and_not_dropped(browser: Client, people: MakePeople) -> None:
    here, missing = people(2, body="cqc")
    pasted = f"{here.address}\nnew@example.org"
    sent = browser.post("/studio/people/compare", {"pasted": pasted, "body": "cqc"})
    told = words(browser.get(sent["Location"]))
    assert "1 is on both lists" in told
    assert "new@example.org" in told
    assert missing.address in told
    assert browser.post(sent["Location"]).status_code == 303
    missing.refresh_from_db()
    assert missing.status == "subscribed"
    assert AutomaticMail.objects.filter(subscriber=missing).count() == 1


def test_the_list_leaves_as_a_file_without_formulas_and_on_record(browser: Client, people: MakePeople) -> None:
    people(1, name='=HYPERLINK("x")')
    answer = browser.post("/studio/people/export")
    assert "'=HYPERLINK" in answer.content.decode("utf-8-sig")
    assert "attachment" in answer["Content-Disposition"]
    assert AuditRecord.objects.filter(action="export").exists()


def test_adding_somebody_needs_a_reason_and_segments_show_whom_they_pick(browser: Client, people: MakePeople) -> None:
    people(2, nation="scotland")
    people(1)
    wish = {"address": "Cat <cat@example.org>", "body": "", "basis": "consent"}
    assert browser.post("/studio/people/add", wish).status_code == 400
    assert browser.post("/studio/people/add", {**wish, "reason": "by letter"}).status_code == 303
    assert Subscriber.objects.get(address="cat@example.org").name == "Cat"
    assert "2 of 4 people" in words(browser.get("/studio/people/segments/"))
    assert "reader0@example.org" in words(browser.get("/studio/people/segments/scotland"))


def test_names_and_addresses_are_text_whatever_they_hold(browser: Client, people: MakePeople) -> None:
    (person,) = people(1, name="<script>alert(1)</script>", role='"><img src=x onerror=alert(1)>')
    for path in ("/studio/people/", f"/studio/people/{person.pk}/"):
        page = lxml.html.document_fromstring(browser.get(path).content.decode())
        assert not page.xpath("//main//script | //main//img | //@onerror")


def test_a_mail_that_names_nobody_of_ours_says_so(browser: Client) -> None:
    assert "Nothing in it names a subscription" in words(
        browser.post("/studio/people/trace", {"mail": "Subject: hello\n\nhi"})
    )
