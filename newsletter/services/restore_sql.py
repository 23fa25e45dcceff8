"""What a restored database learns from the one that it replaces, which is attached beside it as `before`.

Only what must not be forgotten: that somebody is not to be written to, and that something was sent.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from newsletter.models import Subscriber
from newsletter.services.erasing import erase, forget
from newsletter.services.keys import key_of
from newsletter.services.ledger_sql import stamp
from newsletter.subscribers.addresses import address_hasher
from newsletter.workspace import Workspace

# Addresses of people who are off the list, also those that they had given up; a copy may know them by any.
_GONE = """
CREATE TEMP TABLE gone AS SELECT address, address_compared, status, basis FROM before.newsletter_subscriber
WHERE status <> 'subscribed' UNION ALL SELECT f.address_compared, f.address_compared, b.status, b.basis
FROM before.newsletter_formeraddress f JOIN before.newsletter_subscriber b ON b.id = f.subscriber_id
WHERE b.status <> 'subscribed'
"""
# Whom the copy does not know at all would be new to the next import. Nothing but the address is taken.
_ADD_GONE = """
INSERT INTO newsletter_subscriber (public_id, address, address_compared, name, body, role, nation, language, tags,
    attributes, status, basis, joined_at, created_at, updated_at)
SELECT random() & 9223372036854775807, g.address, g.address_compared, '', '', '', '', '', '[]', '{}', 'subscribed',
    g.basis, %(now)s, %(now)s, %(now)s FROM gone g
WHERE g.address_compared NOT IN (SELECT address_compared FROM newsletter_subscriber
    UNION ALL SELECT address_compared FROM newsletter_formeraddress)
"""
_OFF_SINCE = """
FROM newsletter_subscriber s JOIN gone g ON g.address_compared = s.address_compared WHERE s.status = 'subscribed'
"""
_NOTE = f"""
INSERT INTO newsletter_consentrecord (at, event, mechanism, basis, source, wording, reason, by, subscriber_id)
SELECT %(now)s, CASE g.status WHEN 'unsubscribed' THEN 'left' ELSE g.status END, 'staff', '', 'restore', '',
       'taken over from the database that was replaced', %(by)s, s.id {_OFF_SINCE}
"""  # noqa: S608  (nothing in it comes from outside)
_LEAVE = """
UPDATE newsletter_subscriber SET status = g.status, updated_at = %(now)s FROM gone g
WHERE g.address_compared = newsletter_subscriber.address_compared AND newsletter_subscriber.status = 'subscribed'
"""
_PAUSE = """
UPDATE newsletter_subscriber SET paused_until = b.paused_until FROM before.newsletter_subscriber b
WHERE b.address_compared = newsletter_subscriber.address_compared AND b.paused_until > %(now)s
"""
_SUPPRESS = """
INSERT INTO newsletter_suppression (address_key, key_id, reason, at)
SELECT address_key, key_id, reason, at FROM before.newsletter_suppression
WHERE address_key NOT IN (SELECT address_key FROM newsletter_suppression)
"""
_ERASED = """
SELECT {wanted} FROM {table}
WHERE keyed_hash(address_compared) IN (SELECT address_key FROM newsletter_suppression WHERE reason = 'erased')
"""
# The same rows by number and Message-ID: what was sent since stays sent, and what was on the wire is in doubt.
_SENT = """
UPDATE newsletter_delivery SET state = CASE b.state WHEN 'transmitting' THEN 'in_doubt' ELSE b.state END,
    reason = b.reason, code = b.code, enhanced = b.enhanced, reply_text = b.reply_text, next_at = NULL, owner = '',
    lease_until = NULL, updated_at = %(now)s
FROM before.newsletter_delivery b
WHERE b.id = newsletter_delivery.id AND b.message_id = newsletter_delivery.message_id
  AND newsletter_delivery.state IN ('pending', 'claimed', 'transmitting', 'deferred')
  AND b.state IN ('transmitting', 'accepted', 'refused', 'in_doubt', 'skipped')
"""
_LOST = """
SELECT DISTINCT e.issue_id FROM before.newsletter_mailing m JOIN before.newsletter_edition e ON e.id = m.edition_id
WHERE m.started_at IS NOT NULL AND NOT m.practice AND m.uid NOT IN (SELECT uid FROM newsletter_mailing)
ORDER BY e.issue_id
"""


@dataclass(frozen=True, kw_only=True)
class TakenOver:
    """What was decided after the copy was made, and holds."""

    left: int  # addresses of people who left, bounced or complained since
    suppressed: int  # addresses never to be written to since
    erased: int  # people who were erased since, and are again
    sent: int  # deliveries that went out since
    lost_issues: tuple[str, ...]  # issues that were sent since by mailings that the copy does not know


def take_over(workspace: Workspace, before: Path, *, by: str) -> TakenOver:
    """Read it from the replaced database, and write it down, in one transaction."""
    values = {"now": stamp(timezone.now()), "by": by}
    with _beside(before) as cursor, transaction.atomic():
        cursor.execute(_GONE)
        for step in (_ADD_GONE, _NOTE, _PAUSE):
            cursor.execute(step, values)
        left = cursor.execute(_LEAVE, values).rowcount
        suppressed = cursor.execute(_SUPPRESS).rowcount
        sent = cursor.execute(_SENT, values).rowcount
        lost = tuple(issue for (issue,) in cursor.execute(_LOST).fetchall())
        erased = _erase_again(workspace, cursor, by=by)
    return TakenOver(left=left, suppressed=suppressed, erased=erased, sent=sent, lost_issues=lost)


def _erase_again(workspace: Workspace, cursor: CursorWrapper, *, by: str) -> int:
    connection.connection.create_function("keyed_hash", 1, address_hasher(key_of(workspace).for_addresses))

    def erased(wanted: str, table: str) -> list[Any]:
        return [value for (value,) in cursor.execute(_ERASED.format(wanted=wanted, table=table)).fetchall()]

    people = Subscriber.objects.in_bulk(erased("id", "newsletter_subscriber")).values()
    for person in people:
        erase(workspace, person, by=by)
    for table in ("newsletter_subscriptionrequest", "newsletter_queueitem"):  # of people who were never on the list
        forget(workspace, erased("address_compared", table))
    return len(people)


@contextmanager
def _beside(before: Path) -> Iterator[CursorWrapper]:
    with connection.cursor() as cursor:
        cursor.execute("ATTACH DATABASE %s AS before", [str(before)])
        try:
            yield cursor
        finally:
            cursor.execute("DROP TABLE IF EXISTS temp.gone")
            cursor.execute("DETACH DATABASE before")
