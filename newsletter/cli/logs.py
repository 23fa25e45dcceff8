"""Logging for the command line: standard library, names under `newsletter.`, on standard error."""

import json
import logging
import sys
from datetime import UTC, datetime

_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


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
            entry["error"] = record.exc_info[0].__name__  # the text of a foreign exception may hold an address
        return json.dumps(entry, ensure_ascii=False)


def set_up_logging(verbose: int, *, as_json: bool) -> None:
    """Show warnings, or more with each -v. Only our own loggers: a library's DEBUG may print addresses."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if as_json else logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("newsletter")
    logger.handlers[:] = [handler]
    logger.setLevel(_LEVELS[min(verbose, len(_LEVELS) - 1)])
    logger.propagate = False
