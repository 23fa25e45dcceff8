"""Takes a file of people in: suppression beats import, who left stays out, and it is all of the file or nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from newsletter.errors import InputError, Problem
from newsletter.models import (
    ConsentEvent,
    ConsentRecord,
    FormerAddress,
    Mechanism,
    Subscriber,
    SubscriberStatus,
    Suppression,
)
from newsletter.services.audit import record_act
from newsletter.services.consent import require_basis
from newsletter.services.keys import key_of
from newsletter.services.subscribing import said_by
from newsletter.subscribers.addresses import address_key
from newsletter.subscribers.importing import Duplicate, ImportFile, ImportRow, RowError
from newsletter.workspace import Workspace

_CHUNK = 500  # rows looked up together; SQLite takes at most 999 values in one statement
_DETAILS = ("name", "body", "role", "nation", "language")
_MOST_TOLD = 50  # problems shown of a broken file; the rest is a number


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did, or in a dry run would do."""

    new: int  # taken in
    changed: int  # here already, details brought up to date
    same: int  # here already, nothing to change
    stayed_out: int  # left, bounced or complained earlier: an import never brings anybody back
    suppressed: int  # never to be written to again
    duplicates: int  # rows that repeat an address of the file
    errors: tuple[RowError, ...]  # rows left out, with the reason
    dry_run: bool

    @property
    def rows(self) -> int:
        """All rows of the file that are not blank."""
        counted = self.new + self.changed + self.same + self.stayed_out + self.suppressed + self.duplicates
        return counted + len(self.errors)


@transaction.atomic
def import_subscribers(
    workspace: Workspace, file: ImportFile, *, basis: str, by: str, dry_run: bool = False, skip_errors: bool = False
) -> ImportReport:
    """Take a file in, in one transaction: all of it or nothing. Blank cells change nothing.

    Raises InputError without a basis or a name, and for a file with broken rows unless `skip_errors` leaves them out.
    """
    intake = _Intake(workspace, file.path.name, basis=require_basis(workspace, basis), by=said_by(by))
    for entries in _chunks(file):
        intake.take([entry for entry in entries if isinstance(entry, ImportRow)])
        intake.errors += [entry for entry in entries if isinstance(entry, RowError)]
        intake.counts["duplicates"] += sum(isinstance(entry, Duplicate) for entry in entries)
    if intake.errors and not skip_errors:
        raise InputError(_problems(file, intake.errors))
    report = ImportReport(**intake.counts, errors=tuple(intake.errors), dry_run=dry_run)
    if dry_run:
        transaction.set_rollback(True)
    else:
        record_act("import", "subscribers", by=by, rows=report.rows, new=report.new, changed=report.changed)
    return report


class _Intake:
    """One running import: what it counts, and the rows it writes chunk by chunk."""

    def __init__(self, workspace: Workspace, source: str, *, basis: str, by: str) -> None:
        self.counts = dict.fromkeys(("new", "changed", "same", "stayed_out", "suppressed", "duplicates"), 0)
        self.errors: list[RowError] = []
        self._key = key_of(workspace).for_addresses
        self._source, self._basis, self._by = source, basis, by
        self._now = timezone.now()

    def take(self, rows: list[ImportRow]) -> None:
        """Sort one chunk into new, here and kept out, and write it."""
        compared = [row.address.compared for row in rows]
        here = {person.address_compared: person for person in Subscriber.objects.filter(address_compared__in=compared)}
        former = FormerAddress.objects.filter(address_compared__in=compared).select_related("subscriber")
        here |= {row.address_compared: row.subscriber for row in former}
        keys = {row.row: address_key(row.address.compared, self._key) for row in rows}
        found = Suppression.objects.filter(address_key__in=keys.values())
        suppressed = set(found.values_list("address_key", flat=True))
        allowed = [row for row in rows if keys[row.row] not in suppressed]
        self.counts["suppressed"] += len(rows) - len(allowed)
        self._add([row for row in allowed if row.address.compared not in here])
        self._update([(here[row.address.compared], row) for row in allowed if row.address.compared in here])

    def _add(self, rows: list[ImportRow]) -> None:
        people = [
            Subscriber(
                **_details(row),
                address=row.address.typed,
                address_compared=row.address.compared,
                tags=sorted(set(row.tags)),
                status=SubscriberStatus.SUBSCRIBED,
                basis=self._basis,
            )
            for row in rows
        ]
        Subscriber.objects.bulk_create(people)
        self._note(ConsentEvent.IMPORTED, zip(people, rows, strict=True))
        self.counts["new"] += len(people)

    def _update(self, pairs: list[tuple[Subscriber, ImportRow]]) -> None:
        staying = [pair for pair in pairs if pair[0].status == SubscriberStatus.SUBSCRIBED]
        changed = [(person, row) for person, row in staying if _bring_up_to_date(person, row)]
        for person, _row in changed:
            person.updated_at = self._now
        columns = [*_DETAILS, "tags", "updated_at"]
        Subscriber.objects.bulk_update([person for person, _row in changed], columns, batch_size=50)
        self._note(ConsentEvent.CHANGED, changed)
        self.counts["changed"] += len(changed)
        self.counts["same"] += len(staying) - len(changed)
        self.counts["stayed_out"] += len(pairs) - len(staying)

    def _note(self, event: ConsentEvent, pairs: Iterable[tuple[Subscriber, ImportRow]]) -> None:
        ConsentRecord.objects.bulk_create(
            ConsentRecord(
                subscriber=person,
                at=self._now,
                event=event,
                mechanism=Mechanism.IMPORT,
                basis=self._basis,
                source=f"{self._source}, row {row.row}"[:500],
                by=self._by,
            )
            for person, row in pairs
        )


def _details(row: ImportRow) -> dict[str, str]:
    return {name: getattr(row, name) for name in _DETAILS}


def _bring_up_to_date(person: Subscriber, row: ImportRow) -> bool:
    """Set what the row says otherwise; True if anything changed."""
    wanted: dict[str, Any] = {name: value for name, value in _details(row).items() if value}
    wanted["tags"] = sorted({*person.tags, *row.tags})
    changes = {name: value for name, value in wanted.items() if getattr(person, name) != value}
    for name, value in changes.items():
        setattr(person, name, value)
    return bool(changes)


def _chunks(file: ImportFile) -> Iterator[list[ImportRow | RowError | Duplicate]]:
    entries = iter(file)
    while chunk := list(islice(entries, _CHUNK)):
        yield chunk


def _problems(file: ImportFile, errors: list[RowError]) -> list[Problem]:
    told = [
        Problem(message=error.sentence, file=file.path.name, line=error.row, field=error.column)
        for error in errors[:_MOST_TOLD]
    ]
    more = len(errors) - len(told)
    return told + ([Problem(message=f"and {more:,} more rows like these", file=file.path.name)] if more else [])
