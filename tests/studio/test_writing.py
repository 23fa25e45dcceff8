"""Writing in the studio: pages over HTTP, with and without scripts; what is typed is never lost and never runs."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from small_issue import BODIES, ISSUE

from newsletter.content.sections import SECTION_TYPES
from newsletter.content.yaml_file import read_yaml
from newsletter.models import Role, User
from newsletter.workspace import Workspace

HOME = "/studio/issues/2025-11/"
LETTER = HOME + "sections/welcome"
NEWS = HOME + "sections/news"


@pytest.fixture
def file(workspace: Workspace) -> Path:
    folder = workspace.issues / "2025-11"
    (folder / "images").mkdir(parents=True)
    (workspace.subscribers / "bodies.toml").write_text(BODIES)
    Image.new("RGB", (40, 40), "#aa5533").save(folder / "images" / "dot.png")
    (folder / "issue.yaml").write_text(ISSUE)
    return folder / "issue.yaml"


@pytest.fixture
def ann(browser_of: Callable[..., Client], make_user: Callable[..., User]) -> Client:
    return browser_of(make_user(Role.EDITOR, "Ann Example"))


@pytest.fixture
def ben(browser_of: Callable[..., Client], make_user: Callable[..., User]) -> Client:
    return browser_of(make_user(Role.EDITOR, "Ben Example"))


def words_on(page: Any) -> dict[str, list[str]]:
    """The editor's form as a browser would send it."""
    from lxml import html

    form = html.document_fromstring(page.content.decode()).xpath("//form[@data-editor]")[0]
    words: dict[str, list[str]] = {}
    for name, value in form.form_values():
        words.setdefault(name, []).append(value.removeprefix("\n"))  # as browsers read a textarea
    return {name: texts for name, texts in words.items() if not name.endswith(".upload")}


def send(client: Client, where: str, *, do: str = "save", script: bool = False, **changed: object) -> Any:
    words: dict[str, Any] = words_on(client.get(where)) | {
        name.replace("__", "."): value for name, value in changed.items()
    }
    headers = {"accept": "application/json"} if script else {}
    return client.post(where, words | {"do": do}, headers=headers)


