"""Header fields, decoded: of a message, of a part, and of text that looks like a header block."""

import re
from collections.abc import Iterable, Iterator
from email.message import Message

from newsletter.replies.charsets import decode_header_value
from newsletter.replies.mail import Fields

_FIELD = re.compile(r"([!-9;-~]{1,80})[ \t]*:[ \t]*(.*)")


def fields_of(message: "Message[str, str]") -> Fields:
    """The headers of a message or part, by their names in lower case."""
    return _collected(message.raw_items())


def groups_in(text: str) -> Iterator[Fields]:
    """Blocks of `Name: value` lines with blank lines between, as in a delivery report (RFC 3464 section 2.1)."""
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        if fields := _collected(_pairs(block)):
            yield fields


def _pairs(block: str) -> Iterator[tuple[str, str]]:
    name = value = ""
    for line in block.split("\n"):
        if line[:1] in (" ", "\t"):
            value += " " + line.strip()
        elif found := _FIELD.match(line):
            if name:
                yield name, value
            name, value = found[1], found[2]
    if name:
        yield name, value


def _collected(pairs: Iterable[tuple[str, str]]) -> Fields:
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name.lower(), []).append(decode_header_value(value))
    return {name: tuple(values) for name, values in fields.items()}
