"""Waits for a moment by the wall clock, in short steps: a laptop that slept must not add its sleep to the wait."""

import time
from datetime import datetime, timedelta

from django.utils import timezone

from newsletter.errors import ConflictError

_GRACE = timedelta(hours=2)  # later than this, somebody must say that it is still wanted (DESIGN section 7)
_STEP = 5.0  # seconds


def require_near(moment: datetime) -> None:
    """Raise ConflictError for a moment more than two hours ago; asked before anything is planned for it."""
    if timezone.now() - moment > _GRACE:
        raise ConflictError(f"{moment:%H:%M on %d %B %Y} is long past; send it now, or name another time.")


def wait_until(moment: datetime) -> None:
    """Return at `moment`. Raises ConflictError where it passed more than two hours ago."""
    while (left := (moment - timezone.now()).total_seconds()) > 0:
        time.sleep(min(left, _STEP))
    require_near(moment)
