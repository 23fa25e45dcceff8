"""Marks of mail merge that nobody fills in here."""

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_FIELD = re.compile(
    r"\{\{\s*[A-Za-z][\w. |'\"-]*\}\}"  # {{ first_name }}
    r"|\*?\|[A-Z][A-Z0-9_:]{2,}\|\*?"  # *|FNAME|*, whose stars Markdown takes for emphasis
    r"|%%[A-Za-z]\w*%%"  # %%first_name%%
    r"|\[\[[A-Za-z][\w ]*\]\]"  # [[name]]
    r"|<<\s*[A-Za-z][\w ]*>>|«[A-Za-z]\w*»"  # <<Name>>, and Word's own
)


def look(context: CheckContext) -> Iterator[Fault]:
    """Look for fields in every text."""
    for passage in context.passages:
        for match in _FIELD.finditer(passage.text):
            yield Fault(message=f"'{match[0]}' would reach readers as it stands", spot=passage.spot)


RULE = Rule(
    id="merge-fields",
    severity=Severity.BLOCKS,
    looks_at=Sight.SOURCE,
    why="Every copy of a variant is the same, byte for byte, so that a forwarded copy gives nobody away.",
    remedy="Greet all readers in the same words.",
    look=look,
)
