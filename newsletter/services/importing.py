"""Takes a file of people in: suppression beats import, who left stays out, and it is all of the file or nothing."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import starmap
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from newsletter.errors import InputError, Problem
from newsletter.services import import_sql as sql
from newsletter.services.audit import record_act
from newsletter.services.consent import require_basis
from newsletter.services.keys import key_of
from newsletter.services.ledger_sql import stamp
from newsletter.services.subscribing import said_by
from newsletter.subscribers.addresses import address_hasher
from newsletter.subscribers.details import known_body
from newsletter.subscribers.importing import BadRow, Entry, ImportFile
from newsletter.subscribers.safe_csv import write_csv
from newsletter.subscribers.tables import Row
from newsletter.workspace import Workspace

_MOST_TOLD = 50  # problems and examples shown of a file; the rest is a number


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"  # taken in
    CHANGED = "changed"  # here already, details brought up to date
    SAME = "same"  # here already, nothing to change
    STAYED_OUT = "stayed_out"  # left, bounced or complained earlier: an import never brings anybody back
    SUPPRESSED = "suppressed"  # never to be written to again
    DUPLICATE = "duplicate"  # repeats an address of the file
    BROKEN = "broken"  # can't be read


KEPT_OUT = (Fate.STAYED_OUT, Fate.SUPPRESSED, Fate.DUPLICATE, Fate.BROKEN)
_WHY: Mapping[str, str] = {
    Fate.STAYED_OUT: "left, or can no longer be reached; only they can come back",
    Fate.SUPPRESSED: "never to be written to again",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the file and what becomes of it."""

    row: int
    fate: Fate
    why: str  # a sentence, or empty

    def __str__(self) -> str:
        """`row 7: address: …`."""
        return f"row {self.row}: {self.why}" if self.why else f"row {self.row}"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One detail of somebody who is here already, as it is and as the file says."""

    row: int
    detail: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did, or in a dry run would do."""

    counts: Mapping[Fate, int]  # every fate is named
    kept_out: tuple[Line, ...]  # the first rows that were not taken, each with its reason
    differences: tuple[Difference, ...]  # the first details that change
    dry_run: bool

    @property
    def rows(self) -> int:
        """All rows of the file that are not blank."""
        return sum(self.counts.values())


@dataclass(frozen=True, kw_only=True)
class Import:
    """A file beside the list: everything can be asked, and nothing is written before `take`."""

    file: ImportFile
    counts: Mapping[Fate, int]  # every fate is named

    def lines(self, *fates: Fate, most: int = _MOST_TOLD) -> list[Line]:
        """The first rows of these fates, in the order of the file."""
        return [_line(*row) for row in sql.lines(fates, most)]

    def differences(self, most: int = _MOST_TOLD) -> list[Difference]:
        """The details that would change of the first people whose details change."""
        return [difference for row in sql.differences(most) for difference in _differences(*row)]

    def kept_out(self) -> Iterator[tuple[Line, Row]]:
        """Every row that is not taken, beside its cells: the file is read once more, in step."""
        cells = self.file.cells()
        for line in starmap(_line, sql.lines(KEPT_OUT)):
            yield line, next(row for number, row in cells if number == line.row)

    def take(self, *, basis: str, by: str) -> None:
        """Write what is new and what changed, with a consent record each."""
        source = f"{self.file.name[:450]}, row "
        sql.take({"basis": basis, "by": by, "source": source, "now": stamp(timezone.now())})
        record_act(
            "import", "subscribers", by=by, basis=basis, counts={str(fate): n for fate, n in self.counts.items()}
        )


@contextmanager
def open_import(workspace: Workspace, file: ImportFile, *, body: str = "") -> Iterator[Import]:
    """Lay a file beside the list as it is now; what is taken is one transaction. `body` is for rows without one."""
    body = known_body(body, workspace.bodies)
    rows = (_staged(entry, body) for entry in file)
    with sql.staged(rows, address_hasher(key_of(workspace).for_addresses)), transaction.atomic():
        sql.judge()
        found = sql.counts()
        yield Import(file=file, counts={fate: found.get(fate, 0) for fate in Fate})


def import_subscribers(
    workspace: Workspace,
    file: ImportFile,
    *,
    basis: str,
    by: str,
    body: str = "",
    dry_run: bool = False,
    skip_errors: bool = False,
    rejects: Path | None = None,
) -> ImportReport:
    """Take a file in: all of it or nothing. Blank cells change nothing.

    `rejects` names a CSV for the rows that stayed out, each beside the reason. Raises InputError without a
    basis or a name, and for a file with broken rows unless `skip_errors` leaves them out.
    """
    basis, by = require_basis(workspace, basis), said_by(by)
    with open_import(workspace, file, body=body) as intake:
        if rejects is not None:
            _write_rejects(intake, rejects)
        if intake.counts[Fate.BROKEN] and not skip_errors and not dry_run:
            raise InputError(_problems(intake))
        report = ImportReport(
            counts=intake.counts,
            kept_out=tuple(intake.lines(*KEPT_OUT)),
            differences=tuple(intake.differences()),
            dry_run=dry_run,
        )
        if not dry_run:
            intake.take(basis=basis, by=by)
    return report


def _write_rejects(intake: Import, path: Path) -> None:
    headings = intake.file.columns.headings
    lines = ([str(line.row), line.why, *cells] for line, cells in intake.kept_out())
    write_csv(path, ["row", "why it stayed out", *headings], lines)


def _problems(intake: Import) -> list[Problem]:
    name, broken = intake.file.name, intake.counts[Fate.BROKEN]
    told = [Problem(message=line.why, file=name, line=line.row) for line in intake.lines(Fate.BROKEN)]
    more = broken - len(told)
    return told + ([Problem(message=f"and {more:,} more rows like these", file=name)] if more else [])


def _staged(entry: Entry, body: str) -> tuple[Any, ...]:
    """A row of the file as the database holds it for comparing."""
    if isinstance(entry, BadRow):
        return (entry.row, *[None] * 9, Fate.BROKEN.value, entry.why)
    number, address, name, own_body, role, nation, language, tags, attributes = entry
    details = (name, own_body or body, role, nation, language, _as_list(tags), _as_object(attributes))
    return (number, address.typed, address.compared, *details, Fate.NEW.value, "")


@lru_cache(4096)
def _as_list(tags: tuple[str, ...]) -> str:
    return json.dumps(sorted(tags))


@lru_cache(4096)
def _as_object(attributes: tuple[tuple[str, str], ...]) -> str:
    return json.dumps(dict(attributes))


def _line(row: int, fate: str, why: str) -> Line:
    return Line(row=row, fate=Fate(fate), why=why or _WHY.get(fate, ""))


def _differences(row: int, before: Sequence[str], after: Sequence[str]) -> Iterator[Difference]:
    for detail, old, new in zip(sql.DETAILS, before, after, strict=True):
        if old != new:
            yield Difference(row=row, detail=detail, before=_readable(detail, old), after=_readable(detail, new))


def _readable(detail: str, value: str) -> str:
    if detail == "tags":
        return ", ".join(json.loads(value))
    return ", ".join(f"{name}: {text}" for name, text in json.loads(value).items()) if detail == "attributes" else value
