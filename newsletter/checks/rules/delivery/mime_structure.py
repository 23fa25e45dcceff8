"""A message that mail programs read as it was meant: text first, then HTML, in UTF-8, with its pictures beside it."""

import re
from collections.abc import Iterator
from email.message import EmailMessage

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight


def look(context: CheckContext) -> Iterator[Fault]:
    """Read each copy back as a mail program would."""
    for parsed in context.parsed_messages:
        kinds = [part.get_content_type() for part in parsed.walk() if not part.is_multipart()]
        if kinds[:1] != ["text/plain"] or "text/html" not in kinds:
            yield Fault(message=f"the parts are {', '.join(kinds[:4])}; the text comes first, then the HTML")
        for part in parsed.walk():
            yield from (
                Fault(message=f"a {part.get_content_type()} part has {type(defect).__name__}")
                for defect in part.defects
            )
            if part.get_content_maintype() == "text" and (part.get_content_charset() or "") != "utf-8":
                yield Fault(message=f"the {part.get_content_type()} part is in '{part.get_content_charset() or ''}'")
        yield from _pictures(parsed)


def _pictures(parsed: EmailMessage) -> Iterator[Fault]:
    html = parsed.get_body(("html",))
    named = set(re.findall(r"cid:([^\"')\s]+)", str(html.get_content()) if html else ""))
    carried = {str(part["Content-ID"] or "").strip("<> ") for part in parsed.walk()} - {""}
    for cid in sorted(named - carried):
        yield Fault(message=f"the picture cid:{cid} is named and not there")
    for cid in sorted(carried - named):
        yield Fault(message=f"the picture {cid} is carried along and never shown", severity=Severity.NOTES)


RULE = Rule(
    id="mime-structure",
    title="How the message is put together",
    severity=Severity.BLOCKS,
    looks_at=Sight.MESSAGE,
    why="RFC 2046 section 5.1.4 and RFC 2392; Gmail calls a mail clipped whose charset is not UTF-8.",
    remedy="This is a fault of the program or of a template; send the copy to whoever looks after it.",
    look=look,
    needs=("messages",),
)
