"""Mails built to be slow, large or deep, each with a name: what hostile senders and broken programs send."""

from collections.abc import Iterator

_FROM = b"From: a@reader.example\r\nTo: bulletin@npm.example\r\n"


def crafted() -> Iterator[tuple[str, bytes]]:
    """Every one of them; none may raise or take two seconds."""
    yield from _headers()
    yield from _structures()
    yield from _bodies()


def _headers() -> Iterator[tuple[str, bytes]]:
    plain = _FROM + b"Subject: x\r\n\r\nhello\r\n"
    yield (
        "a subject of one encoded word of 1 MB",
        _FROM + b"Subject: =?utf-8?q?" + b"=41" * 350_000 + b"?=\r\n\r\nhello",
    )
    words = b"=?utf-8?q?a?= " * 4_000
    yield "a subject of 4,000 encoded words", _FROM + b"Subject: " + words + b"\r\n\r\nhello"
    many = b", ".join(b"r%d@b.example" % at for at in range(20_000))
    yield "20,000 addresses in To", b"From: a@b.example\r\nTo: " + many + b"\r\n\r\nhello"
    yield "3,000 addresses in To", b"From: a@b.example\r\nTo: " + many[:45_000] + b"\r\n\r\nhello"
    yield "nested comments in To", b"From: a@b.example\r\nTo: " + b"(" * 30_000 + b"\r\n\r\nhello"
    yield "quotation marks in From", b"From: " + b'"' * 30_000 + b" <a@b.example>\r\n\r\nhello"
    yield "backslashes in From", b'From: "' + b"\\" * 30_000 + b" <a@b.example>\r\n\r\nhello"
    yield "angle brackets in From", b"From: " + b"<" * 30_000 + b"\r\n\r\nhello"
    yield "Message-ID in brackets", b"Message-ID: <[x@microsoft.example]>\r\n" + plain
    yield "an empty From", b"From:\r\nSubject: x\r\n\r\nhello"
    yield "40,000 headers", b"".join(b"X-%d: y\r\n" % at for at in range(40_000)) + plain
    yield "a header without end", b"Subject: " + b"a" * 3_000_000
    yield "a codec of Python's own", _FROM + b"Subject: =?punycode?q?" + b"a-" * 20_000 + b"?=\r\n\r\nhello"
    yield "line breaks in an encoded word", _FROM + b"Subject: =?utf-8?q?a=0D=0ABcc:_x@y.example?=\r\n\r\nhello"


def _structures() -> Iterator[tuple[str, bytes]]:
    yield "5,000 parts, one in another", _nested(5_000)
    yield "90 parts, one in another", _nested(90)
    flat = b"".join(b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" for _ in range(20_000))
    yield "20,000 parts side by side", _FROM + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + flat + b"--b--"
    mails = b"Content-Type: message/rfc822\r\n\r\n" * 3_000
    yield "3,000 mails, one in another", _FROM + mails + b"hello"
    zipped = _FROM + b'Content-Type: application/zip; name="42.zip"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    yield "a zip of 6 MB", zipped + b"UEsDBBQAAAAI" * 500_000
    yield (
        "a boundary that never comes",
        _FROM + b"Content-Type: multipart/mixed; boundary=none\r\n\r\n" + b"x\r\n" * 90_000,
    )
    report = b"Content-Type: multipart/report; report-type=delivery-status; boundary=r\r\n\r\n--r\r\n"
    groups = b"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n" * 20_000
    yield "a report on 20,000 recipients", _FROM + report + b"Content-Type: message/delivery-status\r\n\r\n" + groups


def _nested(depth: int) -> bytes:
    heads = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (at, at) for at in range(depth))
    return _FROM + heads + b"Content-Type: text/plain\r\n\r\nhello\r\n"


def _bodies() -> Iterator[tuple[str, bytes]]:
    text = _FROM + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    page = _FROM + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
    yield "50 MB", text + b"x" * (50 * 2**20)
    yield "a line of 2 MB", text + b"x" * (2 * 2**20)
    yield "100,000 quoted lines", text + b"> On 1 May 2025 Ann <a@b.example> wrote:\r\n" * 40_000
    yield "openers that never end", text + b"On Monday, 1 May 2025 at 10:00, Ann\r\n" * 50_000
    yield "header lines without end", text + b"From: Ann <a@b.example>\r\nTo: b\r\n" * 50_000
    yield "dividing lines without end", text + b"-----\r\n" * 100_000
    yield "addresses without end", text + b"a@b.example " * 100_000
    yield "half an address without end", text + b"a." * 400_000 + b"@"
    yield "at signs without end", text + b"@" * 500_000
    yield "really, really, really", text + b"really, really, " * 60_000
    yield "add me to and to and to", text + b"please add me to the " * 50_000
    yield "not not not", text + b"do not not remove me from from " * 40_000
    yield "blockquotes 100,000 deep", page + b"<blockquote>" * 60_000 + b"hello"
    yield "tables 100,000 deep", page + b"<table><tr><td>" * 50_000 + b"hello"
    yield "tags that never end", page + b"<a href='" * 100_000
    yield "comments without end", page + b"<!--" * 200_000
    yield "entities without end", page + b"&lt;&amp;" * 150_000
    yield "NUL, lone surrogates and overlong forms", text + b"\x00\xed\xa0\x80\xc0\xaf\xff\xfe" * 50_000
    yield "a charset that lies", _FROM + b"Content-Type: text/plain; charset=utf-16\r\n\r\n" + b"hello" * 9_999
    yield "a charset that is none", _FROM + b"Content-Type: text/plain; charset=\"'\\x\r\n\r\nhello"
    yield "UTF-7", _FROM + b"Content-Type: text/plain; charset=utf-7\r\n\r\n+" + b"AGE" * 100_000
    yield "base64 that is none", _FROM + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"!a=b" * 100_000
    yield (
        "uuencode that is none",
        _FROM + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n" + b"zz\r\n" * 9_999,
    )
    daemon = b"From: MAILER-DAEMON@b.example\r\nReturn-Path: <>\r\nSubject: Returned mail\r\n\r\n"
    yield "a bounce that names 20,000 people", daemon + b"<a@b.example>: user unknown\r\n" * 40_000
    yield "a bounce whose words repeat", daemon + b"recipient address you accept " * 40_000
