"""The gettext catalogue holds every phrase that readers are shown, and the compiled file is the catalogue."""

import ast
import gettext
import re
from pathlib import Path

import pytest

from newsletter.bundle import bundle_root
from newsletter.rendering.words import direction, translator

LOCALE = Path(__file__).resolve().parents[2] / "newsletter" / "locale"
CATALOGUES = sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


PACKAGE = LOCALE.parent
# Sentences of these reach readers' pages as they are.
TOLD = ("subscribers/addresses.py", "subscribers/tokens.py", "services/personal_links.py", "services/confirming.py")
FOR_STAFF = (
    *("Token keys", "A token key", "There is no number left", "No personal link"),  # of our settings and keys
    "The domain of this address mixes",  # of imports
)


def phrases() -> set[str]:
    """All in templates, all that code marks as a phrase, and the sentences of some errors."""
    found: set[str] = set()
    for template in (bundle_root() / "templates").rglob("*.j2"):
        found.update(re.findall(r'_\("([^"]+)"', template.read_text(encoding="utf-8")))
    for module in PACKAGE.rglob("*.py"):
        found.update(marked(ast.parse(module.read_text(encoding="utf-8"))))
    return found


def marked(tree: ast.AST) -> set[str]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    phrase = [call.args[0] for call in calls if call.func.id == "phrase"]  # type: ignore[attr-defined]
    return {words.value for words in phrase if isinstance(words, ast.Constant)}


def sentences(tree: ast.AST) -> set[str]:
    """Every whole sentence in the code, but for what describes the code itself."""
    told = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    described = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, DESCRIBED)}
    return {text for text in told if re.fullmatch(r"[A-Z][^\n]+\.", text) and text not in described}


DESCRIBED = (ast.Module, ast.ClassDef, ast.FunctionDef)


def entries(path: Path) -> dict[str, str]:
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
    return dict(pairs)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_phrase_is_translated(path: Path) -> None:
    assert phrases() <= set(entries(path))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_sentence_that_readers_may_be_told_is_translated_and_nothing_else(path: Path) -> None:
    told = set().union(*(sentences(ast.parse((PACKAGE / name).read_text(encoding="utf-8"))) for name in TOLD))
    for_readers = {text for text in told if not text.startswith(FOR_STAFF)}
    assert set(entries(path)) - phrases() == for_readers - phrases()


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
