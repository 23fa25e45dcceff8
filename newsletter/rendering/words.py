"""The words of the frame around an issue, in the language of the variant: one gettext catalogue for mail and web."""

import gettext
from collections.abc import Callable
from functools import cache
from pathlib import Path

_LOCALE = Path(__file__).resolve().parent.parent / "locale"
_RIGHT_TO_LEFT = {"ar", "dv", "fa", "he", "ps", "ur", "yi"}


@cache
def translator(language: str) -> Callable[[str], str]:
    """The function that puts an English phrase into a language; phrases without a translation stay English."""
    return gettext.translation("newsletter", _LOCALE, [language.replace("-", "_")], fallback=True).gettext


def direction(language: str) -> str:
    """`rtl` or `ltr`, for the `dir` attribute."""
    return "rtl" if language.split("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"
