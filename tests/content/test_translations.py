"""Who sees what of an issue, and in which language."""

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.content.issue import Issue, load_issue
from newsletter.content.selection import events_for, sections_for
from newsletter.content.variants import Variant, variants_of
from newsletter.errors import InputError

Write = Callable[..., Path]
HEAD = "title: Bulletin\npreheader: News.\ndate: 2025-11-07\n"
ENGLISH, WELSH = Variant(), Variant(language="cy")
SCOTS = Variant(audiences=frozenset({"scotland"}))
NEWS = """\
sections:
  - type: news
    id: news
    heading: News
    items:
      - {id: one, text: One}
      - id: two
        text: Two
        translations: {cy: {text: Dau}}
"""


def issue_of(write_issue: Write, text: str) -> Issue:
    return load_issue(write_issue(HEAD + text))


def refusals(write_issue: Write, text: str) -> list[tuple[int | None, str, str]]:
    with pytest.raises(InputError) as caught:
        issue_of(write_issue, text)
    return [(problem.line, problem.field, problem.message) for problem in caught.value.problems]


def shown(issue: Issue, variant: Variant = ENGLISH, medium: str = "email") -> list[tuple[str, str | None, list[str]]]:
    sections = sections_for(issue, variant, medium)  # type: ignore[arg-type]
    return [
        (section.id, section.lang, [f"{item.lang} {item.text}" for item in getattr(section, "items", [])])
        for section in sections
    ]


def test_a_translation_stands_beneath_where_the_issue_is_sent_in_one_language(write_issue: Write) -> None:
    assert shown(issue_of(write_issue, NEWS)) == [("news", "en", ["en One", "en Two", "cy Dau"])]


def test_a_translation_replaces_the_original_where_the_issue_is_sent_in_that_language(write_issue: Write) -> None:
    issue = issue_of(write_issue, "languages: [en, cy]\n" + NEWS)
    assert shown(issue) == [("news", "en", ["en One", "en Two"])]
    assert shown(issue, WELSH) == [("news", "en", ["en One", "cy Dau"])]


def test_items_speak_the_language_of_their_section(write_issue: Write) -> None:
    issue = issue_of(write_issue, NEWS.replace("    heading", "    lang: cy\n    heading").replace("cy: {", "en: {"))
    assert shown(issue) == [("news", "cy", ["cy One", "en Dau"])]


def test_a_section_translated_with_its_items_stands_beneath_under_ids_of_its_own(write_issue: Write) -> None:
    translated = "    translations:\n      cy: {heading: Newyddion, items: [{id: one, text: Un}]}\n"
    issue = issue_of(write_issue, NEWS + translated)
    below = sections_for(issue, ENGLISH, "email")[1]
    assert (below.heading, below.id, below.items[0].id) == ("Newyddion", "news_cy", "one_cy")  # type: ignore[attr-defined]
    assert shown(issue)[1] == ("news_cy", "cy", ["cy Un"])


def test_a_section_translated_without_its_items_would_repeat_them_and_is_refused(write_issue: Write) -> None:
    text = NEWS + "    translations:\n      cy: {heading: Newyddion}\n"
    ((line, field, message),) = refusals(write_issue, text)
    assert (line, field) == (14, "translations.cy")
    assert "translate the items one by one" in message
    assert shown(issue_of(write_issue, "languages: [cy]\n" + text), WELSH)[0][2] == ["en One", "cy Dau"]


@pytest.mark.parametrize(
    ("fields", "line", "field", "words"),
    [
        ("{txt: Dau}", 11, "translations.cy.txt", "did you mean 'text'?"),
        ("{text: <b>Dau</b>}", 11, "translations.cy.text", "HTML"),
        ("{text: '[x](javascript:x)'}", 11, "translations.cy.text", "must begin with"),
        ("{text: <event:dim>}", 11, "translations.cy.text", "no event 'dim'"),
        ("{text: Dau, image: {file: ../x.png, alt: X}}", 11, "translations.cy.image.file", "leads out"),
        ("{id: dau}", 11, "translations.cy.id", "words only"),
        ("{audience: wales}", 11, "translations.cy.audience", "words only"),
        ("{lang: en}", 11, "translations.cy.lang", "words only"),
        ("{translations: {fr: {text: Deux}}}", 11, "translations.cy.translations", "words only"),
        ("Dau", 11, "translations.cy", "must be a group of fields"),
    ],
)
def test_a_translation_is_held_to_the_rules_of_the_original(
    write_issue: Write, fields: str, line: int, field: str, words: str
) -> None:
    ((found_line, found_field, message),) = refusals(write_issue, NEWS.replace("{text: Dau}", fields))
    assert (found_line, found_field) == (line + 1, f"items.1.{field}")
    assert words in message


def test_a_part_for_a_segment_is_shown_to_that_segment_alone(write_issue: Write) -> None:
    text = NEWS.replace("{id: one, text", "{id: one, audience: scotland, text")
    issue = issue_of(write_issue, text)
    assert [variant.key for variant in variants_of(issue.parts, issue.sent_in)] == ["en", "en+scotland"]
    assert shown(issue)[0][2] == ["en Two", "cy Dau"]
    assert shown(issue, SCOTS)[0][2] == ["en One", "en Two", "cy Dau"]


def test_a_section_whose_items_all_fall_away_falls_away_too(write_issue: Write) -> None:
    text = NEWS.replace("{id:", "{only: web, id:").replace("        text: Two", "        only: web\n        text: 2")
    issue = issue_of(write_issue, text)
    assert shown(issue) == []
    assert len(shown(issue, medium="web")) == 1


def test_an_event_for_a_segment_makes_a_variant_and_is_listed_there_alone(write_issue: Write) -> None:
    events = "events:\n  - {id: later, title: Later, date: 2025-12-02}\n"
    events += "  - {id: call, title: Call, date: 2025-12-01, audience: scotland}\n"
    issue = issue_of(write_issue, events + NEWS)
    assert [variant.key for variant in variants_of(issue.parts, issue.sent_in)] == ["en", "en+scotland"]
    assert [event.id for event in events_for(issue, [], ENGLISH, "email")] == ["later"]
    assert [event.id for event in events_for(issue, [], SCOTS, "email")] == ["call", "later"]


@pytest.mark.parametrize("text", ["languages: [cy, de, fr, ga, gd, it, nl, pl]\n" + NEWS, None])
def test_nine_versions_are_more_than_anybody_looks_at(write_issue: Write, text: str | None) -> None:
    if text is None:
        parts = [f"  - {{type: text, id: s{n}, audience: a{n}, text: x}}\n" for n in range(4)]
        text = "sections:\n" + "".join(parts)
    ((_line, _field, message),) = refusals(write_issue, text)
    assert "at most 8 can be looked at" in message


def test_eight_versions_are_allowed(write_issue: Write) -> None:
    parts = [f"  - {{type: text, id: s{n}, audience: a{n}, text: x}}\n" for n in range(3)]
    issue = issue_of(write_issue, "sections:\n" + "".join(parts))
    keys = [variant.key for variant in variants_of(issue.parts, issue.sent_in)]
    assert len(keys) == len(set(keys)) == 8
    assert keys[-1] == "en+a0+a1+a2"