def text_of(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


@pytest.mark.usefixtures("file")
def test_issues_are_listed_and_the_next_one_begins_from_the_last(ann: Client, workspace: Workspace) -> None:
    page = ann.get("/studio/issues/")
    assert "A bulletin" in text_of(page)
    assert 'value="2025-12"' in page.content.decode()
    assert ann.post("/studio/issues/", {"month": "2025-12"})["Location"] == "/studio/issues/2025-12/"
    assert "Begun from the last issue" in text_of(ann.get("/studio/issues/2025-12/"))
    assert (workspace.issues / "2025-12" / "issue.yaml").exists()
    again = ann.post("/studio/issues/", {"month": "2025-12"})
    assert again.status_code == 400
    assert "this issue is here already" in text_of(again)


def test_an_issue_shows_its_sections_and_what_leads_to_each_fix(ann: Client, file: Path) -> None:
    file.write_text(ISSUE.replace("The second one.", "Here [add the text]"))
    page = ann.get(HOME)
    assert [name in text_of(page) for name in ("Latest news", "The seminar", "1 to fix")] == [True] * 3
    assert "Latest news &#39;[add the text]&#39; was meant to be replaced" in text_of(page), (
        "with the name of its section"
    )
    for step in ("comments", "agree"):
        assert f'href="{HOME}{step}"' in page.content.decode(), "the way on to its readers"
    assert f'href="{NEWS}#f-items.1.text"' in page.content.decode()
    assert 'id="f-items.1.text"' in ann.get(NEWS).content.decode()
    assert f'href="{NEWS}#f-items.1.text"' in ann.get(HOME + "fixes").content.decode()


@pytest.mark.parametrize("kind", SECTION_TYPES)
def test_every_section_type_has_a_form_that_says_what_is_missing(ann: Client, file: Path, kind: str) -> None:
    where = f"{HOME}new/{kind}?after=welcome"
    page = send(ann, where)
    if kind == "events":  # it needs no words of its own
        assert page.status_code == 303
        return
    assert page.status_code == 400
    assert "Your words are kept here" in text_of(page)
    assert 'href="#f-' in page.content.decode()
    assert "please fill this in" in text_of(page)
    assert file.read_text() == ISSUE


def test_a_form_is_saved_and_leads_back(ann: Client, file: Path) -> None:
    assert send(ann, LETTER, text="Hello to everybody.")["Location"] == HOME
    assert file.read_text() == ISSUE.replace("Hello to all.", "Hello to everybody.")
    assert "Saved." in text_of(ann.get(HOME))
    assert send(ann, HOME + "head", title="Another title").status_code == 303
    assert send(ann, HOME + "events/seminar", place="Online").status_code == 303
    assert send(ann, HOME + "new-event", title="Drop-in", date="2025-12-01").status_code == 303
    assert [event["id"] for event in read_yaml(file).data["events"]] == ["seminar", "event"]


def test_a_translation_is_written_in_the_same_form_and_shown_beneath(ann: Client, file: Path) -> None:
    assert words_on(ann.get(NEWS))["items.0.translations.cy.text"] == ["Yr un cyntaf."]
    send(ann, NEWS, items__0__text="Another one.", items__0__translations__cy__text="Un arall.")
    assert "cy: {text: Un arall.}" in file.read_text()
    shown = send(ann, NEWS, do="preview", items__0__translations__cy__text="Newydd sbon.").json()
    assert "Newydd sbon." in ann.get(f"{HOME}look/{shown['key']}/light").content.decode()


def test_what_is_wrong_in_a_translation_is_said_at_its_field(ann: Client, file: Path) -> None:
    page = send(ann, NEWS, translations__cy__heading="Newyddion")
    assert page.status_code == 400
    assert "translate the items one by one" in text_of(page)
    assert 'href="#f-translations.cy"' in page.content.decode()
    assert "Newyddion" not in file.read_text()


def test_a_form_sent_unchanged_changes_no_byte(ann: Client, file: Path) -> None:
    for where in (LETTER, NEWS, HOME + "sections/picture", HOME + "head", HOME + "events/seminar"):
        assert send(ann, where).status_code == 303
    assert file.read_text() == ISSUE


def test_autosave_says_what_became_of_it(ann: Client, file: Path) -> None:
    saved = send(ann, LETTER, script=True, text="Hello.").json()
    assert (saved["state"], saved["at"]) == ("saved", LETTER)
    told = send(ann, LETTER, script=True, text="<b>x</b>").json()
    assert told["state"] == "problems"
    assert "HTML such as" in told["fields"]["text"]
    assert send(ann, LETTER, script=True, name=" ").json()["fields"]["name"] == "please fill this in"
    assert "Hello." in file.read_text()
    again = ann.get(LETTER)
    assert "not in the issue yet" in text_of(again)
    assert words_on(again)["text"] == ["<b>x</b>"]
    assert ann.post(LETTER, {"do": "discard"})["Location"] == LETTER
    assert words_on(ann.get(LETTER))["text"] == ["Hello."]


def test_a_new_section_saves_itself_as_soon_as_it_can(ann: Client, file: Path) -> None:
    where = HOME + "new/text?after=welcome"
    assert send(ann, where, script=True, heading="Thanks").json()["state"] == "problems"
    saved = send(ann, where, script=True, text="To all.").json()
    assert saved == {"state": "saved", "base": saved["base"], "at": HOME + "sections/text"}
    assert [part["id"] for part in read_yaml(file).data["sections"]] == ["welcome", "text", "news", "picture"]
    assert words_on(ann.get(saved["at"]))["base"] == [saved["base"]]


def test_groups_are_added_moved_and_taken_out_without_scripts(ann: Client, file: Path) -> None:
    assert send(ann, NEWS, do="add:items")["Location"] == NEWS + "#g-items"
    assert words_on(ann.get(NEWS))["items.2.text"] == [""]
    assert send(ann, NEWS, do="up:items.2", items__2__text="The third one.").status_code == 303
    assert words_on(ann.get(NEWS))["items.1.text"] == ["The third one."]
    assert send(ann, NEWS, do="drop:items.0").status_code == 303
    assert file.read_text() == ISSUE
    assert send(ann, NEWS).status_code == 303
    items = read_yaml(file).data["sections"][1]["items"]
    assert [(item["id"], item["text"]) for item in items] == [
        ("news-1", "The third one."),
        ("second", "The second one."),
    ]


def test_two_people_on_one_section_lose_nothing(ann: Client, ben: Client, file: Path) -> None:
    mine = words_on(ann.get(LETTER)) | {"text": ["Hello from Ann."]}
    send(ben, LETTER, text="Hello from Ben.")
    page = ann.post(LETTER, mine | {"do": "save"})
    assert page.status_code == 409
    assert "Ben Example saved this part while you wrote" in text_of(page)
    assert "Ben." in re.findall(r"<del>(.*?)</del>", page.content.decode(), re.DOTALL)[1]
    assert words_on(page)["text"] == ["Hello from Ann."]
    assert "Hello from Ben." in file.read_text()
    assert ann.post(LETTER, words_on(page) | {"do": "save"}).status_code == 303
    assert "Hello from Ann." in file.read_text()
    assert "Hello from Ben." in "".join(path.read_text() for path in file.parents[2].glob("data/history/2025-11/*"))


@pytest.mark.usefixtures("file")
def test_a_part_that_was_taken_out_says_so_and_shows_the_words(ann: Client, ben: Client) -> None:
    mine = words_on(ann.get(NEWS)) | {"items.0.text": ["My words."]}
    ben.post(HOME + "arrange", {"kind": "sections", "part": "news", "act": "remove"})
    page = ann.post(NEWS, mine | {"do": "save"})
    assert page.status_code == 409
    assert "not in the issue any more" in text_of(page)
    assert "My words." in page.content.decode()


def test_a_session_that_ended_or_a_role_taken_away_shows_the_words_and_writes_nothing(
    ann: Client, browser_of: Callable[..., Client], file: Path
) -> None:
    mine = words_on(ann.get(LETTER)) | {"text": ["My words."], "do": "save"}
    expired = browser_of().post(LETTER, mine)
    assert expired.status_code == 401
    assert "My words." in expired.content.decode()
    User.objects.update(is_active=False)
    closed = ann.post(LETTER, mine)
    assert closed.status_code in (401, 403)
    assert "My words." in closed.content.decode()
    assert file.read_text() == ISSUE


def test_sections_are_arranged_by_buttons_and_by_htmx(ann: Client, file: Path) -> None:
    where = HOME + "arrange"
    answer = ann.post(where, {"kind": "sections", "part": "news", "act": "up"})
    assert answer["Location"] == HOME + "#sections-news"
    page = ann.post(where, {"kind": "sections", "part": "news", "act": "down"}, headers={"hx-request": "true"})
    assert page.status_code == 200
    assert 'role="status" class="said">Moved down.' in page.content.decode()
    ann.post(where, {"kind": "sections", "part": "welcome", "act": "place", "after": "picture"})
    assert [part["id"] for part in read_yaml(file).data["sections"]] == ["news", "picture", "welcome"]
    ann.post(where, {"kind": "sections", "part": "news", "act": "hide"})
    assert "Hidden" in text_of(ann.get(HOME))
    assert ann.post(where, {"kind": "sections", "part": "news", "act": "burn"}).status_code == 404
    assert ann.get(where).status_code == 404


def test_the_preview_shows_words_that_nobody_saved(ann: Client, file: Path) -> None:
    shown = send(ann, LETTER, do="preview", text="Only looking.").json()
    assert shown["state"] == "shown"
    assert file.read_text() == ISSUE
    for look in ("light", "dark", "forced-dark", "images-off", "text", "web"):
        frame = ann.get(f"{HOME}look/{shown['key']}/{look}")
        assert "Only looking." in frame.content.decode()
        assert "script-src" not in frame["Content-Security-Policy"]
        assert "sandbox allow-same-origin allow-popups" in frame["Content-Security-Policy"]
        assert ("img-src 'none'" in frame["Content-Security-Policy"]) == (look == "images-off")
    picture = re.findall(r'"(images/[^"]+)"', ann.get(f"{HOME}look/{shown['key']}/light").content.decode())[0]
    assert ann.get(f"{HOME}look/{shown['key']}/{picture}").content.startswith((b"\x89PNG", b"\xff\xd8"))
    assert ann.get(f"{HOME}look/{shown['key']}/source").status_code == 404
    problems = send(ann, NEWS, do="preview", items__0__text="").json()
    assert set(problems["fields"]) == {"items.0.text"}


def png(width: int = 60, height: int = 60) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "#3355aa").save(stream, "PNG")
    return stream.getvalue()


