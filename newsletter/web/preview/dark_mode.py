"""Shows a document's light or dark colours whatever the browser prefers.

A media feature that is always or never true takes the place of `prefers-color-scheme`, so that the rules around it
(`screen and …`, `not …`, lists) keep their meaning and nothing needs to be cut out between braces.
"""

import re
from typing import Literal

Scheme = Literal["light", "dark"]

_ALWAYS, _NEVER = "(min-width: 0px)", "(max-width: 0px)"
_STYLES = re.compile(r"<style\b.*?</style\s*>", re.DOTALL | re.IGNORECASE)
_MEDIA_ATTRIBUTE = re.compile(r"""(?<=\smedia=)("[^"]*"|'[^']*')""", re.IGNORECASE)
_PREFERENCE = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)", re.IGNORECASE)
_DECLARED = re.compile(r"(?<![\w-])color-scheme\s*:[^;}]*", re.IGNORECASE)
_META = re.compile(r"""(<meta\s+name=["']color-scheme["']\s+content=)("[^"]*"|'[^']*')""", re.IGNORECASE)


def in_scheme(page: str, scheme: Scheme) -> str:
    """The document with the colours of one scheme; words that readers see are never touched."""

    def decided(match: re.Match[str]) -> str:
        return _PREFERENCE.sub(lambda found: _ALWAYS if found[1].lower() == scheme else _NEVER, match[0])

    def declared(match: re.Match[str]) -> str:
        # Without this a dark browser would still paint unstyled text and the ground behind the body in its own dark.
        return _DECLARED.sub(f"color-scheme: only {scheme}", decided(match))

    page = _MEDIA_ATTRIBUTE.sub(decided, _STYLES.sub(declared, page))
    return _META.sub(rf'\1"only {scheme}"', page)
