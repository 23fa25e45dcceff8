"""Closes every test run with a table of what was skipped or left for another command, and why."""

from collections import Counter
from typing import Any

import pytest

_left = Counter[str]()


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Count the tests that this run was not asked for."""
    _left.update("heavy: .ci/run runs them" if item.get_closest_marker("heavy") else "not selected" for item in items)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process that runs its share of the tests hands its count to the one that prints."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left"] = dict(_left)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401  (xdist has no types)
    """Each of them was offered all tests, so any one's count is the whole."""
    _left.update(
        {reason: count - _left[reason] for reason, count in getattr(node, "workeroutput", {}).get("left", {}).items()}
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table, also when it is empty."""
    reasons = _left.copy()
    for report in terminalreporter.stats.get("skipped", []):
        reasons[str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)] += 1
    terminalreporter.section("what was not run, and why")
    for reason, count in sorted(reasons.items()):
        terminalreporter.line(f"{count:>5}  {reason}")
    if not reasons:
        terminalreporter.line("    0  everything was run")
