"""Finds a moment in a table that is only ever added to, without an index into which each new row would have to go."""

from datetime import datetime

from django.db import connection
from django.db.models import Model

from newsletter.services.ledger_sql import moment as moment_of


def first_after(table: type[Model], moment: datetime) -> int:
    """The number of the first row whose `at` is after a moment, found by halving; one past the last if there is none.

    Rows are numbered as they are written, so they are in the order of time, but for the moments that threads wait for
    each other, and for a clock that was set.
    """
    name = connection.ops.quote_name(table._meta.db_table)  # noqa: SLF001  (Django's documented way to a table's name)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(id) FROM {name}")  # noqa: S608  (the name of a table of ours)
        low, high = 0, (cursor.fetchone()[0] or 0) + 1
        while low < high:
            middle = (low + high) // 2
            cursor.execute(f"SELECT id, at FROM {name} WHERE id >= %s ORDER BY id LIMIT 1", [middle])  # noqa: S608
            found = cursor.fetchone()
            if found is None or moment_of(found[1]) > moment:
                high = middle
            else:
                low = found[0] + 1
    return low
