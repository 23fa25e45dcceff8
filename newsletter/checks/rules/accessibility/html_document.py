"""A mail that says what it is: language, direction and title; and nothing of the tools that made it."""

import re
from collections.abc import Iterator

from lxml.etree import _Element

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.rendering.words import direction

_LEFTOVERS = re.compile(r"\\u\{[0-9a-fA-F]+\}|</?mj-[\w-]+|</?mjml\b|data-premailer")


def look(context: CheckContext) -> Iterator[Fault]:
    """Look at the root, the title and the raw text of each mail."""
    for mail, document in zip(context.mails or (), context.documents, strict=True):
        yield from _root(document, mail.variant.language)
        title = document.findtext(".//title") or ""
        if not title.strip():
            yield Fault(message="the mail's HTML has no title")
        for leftover in sorted(set(_LEFTOVERS.findall(mail.html))):
            yield Fault(message=f"'{leftover}' was left in the mail by a template or the compiler")


def _root(document: _Element, language: str) -> Iterator[Fault]:
    said = document.get("lang") or ""
    if said.split("-")[0].lower() != language.split("-")[0].lower():
        yield Fault(message=f"the mail's HTML says lang='{said}', and the words are in '{language}'")
    if document.get("dir") != direction(language):
        yield Fault(message=f"the mail's HTML says dir='{document.get('dir') or ''}', not '{direction(language)}'")


RULE = Rule(
    id="html-document",
    title="Language, direction and title of the mail",
    severity=Severity.BLOCKS,
    looks_at=Sight.HTML,
    why="WCAG 2.2 SC 3.1.1 and 2.4.2: screen readers choose their voice by lang and announce the title.",
    remedy="Mend templates/email/frame.mjml.j2.",
    look=look,
    needs=("mails",),
)
