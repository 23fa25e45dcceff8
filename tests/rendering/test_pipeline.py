"""From an issue to what readers get: the same bytes each time, for the right readers, no link that leads nowhere."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from whole_issue import LINK, issue_from, letter, picture_folder, whole_issue

from newsletter.bundle import bundle_root
from newsletter.content.commentable import commentable
from newsletter.content.issue import Issue, load_issue
from newsletter.errors import InputError
from newsletter.rendering import Publication, Rendered, Theme, Variant, render, variants

PUBLIC = Theme(publication=Publication(base_url="https://news.example.org", website="https://example.org"))
BY_MAIL = Theme()
WELSH_NEWS: list[dict[str, Any]] = [
    {"type": "news", "id": "news", "heading": "News", "items": [
        {"id": "one", "text": "Hello by <date:2025-11-28>.",
         "translations": {"cy": {"text": "Helo <date:2025-11-28>."}}},
    ]},
]  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Issue:
    folder = picture_folder(tmp_path_factory.mktemp("issue") / "2025-11")
    return whole_issue(folder, lambda field: f"Words of {field}", lambda field: f"Words of {field}")


@pytest.fixture(scope="module")
def by_mail(whole: Issue) -> Rendered:
    return render(whole, BY_MAIL)


@pytest.fixture(scope="module")
def public(whole: Issue) -> Rendered:
    return render(whole, PUBLIC)


def page(html: str) -> Any:
    return lxml.html.document_fromstring(html)


def addresses(html: str) -> set[str]:
    """Everything that an element points to."""
    return set(page(html).xpath("//@href | //@src | //@background | //@action"))


# --- the same bytes each time --------------------------------------------------------------------------------------

PRINT_HASH = """
import hashlib, sys
from newsletter import load_issue
from newsletter.rendering import render, variants
issue = load_issue(sys.argv[1])
for variant in variants(issue):
    print(variant.key, hashlib.sha256(repr(render(issue, variant=variant)).encode()).hexdigest())
