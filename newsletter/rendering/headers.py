"""Mail header fields, encoded by our own hand.

Python's header folding let a display name add a field of its own (CVE-2024-6923), so nothing here relies on it: every
value passes `clean`, which refuses whatever could end a line, and leaves as plain ASCII or as RFC 2047 words.
"""

import base64
import re
import unicodedata
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header

from newsletter.errors import UnsafeHeaderError

LINE = 76  # RFC 2047 section 2: a line that holds an encoded-word has at most 76 characters
_WORD = "=?utf-8?B?{}?="
_FOLD = "\r\n "

# Overrides and isolates can show a name backwards; the marks U+200E and U+200F are needed by honest Arabic and Hebrew.
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ENCODED_WORD = re.compile(r"=\?[^?]*\?[^?]*\?.*?\?=")
_PLAIN = re.compile(r"[ -~]*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOMAIN = r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*"
_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@{_DOMAIN}")
# RFC 6531 section 3.3 lets letters beyond ASCII stand in an atom; what cannot be seen is asked of `isprintable`.
_UTF8_ATOM = r"(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]|[^\x00-\xa0])+"
_UTF8_ADDRESS = re.compile(rf"{_UTF8_ATOM}(\.{_UTF8_ATOM})*@{_DOMAIN}")


def clean(name: str, value: str) -> str:
    """The value as it will be read: one line, single blanks, no direction overrides.

    Raises UnsafeHeaderError for a control character, plain or hidden in an encoded-word. The sentence names the field
    and never the value, which may be somebody's name.
    """
    if _CONTROLS.search(value) or any(_CONTROLS.search(decode(name, word)) for word in _ENCODED_WORD.findall(value)):
        raise UnsafeHeaderError(
            f"The {name} holds a line break or another control character; delete it and type it again."
        )
    return " ".join(_OVERRIDES.sub("", value).split())


def decode(name: str, value: str) -> str:
    """What a mail program shows for a value with encoded-words; UnsafeHeaderError if they are broken."""
    try:
        pieces = decode_header(value)
        return "".join(text if isinstance(text, str) else text.decode(charset or "latin-1") for text, charset in pieces)
    except (HeaderParseError, LookupError, ValueError):
        raise UnsafeHeaderError(f"The {name} holds a broken encoded-word (=?…?=); type the words plainly.") from None


def encode_unstructured(name: str, value: str) -> str:
    """A field of free text, such as Subject, with its line ends: readable if plain ASCII, else Base64 words."""
    value = clean(name, value)
    room = LINE - len(name) - 2
    if _is_plain(value) and all(len(word) <= room for word in value.split(" ")):
        return _fold(name, value)
    return _fold(name, " ".join(_words(value, room)))


def encode_address(name: str, display_name: str, address: str, *, smtputf8: bool = False) -> str:
    """A field with one mailbox, such as To: `Name <address>`, or the bare address where there is no name.

    With `smtputf8` an address may have letters beyond ASCII before the @, which stand as they are (RFC 6532): that mail
    needs SMTPUTF8 all the way.
    """
    if not (is_plain_address(address) or (smtputf8 and needs_smtputf8(address))):
        raise UnsafeHeaderError(f"The {name} address is not one plain address such as name@example.org; correct it.")
    return _mailbox(name, display_name, address)


def encode_list_id(name: str, display_name: str, identifier: str) -> str:
    """The List-Id field of RFC 2919: a name, and an identifier that looks like a domain."""
    if not re.fullmatch(_DOMAIN, identifier):
        raise UnsafeHeaderError(f"The {name} is not letters, digits, hyphens and dots such as bulletin.example.org.")
    return _mailbox(name, display_name, identifier)


def encode_verbatim(name: str, value: str) -> str:
    """A field whose ASCII value machines read, such as Message-ID: left as it is, folded at its blanks."""
    value = clean(name, value)
    if not _is_plain(value):
        raise UnsafeHeaderError(f"The {name} holds characters outside ASCII; correct it.")
    return _fold(name, value)


def is_plain_address(address: str) -> bool:
    """Whether it is one bare ASCII address that neither a header nor an SMTP command could read otherwise."""
    return _ADDRESS.fullmatch(address) is not None


def needs_smtputf8(address: str) -> bool:
    """Whether it is one bare address that only servers with SMTPUTF8 (RFC 6531) carry; its domain must be in ASCII."""
    return not address.isascii() and address.isprintable() and _UTF8_ADDRESS.fullmatch(address) is not None


def _is_plain(value: str) -> bool:
    """Whether it may stand as it is: printable ASCII, and nothing that a reader would take for an encoded-word."""
    return bool(_PLAIN.fullmatch(value)) and "=?" not in value


def _mailbox(name: str, display_name: str, address: str) -> str:
    display_name = clean(name, display_name)
    if not display_name:
        return _fold(name, f"<{address}>" if name == "List-Id" else address)
    phrase = _readable_phrase(display_name)
    room = LINE - len(name) - 2
    if len(phrase) > room or not _is_plain(phrase):
        # A quoted string could be folded inside, but few parsers agree on how: a long name becomes words.
        phrase = " ".join(_words(display_name, room))
    head = _fold(name, phrase).removesuffix("\r\n")
    column = len(head) - (head.rfind("\n") + 1)
    return f"{head}{' ' if column + len(address) + 3 <= LINE else _FOLD}<{address}>\r\n"


def _readable_phrase(display_name: str) -> str:
    if _ATOMS.fullmatch(display_name):
        return display_name
    return '"' + re.sub(r'(["\\])', r"\\\1", display_name) + '"'


def _words(value: str, room: int) -> Iterator[str]:
    """Encoded-words of at most `room` characters, always below RFC 2047's 75; no letter is torn from its accents."""
    budget = (room - len(_WORD.format(""))) // 4 * 3
    chunk = b""
    for piece in _pieces(value, budget):
        if len(chunk) + len(piece) > budget:
            yield _WORD.format(base64.b64encode(chunk).decode())
            chunk = b""
        chunk += piece
    yield _WORD.format(base64.b64encode(chunk).decode())


def _pieces(value: str, budget: int) -> Iterator[bytes]:
    """What must stay together, in UTF-8; a tower of accents beyond the budget may break between characters."""
    for cluster in _clusters(value):
        whole = cluster.encode()
        yield from [whole] if len(whole) <= budget else map(str.encode, cluster)


def _clusters(value: str) -> Iterator[str]:
    """Letters with what hangs on them: accents, variation selectors, skin tones, joined emoji."""
    cluster = ""
    for char in value:
        if cluster and not (_hangs_on(char) or cluster.endswith("\u200d")):
            yield cluster
            cluster = ""
        cluster += char
    yield cluster


def _hangs_on(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Mc", "Me") or char == "\u200d" or "\U0001f3fb" <= char <= "\U0001f3ff"


def _fold(name: str, value: str) -> str:
    """The whole field, broken before a blank where the next word would pass column 76; no word is cut."""
    first, *rest = value.split(" ")
    lines = [f"{name}: {first}"]
    for word in rest:
        if len(lines[-1]) + 1 + len(word) > LINE:
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines) + "\r\n"
