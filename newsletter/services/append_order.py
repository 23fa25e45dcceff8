"""Finds a moment in a table that is only ever added to, without an index into which each new row would have to go."""

from datetime import datetime
from typing import Any

from django.db.models import Model


def first_after(table: type[Model], moment: datetime) -> int:
    """The number of the first row whose `at` is after a moment, found by halving; one past the last if there is none.

    Rows are numbered as they are written, so they are in the order of time, but for the moments that threads wait for
    each other, and for a clock that was set.
    """
    rows: Any = table._default_manager.order_by("pk")  # noqa: SLF001  (Django's documented way to a model's manager)
    last = rows.values_list("pk", flat=True).last() or 0
    low, high = 0, last + 1
    while low < high:
        middle = (low + high) // 2
        found = rows.filter(pk__gte=middle).values_list("pk", "at").first()
        if found is None or found[1] > moment:
            high = middle
        else:
            low = found[0] + 1
    return low
