"""The SQL of the ledger's hot path, all of it: what runs for every delivery, by the thousand in one transaction.

Everything else speaks to the database through the ORM. The statements are written for SQLite and PostgreSQL alike but
for two things: on PostgreSQL the claim ends in FOR UPDATE SKIP LOCKED, which SQLite neither has nor needs because its
writers take turns; and planning calls two functions of ours, which SQLite lets us register.

No statement here decides anything. Each changes rows only where they still are what the caller saw, and says how many.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections

Row = tuple[Any, ...]
# body, nation, language, tags as JSON, and answers to conditions -> variant, None: not chosen
Place = Callable[[str, str, str, str, int], int | None]
Hasher = Callable[[str], str]  # compared address -> keyed hash

_PLANNING_CACHE = 8_000  # KB of pages while a plan is written; the usual 2,000 would fetch each page again and again

# Second tries first, then what was put back, then the rest: in a mailing of a million a second try would otherwise
# wait for days. Three ranges of one index, each read as far as it is needed and no further.
_DUE = (
    "d.state = 'deferred' AND d.next_at <= %(now)s ORDER BY d.next_at",
    "d.state = 'pending' AND d.next_at <= %(now)s ORDER BY d.next_at",
    "d.state = 'pending' AND d.next_at IS NULL",
)
_READ = """
SELECT d.id, d.fence, d.attempt, d.variant_id, d.message_id, d.date, s.public_id, s.address, s.address_compared, s.name,
       s.status, s.paused_until, x.id IS NOT NULL
FROM newsletter_delivery d
LEFT JOIN newsletter_subscriber s ON s.id = d.subscriber_id
LEFT JOIN newsletter_suppression x ON x.address_key = d.address_key
WHERE d.mailing_id = %(mailing)s AND {due} LIMIT %(most)s{locked}
"""
_CLAIM = """
UPDATE newsletter_delivery
SET state = 'claimed', owner = %s, fence = fence + 1, lease_until = %s, next_at = NULL, updated_at = %s
WHERE id = %s AND state IN ('pending', 'deferred')
"""
_INTEND = """
UPDATE newsletter_delivery SET state = 'transmitting', attempt = attempt + 1, updated_at = %s
WHERE id = %s AND fence = %s AND state = 'claimed' AND lease_until > %s
"""
_RECORD = """
UPDATE newsletter_delivery
SET state = %s, reason = %s, next_at = %s, attempt = %s, code = %s, enhanced = %s, reply_text = %s, provider_ref = %s,
    owner = '', lease_until = NULL, updated_at = %s
WHERE id = %s AND fence = %s AND state IN (%s, %s, %s)
"""
_NOTE = """
INSERT INTO newsletter_attempt (delivery_id, number, at, outcome, code, enhanced, reply_text, transport)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_LET_GO = """
UPDATE newsletter_delivery SET state = 'pending', owner = '', lease_until = NULL, next_at = %s, updated_at = %s
WHERE id = %s AND fence = %s AND state = 'claimed'
"""
_FIRST_TRIED = "SELECT min(at) FROM newsletter_attempt WHERE delivery_id = %s"
# Half of a large mailing may be open. Each is one walk along the index that does nothing but count, a seventh of what
# GROUP BY takes.
_OPEN = "SELECT count(*) FROM newsletter_delivery WHERE mailing_id = %(mailing)s AND state = '{state}'"

# Who is looked at for a mailing, each with the version they get and the reason to leave them out. The inner query ends
# in a LIMIT so that SQLite calls our functions once a row.
_HASHED = "keyed_hash(address_compared)"
_JUDGED = """
SELECT id, variant, address_key, CASE
    WHEN address_key IN (SELECT address_key FROM newsletter_suppression) THEN 'suppressed'
    WHEN status = 'complained' THEN 'suppressed'
    WHEN status = 'bounced' THEN 'unreachable'
    WHEN status <> 'subscribed' THEN 'left'
    WHEN paused_until > %(now)s THEN 'paused'
    WHEN id IN ({already}) THEN 'already'
    ELSE '' END AS reason
FROM (
    SELECT id, status, paused_until, {hashed} AS address_key,
           variant_for(body, nation, language, tags, {answers}) AS variant
    FROM newsletter_subscriber WHERE {whom} ORDER BY id LIMIT -1
) WHERE variant IS NOT NULL
"""
_PLAN = """
INSERT INTO newsletter_delivery (mailing_id, subscriber_id, variant_id, address_key, message_id, date, state, reason,
                                 attempt, fence, owner, enhanced, reply_text, provider_ref, updated_at)
SELECT %(mailing)s, id, variant, address_key, %(before)s || lower(hex(randomblob(8))) || %(after)s, %(now)s,
       CASE reason WHEN '' THEN 'pending' ELSE 'skipped' END, reason, 0, 0, '', '', '', '', %(now)s
FROM ({judged})
"""
_OUTLOOK = "SELECT variant, reason, count(*) FROM ({judged}) GROUP BY variant, reason"

