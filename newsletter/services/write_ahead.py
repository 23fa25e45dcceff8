"""Keeps SQLite's write-ahead log from growing without bound while a mailing is sent.

SQLite copies it into the database by itself, but can begin it anew only when nobody reads. A reader that never ends
(an open report, a copy of the database being made) lets it grow until the disk is full.
"""

import logging
from pathlib import Path

from django.db import connection

logger = logging.getLogger(__name__)

_MOST = 64 * 1024 * 1024  # bytes; a thousand times what a mailing needs between two looks


def tend(*, most: int = _MOST) -> bool:
    """Begin the log anew where it has grown beyond `most`; False, with a warning, where somebody's reading forbids it.

    Outside a transaction only.
    """
    log = Path(f"{connection.settings_dict['NAME']}-wal")
    if not log.exists() or log.stat().st_size <= most:
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        is_busy = bool(cursor.fetchone()[0])
    if is_busy:
        logger.warning("the write-ahead log grows (%d MB): another program keeps reading the database", most >> 20)
    return not is_busy