"""


def test_two_processes_make_the_same_bytes() -> None:
    def hashes(seed: str) -> str:
        command = [sys.executable, "-c", PRINT_HASH, str(bundle_root() / "issues" / "2025-12")]
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": "UTC" if seed == "1" else "Asia/Tokyo"}
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=bundle_root())
        return run.stdout

    first = hashes("1")
    assert len(first.splitlines()) == 2
    assert first == hashes("2")


def test_rendering_twice_gives_equal_values(whole: Issue, by_mail: Rendered) -> None:
    assert render(whole, BY_MAIL) == by_mail


# --- who sees what, and in which language --------------------------------------------------------------------------


def test_a_part_for_a_segment_or_a_medium_is_nowhere_else() -> None:
    sections = [
        letter("For all."),
        letter("For Scots.", id="scots", audience="scotland"),
        letter("On the web.", id="web", only="web"),
        letter("In the mail.", id="mail", only="email"),
    ]
    issue = issue_from(None, sections=sections)
    everybody, scots = (render(issue, BY_MAIL, variant) for variant in variants(issue))
    for form in (everybody.html, everybody.text, everybody.web_html, everybody.web_fragment):
        assert "For all." in form
        assert "For Scots." not in form
    assert all("For Scots." in form for form in (scots.html, scots.text, scots.web_html))
    assert "On the web." in everybody.web_html
    assert "In the mail." not in everybody.web_html
    assert all("In the mail." in form and "On the web." not in form for form in (everybody.html, everybody.text))


def test_an_issue_that_leaves_nothing_for_a_variant_is_refused() -> None:
    with pytest.raises(InputError, match="add a section that everybody sees"):
        render(issue_from(None, sections=[letter(audience="scotland")]))


def test_a_translation_beneath_carries_its_language_and_its_day_in_words() -> None:
    made = render(issue_from(None, sections=WELSH_NEWS))
    for html in (made.html, made.web_html):
        (welsh,) = page(html).xpath("//*[@lang='cy']")
        assert welsh.get("dir") == "ltr"
        assert welsh.get("id") == "one_cy"
        assert " ".join(welsh.text_content().split()) == "Helo dydd Gwener 28 Tachwedd 2025."
    assert "Hello by Friday 28 November 2025." in made.text
    assert made.text.index("Hello") < made.text.index("Helo ")


def test_a_welsh_edition_is_welsh_throughout_and_marks_what_is_not() -> None:
    sections = [*WELSH_NEWS, letter("Only English.")]
    made = render(issue_from(None, languages=["en", "cy"], sections=sections), variant=Variant(language="cy"))
    for html in (made.html, made.web_html):
        document = page(html)
        assert document.get("lang") == "cy"
        assert "Hello by" not in document.text_content()
        (english,) = document.xpath("//*[@lang='en'][contains(., 'Only English.')]")
        assert english.get("dir") == "ltr"
        assert "7 Tachwedd 2025" in document.text_content()


def test_a_welsh_edition_has_its_own_title_subject_and_preheader_and_its_draft_says_that_it_is_one() -> None:
    told = {"cy": {"title": "Bwletin", "preheader": "Newyddion y mis."}}
    issue = issue_from(None, languages=["en", "cy"], sections=WELSH_NEWS, subject="About November", translations=told)
    english, made = render(issue), render(issue, variant=Variant(language="cy"))
    assert (english.subject, made.subject, made.preheader) == ("About November", "Bwletin", "Newyddion y mis.")
    for html in (made.html, made.web_html):
        assert [title.text for title in page(html).iter("title")] == ["Bwletin"]
        assert "Newyddion y mis." in html
        assert [title.text_content() for title in page(html).iter("h1")] == ["Bwletin"]
    assert made.text.startswith("Bwletin\n")
    draft = render(commentable(issue).issue, variant=Variant(language="cy"))
    assert draft.subject == "[DRAFT] Bwletin"


def test_a_part_in_another_script_turns_direction_and_an_item_turns_back() -> None:
    items = [{"id": "a", "text": "مرحبا"}, {"id": "b", "text": "Hello", "lang": "en"}]
    section = {"type": "news", "id": "news", "heading": "أخبار", "lang": "ar", "items": items}
    made = render(issue_from(None, sections=[section]))
    for html in (made.html, made.web_html):
        document = page(html)
        assert document.get("dir") == "ltr"
        (arabic,) = document.xpath("//*[@id='a']/ancestor-or-self::*[@lang='ar'][1]")
        assert arabic.get("dir") == "rtl"
        (english,) = document.xpath("//*[@id='b']")
        assert (english.get("lang"), english.get("dir")) == ("en", "ltr")


# --- what a mail is made of ----------------------------------------------------------------------------------------


def test_the_table_of_contents_names_every_heading_and_leads_to_it(by_mail: Rendered, whole: Issue) -> None:
    headings = [section.heading for section in whole.sections]
    for html, ids in ((by_mail.html, "ol"), (by_mail.web_html, "nav//ol")):
        document = page(html)
        links = document.xpath(f"(//{ids})[1]/li/a")
        assert [link.text_content() for link in links] == headings
        for link in links:
            (target,) = document.xpath("//*[@id=$id]", id=link.get("href")[1:])
            assert link.text_content() in target.text_content()
    assert by_mail.text.index(" 1. Words of letter.heading") < by_mail.text.index("13. Words of feedback.heading")


def test_two_sections_need_no_table_of_contents() -> None:
    sections = [letter(heading="One"), letter(id="two", heading="Two")]
    made = render(issue_from(None, sections=sections))
    assert all("In this issue" not in form for form in (made.html, made.text, made.web_html))


def test_headings_are_in_order_and_no_id_stands_twice(by_mail: Rendered) -> None:
    for html in (by_mail.html, by_mail.web_html):
        document = page(html)
        levels = [int(element.tag[1]) for element in document.xpath("//h1 | //h2 | //h3 | //h4")]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        ids = document.xpath("//@id")
        assert len(ids) == len(set(ids))


def test_no_id_of_an_editor_can_take_one_of_the_page() -> None:
    names = ("content", "printed-links", "main-content", "events-visit", "visit-cy")
    event = {"id": "visit", "title": "Visit", "date": "2025-11-28", "translations": {"cy": {"title": "Ymweliad"}}}
    sections = [letter(id=name, heading=name) for name in names] + [{"type": "events", "id": "events"}]
    made = render(issue_from(None, events=[event], sections=sections))
    for html in (made.html, made.web_html):
        ids = page(html).xpath("//@id")
        assert len(ids) == len(set(ids))


def test_the_preheader_stands_first_and_is_hidden(by_mail: Rendered) -> None:
    first = page(by_mail.html).xpath("//body//text()[normalize-space()]")[0].getparent()
    assert first.text_content() == by_mail.preheader == "Words of preheader"
    assert "display:none" in first.get("style").replace(" ", "")


def test_a_mail_is_a_whole_document_with_title_language_and_direction(by_mail: Rendered) -> None:
    document = page(by_mail.html)
    assert by_mail.html.startswith("<!DOCTYPE html>")
    assert (document.get("lang"), document.get("dir")) == ("en", "ltr")
    assert document.findtext("head/title") == by_mail.subject == "Words of subject"
    assert document.xpath("count(//table[not(@role='presentation')])") == 0
    assert document.xpath("count(//img[not(@alt)])") == 0
    assert document.xpath("count(//script | //link | //iframe | //form | //object)") == 0


# --- where its links lead ------------------------------------------------------------------------------------------


def test_without_a_server_no_link_is_dead_and_pictures_travel_inside(by_mail: Rendered) -> None:
    inside = {f"cid:{image.cid}" for image in by_mail.embedded}
    assert len(inside) == 2  # the same picture, large and beside the letter
    named = addresses(by_mail.html)
    rest = {address for address in named - inside - {LINK} if not address.startswith("#")}
    assert rest == {
        "mailto:bulletin@example.org?subject=Subscribe",
        "mailto:bulletin@example.org?subject=Unsubscribe",
    }
    assert inside <= named
    assert set(re.findall(r"\b(?:https?|mailto|cid):[^\s>]+", by_mail.text)) == {LINK, *rest}
    assert ".ics" not in by_mail.html + by_mail.text


def test_with_a_server_pictures_calendars_and_pages_are_on_it(public: Rendered) -> None:
    base = "https://news.example.org"
    (calendar,), pictures = public.calendars, {f"{base}/archive/2025-11/images/{image.name}" for image in public.images}
    ours = pictures | {
        f"{base}/archive/2025-11/",
        f"{base}/archive/2025-11/events/{calendar.name}",
        f"{base}/subscribe",
        f"{base}/unsubscribe",
    }
    named = {address for address in addresses(public.html) if address.startswith("http")}
    assert named == ours | {LINK, "https://example.org"}
    assert not public.embeds_images
    assert public.embedded == ()
    assert "cid:" not in public.html
    texts = set(re.findall(r"https?:[^\s>]+", public.text))
    assert texts == named - pictures


def test_a_calendar_that_only_the_mail_names_is_there_to_be_fetched() -> None:
    event = {"id": "visit", "title": "Visit", "date": "2025-11-28"}
    made = render(
        issue_from(None, events=[event], sections=[{"type": "events", "id": "events", "only": "email"}]), PUBLIC
    )
    assert "/events/visit.ics" in made.html
    assert [calendar.name for calendar in made.calendars] == ["visit.ics"]


def test_a_picture_that_only_the_web_shows_does_not_travel_with_the_mail(tmp_path: Path) -> None:
    picture = {"type": "image", "id": "dot", "only": "web", "image": {"file": "dot.png", "alt": "A dot."}}
    made = render(issue_from(picture_folder(tmp_path), sections=[letter(), picture]))
    assert len(made.images) == 1
    assert made.embedded == ()


def test_the_web_edition_points_beside_itself_and_nowhere_else(by_mail: Rendered, public: Rendered) -> None:
    for made in (by_mail, public):
        here = {f"images/{image.name}" for image in made.images} | {f"events/{item.name}" for item in made.calendars}
        near = {address for address in addresses(made.web_html) if not address.startswith(("http", "mailto:", "#"))}
        assert near == here


@pytest.mark.parametrize("theme", [BY_MAIL, PUBLIC], ids=["by mail", "public"])
def test_nothing_is_fetched_by_merely_looking_at_a_mail_or_page(whole: Issue, theme: Theme) -> None:
    made = render(whole, theme)
    for html in (made.html, made.web_html):
        styles = " ".join(page(html).xpath("//style/text() | //@style"))
        assert "@import" not in styles
        assert "url(" not in styles
    fetched = set(page(made.html).xpath("//@src | //@background"))
    assert all(address.startswith(("cid:", "https://news.example.org/archive/")) for address in fetched)


def test_an_event_for_others_may_still_be_named_by_a_section_for_all() -> None:
    events = [{"id": "call", "title": "Call", "date": "2025-12-01", "audience": "scotland", "place": "Oban"}]
    callout = {"type": "callout", "id": "callout", "heading": "Join us", "event": "call"}
    made = render(issue_from(None, events=events, sections=[callout]))
    assert all("Monday 1 December 2025" in form for form in (made.html, made.text, made.web_html))


# --- what is wrong is told -----------------------------------------------------------------------------------------


def test_a_small_picture_is_told_and_a_tall_one_is_not(tmp_path: Path, draw: Callable[..., Path]) -> None:
    folder = picture_folder(tmp_path)
    draw(folder / "images" / "small.png", (90, 60))
    draw(folder / "images" / "tall.png", (1000, 3000))
    sections = [
        {"type": "image", "id": name, "image": {"file": f"{name}.png", "alt": name}} for name in ("small", "tall")
    ]
    (warning,) = render(issue_from(folder, sections=sections)).warnings
    assert "small.png" in warning


def test_a_logo_that_is_not_there_is_told(tmp_path: Path) -> None:
    theme = Theme(logo="logo.png", logo_alt="Bulletin", root=tmp_path)
    with pytest.raises(InputError, match=r"logo\.png: the picture can't be read"):
        render(issue_from(None, sections=[letter()]), theme)


@pytest.mark.parametrize("name", ["2025-11", "2025-12", "gallery"])
def test_the_sample_issues_render_in_every_variant_without_a_warning(name: str) -> None:
    issue = load_issue(bundle_root() / "issues" / name)
    for variant in variants(issue):
        assert render(issue, BY_MAIL, variant).warnings == ()
