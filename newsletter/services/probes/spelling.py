"""Asks Hunspell's dictionaries about the words of an issue; a language without a dictionary is left out.

The library is the optional extra `spelling`, dictionaries are the system's (Debian: hunspell-en-gb) or lie in a folder
that the settings name. Without either, spelling is "not run".
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
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


def ask_dictionaries(words: Mapping[str, Mapping[str, bool]], folder: Path | None = None) -> Spelling | None:
    """For each language the words that its dictionary does not know; None where no dictionary could be asked.

    Suggestions cost a tenth of a second each, so they come only for words that are marked True.
    """
    places = [folder] if folder else [place.expanduser() for place in _PLACES]
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for language, asked in words.items():
        name = next(_dictionaries(language, places), None)
        if name and (dictionary := _opened(name)):
            found[language] = _unknown(dictionary, asked)
    return found or None


@cache
def _opened(name: Path) -> Any:  # noqa: ANN401  (untyped library)
    try:
        import hunspell
    except ImportError:
        return None
    return hunspell.Hunspell(name.name, hunspell_data_dir=str(name.parent))


def _dictionaries(language: str, places: Iterable[Path]) -> Iterator[Path]:
    """Paths without suffix of dictionaries that are there."""
    exact = language.replace("-", "_")
    names = (exact,) if "_" in exact else (*_USUAL.get(exact, ()), exact)
    for place in places:
        yield from (place / name for name in names if (place / f"{name}.dic").is_file())


def _unknown(dictionary: Any, asked: Mapping[str, bool]) -> dict[str, tuple[str, ...]]:  # noqa: ANN401
    return {
        word: tuple(dictionary.suggest(word))[:_MOST_SUGGESTIONS] if suggests else ()
        for word, suggests in asked.items()
        if not any(dictionary.spell(form) for form in _forms(word))
    }


def _forms(word: str) -> Iterator[str]:
    """Ways in which a dictionary may list a word: as it is, without a possessive, or its hyphened parts."""
    yield word
    yield re.sub(r"'s?$", "", word)
