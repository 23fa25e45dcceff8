"""Which queries read a large table, or an index of it, from its beginning to its end."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from django.db import connection

_LARGE = 5_000  # rows
_SCANNED = re.compile(r"^SCAN (\w+)")
_ALIAS = re.compile(r'"?(newsletter_\w+)"?(?:\s+(?:AS\s+)?"?(\w+)"?)?', re.IGNORECASE)


def walks_of(queries: Iterable[str]) -> tuple[str, ...]:
    """A line for each, with the query's beginning."""
    return tuple(dict.fromkeys(line for query in queries for line in _walks(query)))


def _walks(query: str) -> Iterator[str]:
    if not query.lstrip().upper().startswith(("SELECT", "WITH")) or "incoming" in query:  # a file's own, gone by now
        return
    names = {alias: table for table, alias in _ALIAS.findall(query)}
    for plan in plans(query):
        if found := _SCANNED.match(plan):
            table = found[1] if found[1].startswith("newsletter_") else names.get(found[1], "")
            if table and _rows(table) > _LARGE:
                yield f"{plan} | {' '.join(query.split())[:200]}"


def plans(query: str) -> list[str]:
    """What SQLite would do, a line for each step."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query.replace('%', '%%')}", ())
        return [row[3] for row in cursor.fetchall()]


@cache
def _rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(id) FROM {table}")
        return cursor.fetchone()[0] or 0
