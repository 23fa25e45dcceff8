"""One person's whole story, what is handed out of it, and its end."""

import csv
import json
import logging
from collections.abc import Callable
from pathlib import Path

import lxml.html
import pytest
from django.utils import timezone

from newsletter.content.wording import BOUNCE_CAUSES
from newsletter.errors import InputError, UnavailableError
from newsletter.models import (
    Attempt,
    AuditRecord,
    AutomaticMail,
    Bounce,
    Delivery,
    Edition,
    Mechanism,
    PostedForm,
    QueueItem,
    Subscriber,
)
from newsletter.services.confirming import confirm
from newsletter.services.consent import keep_wording
from newsletter.services.deciding import take_off
from newsletter.services.erasing import erase, erase_address
from newsletter.services.exporting import export_person, export_subscribers
from newsletter.services.importing import Fate, import_subscribers
from newsletter.services.keys import key_of
from newsletter.services.planning import plan
from newsletter.services.requesting import ask_to_join, ask_to_move
from newsletter.services.story import Story, story_of
from newsletter.services.subscribing import add_subscriber, change_details
from newsletter.subscribers.addresses import address_key, parse_address
from newsletter.subscribers.importing import ImportFile
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db

WORDS = "You will get one mail a month."
FORMULA = '=HYPERLINK("https://evil.example","click")'


@pytest.fixture
def ann(workspace: Workspace, edition: Edition) -> Subscriber:
    """Joined by form, moved, was sent an issue, left again."""
    asked = ask_to_join(
        workspace, parse_address("Ann <ann@old.example>"), mechanism=Mechanism.FORM, wording=keep_wording(WORDS)
    )
    person = confirm(workspace, asked, mechanism=Mechanism.REPLY, source="<1@example.org>").person
    assert person is not None
    move = ask_to_move(person, parse_address("ann@example.org"), mechanism=Mechanism.FORM)
    confirm(workspace, move, mechanism=Mechanism.FORM)
    person.refresh_from_db()
    change_details(person, {"nation": "scotland", "tags": ["press"]}, mechanism=Mechanism.FORM)
    plan(workspace, edition)
    Delivery.objects.update(state="refused", code=550, reply_text="550 <ann@example.org> unknown")
    row = Delivery.objects.get()
    Attempt.objects.create(
        delivery=row, number=1, at=timezone.now(), outcome="refused", reply_text="550 <ann@example.org> unknown"
    )
    Bounce.objects.create(delivery=row, cause="gone", status="550 5.1.1", source="mailing 1", at=timezone.now())
    take_off(workspace, person, mechanism=Mechanism.LINK)
    QueueItem.objects.create(
        kind="feedback",
        source="f1",
        at=timezone.now(),
        title="Feedback",
        address="Ann@example.org",
        address_compared="ann@example.org",
        content={"a": "More!"},
    )
    return person


def told(story: Story) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = json.loads(story.as_json())
    return found


@pytest.mark.usefixtures("ann")
def test_the_story_tells_status_basis_consent_words_and_mails(workspace: Workspace) -> None:
    story = told(story_of(workspace, parse_address("ANN@example.org")))
    kept = {row["detail"]: row["value"] for row in story["What is kept"]}
    assert (kept["status"], kept["why we may write"], kept["nation"]) == ("left", "consent", "scotland")
    assert [row["what"] for row in story["What happened"]] == [
        "asked to join", "confirmed", "asked to join", "address changed", "details changed", "left",
    ]  # fmt: skip
    assert story["What happened"][1]["source"] == "<1@example.org>"
    assert story["Words shown"][0]["text"] == WORDS
    assert story["What was sent"][0]["issue"] == "2025-11"
    assert story["What was sent"][0]["what became of it"] == "sent back by their mail system"
    assert story["What was sent"][0]["heard later"] == BOUNCE_CAUSES["gone"]
    assert story["Earlier addresses"][0]["address"] == "ann@old.example"
    assert [row["what it said"] for row in story["Short mails"]] == ["you are off the list"]
    assert story["What they sent us"][0]["text"] == "a: More!"
    assert told(story_of(workspace, parse_address("ann@old.example")))["What is kept"] == story["What is kept"]


def test_an_address_that_is_not_here_may_still_be_known(workspace: Workspace, ann: Subscriber) -> None:
    erase(workspace, ann, by="Staff")
    story = story_of(workspace, parse_address("ann@example.org"))
    assert [chapter.title for chapter in story.chapters] == ["Never to be written to again"]
    assert "asked to be erased" in story.as_json()
    assert story_of(workspace, parse_address("nobody@example.org")).chapters == ()


def test_a_person_gets_their_data_as_json_and_as_a_page(workspace: Workspace, ann: Subscriber, tmp_path: Path) -> None:
    ann.name = "<script>alert(1)</script>"
    ann.save()
    files = export_person(workspace, "ann@example.org", tmp_path / "ann", by="Staff")
    assert [file.name for file in files] == ["person.json", "person.html"]
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)
    page = lxml.html.parse(files[1]).getroot()
    assert page.xpath("//script") == []
    assert page.get("lang") == "en"
    assert [heading.text for heading in page.xpath("//h1 | //h2")][:2] == ["What we keep about you", "What is kept"]
    assert WORDS in page.text_content()
    act = AuditRecord.objects.get(action="export person")
    assert (act.by, act.subject) == ("Staff", f"subscriber {ann.pk}")
    assert "ann@" not in str(act.detail)


