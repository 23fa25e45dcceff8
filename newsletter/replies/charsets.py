"""From bytes to text, whatever the mail claims: nothing here raises, and no codec runs that could be made slow."""

import codecs
import re
from email.errors import HeaderParseError
from email.header import decode_header
from itertools import groupby

# Python knows codecs that are no charsets of mail and some that take quadratic time (punycode, idna).
_TEXT_CODECS = re.compile(
    r"utf_?(8|16|32)(_[bl]e)?(_sig)?|utf_7|ascii|latin_?1|iso8859_\d+|iso2022_\w+|cp\d+\w*|koi8_[rut]|gb2312|gbk|gb18030"
    r"|big5(hkscs)?|euc_\w+|shift_?jis\w*|mac_\w+|tis_620|johab|hz|kz1048|ptcp154"
)
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_LINE_ENDS = {ord(mark): " " for mark in "\n\r\t"}


def decode_text(data: bytes, charset: str = "") -> str:
    """The text of a body: by its charset, else UTF-8, else Windows-1252 as browsers do; marks nobody sees are gone."""
    text = _decode(data, charset)
    if not (text.isascii() and text.translate(_LINE_ENDS).isprintable()):  # nearly all mail is spared the search
        text = _UNWANTED.sub("", text)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")


def decode_header_value(value: str) -> str:
    """A header as people read it, on one line: encoded words (RFC 2047) decoded, line breaks and controls blanks.

    A decoded word may hold CR and LF; echoed in a mail of ours they would add headers.
    """
    return " ".join(_CONTROLS.sub(" ", _words(_unescaped(value))).split())


def _unescaped(value: str) -> str:
    if value.isascii():
        return value
    return _decode(value.encode("utf-8", "surrogateescape"), "")


def _words(value: str) -> str:
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    # A letter of several bytes may be cut over two encoded words, so those of one charset are joined first.
    joined = ((charset, list(group)) for charset, group in groupby(pieces, key=lambda piece: piece[1]))
    return "".join(_piece([text for text, _ in group], charset or "") for charset, group in joined)


def _piece(texts: list[bytes | str], charset: str) -> str:
    return _decode(
        b"".join(text.encode("utf-8", "replace") if isinstance(text, str) else text for text in texts), charset
    )


def _decode(data: bytes, charset: str) -> str:
    codec = _codec(charset)
    if codec and codec != "utf-8":
        return data.decode(codec, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("utf-8" if codec else "cp1252", "replace")


def _codec(charset: str) -> str:
    """Python's name of a mail charset, or empty where it is none; ASCII that is not is read like an unnamed one."""
    try:
        name = codecs.lookup(charset.strip("\"' ")[:40]).name if charset else ""
    except (LookupError, UnicodeError, ValueError):
        return ""
    plain = name.replace("-", "_")
    return (
        "cp1252"
        if plain in ("iso8859_1", "latin_1")
        else name
        if plain != "ascii" and _TEXT_CODECS.fullmatch(plain)
        else ""
    )
