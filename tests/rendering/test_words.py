"""The gettext catalogue holds every phrase of the templates, and the compiled file is the catalogue."""

import gettext
import re
from pathlib import Path

import pytest

from newsletter.bundle import bundle_root
from newsletter.rendering.words import direction, translator

LOCALE = Path(__file__).resolve().parents[2] / "newsletter" / "locale"
CATALOGUES = sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def phrases() -> set[str]:
    found: set[str] = set()
    for template in (bundle_root() / "templates").rglob("*.j2"):
        found.update(re.findall(r'_\("([^"]+)"', template.read_text(encoding="utf-8")))
    return found


def entries(path: Path) -> dict[str, str]:
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
    return dict(pairs)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_phrase_of_the_templates_is_translated(path: Path) -> None:
    assert phrases() == set(entries(path))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_the_compiled_catalogue_says_what_the_source_says(path: Path) -> None:
    with path.with_suffix(".mo").open("rb") as stream:
        compiled = gettext.GNUTranslations(stream)

    assert {phrase: compiled.gettext(phrase) for phrase in entries(path)} == entries(path)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_translation_fills_in_the_same_values(path: Path) -> None:
    for phrase, words in entries(path).items():
        assert set(re.findall(r"{\w+}", phrase)) == set(re.findall(r"{\w+}", words))


def test_a_language_without_a_catalogue_keeps_the_english_words() -> None:
    assert translator("gd")("In this issue") == "In this issue"


def test_arabic_reads_from_right_to_left() -> None:
    assert (direction("ar"), direction("cy"), direction("he-IL")) == ("rtl", "ltr", "rtl")
