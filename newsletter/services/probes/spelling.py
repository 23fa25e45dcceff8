"""Asks Hunspell's dictionaries about the words of an issue; a language without a dictionary is left out.

The library is the optional extra `spelling`, dictionaries are the system's (Debian: hunspell-en-gb) or lie in a folder
that the settings name. Without either, spelling is "not run".
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from newsletter.checks.facts import Spelling

_PLACES = (
    Path("/usr/share/hunspell"),
    Path("/usr/share/myspell/dicts"),
    Path("/opt/homebrew/share/hunspell"),
    Path("~/Library/Spelling"),
    Path("C:/Program Files/LibreOffice/share/extensions/dict-en"),
)
_USUAL = {"en": ("en_GB",), "cy": ("cy_GB", "cy"), "ga": ("ga_IE", "ga"), "gd": ("gd_GB", "gd")}
_MOST_SUGGESTIONS = 3


def ask_dictionaries(words: Mapping[str, Iterable[str]], folder: Path | None = None) -> Spelling | None:
    """For each language the words that its dictionary does not know; None where no dictionary could be asked."""
    try:
        import hunspell
    except ImportError:
        return None
    places = [folder] if folder else [place.expanduser() for place in _PLACES]
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for language, asked in words.items():
        if name := next(_dictionaries(language, places), None):
            found[language] = _unknown(hunspell.Hunspell(name.name, hunspell_data_dir=str(name.parent)), asked)
    return found or None


def _dictionaries(language: str, places: Iterable[Path]) -> Iterator[Path]:
    """Paths without suffix of dictionaries that are there."""
    exact = language.replace("-", "_")
    names = (exact,) if "_" in exact else (*_USUAL.get(exact, ()), exact)
    for place in places:
        yield from (place / name for name in names if (place / f"{name}.dic").is_file())


def _unknown(dictionary: Any, words: Iterable[str]) -> dict[str, tuple[str, ...]]:  # noqa: ANN401  (untyped library)
    asked = dict.fromkeys(words)
    return {
        word: tuple(dictionary.suggest(word))[:_MOST_SUGGESTIONS]
        for word in asked
        if not any(dictionary.spell(form) for form in _forms(word))
    }


def _forms(word: str) -> Iterator[str]:
    """Ways in which a dictionary may list a word: as it is, without a possessive, or its hyphened parts."""
    yield word
    yield re.sub(r"'s?$", "", word)
