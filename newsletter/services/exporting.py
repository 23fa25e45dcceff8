"""Takes people out of the database as files: the list for a spreadsheet, one person's data for that person.

Every export is asked for by name and recorded. Files are for their owner's eyes, and lie where somebody said.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from newsletter.errors import InputError, UnavailableError
from newsletter.models import Subscriber, SubscriberStatus
from newsletter.rendering.templating import fill
from newsletter.services.audit import record_act
from newsletter.services.story import story_of
from newsletter.services.subscribing import said_by
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.columns import ATTRIBUTE
from newsletter.subscribers.details import known_body
from newsletter.subscribers.safe_csv import write_csv
from newsletter.workspace import Workspace

COLUMNS = ("address", "name", "body", "role", "nation", "language", "tags", "status", "basis", "joined")
EVERYBODY = "all"
_CHUNK = 2_000  # people held at once


@transaction.atomic
def export_subscribers(
    workspace: Workspace,
    path: Path,
    *,
    by: str,
    columns: Sequence[str] = COLUMNS,
    status: str = "subscribed",
    body: str = "",
) -> int:
    """Write the list as CSV that can be brought in again; returns how many people it holds.

    `columns` may name `attribute:NAME` too; `status` may be "all". Raises InputError for one that is not known, for an
    unknown body, and without a name.
    """
    by = said_by(by)
    _require_known(columns, status)
    people = Subscriber.objects.order_by("pk")
    people = people if status == EVERYBODY else people.filter(status=status)
    people = people.filter(body=known_body(body, workspace.bodies)) if body else people
    count = people.count()
    record_act("export", "subscribers", by=by, people=count, columns=list(columns), status=status, body=body)
    write_csv(path, columns, _rows(people, columns))
    return count


def export_person(workspace: Workspace, text: str, folder: Path, *, by: str) -> list[Path]:
    """Write all that is kept about one address as `person.json` and `person.html`; returns the files.

    Raises InputError for an address of which nothing is known, UnavailableError where the folder can't be written.
    """
    by = said_by(by)
    story = story_of(workspace, parse_address(text))
    if not story.chapters:
        raise InputError("Nothing is kept about this address; look for another spelling.")
    facts = {"story": story, "publication": workspace.publication, "theme": workspace.theme}
    page = fill(workspace.root, "web/person.html.j2", facts)
    with transaction.atomic():
        record_act("export person", f"subscriber {story.person.pk}" if story.person else "address", by=by)
        return [_write(folder / "person.json", story.as_json()), _write(folder / "person.html", page)]


def _write(path: Path, text: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UnavailableError(f"{path} can't be written: {error.strerror}.") from None
    return path


def _require_known(columns: Sequence[str], status: str) -> None:
    for column in columns:
        if column not in COLUMNS and not ATTRIBUTE.fullmatch(column):
            raise InputError(f"There is no column '{column}'; there are {', '.join(COLUMNS)} and attribute:NAME.")
    if status not in (*SubscriberStatus.values, EVERYBODY):
        raise InputError(f"There is no status '{status}'; there are {', '.join(SubscriberStatus.values)} and all.")


def _rows(people: QuerySet[Subscriber], columns: Sequence[str]) -> Iterator[list[str]]:
    for person in people.iterator(_CHUNK):
        cells = {
            "address": person.address, "name": person.name, "body": person.body, "role": person.role,
            "nation": person.nation, "language": person.language, "tags": ", ".join(person.tags),
            "status": person.status, "basis": person.basis, "joined": f"{person.joined_at:%Y-%m-%d}",
            **{f"attribute:{name}": str(value) for name, value in person.attributes.items()},
        }  # fmt: skip
        yield [cells.get(column, "") for column in columns]