@pytest.mark.usefixtures("ann")
def test_nothing_is_handed_out_without_a_name_or_about_nobody(workspace: Workspace, tmp_path: Path) -> None:
    for address, by in (("ann@example.org", " "), ("nobody@example.org", "Staff")):
        with pytest.raises(InputError):
            export_person(workspace, address, tmp_path / "out", by=by)
    assert not (tmp_path / "out").exists()
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(UnavailableError, match="can't be written"):
        export_person(workspace, "ann@example.org", blocked, by="Staff")
    assert not AuditRecord.objects.filter(action="export person").exists()


@pytest.mark.parametrize("name", [FORMULA, "+44 20", "-1", "@sum", "\uff1d1+1", "'=1", "  =1"])
def test_no_cell_of_an_export_is_run_as_a_formula_and_it_comes_back_the_same(
    workspace: Workspace, tmp_path: Path, name: str
) -> None:
    person = add_subscriber(workspace, "-ann@example.org", basis="consent", by="Staff")
    Subscriber.objects.update(name=name, tags=["press", "board"], attributes={"grade": "=A1"})
    path = tmp_path / "list.csv"
    columns = ["address", "name", "tags", "attribute:grade"]
    assert export_subscribers(workspace, path, by="Staff", columns=columns) == 1
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == columns
    assert all(not cell.strip().startswith(("=", "+", "-", "@", "\uff1d")) for cell in rows[1])
    person.delete()
    import_subscribers(workspace, ImportFile(path, columns={"4": "attribute:grade"}), basis="consent", by="Staff")
    back = Subscriber.objects.get()
    assert (back.address, back.name, back.tags) == ("-ann@example.org", name.strip(), ["board", "press"])
    assert back.attributes == {"grade": "=A1"}


def test_an_export_holds_whom_and_what_was_asked_for_and_is_recorded(
    workspace: Workspace, people: Callable[..., list[Subscriber]], tmp_path: Path
) -> None:
    people(2, body="cqc")
    people(3, body="imb")
    people(1, body="cqc", status="unsubscribed")
    path = tmp_path / "list.csv"
    assert export_subscribers(workspace, path, by="Staff", columns=["address", "status"], status="all", body="cqc") == 3
    assert path.read_text(encoding="utf-8-sig").splitlines()[-1] == "reader5@example.org,unsubscribed"
    assert AuditRecord.objects.get().detail["people"] == 3
    for wrong in ({"columns": ["shoe"]}, {"status": "asleep"}, {"by": ""}):
        with pytest.raises(InputError):
            export_subscribers(workspace, path, **{"by": "Staff", **wrong})


def test_erasing_leaves_counts_and_a_keyed_hash_and_nothing_else(
    workspace: Workspace, ann: Subscriber, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = address_key("ann@example.org", key_of(workspace).for_addresses)
    PostedForm.objects.create(
        kind="leave",
        at=timezone.now(),
        address="ann@example.org",
        address_key=key,
        language="en",
        next_at=timezone.now(),
    )
    with pytest.raises(InputError):
        erase(workspace, ann, by="")
    erase(workspace, ann, by="Staff")
    row = Delivery.objects.get()
    assert (row.subscriber, row.address_key, row.state, row.reply_text) == (None, None, "refused", "")
    assert Attempt.objects.get().reply_text == ""
    for model in (Subscriber, PostedForm, AutomaticMail):
        assert not model.objects.exists()
    assert QueueItem.objects.get().address == QueueItem.objects.get().address_compared == ""
    assert AuditRecord.objects.filter(action="erase", by="Staff").exists()
    assert "ann@" not in caplog.text


def test_who_only_wrote_to_us_gets_their_data_and_can_be_erased(workspace: Workspace, tmp_path: Path) -> None:
    sent = {"address": "Bob@example.org", "address_compared": "bob@example.org"}
    item = {"kind": "news", "title": "A visit", "content": {"text": "We met.", "link": ""}}
    QueueItem.objects.create(source="form", at=timezone.now(), **item, **sent)
    ask_to_join(workspace, parse_address("bob@example.org"), mechanism=Mechanism.FORM)
    page = export_person(workspace, "bob@example.org", tmp_path / "bob", by="Staff")[1].read_text()
    assert "We met." in page
    assert "to join" in page
    erase_address(workspace, "bob@EXAMPLE.org", by="Staff")
    assert [chapter.title for chapter in story_of(workspace, parse_address("bob@example.org")).chapters] == [
        "Never to be written to again"
    ]
    with pytest.raises(InputError, match="another spelling"):
        erase_address(workspace, "nobody@example.org", by="Staff")


def test_a_waiting_copy_is_left_out_first(
    workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]
) -> None:
    first, _second = people(2)
    mailing = plan(workspace, edition)
    assert erase(workspace, first, by="Staff").skipped == 1
    assert list(Delivery.objects.order_by("pk").values_list("state", "reason")) == [
        ("skipped", "erased"),
        ("pending", ""),
    ]
    assert mailing.chosen == Delivery.objects.count() == 2


def test_an_erased_person_is_not_imported_again(workspace: Workspace, ann: Subscriber, tmp_path: Path) -> None:
    erase(workspace, ann, by="Staff")
    path = tmp_path / "list.csv"
    path.write_text("email\nann@example.org\nann@old.example\n")
    counts = import_subscribers(workspace, ImportFile(path), basis="consent", by="Staff").counts
    assert counts[Fate.SUPPRESSED] == 2
