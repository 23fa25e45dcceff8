"""The web edition and the fragment that another website can paste."""

import json
import re
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from whole_issue import issue_from, letter, picture_folder, whole_issue

from newsletter.rendering import Publication, Rendered, Theme, render

EVENT = {
    "id": "visit",
    "title": "Visit </script><script>alert(1)</script> & <!-- more",
    "date": "2026-03-29",
    "starts": "10:00",
    "ends": "11:30",
    "place": "Town \u2028hall".replace("\u2028", ""),
    "url": "https://example.org/visit",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    folder = picture_folder(tmp_path_factory.mktemp("issue") / "2025-11")
    return render(whole_issue(folder, lambda field: f"Words of {field}", lambda field: f"Words of {field}"))


def page(html: str) -> Any:
    return lxml.html.document_fromstring(html)


def links_and_numbers(made: Rendered) -> tuple[list[tuple[str, str]], list[str]]:
    """Each outside link with the number behind it, and the list at the end."""
    document = page(made.web_html)
    links = [(link.get("href"), link.findtext("sup")) for link in document.xpath("//main//a[sup]")]
    return links, document.xpath("//ol[@id='printed_links']/li/text()")


def test_the_page_is_a_whole_document(whole: Rendered) -> None:
    document = page(whole.web_html)
    assert whole.web_html.startswith('<!DOCTYPE html>\n<html lang="en" dir="ltr">')
    assert document.findtext("head/title") == "Words of title"
    assert document.xpath("//meta[@name='description']/@content") == ["Words of preheader"]
    assert document.xpath("//a[@class='skip']/@href") == ["#" + document.xpath("//main/@id")[0]]


def test_links_are_numbered_once_and_listed_for_print(whole: Rendered) -> None:
    sections = [
        letter("[a](https://a.example) [b](https://b.example) [a again](https://a.example) [m](mailto:m@b.example)")
    ]
    links, listed = links_and_numbers(render(issue_from(None, sections=sections)))
    assert [number for _link, number in links] == ["[1]", "[2]", "[1]", "[3]"]
    assert listed == ["https://a.example", "https://b.example", "m@b.example"]
    assert len(links_and_numbers(whole)[1]) == 1


def test_numbers_for_print_are_hidden_from_screens_and_readers(whole: Rendered) -> None:
    for mark in page(whole.web_html).xpath("//sup | //section[.//ol[@id='printed_links']]"):
        assert mark.get("aria-hidden") == "true"
        assert mark.get("class") == "print"
    assert re.search(r"\.print\s*{\s*display:\s*none", whole.web_html)


def test_the_fragment_is_bare_semantic_html(whole: Rendered) -> None:
    fragment = lxml.html.fragment_fromstring(whole.web_fragment, create_parent="div")
    names = {name for element in fragment.iter() for name in element.attrib}
    assert names <= {"id", "href", "src", "alt", "width", "height", "lang", "dir", "datetime", "scope", "start"}
    assert fragment.xpath("count(.//script | .//style | .//nav | .//sup | .//comment())") == 0
    assert "In this issue" not in whole.web_fragment
    assert [heading.tag for heading in fragment.xpath(".//h1 | .//h2")] == ["h1", *["h2"] * 13]
    assert whole.web_fragment.endswith(">\n")


def test_no_class_style_or_script_is_left_in_the_fragment(whole: Rendered) -> None:
    assert not re.search(r"\b(?:class|style|on\w+|aria-\w+|role)=|<script|<style", whole.web_fragment)


def schema_of(**changes: Any) -> dict[str, Any]:
    theme = Theme(publication=Publication(organisation="Office & </script> Co"))
    section = {"type": "events", "id": "events"}
    made = render(issue_from(None, events=[EVENT | changes], sections=[section]), theme)
    (script,) = page(made.web_html).xpath("//script")
    assert script.get("type") == "application/ld+json"
    return dict(json.loads(script.text))


def test_an_event_is_told_to_machines_and_cannot_break_out() -> None:
    assert schema_of() == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": EVENT["title"],
        "startDate": "2026-03-29T10:00:00+01:00",
        "endDate": "2026-03-29T11:30:00+01:00",
        "location": {"@type": "Place", "name": "Town hall"},
        "url": "https://example.org/visit",
        "organizer": {"@type": "Organization", "name": "Office & </script> Co"},
    }


def test_a_whole_day_is_a_date_and_what_is_not_known_is_left_out() -> None:
    found = schema_of(starts=None, ends=None, place="", url=None, until="2026-03-30")
    assert (found["startDate"], found["endDate"]) == ("2026-03-29", "2026-03-30")
    assert not {"location", "url"} & set(found)


def test_the_calendar_beside_the_page_holds_the_event(tmp_path: Path) -> None:
    made = render(issue_from(picture_folder(tmp_path), events=[EVENT], sections=[{"type": "events", "id": "events"}]))
    (calendar,) = made.calendars
    assert f'href="events/{calendar.name}"' in made.web_html
    assert b"DTSTART:20260329T090000Z\r\n" in calendar.content
