"""Forms made from the classes: every type has one, nothing is lost on the way, and a problem finds its field."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.bundle import bundle_root
from newsletter.content.event import Event
from newsletter.content.forms.fields import FormField, Input, every_field, form_fields
from newsletter.content.forms.naming import fresh_id, ids_in, name_new_items, rename
from newsletter.content.forms.words import words_of, write
from newsletter.content.issue import Issue, issue_from_yaml
from newsletter.content.sections import SECTION_TYPES
from newsletter.content.yaml_file import YamlFile, dump_yaml, parse_yaml, read_yaml
from newsletter.errors import InputError

SAMPLES = sorted((bundle_root() / "issues").glob("*/issue.yaml"))
ISSUE = """\
title: A bulletin
preheader: What is new
date: 2025-11-07
sections:
  # a comment above
  - type: news
    id: news
    heading: "Quoted"  # beside it
    items:
      - id: first
        text: |
          One.
        translations:
          cy: {text: Un.}
      - id: second
        text: Two.
        link: {text: Read it, url: https://example.org}
  - type: social
    id: social
    accounts:
      - {name: Elsewhere, url: https://example.org/us}
"""


def fields_of(node: Any) -> tuple[FormField, ...]:
    return form_fields(SECTION_TYPES[node["type"]] if "type" in node else Event)


def tree(text: str = ISSUE) -> Any:
    return parse_yaml(text, Path("issue.yaml"))


@pytest.mark.parametrize("kind", SECTION_TYPES)
def test_every_section_type_has_a_form_with_a_label_for_each_field(kind: str) -> None:
    fields = form_fields(SECTION_TYPES[kind])
    assert {field.name for field in fields} == set(SECTION_TYPES[kind].model_fields) - {
        "id",
        "type",
        "hidden",
    }
    assert all(field.label and "`" not in field.hint for field in every_field(fields))
    assert [field.name for field in fields if field.is_rare] == ["lang", "audience", "only"]


def test_the_kind_of_input_is_read_from_the_type() -> None:
    news = {field.name: field for field in form_fields(SECTION_TYPES["news"])}
    item = {field.name: field for field in news["items"].fields}
    assert (news["items"].input, news["items"].has_ids) == (Input.GROUPS, True)
    assert (item["text"].input, item["text"].is_required) == (Input.MARKDOWN, True)
    assert (item["bodies"].input, item["bodies"].register) == (Input.CHOICES, "bodies")
    assert (item["image"].input, item["link"].input) == (Input.PICTURE, Input.GROUP)
    assert not item["image"].is_required
    event = {field.name: field.input for field in form_fields(Event)}
    assert (event["date"], event["starts"], event["url"]) == (Input.DAY, Input.CLOCK, Input.URL)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_a_form_sent_back_unchanged_changes_no_byte(path: Path) -> None:
    file = read_yaml(path)
    for node in [*file.data["sections"], *file.data.get("events", [])]:
        words = words_of(fields_of(node), node)
        write(
            fields_of(node),
            node,
            {name: [text.replace("\n", "\r\n") for text in texts] for name, texts in words.items()},
        )
    assert dump_yaml(file.data) == file.text


def on_one_line(value: object) -> str:
    """What a model holds; where a paragraph was broken over lines its form shows one."""
    return re.sub(r"(?:\\n|\s)+", " ", json.dumps(value, default=str)).replace(' "', '"')


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_a_form_holds_all_that_it_takes_to_write_a_part_anew(path: Path) -> None:
    """Written into an empty node, the words make the same section, but for what no form shows."""
    unseen = {"hidden": True}
    context = {"images": path.parent / "images"}
    for node in read_yaml(path).data["sections"]:
        kind, words = SECTION_TYPES[node["type"]], words_of(fields_of(node), node)
        fresh = {"type": node["type"], "id": node["id"]}
        write(fields_of(node), fresh, words)
        for old, new in zip(node.get("items", ()), fresh.get("items", ()), strict=True):
            new["id"] = old["id"]
        before, after = (
            kind.model_validate(each, context=context).model_dump(exclude=unseen) for each in (node, fresh)
        )
        assert on_one_line(after) == on_one_line(before)


def test_only_what_was_changed_is_changed() -> None:
    data = tree()
    news = data["sections"][0]
    words = words_of(fields_of(news), news)
    words["items.0.text"] = ["One.\r\n\r\nAnd more: it's *new*."]
    words["heading"] = ["Inside"]
    write(fields_of(news), news, words)
    expected = ISSUE.replace("          One.\n", "          One.\n\n          And more: it's *new*.\n")
    assert dump_yaml(data) == expected.replace('"Quoted"', '"Inside"')


def test_a_part_is_told_in_another_language_and_one_that_no_form_shows_stays() -> None:
    data = tree(ISSUE.replace("cy: {text: Un.}", "{cy: {text: Un.}, fr: {text: Une.}}"))
    first, second = data["sections"][0]["items"]
    words = words_of(fields_of(data["sections"][0]), data["sections"][0])
    assert words["items.0.translations.cy.text"] == ["Un."]
    words |= {"items.0.translations.cy.text": [""], "items.1.translations.ga.text": ["A dó."]}
    write(fields_of(data["sections"][0]), data["sections"][0], words)
    assert (first["translations"], second["translations"]) == ({"fr": {"text": "Une."}}, {"ga": {"text": "A dó."}})
    words["items.1.translations.ga.text"] = [" "]
    write(fields_of(data["sections"][0]), data["sections"][0], words)
    assert "translations" not in second


def test_items_are_moved_added_and_removed_by_their_ids_and_keep_what_no_form_shows() -> None:
    data = tree()
    news = data["sections"][0]
    words = {
        "items.3.id": ["second"],
        "items.3.text": ["Two."],
        "items.5.id": ["somebody-elses"],
        "items.5.text": ["Three."],
        "items.7.id": ["first"],
        "items.7.text": ["One."],
        "items.9.text": [" "],
    }
    write(fields_of(news), news, words)
    name_new_items(data, ids_in(data))
    assert [item["id"] for item in news["items"]] == ["second", "news-1", "first"]
    assert news["items"][2]["translations"]["cy"]["text"] == "Un."
    assert news["heading"] == "Quoted"
    assert list(news["items"][1]) == ["id", "text"]


def test_an_emptied_field_goes_unless_leaving_it_out_would_bring_back_a_default() -> None:
    data = tree()
    news = data["sections"][0]
    write(
        fields_of(news),
        news,
        words_of(fields_of(news), news) | {"heading": [""], "items.1.link.text": [""], "items.1.link.url": [""]},
    )
    assert news["heading"] == ""
    assert "link" not in news["items"][1]


def test_names_that_the_form_does_not_have_write_nothing() -> None:
    data = tree()
    news = data["sections"][0]
    write(
        fields_of(news),
        news,
        words_of(fields_of(news), news)
        | {"id": ["x"], "type": ["text"], "hidden": ["true"], "translations.cy": ["x"], "__proto__": ["x"]},
    )
    assert dump_yaml(data) == ISSUE


@settings(deadline=None)
@given(text=st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=80))
def test_whatever_is_typed_is_read_back_from_the_file_as_it_was(text: str) -> None:
    data = tree()
    news = data["sections"][0]
    words = words_of(fields_of(news), news) | {"items.0.text": [f"a{text}b"], "items.1.text": [f"a{text}b"]}
    write(fields_of(news), news, words)
    again = tree(dump_yaml(data))["sections"][0]["items"]
    assert [str(item["text"]).strip(" \t\n") for item in again] == [f"a{text}b"] * 2


def test_a_problem_names_the_field_of_the_form() -> None:
    data = tree()
    news = data["sections"][0]
    words = words_of(fields_of(news), news) | {
        "items.1.link.url": ["javascript:alert(1)"],
        "items.0.image.file": ["none.png"],
    }
    write(fields_of(news), news, words)
    text = dump_yaml(data)
    source = YamlFile(path=Path("issues/2025-11/issue.yaml"), text=text, digest="", data=tree(text))
    with pytest.raises(InputError) as caught:
        issue_from_yaml(source)
    assert {problem.field for problem in caught.value.problems} == {
        "items.1.link.url",
        "items.0.image.file",
        "items.0.image.alt",
    }
    assert {problem.section for problem in caught.value.problems} == {"news"}


def test_a_copy_gets_ids_of_its_own() -> None:
    data = tree()
    taken = ids_in(data)
    copy = tree()["sections"][0]
    rename(copy, taken)
    assert [copy["id"], *(item["id"] for item in copy["items"])] == ["news-2", "first-2", "second-2"]
    assert fresh_id("news", taken) == "news-3"


def test_a_hidden_section_is_in_the_file_and_nowhere_else() -> None:
    text = ISSUE.replace("    id: social\n", "    id: social\n    hidden: true\n    audience: scotland\n")
    issue = Issue.model_validate(tree(text))
    assert [section.id for section in issue.shown_sections] == ["news"]
    assert {part.id for part in issue.parts} == {"news", "first", "second"}
