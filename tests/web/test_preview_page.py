"""The page around the preview: everything on it can be read and reached without JavaScript."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import lxml.html
import pytest
from lxml.html import HtmlElement

from newsletter.rendering.theme import DARK, LIGHT
from newsletter.web.preview.drafts import Draft, new_draft, reread
from newsletter.web.preview.looks import LOOKS, Choice
from newsletter.web.preview.page import frame_digest, page, stylesheet


@pytest.fixture
def working(draft_folder: Path) -> Draft:
    return list(reread(new_draft(draft_folder, "2025-11"), ""))[-1]


def shown(draft: Draft, **query: str) -> HtmlElement:
    return lxml.html.document_fromstring(page(draft, Choice.parse(query, draft.keys)))


def words(element: HtmlElement, selector: str) -> str:
    return " ".join(" ".join(found.text_content() for found in element.xpath(selector)).split())


def test_each_look_width_and_variant_is_a_link_that_leads_to_it(working: Draft) -> None:
    document = shown(working)
    for link in document.xpath("//nav//a"):
        query = dict(parse_qsl(urlsplit(link.get("href")).query))
        current = shown(working, **query).xpath("//nav//a[@aria-current]")
        assert link.get("id") in [found.get("id") for found in current]
    reached = {link.text for link in document.xpath("//nav//a")}
    assert reached == {look.label for look in LOOKS} | {"600 and 360 px", "600 px", "360 px", "en", "en+north"}


@pytest.mark.parametrize(("width", "frames"), [("both", ["600", "360"]), ("600", ["600"]), ("360", ["360"])])
def test_frames_have_the_width_asked_for_and_a_title(working: Draft, width: str, frames: list[str]) -> None:
    found = shown(working, width=width).xpath("//iframe")
    assert [frame.get("width") for frame in found] == frames
    assert [frame.get("title") for frame in found] == [f"Mail, Light, {each} pixels wide" for each in frames]


def test_frames_run_no_script(working: Draft) -> None:
    for frame in shown(working).xpath("//iframe"):
        assert "allow-scripts" not in frame.get("sandbox")


def test_a_frame_keeps_its_address_until_its_document_changes(working: Draft, issue_file: Path) -> None:
    choice = Choice.parse({}, working.keys)
    assert frame_digest(working, choice) == frame_digest(replace(working, number=9, findings=()), choice)
    issue_file.write_text(issue_file.read_text().replace("Hello", "Goodbye"))
    later = list(reread(working, ""))[-1]
    assert frame_digest(later, choice) != frame_digest(working, choice)


def test_plain_text_and_source_stand_on_the_page_escaped(working: Draft) -> None:
    assert "Hello to everybody" in words(shown(working, look="text"), "//pre")
    source = shown(working, look="source")
    assert "<!DOCTYPE html>" in words(source, "//pre/code[1]")
    assert [code.get("id") for code in source.xpath("//pre/code")][:2] == ["L1", "L2"]


def test_problems_stand_in_front_with_file_and_line_and_the_last_version_stays(
    working: Draft, issue_file: Path
) -> None:
    issue_file.write_text(issue_file.read_text().replace("type: letter", "type: lettre"))
    document = shown(list(reread(working, ""))[-1])
    assert "issues/2025-11/issue.yaml, line 10" in words(document, "//*[@id='problems']")
    assert "last version that worked" in words(document, "//*[@id='problems']")
    assert document.xpath("//iframe")
    assert words(document, "//title").startswith("Not shown")


def test_a_draft_that_never_worked_has_a_page_of_problems_alone(draft_folder: Path, issue_file: Path) -> None:
    issue_file.write_text("title: [")
    document = shown(list(reread(new_draft(draft_folder, "2025-11"), ""))[-1])
    assert words(document, "//*[@id='problems']//li")
    assert not document.xpath("//iframe")


def test_findings_are_told_by_gravity_with_remedy_and_place(draft_folder: Path, issue_file: Path) -> None:
    issue_file.write_text(issue_file.read_text().replace("this.", "this. [here](https://example.org/a)"))
    found = words(shown(list(reread(new_draft(draft_folder, "2025-11"), ""))[-1]), "//*[@id='findings']")
    assert "Stands in the way of approval" in found
    assert "issues/2025-11/issue.yaml, line 12, section welcome, field text" in found


def test_markup_in_the_issue_stays_words(working: Draft, issue_file: Path) -> None:
    issue_file.write_text(issue_file.read_text().replace("The first number", '"<script>alert(1)</script>"'))
    document = shown(list(reread(working, ""))[-1])
    assert words(document, "//h1") == "<script>alert(1)</script>"
    assert [script.get("src") for script in document.xpath("//script")] == ["/page.js"]


def test_sizes_are_told_in_words(working: Draft) -> None:
    size = words(shown(working), "//*[@id='size']")
    assert "of 90.0 KB" in size
    assert "of 16.0 KB" in size
    assert "travel inside the mail" in size


def test_no_style_stands_in_an_element_because_the_policy_forbids_it(working: Draft) -> None:
    for look in LOOKS:
        assert not shown(working, look=look.id).xpath("//*[@style] | //style | //script[not(@src)]")


def test_the_page_wears_the_colours_of_the_mail() -> None:
    assert {LIGHT.brand, LIGHT.page, DARK.card, DARK.ink} <= set(stylesheet().replace(";", " ").split())
