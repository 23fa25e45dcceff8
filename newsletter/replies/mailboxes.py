"""Addresses and the names beside them, as headers and texts hold them; reading is linear in the text's length."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LONGEST = 8192  # characters of one header that are read for addresses
# The lookbehind keeps each try at the start of a word: without it a long run of letters is tried from every letter.
ADDRESS = re.compile(
    r"(?<![\w.!#$%&'*+/=?^`{|}~-])[\w!#$%&'*+/=?^`{|}~-][\w.!#$%&'*+/=?^`{|}~-]{0,63}@"
    r"(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,24}(?![\w@])"
)
_PREFIX = re.compile(r"(?:mailto:|smtp[=:]|to=|rfc822;)+", re.IGNORECASE)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>]*>|[,;]|[^",;<>]+|[<>"]')


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """One address; the name is empty where none was given."""

    address: str  # as written
    name: str = ""

    @property
    def compared(self) -> str:
        """Two mailboxes are one if this is equal."""
        return self.address.lower()

    @property
    def domain(self) -> str:
        """What stands after the @, in lower case."""
        return self.compared.rpartition("@")[2]

    def __str__(self) -> str:
        """`Name <address>`."""
        return f"{self.name} <{self.address}>" if self.name else self.address


def read_mailboxes(value: str) -> tuple[Mailbox, ...]:
    """The mailboxes of a header such as From or Cc; what is none is left out."""
    found: list[Mailbox] = []
    words: list[str] = []
    address = ""
    for token in (*_TOKEN.findall(value[:_LONGEST]), ","):
        if token in (",", ";"):
            found.extend(_mailbox(words, address))
            words, address = [], ""
        elif token.startswith("<") and "@" in token:
            address = address or token.strip("<>").removeprefix("mailto:").strip()
        else:
            words.append(token)
    return tuple(found)


def addresses_in(text: str) -> tuple[str, ...]:
    """Every address that stands in a text, in order, each once, without the full stop that ends its sentence."""
    found = (_PREFIX.sub("", match[0]).strip("'`") for match in ADDRESS.finditer(text))
    return tuple({address.lower(): address for address in found if "@" in address}.values())


def _mailbox(words: list[str], address: str) -> Iterator[Mailbox]:
    text = " ".join(words)
    if not address:
        bare = addresses_in(text)
        address = bare[0] if bare else ""
        text = text.replace(address, "") if address else text
    if address:
        name = re.sub(r"\\(.)", r"\1", " ".join(text.split()).strip("\"' "))
        yield Mailbox(address=address, name="" if name.lower() == address.lower() else name.strip("() "))
