"""The headers by which mail programs show a button for leaving, and that they are under the signature."""

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight


def look(context: CheckContext) -> Iterator[Fault]:
    """Look at each copy for the headers, and at its signature for their names."""
    for parsed in context.parsed_messages:
        leave = str(parsed["List-Unsubscribe"] or "")
        for name in ("List-Id", "List-Unsubscribe"):
            if not parsed[name]:
                yield Fault(message=f"the header {name} is missing")
        if "https://" in leave and not parsed["List-Unsubscribe-Post"]:
            yield Fault(message="List-Unsubscribe names a page, and List-Unsubscribe-Post is missing")
        if "http://" in leave:
            yield Fault(message="List-Unsubscribe names a page without encryption")
        signed = re.search(r"\bh=([^;]*)", str(parsed["DKIM-Signature"] or ""))
        names = re.sub(r"\s", "", signed[1]).lower().split(":") if signed else []
        for name in ("list-unsubscribe", "list-unsubscribe-post"):
            if signed and parsed[name] and name not in names:
                yield Fault(message=f"the signature does not cover {name}")


RULE = Rule(
    id="list-headers",
    title="How readers leave with one press",
    severity=Severity.BLOCKS,
    looks_at=Sight.MESSAGE,
    why="RFC 8058 and RFC 2369; Gmail and Yahoo ask senders of lists for both headers, signed.",
    remedy="Set [newsletter] list_id and from_address; let the signer cover all headers of the list.",
    look=look,
    needs=("messages",),
)
