"""Builds the page around the preview from `page.html.j2`, and its styles from the palettes that mails have too."""

import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from newsletter.checks import Finding, Severity
from newsletter.errors import Problem
from newsletter.rendering.links import Links
from newsletter.rendering.rendered import Rendered
from newsletter.rendering.theme import DARK, LIGHT
from newsletter.web.preview.drafts import Draft
from newsletter.web.preview.looks import LOOKS, WIDTHS, Choice
from newsletter.web.preview.measures import measure
from newsletter.web.preview.treatments import framed, readable_lines

_HERE = Path(__file__).parent
_GROUPS = (
    (Severity.BLOCKS, "Stands in the way of approval"),
    (Severity.WARNS, "To look at before approval"),
    (Severity.NOTES, "Worth knowing"),
)


_ACCEPTED = "Accepted"
_FOLDED = (_GROUPS[-1][1], _ACCEPTED)


def page(draft: Draft, choice: Choice) -> str:
    """The whole page for a choice of look, width and variant."""
    rendered = draft.mails.get(choice.variant)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            draft=draft,
            choice=choice,
            rendered=rendered,
            measures=measure(rendered) if rendered else [],
            pictures=_pictures(rendered) if rendered else [],
            lines=readable_lines(rendered.html) if rendered and choice.look.kind == "source" else [],
            frame=choice.frame(frame_digest(draft, choice)),
            groups=_groups(draft),
            folded=_FOLDED,
            looks=LOOKS,
            widths=WIDTHS,
            place=lambda thing: place(thing, draft.root),
        )
    )


def stylesheet() -> str:
    """The styles of the page."""
    return _environment().get_template("page.css.j2").render(light=LIGHT, dark=DARK)


def script() -> str:
    """The script of the page."""
    return (_HERE / "page.js").read_text(encoding="utf-8")


def frame_document(draft: Draft, choice: Choice) -> str | None:
    """The document that frames show; None where nothing could be rendered yet, or the look has no frame."""
    rendered = draft.mails.get(choice.variant)
    if rendered is None or not choice.look.framed:
        return None
    return framed(rendered, choice.look, Links(draft.theme.publication, draft.issue_id))


def frame_digest(draft: Draft, choice: Choice) -> str:
    """Changes when the document in the frames does, so that an edit elsewhere leaves them alone."""
    return hashlib.sha256((frame_document(draft, choice) or "").encode()).hexdigest()[:12]


def place(thing: Problem | Finding, root: Path) -> str:
    """Where something stands, in words, such as `issues/2025-11/issue.yaml, line 16, section welcome, field text`."""
    path = Path(thing.file)
    file = path.relative_to(root).as_posix() if path.is_relative_to(root) else thing.file
    parts = (
        file,
        f"line {thing.line}" if thing.line else "",
        f"section {thing.section}" if thing.section else "",
        f"field {thing.field}" if thing.field else "",
    )
    return ", ".join(filter(None, parts))


def _pictures(rendered: Rendered) -> list[bytes]:
    """Content of the pictures that a reader of the mail fetches, or gets inside it."""
    return [image.content for image in (rendered.embedded if rendered.embeds_images else rendered.images)]


def _groups(draft: Draft) -> list[tuple[str, list[Finding]]]:
    """Findings under their headings; what somebody accepted stands apart."""
    return [*((heading, _of(draft, severity)) for severity, heading in _GROUPS), (_ACCEPTED, _accepted(draft))]


def _of(draft: Draft, severity: Severity) -> list[Finding]:
    return [finding for finding in draft.findings or () if finding.severity is severity and not finding.waiver]


def _accepted(draft: Draft) -> list[Finding]:
    return [finding for finding in draft.findings or () if finding.waiver]


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
