"""The SQL of an import: a file is laid into a table of its own, compared with the list, and taken over from there.

So a million rows cost no memory, repeats in the file are found exactly, and everything can be asked before a single
person is changed. The table is this connection's own and vanishes with it. Like planning, this calls functions of ours.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache

from django.db import connection
from django.db.backends.utils import CursorWrapper

from newsletter.services.headcounts import counted_together
from newsletter.services.ledger_sql import Hasher, Row

DETAILS = ("name", "body", "role", "nation", "language", "tags", "attributes")

_HANDFUL = 5000
_CACHE = 48_000  # KB of pages, for the file's table and for the list's indexes each
_REPEATED = 4096  # different pairs of tags that are joined once

_CREATE = """
CREATE TEMP TABLE incoming ("row" INTEGER PRIMARY KEY, address TEXT, compared TEXT, name TEXT, body TEXT, role TEXT,
    nation TEXT, language TEXT, tags TEXT, attributes TEXT, fate TEXT, why TEXT, person INTEGER)
"""
_FILL = "INSERT INTO incoming VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)"
# With the fate and the row's number, which every index holds, it answers most of what follows alone.
_INDEX = "CREATE INDEX temp.incoming_compared ON incoming (compared, fate)"
_REPEATS = """
UPDATE incoming SET fate = 'duplicate', why = 'the same address stands in row ' || r.first FROM (
    SELECT compared, min("row") AS first FROM incoming WHERE compared IS NOT NULL GROUP BY compared HAVING count(*) > 1
) r WHERE r.compared = incoming.compared AND incoming."row" > r.first
"""
_SUPPRESSED = """
UPDATE incoming SET fate = 'suppressed'
WHERE fate = 'new' AND keyed_hash(compared) IN (SELECT address_key FROM newsletter_suppression)
"""
# Who is here gets what the file leaves blank from the list, so that one comparison tells what would change.
_HERE = """
UPDATE incoming SET person = s.id, why = %s, fate = CASE s.status WHEN 'subscribed' THEN 'same' ELSE 'stayed_out' END,
    name = coalesce(nullif(incoming.name, ''), s.name), body = coalesce(nullif(incoming.body, ''), s.body),
    role = coalesce(nullif(incoming.role, ''), s.role), nation = coalesce(nullif(incoming.nation, ''), s.nation),
    language = coalesce(nullif(incoming.language, ''), s.language),
    tags = joined_tags(s.tags, incoming.tags), attributes = joined_attributes(s.attributes, incoming.attributes)
FROM {whose} AND incoming.fate = 'new'
"""
_BY_ADDRESS = "newsletter_subscriber s WHERE s.address_compared = incoming.compared"
_BY_FORMER_ADDRESS = """newsletter_formeraddress f JOIN newsletter_subscriber s ON s.id = f.subscriber_id
WHERE f.address_compared = incoming.compared"""
_UNDER_BOTH = """
UPDATE incoming SET fate = 'duplicate' WHERE why = %s AND person IN (
    SELECT person FROM incoming WHERE person IS NOT NULL GROUP BY person HAVING count(*) > 1)
"""
_CHANGED = f"""
UPDATE incoming SET fate = 'changed' FROM newsletter_subscriber s WHERE s.id = incoming.person
    AND incoming.fate = 'same'
    AND ({", ".join(f"s.{name}" for name in DETAILS)}) <> ({", ".join(f"incoming.{name}" for name in DETAILS)})
"""  # noqa: S608  (names of our own columns)
_COUNT = "SELECT fate, count(*) FROM incoming GROUP BY fate"
# The public id need not be secret, only unlike others: 63 bits by SQLite's own generator.
_ADD = f"""
INSERT INTO newsletter_subscriber (public_id, address, address_compared, status, basis, joined_at, created_at,
    updated_at, {", ".join(DETAILS)})
SELECT random() & 9223372036854775807, address, compared, 'subscribed', %(basis)s, %(now)s, %(now)s, %(now)s,
    {", ".join(DETAILS)}
FROM incoming WHERE fate = 'new' ORDER BY compared
"""  # noqa: S608
_UPDATE = f"""
UPDATE newsletter_subscriber SET {", ".join(f"{name} = i.{name}" for name in DETAILS)}, updated_at = %(now)s
FROM incoming i WHERE i.person = newsletter_subscriber.id AND i.fate = 'changed'
"""  # noqa: S608
_NOTE = """
INSERT INTO newsletter_consentrecord (at, event, mechanism, basis, source, wording, reason, by, subscriber_id)
SELECT %(now)s, '{event}', 'import', %(basis)s, %(source)s || i."row", '', '', %(by)s, s.id
FROM incoming i JOIN newsletter_subscriber s ON {whose} WHERE i.fate = '{fate}' {order}
"""
_NOTE_NEW = _NOTE.format(
    event="imported", fate="new", whose="s.address_compared = i.compared", order="ORDER BY i.compared"
)
_NOTE_CHANGED = _NOTE.format(event="changed", fate="changed", whose="s.id = i.person", order="")


@contextmanager
def staged(rows: Iterable[Row], hasher: Hasher) -> Iterator[None]:
    """Lay the rows out, and clear them away at the end."""
    connection.ensure_connection()
    connection.connection.create_function("keyed_hash", 1, hasher, deterministic=True)
    connection.connection.create_function("joined_tags", 2, lru_cache(_REPEATED)(_joined_tags), deterministic=True)
    connection.connection.create_function("joined_attributes", 2, _joined_attributes, deterministic=True)
    with _wide_caches(), connection.cursor() as cursor:
        cursor.execute(_CREATE)
        try:
            _fill(cursor, rows)
            yield
        finally:
            cursor.execute("DROP TABLE temp.incoming")


def _fill(cursor: CursorWrapper, rows: Iterable[Row]) -> None:
    """In one transaction that is none of the list's: while a long file is read, others write as they like."""
    cursor.execute("SAVEPOINT filling")
    try:
        connection.connection.executemany(_FILL, rows)  # the driver's own: Django would hold all rows in memory
        cursor.execute(_INDEX)
    finally:
        cursor.execute("RELEASE SAVEPOINT filling")


