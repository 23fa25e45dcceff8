"""Header fields that must be there once, lines that no server cuts, and a Message-ID of our own domain."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parseaddr

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version")
_LONGEST, _WISHED = 998, 320  # characters of a line; a header field of more than a few lines is an accident


def look(context: CheckContext) -> Iterator[Fault]:
    """Look at the header as it is mailed."""
    for message, parsed in zip(context.messages or (), context.parsed_messages, strict=True):
        for name in _ONCE:
            if len(parsed.get_all(name, [])) != 1:
                yield Fault(message=f"the header {name} stands there {len(parsed.get_all(name, []))} times")
        if any(len(line) > _LONGEST for line in message.split(b"\r\n")):
            yield Fault(message=f"a line is longer than {_LONGEST} characters")
        if b"\n" in message.replace(b"\r\n", b""):
            yield Fault(message="a line ends without CR")
        if len(str(parsed["Subject"] or "")) > _WISHED:
            yield Fault(message=f"the subject has more than {_WISHED} characters", severity=Severity.WARNS)
        if not re.fullmatch(r"<[^<>@\s]+@[^<>@\s]+\.[^<>@\s]+>", str(parsed["Message-ID"] or "").strip()):
            yield Fault(message=f"'{parsed['Message-ID']}' is no Message-ID with a domain")
        elif not _is_ours(parsed):
            yield Fault(message=f"the Message-ID '{parsed['Message-ID']}' is of another domain than the sender's")


def _is_ours(parsed: EmailMessage) -> bool:
    """Whether the Message-ID is of the sender's domain, of one below it, or of the list's."""
    domain = str(parsed["Message-ID"]).strip("<> ").rpartition("@")[2].lower()
    sender = parseaddr(str(parsed["From"] or ""))[1].rpartition("@")[2].lower()
    listed = str(parsed["List-Id"] or "").rpartition("<")[2].strip("<> ").lower()
    return any(own and (domain == own or domain.endswith(f".{own}")) for own in (sender, listed))


RULE = Rule(
    id="header-lines",
    title="Headers of the message",
    severity=Severity.BLOCKS,
    looks_at=Sight.MESSAGE,
    why="RFC 5322 sections 2.1.1 and 3.6; servers cut longer lines, and signatures break.",
    remedy="This is a fault of the program; send the copy to whoever looks after it.",
    look=look,
    needs=("messages",),
)
