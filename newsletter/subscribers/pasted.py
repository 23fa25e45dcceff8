"""Addresses pasted as text, as mail programs copy them: `"Other, Ann" <a@b.example>; bob@b.example`, or a line each."""

import re
from collections.abc import Iterator

from newsletter.subscribers.tables import Row, refused

_LONGEST = 10_000_000  # letters
# One entry: quoted names and addresses in angle brackets may hold the marks that end it.
_ENTRY = re.compile(r"""(?:"(?:[^"\\\n]|\\.){0,300}"|<[^<>\n]{0,300}>|[^,;\n])+""")


class Pasted:
    """Each address is a row of one cell."""

    left_aside: tuple[str, ...] = ()

    def __init__(self, text: str, *, name: str = "pasted addresses") -> None:
        """Raises InputError for NUL characters, or for more text than anybody pastes."""
        self.name = name
        if "\0" in text or len(text) > _LONGEST:
            raise refused(name, "this is no list of addresses that anybody pastes; bring it as a file")
        self._text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "\n")

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        """Number of the entry, and the entry."""
        entries = (found[0].strip() for found in _ENTRY.finditer(self._text))
        yield from ((number, [entry]) for number, entry in enumerate(filter(None, entries), start=1))
