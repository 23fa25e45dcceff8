"""The inline sheet: plain rules that premailer can write into style attributes without losing a word.

What it cannot write there (at-rules, :hover, !important, fallback pairs) it would drop or alter in silence, so such
rules are refused here and belong in the head sheet.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import cssutils

from newsletter.errors import Problem

# cssutils logs every mso- property as an error; what it really loses is found below and told once.
cssutils.log.setLevel(logging.CRITICAL + 1)

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"\s*([^{}]*?)\s*\{([^{}]*)\}")
_SIMPLE = r"[.#]-?[A-Za-z_][\w-]*|\[[a-z-]+(?:=\"[\w -]*\")?\]"
_COMPOUND = rf"(?:[a-z][a-z0-9]*(?:{_SIMPLE})*|(?:{_SIMPLE})+)"
_SELECTOR = re.compile(rf"{_COMPOUND}(?:(?:\s*[>+~]\s*|\s+){_COMPOUND})*")
_SEMICOLON = re.compile(r";(?![^(]*\))")


def sheet_problems(sheet: str, name: str) -> tuple[Problem, ...]:
    """Everything in the inline sheet that would be lost or changed; `name` is the file to tell of."""
    return tuple(_sheet_problems(_COMMENT.sub(_blanked, sheet), name))


@lru_cache(maxsize=1024)
def lost_declarations(declarations: str) -> tuple[str, ...]:
    """Properties of a style attribute or rule that do not survive inlining as written, in their order.

    Lost are values cssutils cannot read (merge tags, nested calc(), space-separated rgb()) and all but the last of
    several values for one property.
    """
    written = [part.partition(":")[0].strip().lower() for part in _SEMICOLON.split(declarations) if part.strip()]
    kept = set(cssutils.parseStyle(declarations, validate=False).keys())
    counts = Counter(written)
    return tuple(name for name in counts if counts[name] > 1 or name not in kept)


def _blanked(comment: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", comment[0])


def _sheet_problems(sheet: str, name: str) -> Iterator[Problem]:
    end = 0
    while rule := _RULE.match(sheet, end):
        line = sheet.count("\n", 0, rule.start(1)) + 1
        for message in _rule_faults(rule[1], rule[2]):
            yield Problem(message=message, file=name, line=line)
        end = rule.end()
    if sheet[end:].strip():
        line = sheet.count("\n", 0, end + len(sheet[end:]) - len(sheet[end:].lstrip())) + 1
        message = "This is not a plain rule: check its braces, and move at-rules, such as @media, to the head sheet."
        yield Problem(message=message, file=name, line=line)


def _rule_faults(selectors: str, declarations: str) -> Iterator[str]:
    if "@" in selectors:
        yield "The inline sheet takes no at-rules, such as @media or @import; move this to the head sheet."
    for selector in selectors.split(",") if "@" not in selectors else ():
        if not _SELECTOR.fullmatch(selector.strip()):
            yield (
                f"The selector {selector.strip()} cannot be inlined; "
                "use lower-case elements, .class and #id, and put all others in the head sheet."
            )
    if "!important" in declarations.replace(" ", ""):
        yield f"{selectors} uses !important; inline styles outrank all others already, so leave it out."
    for lost in lost_declarations(declarations):
        yield f"{selectors} sets {lost} twice or to a value that inlining loses; write one plain value."
