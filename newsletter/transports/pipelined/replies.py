"""Reads SMTP replies out of a stream of bytes, however they are cut; no input or output happens here.

A line that is no reply is told as one with the code -1: what it means depends on what was asked.
"""

from collections.abc import Iterator
from typing import NamedTuple

from newsletter.transports.smtp_verdicts import NO_REPLY

LONGEST_LINE = 2048  # octets; RFC 5321 section 4.5.3.1.5 says 512, and some servers explain themselves at length
LONGEST_REPLY = 65536  # octets of all its lines

_LAST = {b"%d " % code: code for code in range(100, 1000)}
_MORE = {b"%d-" % code: code for code in range(100, 1000)}


class Reply(NamedTuple):
    """What a server said."""

    code: int  # three digits, or -1 for what is no reply
    text: bytes  # without the code; lines joined by LF


class EndlessReplyError(Exception):
    """A line or a reply is longer than any honest server's; the connection is of no more use."""


class ReplyReader:
    """Takes bytes as they come, gives replies when they are whole."""

    def __init__(self) -> None:
        """Begin at the start of a reply."""
        self._rest = b""  # the beginning of a line
        self._lines: list[bytes] = []  # texts of a reply that goes on
        self._length = 0

    def feed(self, data: bytes) -> Iterator[Reply]:
        """The replies that these bytes complete. Raises EndlessReplyError for one that is too long."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            code = _LAST.get(line[:4])
            if code and not self._lines and len(line) < LONGEST_LINE:
                yield Reply(code, line[4:].removesuffix(b"\r"))
            elif reply := self._slowly(line):
                yield reply
        if len(self._rest) >= LONGEST_LINE:
            raise EndlessReplyError

    def _slowly(self, line: bytes) -> Reply | None:
        """One line of a long reply, or of one that is not as usual."""
        self._length += len(line)
        if len(line) >= LONGEST_LINE or self._length > LONGEST_REPLY:
            raise EndlessReplyError
        line = line.removesuffix(b"\r")
        if line[:4] in _MORE:
            self._lines.append(line[4:])
            return None
        code = _LAST.get(line[:4].ljust(4), NO_REPLY)  # a reply may have no text, and no blank either
        text = b"\n".join([*self._lines, line if code == NO_REPLY else line[4:]])
        self._lines, self._length = [], 0
        return Reply(code, text)