def test_pictures_come_with_the_form_or_by_script(ann: Client, file: Path) -> None:
    sent = SimpleUploadedFile("A chart.png", png(), "image/png")
    page = ann.post(LETTER, words_on(ann.get(LETTER)) | {"do": "save", "image.upload": sent})
    assert page.status_code == 400, "an alt text is demanded"
    name = words_on(page)["image.file"][0]
    assert name.startswith("a-chart-")
    assert 'href="#f-image.alt"' in page.content.decode()
    assert (
        ann.post(LETTER, words_on(page) | {"do": "save", "image.alt": "Complaints fell by a third"}).status_code == 303
    )
    assert read_yaml(file).data["sections"][0]["image"] == {"file": name, "alt": "Complaints fell by a third"}
    told = ann.post(HOME + "pictures", {"picture": SimpleUploadedFile("x.png", png())}).json()
    assert ann.get(told["thumbnail"])["Content-Type"] == "image/png"
    refused = ann.post(HOME + "pictures", {"picture": SimpleUploadedFile("x.svg", b"<svg onload=alert(1)>")}).json()
    assert "SVG" in refused["problem"]
    page = ann.post(
        LETTER, words_on(ann.get(LETTER)) | {"do": "save", "image.upload": SimpleUploadedFile("x.png", b"no")}
    )
    assert "no picture" in text_of(page)
    assert ann.get(HOME + "pictures/issue.yaml").status_code == 404


