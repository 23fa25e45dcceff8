"""Logging for the command line: standard library, names under `newsletter.`, on standard error."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


class _Plain(logging.Formatter):
    """One line of words; of a foreign exception its kind alone, for its text may hold an address."""

    def formatException(self, ei: Any) -> str:  # noqa: ANN401, N802  (logging's own name and type)
        return ei[0].__name__ if ei and ei[0] else ""


class _Json(logging.Formatter):
    """One object a line, for machines that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0]:
            entry["error"] = record.exc_info[0].__name__
        return json.dumps(entry, ensure_ascii=False)


def set_up_logging(verbose: int, *, as_json: bool) -> None:
    """Show warnings, or more with each -v. Only our own loggers: a library's DEBUG may print addresses."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if as_json else _Plain("%(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("newsletter")
    logger.handlers[:] = [handler]
    logger.setLevel(_LEVELS[min(verbose, len(_LEVELS) - 1)])
    logger.propagate = False
    logging.root.addHandler(logging.NullHandler())  # else Django would print paths, which hold tokens
