"""An issue at a glance, and what is to fix in it; also where the file is not an issue at the moment."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from newsletter.checks import Finding, Severity
from newsletter.content import dates
from newsletter.content.issue import issue_path
from newsletter.errors import InputError, Problem
from newsletter.services.editing.parts import HEAD, PartRef
from newsletter.services.editing.previewing import findings, state
from newsletter.services.editing.saving import read
from newsletter.workspace import Workspace

_SHORT = 90  # characters of a part's first words


@dataclass(frozen=True, kw_only=True)
class PartLine:
    """One section or event in a list."""

    ref: PartRef
    type: str  # of a section; empty for an event
    title: str  # its heading, or its first words
    items: int
    is_hidden: bool
    audience: str
    only: str  # web, email or empty
    date: str  # of an event


@dataclass(frozen=True, kw_only=True)
class Outline:
    """An issue at a glance."""

    title: str
    subject: str
    preheader: str
    date: str
    digest: str  # of the file
    sections: tuple[PartLine, ...]
    events: tuple[PartLine, ...]


@dataclass(frozen=True, kw_only=True)
class ToFix:
    """Something to fix, and the field that it leads to."""

    severity: Severity
    message: str
    remedy: str
    ref: PartRef | None  # None where it lies outside the issue, or in the file as a whole
    field: str  # name in the part's form, or empty
    where: str = ""  # the part, by its heading
    accepted: str = ""  # by whom and why, where somebody waived it
    finding: Finding | None = None  # what the checks said; None where the file can't be read as an issue

    @property
    def key(self) -> str:
        """Names the finding as long as nobody changes what it is about."""
        found = self.finding
        about = (found.rule, found.location, found.section, found.quote) if found else self.message
        return hashlib.sha256(repr(about).encode()).hexdigest()[:16]


def outline(workspace: Workspace, issue_id: str) -> Outline:
    """What an issue is made of. Raises InputError where its file can't be read at all."""
    file = read(workspace, issue_id)
    data = file.data if isinstance(file.data, Mapping) else {}
    return Outline(
        **{name: _words(data.get(name)) for name in ("title", "subject", "preheader", "date")},
        digest=file.digest,
        sections=tuple(_line("sections", part) for part in _parts(data, "sections")),
        events=tuple(_line("events", part) for part in _parts(data, "events")),
    )


def _line(kind: Any, part: Mapping[str, Any]) -> PartLine:  # noqa: ANN401  (one of two words)
    items = part.get("items")
    return PartLine(
        ref=PartRef(kind=kind, id=str(part.get("id", ""))),
        type=str(part.get("type", "")),
        title=_title(part),
        items=len(items) if isinstance(items, list) else 0,
        is_hidden=bool(part.get("hidden")),
        audience=str(part.get("audience") or ""),
        only=str(part.get("only") or ""),
        date=_words(part.get("date")),
    )


def _words(value: object) -> str:
    return dates.short_day(value) if isinstance(value, date) else str(value or "")


def _title(part: Mapping[str, Any]) -> str:
    image = part.get("image")
    spoken = (part.get("heading"), part.get("title"), part.get("text"), image and dict(image).get("alt"))
    words = " ".join(str(next(filter(None, spoken), "")).split())
    return words if len(words) <= _SHORT else f"{words[:_SHORT].rsplit(' ', 1)[0]} …"


def _parts(data: Mapping[str, Any], kind: str) -> Iterator[Mapping[str, Any]]:
    parts = data.get(kind)
    yield from (part for part in parts if isinstance(part, Mapping)) if isinstance(parts, list) else ()


# The checks take as long as all else on a page; what they said holds until a file that they read changes.
_SAID: dict[Path, tuple[tuple[int, ...], tuple[ToFix, ...]]] = {}


def to_fix(workspace: Workspace, issue_id: str) -> tuple[ToFix, ...]:
    """What is to fix, gravest first. What keeps the file from being an issue comes before all else."""
    path, times = issue_path(workspace.issue_path(issue_id)), state(workspace, issue_id)
    known = _SAID.get(path)
    if known is None or known[0] != times:
        known = _SAID[path] = (times, _found(workspace, issue_id))
    return known[1]


def _found(workspace: Workspace, issue_id: str) -> tuple[ToFix, ...]:
    known = _lines(workspace, issue_id)
    try:
        return tuple(_of_finding(finding, known) for finding in findings(workspace, issue_id))
    except InputError as error:
        return tuple(_of_problem(problem, known) for problem in error.problems)


def _lines(workspace: Workspace, issue_id: str) -> dict[str, PartLine]:
    try:
        data = read(workspace, issue_id).data
    except InputError:
        return {}
    kinds = ("events", "sections") if isinstance(data, Mapping) else ()
    return {str(part.get("id", "")): _line(kind, part) for kind in kinds for part in _parts(data, kind)}


def _of_finding(finding: Finding, known: Mapping[str, PartLine]) -> ToFix:
    waiver = finding.waiver
    return ToFix(
        severity=finding.severity,
        message=finding.message,
        remedy=finding.remedy,
        ref=_ref(finding.section, finding.field, known),
        field=finding.field,
        where=_title_of(finding.section, known),
        accepted=f"{waiver.by}: {waiver.reason}" if waiver else "",
        finding=finding,
    )


def _of_problem(problem: Problem, known: Mapping[str, PartLine]) -> ToFix:
    place = f"Line {problem.line} of the file." if problem.line and not problem.section else ""
    ref, where = _ref(problem.section, problem.field, known), _title_of(problem.section, known)
    field, message = problem.field, problem.message
    return ToFix(severity=Severity.BLOCKS, message=message, remedy=place, ref=ref, field=field, where=where)


def _title_of(section: str, known: Mapping[str, PartLine]) -> str:
    return known[section].title if section in known else ""


def _ref(section: str, field: str, known: Mapping[str, PartLine]) -> PartRef | None:
    if not section and field.partition(".")[0] in HEAD:
        return PartRef(kind="head")
    return known[section].ref if section in known else None