EVERYBODY = "status = 'subscribed'"
# Of everybody those who are left out for a while, or have it already. The concatenation keeps a planner from reading
# all who are subscribed to find them.
HELD = """
status || '' = 'subscribed'
AND id IN (SELECT id FROM newsletter_subscriber WHERE paused_until > %(now)s UNION ALL {already})
"""
ONE_PERSON = "id = %(person)s"
# Who has a mailing's edition or may have it, by that mailing or by a copy on request, whatever they decided since: a
# correction tells their number honestly. A second try that was sent back says nothing of the first, which was in doubt.
HOLDERS = """
id IN (SELECT d.subscriber_id FROM newsletter_delivery d
       WHERE d.mailing_id IN (SELECT m.id FROM newsletter_mailing m JOIN newsletter_mailing c ON c.id = %(corrected)s
                              WHERE m.id = c.id OR (m.edition_id = c.edition_id AND m.practice = c.practice
                                                    AND m.reason LIKE %(copies)s))
         AND (d.state IN ('accepted', 'in_doubt')
              OR (d.attempt > 1 AND EXISTS (SELECT 1 FROM newsletter_attempt a
                                            WHERE a.delivery_id = d.id AND a.outcome = 'in_doubt'))))
"""
NOBODY = "SELECT NULL WHERE 1 = 0"
# Who got this very edition in another mailing, or may have, or still will.
HAVE_IT = """
SELECT d.subscriber_id FROM newsletter_delivery d JOIN newsletter_mailing m ON m.id = d.mailing_id
WHERE m.edition_id = %(edition)s AND m.practice = %(practice)s AND m.id <> %(mailing)s
  AND d.state NOT IN ('skipped', 'refused') AND d.subscriber_id IS NOT NULL
"""


def stamp(moment: datetime | None) -> Any:  # noqa: ANN401  (text on SQLite)
    """A moment as the database keeps it."""
    return None if moment is None else connection.ops.adapt_datetimefield_value(moment)


@lru_cache(maxsize=64)
def moment(value: str | datetime) -> datetime:
    """A moment read back; one mailing has one Date, so most of the time this is a look-up."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def due(mailing_id: int, now: datetime, most: int) -> list[Row]:
    """Up to `most` deliveries that may be tried now, each beside its person, in the order in which they are owed."""
    locked = " FOR UPDATE OF d SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    rows: list[Row] = []
    with connection.cursor() as cursor:
        for condition in _DUE:
            if len(rows) < most:
                values = {"mailing": mailing_id, "now": stamp(now), "most": most - len(rows)}
                cursor.execute(_READ.format(due=condition, locked=locked), values)
                rows += cursor.fetchall()
    return rows


def claim(ids: Iterable[int], *, owner: str, now: datetime, until: datetime) -> int:
    """Mark them as held until `until`."""
    at, then = stamp(now), stamp(until)
    return _Driver().many(_CLAIM, [(owner, then, at, pk) for pk in ids])


def settle(updates: Sequence[Row], attempts: Sequence[Row], fences: Sequence[tuple[int, int]], now: datetime) -> bool:
    """Write outcomes with their attempts, in the order of the columns above, and intents of (id, fence).

    False where a row was no longer what the caller saw; then the caller must roll back.
    """
    at, many = stamp(now), _Driver().many
    if many(_RECORD, updates) != len(updates):
        return False
    if many(_INTEND, [(at, pk, fence, at) for pk, fence in fences]) != len(fences):
        return False
    many(_NOTE, attempts)
    return True


def let_go(fences: Sequence[tuple[int, int]], now: datetime, until: datetime | None = None) -> int:
    """Put claimed (id, fence) back in the queue, not to be tried before `until`."""
    at, then = stamp(now), stamp(until)
    return _Driver().many(_LET_GO, [(then, at, pk, fence) for pk, fence in fences])


def first_tried(delivery_id: int) -> datetime | None:
    """When a delivery was first tried."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_TRIED, [delivery_id])
        (found,) = cursor.fetchone()
    return moment(found) if found else None


