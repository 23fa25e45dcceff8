"""Reads SMTP replies out of a stream of bytes, however they are cut; no input or output happens here.

A line that is no reply is told as one with the code -1: what it means depends on what was asked.
"""

from newsletter.transports.smtp_verdicts import NO_REPLY

LONGEST_LINE = 2048  # octets; RFC 5321 section 4.5.3.1.5 says 512, and some servers explain themselves at length
LONGEST_REPLY = 65536  # octets of all its lines

_LAST = {b"%d " % code: code for code in range(100, 1000)}
_MORE = {b"%d-" % code: code for code in range(100, 1000)}


Reply = tuple[int, bytes]  # the code, or -1 for what is no reply; the text without it, lines joined by LF


class ReplyReader:
    """Takes bytes as they come, gives replies when they are whole."""

    def __init__(self) -> None:
        """Begin at the start of a reply."""
        self.endless = False  # a line or a reply is longer than any honest server's; nothing more is read
        self._rest = b""  # the beginning of a line
        self._lines: list[bytes] = []  # texts of a reply that goes on
        self._length = 0  # of these lines

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that these bytes complete."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        replies: list[Reply] = []
        for line in lines:
            code = _LAST.get(line[:4])
            if code and not self._lines and len(line) < LONGEST_LINE:
                replies.append((code, line[4:].removesuffix(b"\r")))
            else:
                self._slowly(line, replies)
            if self.endless:
                return replies
        self.endless = len(self._rest) >= LONGEST_LINE
        return replies

    def _slowly(self, line: bytes, replies: list[Reply]) -> None:
        """One line of a long reply, or of one that is not as usual."""
        self._length += len(line)
        if len(line) >= LONGEST_LINE or self._length > LONGEST_REPLY:
            self.endless = True
            return
        line = line.removesuffix(b"\r")
        if line[:4] in _MORE:
            self._lines.append(line[4:])
            return
        code = _LAST.get(line[:4].ljust(4), NO_REPLY)  # a reply may have no text, and no blank either
        replies.append((code, b"\n".join([*self._lines, line if code == NO_REPLY else line[4:]])))
        self._lines, self._length = [], 0
