"""Asks SpamAssassin on this computer what it makes of a message. It looks nothing up in the network."""

import re
import shutil
import subprocess
from collections.abc import Iterable

from newsletter.checks.facts import SpamFact, SpamRule

# -L: no lookups in the network; -x: no preferences of whoever runs this; -t: a report in any case.
_OPTIONS = ("-L", "-x", "-t", "--cf=report_safe 0")
_PATIENCE = 60  # seconds
_STATUS = re.compile(r"^X-Spam-Status: .*?score=(-?[\d.]+) required=([\d.]+)", re.DOTALL | re.MULTILINE)
_RULE = re.compile(r"^\s*(-?\d+\.\d) ([A-Z][A-Z0-9_]+)\s+(.*(?:\n {10,}.*)*)", re.MULTILINE)


def ask_spamassassin(messages: Iterable[bytes]) -> tuple[SpamFact, ...] | None:
    """What it says of each message; None where it is not installed or gives no answer."""
    program = shutil.which("spamassassin")
    if program is None:
        return None
    try:
        return tuple(_judged(program, message) for message in messages)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def _judged(program: str, message: bytes) -> SpamFact:
    command = [program, *_OPTIONS]
    ran = subprocess.run(command, input=message, capture_output=True, check=True, timeout=_PATIENCE)  # noqa: S603
    told = ran.stdout.decode("utf-8", "replace")
    status = _STATUS.search(told)
    if status is None:
        raise ValueError("SpamAssassin wrote no X-Spam-Status that can be read")
    rules = tuple(
        SpamRule(points=float(points), name=name, says=" ".join(says.split()))
        for points, name, says in _RULE.findall(told.rpartition("Content analysis details:")[2])
    )
    return SpamFact(score=float(status[1]), required=float(status[2]), rules=rules)