def test_pasted_rich_text_is_reduced(ann: Client) -> None:
    told = ann.post("/studio/pasted", {"html": "<p><b>Hi</b> {{ name }}<script>x()</script><img src=x></p>"}).json()
    assert told == {"text": "**Hi**"}


def test_history_compares_and_restores(ann: Client, file: Path) -> None:
    send(ann, LETTER, text="Hello to everybody.")
    page = ann.get(HOME + "history/")
    oldest = re.findall(rf'href="({HOME}history/\w+)"', page.content.decode())[-1]
    compared = ann.get(oldest)
    assert "<del>" in compared.content.decode()
    seen = re.findall(r'name="seen" value="(\w+)"', compared.content.decode())[0]
    assert ann.post(oldest, {"seen": "0" * 64}).status_code == 409
    assert ann.post(oldest, {"seen": seen})["Location"] == HOME
    assert file.read_text() == ISSUE


def test_a_broken_file_says_where_and_offers_the_history(ann: Client, file: Path) -> None:
    send(ann, LETTER, text="Hello.")
    worked = file.read_text()
    file.write_text("title: [x\nsections: 3\n")
    page = ann.get(HOME)
    assert page.status_code == 409
    assert "Line" in text_of(page)
    assert "read" in text_of(ann.get("/studio/issues/"))
    newest = re.findall(rf'href="({HOME}history/\w+)"', ann.get(HOME + "history/").content.decode())[0]
    seen = re.findall(r'name="seen" value="(\w+)"', ann.get(newest).content.decode())[0]
    ann.post(newest, {"seen": seen})
    assert file.read_text() == worked
    file.write_text(ISSUE.replace("bodies: [imb]", "bodies: [bmi]"))
    page = ann.get(HOME)
    assert f'href="{NEWS}#f-items.0.bodies.0"' in page.content.decode()
    assert "It can't be shown" in page.content.decode() or "It can&#39;t be shown" in page.content.decode()


ATTACK = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}'


@pytest.mark.parametrize("where", [LETTER, NEWS, HOME + "head", HOME + "events/seminar", HOME + "sections/picture"])
@pytest.mark.usefixtures("file")
def test_whatever_is_typed_into_any_field_runs_nowhere(ann: Client, where: str) -> None:
    words, fixed = words_on(ann.get(where)), ("base", "csrfmiddlewaretoken", "after")
    attacked = {name: texts if name in fixed else [ATTACK] for name, texts in words.items()}
    pages = [ann.post(where, attacked | {"do": "save"}), ann.get(where)]
    for name in words:
        if name not in fixed:
            ann.post(where, words | {name: [ATTACK], "do": "save"})
            ann.post(where, {"do": "discard"})
    pages += [ann.get(HOME), ann.get("/studio/issues/"), ann.get(HOME + "history/"), ann.get(HOME + "fixes")]
    for page in pages:
        shown = page.content.decode()
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "unsafe" not in page["Content-Security-Policy"]


def test_fault_92_names_that_no_form_has_write_nothing(ann: Client, file: Path) -> None:
    """Mass assignment: a form writes its own fields and no others."""
    words = words_on(ann.get(LETTER)) | {
        "id": ["other"],
        "type": ["text"],
        "hidden": ["true"],
        "items.0.id": ["x"],
        "translations": ["x"],
    }
    assert ann.post(LETTER, words | {"do": "save"}).status_code == 303
    assert file.read_text() == ISSUE


@pytest.mark.parametrize("where", ["..%2F..%2Fetc", "2025-11%2F..%2F2025-11", "2099-01"])
def test_fault_92_an_issue_that_is_not_there_is_not_here(ann: Client, file: Path, where: str) -> None:
    for path in ("", "head", "sections/welcome", "history/", "look/x/light", "pictures/dot.png"):
        assert ann.get(f"/studio/issues/{where}/{path}").status_code in (400, 404, 409)
    assert json.dumps(sorted(path.name for path in file.parents[1].iterdir())) == '["2025-11"]'
