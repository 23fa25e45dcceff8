"""The body of a message, encoded once for each variant: text, HTML and the pictures inside it.

Pure 7bit quoted-printable in lines of at most 76 characters. A leading dot is written `=2E` and a leading "From " as
`=46rom `, so the bytes built here are the bytes on the wire: no server or mailbox file has a reason to touch them,
and nothing needs dot-stuffing. The same input gives the same bytes, boundary included.
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsletter.errors import UnsafeHeaderError
from newsletter.rendering.headers import LINE, encode_verbatim

_CID = re.compile(r"[A-Za-z0-9._-]+(@[A-Za-z0-9.-]+)?")
_MEDIA_TYPE = re.compile(r"image/[a-z0-9.+-]+")


@dataclass(frozen=True, kw_only=True)
class InlineImage:
    """A picture that travels inside the message and is shown by `<img src="cid:…">`."""

    cid: str  # without angle brackets; letters, digits, dots, hyphens
    media_type: str  # such as image/png
    data: bytes


@dataclass(frozen=True, kw_only=True)
class EncodedBody:
    """Everything below the recipient's header fields, the same for all copies of a variant."""

    content_type: str  # value of the root's Content-Type
    content: bytes  # after the empty line, in CRLF


def encode_body(html: str, text: str, images: Sequence[InlineImage] = ()) -> EncodedBody:
    """multipart/alternative, text first; with images the HTML and they are multipart/related (RFC 2387)."""
    digest = _digest(html, text, images)
    boundary, related = f"=_a{digest}", f"=_r{digest}"  # neither begins the other: readers compare only the beginning
    rich = _text_part("html", html)
    if images:
        rich = _multipart(related, [rich, *map(_image_part, images)])
        rich = _headed(rich, **{"Content-Type": f'multipart/related; type="text/html"; boundary="{related}"'})
    return EncodedBody(
        content_type=f'multipart/alternative; boundary="{boundary}"',
        content=_multipart(boundary, [_text_part("plain", text), rich]),
    )


def _digest(html: str, text: str, images: Sequence[InlineImage]) -> str:
    """A boundary that only this content has; `=_` before it cannot occur in quoted-printable."""
    total = hashlib.sha256()
    for piece in (text.encode(), html.encode(), *(image.data for image in images)):
        total.update(hashlib.sha256(piece).digest())
    return total.hexdigest()[:32]


def _multipart(boundary: str, parts: Sequence[bytes]) -> bytes:
    opening = f"--{boundary}\r\n".encode()
    return b"".join(opening + part for part in parts) + f"--{boundary}--\r\n".encode()


def _headed(content: bytes, **fields: str) -> bytes:
    return "".join(encode_verbatim(name, value) for name, value in fields.items()).encode() + b"\r\n" + content


def _text_part(subtype: str, content: str) -> bytes:
    fields = {"Content-Type": f"text/{subtype}; charset=utf-8", "Content-Transfer-Encoding": "quoted-printable"}
    return _headed(quoted_printable(content), **fields)


def _image_part(image: InlineImage) -> bytes:
    if not (_CID.fullmatch(image.cid) and _MEDIA_TYPE.fullmatch(image.media_type)):
        raise UnsafeHeaderError("An inline image has an odd Content-ID or media type.")
    packed = base64.b64encode(image.data)
    lines = b"".join(packed[start : start + LINE] + b"\r\n" for start in range(0, len(packed), LINE))
    return _headed(
        lines,
        **{
            "Content-Type": image.media_type,
            "Content-Transfer-Encoding": "base64",
            "Content-ID": f"<{image.cid}>",
            "Content-Disposition": "inline",
        },
    )


_QUOTED = [
    chr(byte) if byte in (9, 32) or (33 <= byte <= 126 and byte != 61) else f"={byte:02X}" for byte in range(256)
]


def quoted_printable(content: str) -> bytes:
    """RFC 2045 section 6.7 in CRLF, with no line that begins with a dot or "From "."""
    lines = re.sub("\r\n?", "\n", content).removesuffix("\n").split("\n")
    return "".join(f"{soft}\r\n" for line in lines for soft in _soft_lines(line)).encode("ascii")


def _soft_lines(line: str) -> Iterator[str]:
    """One line of text as lines of at most 76 characters, all but the last ended by `=`."""
    pieces = [_QUOTED[byte] for byte in line.encode("utf-8")]
    if pieces and pieces[-1] in " \t":
        pieces[-1] = f"={ord(pieces[-1]):02X}"  # a blank at the end of a line may be lost on the way
    current = ""
    for position, piece in enumerate(pieces):
        if len(current) + len(piece) > LINE - (position < len(pieces) - 1):
            yield f"{current}="
            current = ""
        current += piece if current else _guarded(piece, pieces[position + 1 : position + 5])
    yield current


def _guarded(first: str, following: list[str]) -> str:
    """The first character of a line, hidden where a dot or a mailbox file's "From " would change it."""
    mailbox = first == "F" and "".join(following) == "rom "
    return f"={ord(first):02X}" if first == "." or mailbox else first