def judge() -> None:
    """Give each row its fate, by the list as it is now; to be called in the transaction that takes them in."""
    moved = "is here under a newer address"
    with connection.cursor() as cursor:
        cursor.execute(_REPEATS)
        if _holds(cursor, "newsletter_suppression"):
            cursor.execute(_SUPPRESSED)
        if _holds(cursor, "newsletter_subscriber"):
            cursor.execute(_HERE.format(whose=_BY_ADDRESS), [""])
        if _holds(cursor, "newsletter_formeraddress"):
            cursor.execute(_HERE.format(whose=_BY_FORMER_ADDRESS), [moved])
            cursor.execute(_UNDER_BOTH, [moved])
        cursor.execute(_CHANGED)


def counts() -> dict[str, int]:
    """How many rows there are of each fate."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT)
        return dict(cursor.fetchall())


def take(values: Mapping[str, str]) -> None:
    """Write new people and changed details, with a consent record each. `values`: basis, source, by, now."""
    with connection.cursor() as cursor:
        with counted_together():
            cursor.execute(_ADD, values)
        cursor.execute(_UPDATE, values)
        cursor.execute(_NOTE_NEW, values)
        cursor.execute(_NOTE_CHANGED, values)


def lines(fates: Iterable[str], most: int = -1) -> Iterator[Row]:
    """(row, fate, why) of some fates, in the order of the file."""
    wanted = ", ".join(f"'{fate}'" for fate in fates)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "row", fate, why FROM incoming WHERE fate IN ({wanted}) ORDER BY "row" LIMIT {most:d}')  # noqa: S608
        while handful := cursor.fetchmany(_HANDFUL):
            yield from handful


def differences(most: int) -> list[Row]:
    """(row, details as they are, details as they would be) of people who would change."""
    columns = [f"{side}.{name}" for side in ("s", "i") for name in DETAILS]
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT i."row", {", ".join(columns)} FROM incoming i JOIN newsletter_subscriber s ON s.id = i.person '  # noqa: S608
            f"WHERE i.fate = 'changed' ORDER BY i.\"row\" LIMIT {most:d}"
        )
        found = cursor.fetchall()
    width = len(DETAILS)
    return [(row, values[:width], values[width:]) for row, *values in found]


def newcomers(most: int) -> list[Row]:
    """(row, address, name) of the first new people."""
    with connection.cursor() as cursor:
        cursor.execute('SELECT "row", address, name FROM incoming WHERE fate = \'new\' ORDER BY "row" LIMIT %s', [most])
        return list(cursor.fetchall())


def missing(body: str, most: int) -> list[int]:
    """The first people of a body who are subscribed and not in the file."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM newsletter_subscriber WHERE status = 'subscribed' AND body = %s "
            "AND id NOT IN (SELECT person FROM incoming WHERE person IS NOT NULL) ORDER BY id LIMIT %s",
            [body, most],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _holds(cursor: CursorWrapper, table: str) -> bool:
    cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table})")  # noqa: S608
    return bool(cursor.fetchone()[0])


def _joined_tags(here: str, new: str) -> str:
    """The list's own text where nothing is new, so that the comparison sees no change."""
    known, added = json.loads(here), json.loads(new)
    return here if set(added) <= set(known) else json.dumps(sorted({*known, *added}))


def _joined_attributes(here: str, new: str) -> str:
    known, added = json.loads(here), json.loads(new)
    return here if added.items() <= known.items() else json.dumps({**known, **added})


@contextmanager
def _wide_caches() -> Iterator[None]:
    """Room for the indexes that are written: with the usual two megabytes each page is fetched again and again."""
    with connection.cursor() as cursor:
        usual = [(name, cursor.execute(f"PRAGMA {name}.cache_size").fetchone()[0]) for name in ("main", "temp")]
        for name, _size in usual:
            cursor.execute(f"PRAGMA {name}.cache_size = -{_CACHE}")
        try:
            yield
        finally:
            for name, size in usual:
                cursor.execute(f"PRAGMA {name}.cache_size = {int(size)}")
            cursor.execute("PRAGMA shrink_memory")
