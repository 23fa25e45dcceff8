"""The lists of words in `words/*.toml`: what is to be looked for is data, one expression to a line."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any


def tables(name: str) -> Mapping[str, Any]:
    """One file of words, `words/NAME.toml`."""
    return tomllib.loads(files("newsletter.replies").joinpath("words", f"{name}.toml").read_text(encoding="utf-8"))


@cache
def patterns(name: str) -> Mapping[str, re.Pattern[str]]:
    """One pattern for each list of a file of words."""
    return {key: either(expressions) for key, expressions in tables(name).items()}


def either(expressions: Iterable[str]) -> re.Pattern[str]:
    """One pattern of many regular expressions; case does not matter, `^` and `$` are the ends of a line."""
    return re.compile("|".join(f"(?:{each})" for each in expressions), re.IGNORECASE | re.MULTILINE)