def count_states(mailing_id: int, states: Sequence[str]) -> dict[str, int]:
    """How many deliveries are in each of these states."""
    counts = ", ".join(f"({_OPEN.format(state=state)})" for state in states)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", {"mailing": mailing_id})
        return dict(zip(states, cursor.fetchone(), strict=True))


class _Driver:
    """The database's own driver, for statements that run by the thousand: Django's cursor costs as much as they do.

    Its errors stay Django's.
    """

    def __init__(self) -> None:
        django = connections[DEFAULT_DB_ALIAS]
        django.ensure_connection()
        self._connection, self._errors = django.connection, django.wrap_database_errors
        self._native = _with_question_marks if django.vendor == "sqlite" else str

    def many(self, statement: str, rows: Sequence[Row]) -> int:
        """Run a statement for each row; returns how many rows of the table changed."""
        if not rows:
            return 0
        with self._errors:
            changed: int = self._connection.executemany(self._native(statement), rows).rowcount
        return changed


@lru_cache
def _with_question_marks(statement: str) -> str:
    return statement.replace("%s", "?")


def write_plan(
    values: Mapping[str, Any], *, whom: str, already: str, place: Place, hasher: Hasher, answers: str = "0"
) -> int:
    """Write a delivery for each person chosen; returns how many.

    They are written in the order of subscribers, which claims read again later. To sort them by their hashes, for the
    sake of the largest index, was tried and gains nothing: then the other index and the subscribers are read at random.
    """
    judged = _JUDGED.format(whom=whom, already=already, answers=answers, hashed=_HASHED)
    _register(place, hasher)
    with _in_bulk(), connection.cursor() as cursor:
        cursor.execute(_PLAN.format(judged=judged), values)
        return int(cursor.rowcount)


def outlook(
    values: Mapping[str, Any], *, whom: str, already: str, place: Place, hasher: Hasher, answers: str = "0"
) -> list[tuple[int, str, int]]:
    """(variant, reason or empty, how many) as `write_plan` would write them now.

    Who is subscribed is not suppressed, since whatever suppresses somebody takes them off the list at once; to hash a
    million addresses so as to find nobody would take longest of all. `write_plan` asks again.
    """
    hashed = f"CASE status WHEN 'subscribed' THEN '' ELSE {_HASHED} END"
    judged = _JUDGED.format(whom=whom, already=already, answers=answers, hashed=hashed)
    _register(place, hasher)
    with connection.cursor() as cursor:
        cursor.execute(_OUTLOOK.format(judged=judged), values)
        return list(cursor.fetchall())


def _register(place: Place, hasher: Hasher) -> None:
    """Let SQLite call us. A column with the hash would have to be kept right by everybody who changes an address."""
    connection.ensure_connection()
    connection.connection.create_function("keyed_hash", 1, hasher, deterministic=True)
    connection.connection.create_function("variant_for", 5, place, deterministic=True)


@contextmanager
def _in_bulk() -> Iterator[None]:
    """With a wide cache, and without CHECK: state and reason are spelt out in the statement, and to look them up in the
    lists of those that are known would take a fifth of the time. Unique and foreign keys hold as ever."""
    with connection.cursor() as cursor:
        (usual,) = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute(f"PRAGMA cache_size = -{_PLANNING_CACHE}")
        cursor.execute("PRAGMA ignore_check_constraints = 1")
        try:
            yield
        finally:
            cursor.execute("PRAGMA ignore_check_constraints = 0")
            cursor.execute(f"PRAGMA cache_size = {int(usual)}")
            cursor.execute("PRAGMA shrink_memory")
