"""People on the list: taken in from a file or by hand, and let go. Suppression beats import, and who left stays out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from newsletter.errors import ConflictError, InputError, Problem
from newsletter.models import (
    ConsentEvent,
    ConsentRecord,
    Mechanism,
    Subscriber,
    SubscriberStatus,
    Suppression,
    SuppressionReason,
)
from newsletter.services.audit import record_act
from newsletter.services.keys import key_of
from newsletter.subscribers.addresses import address_key, parse_address
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
    intake = _Intake(workspace, file.path.name, basis=_said("basis", basis), by=_said("name", by))
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
        staying = [pair for pair in pairs if pair[0].status in (SubscriberStatus.SUBSCRIBED, SubscriberStatus.PENDING)]
        changed = [(person, row) for person, row in staying if _bring_up_to_date(person, row)]
        for person, _row in changed:
            person.updated_at = self._now
        columns = [*_DETAILS, "tags", "status", "updated_at"]
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
    """Set what the row says otherwise; True if anything changed. Who had asked to join is in by the file's basis."""
    wanted: dict[str, Any] = {name: value for name, value in _details(row).items() if value}
    wanted["tags"] = sorted({*person.tags, *row.tags})
    wanted["status"] = SubscriberStatus.SUBSCRIBED
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


def _said(what: str, value: str) -> str:
    if not value.strip():
        raise InputError(f"An import needs a {what}: say why we may write to these people, and who took them in.")
    return value.strip()


@transaction.atomic
def add_subscriber(
    workspace: Workspace, text: str, *, basis: str, by: str, reason: str = "", body: str = "", language: str = ""
) -> Subscriber:
    """Take one person in by hand: `a@b.example` or `Name <a@b.example>`. Staff answer for it with their name.

    Raises InputError for a bad address, ConflictError for one that is here, left earlier or is never to be written to.
    """
    address = parse_address(text)
    if is_suppressed(workspace, address.compared):
        raise ConflictError("This address is never to be written to again; only its owner can ask otherwise.")
    if Subscriber.objects.filter(address_compared=address.compared).exists():
        raise ConflictError("This address is on the list already, or its owner left; look at it first.")
    person = Subscriber.objects.create(
        address=address.typed,
        address_compared=address.compared,
        status=SubscriberStatus.SUBSCRIBED,
        basis=_said("basis", basis),
        name=address.name,
        body=body,
        language=language,
    )
    note(person, ConsentEvent.ADDED, Mechanism.STAFF, basis=basis, by=_said("name", by), reason=reason)
    return person


@transaction.atomic
def leave(person: Subscriber, *, mechanism: Mechanism, by: str = "", source: str = "", reason: str = "") -> bool:
    """Take somebody off the list at once; deliveries that still wait skip them. False where they had left already."""
    on_list = Subscriber.objects.filter(
        pk=person.pk, status__in=(SubscriberStatus.SUBSCRIBED, SubscriberStatus.PENDING)
    )
    if not on_list.update(status=SubscriberStatus.UNSUBSCRIBED, updated_at=timezone.now()):
        return False
    note(person, ConsentEvent.LEFT, mechanism, by=by, source=source, reason=reason)
    return True


def find_subscriber(text: str) -> Subscriber:
    """The person with this address, however it is typed. Raises InputError where there is none."""
    person = Subscriber.objects.filter(address_compared=parse_address(text).compared).first()
    if person is None:
        raise InputError("Nobody on the list has this address; look for another spelling.")
    return person


def suppress(workspace: Workspace, compared: str, reason: SuppressionReason) -> None:
    """Never write to this address again, whatever is imported; kept as a keyed hash."""
    key = key_of(workspace)
    Suppression.objects.get_or_create(
        address_key=address_key(compared, key.for_addresses), defaults={"key_id": key.id, "reason": reason}
    )


def is_suppressed(workspace: Workspace, compared: str) -> bool:
    """Whether this address is never to be written to again."""
    hashed = address_key(compared, key_of(workspace).for_addresses)
    return Suppression.objects.filter(address_key=hashed).exists()


def count_by_status() -> dict[str, int]:
    """How many people there are of each status; every status is named."""
    rows = dict(Subscriber.objects.values_list("status").annotate(Count("pk")).order_by())
    return {status: rows.get(status, 0) for status in SubscriberStatus.values}


def note(person: Subscriber, event: ConsentEvent, mechanism: Mechanism, **facts: str) -> None:
    """Add to a person's consent record, inside the transaction that changes the person."""
    ConsentRecord.objects.create(subscriber=person, at=timezone.now(), event=event, mechanism=mechanism, **facts)
