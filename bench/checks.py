"""How long the checks take: on an issue of 15 sections, rule by rule, and as a command from a cold start.

`python bench/checks.py [ROUNDS]`; bench/README.md tells the aims and what was measured.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

from render import long_issue

from newsletter.bundle import bundle_root
from newsletter.checks import RULES, CheckContext, gather, run_checks
from newsletter.rendering import render
from newsletter.services.checking import with_quick_facts
from newsletter.workspace import load_workspace

ISSUE = "2025-11"
SLOWEST = 8
NO_DICTIONARY = {"NEWSLETTER__CHECKS__DICTIONARIES": "no-such-folder"}


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The median of the time that processors spent on it, so that a busy machine does not count."""
    took: list[float] = []
    for _ in range(rounds):
        begun = _spent()
        work()
        took.append(_spent() - begun)
    return median(took)


def _spent() -> float:
    """Seconds of this process and of those that it started and that have ended."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def cold(**environment: str) -> Callable[[], object]:
    """The command as a person starts it."""
    command = [sys.executable, "-m", "newsletter", "check", ISSUE]
    return lambda: subprocess.run(
        command, cwd=bundle_root(), env=os.environ | environment, capture_output=True, check=True
    )


def told(name: str, took: float) -> None:
    """One line."""
    print(f"{took * 1000:8.1f} ms  {name}")


def main(rounds: int) -> None:
    """Measure and tell."""
    workspace = load_workspace(bundle_root(), {})
    unspelt = load_workspace(bundle_root(), NO_DICTIONARY)
    issue = long_issue(workspace.load_issue(ISSUE))
    mails = [render(issue, workspace.theme)]
    print(f"An issue of {len(issue.sections)} sections, {len(mails[0].html):,} characters of HTML, {rounds} rounds")

    def fresh() -> CheckContext:
        """A context that has worked nothing out yet: trees and passages are part of the price."""
        return with_quick_facts(unspelt, gather(issue, workspace.theme, mails, config=workspace.checks))

    context = with_quick_facts(workspace, gather(issue, workspace.theme, mails, config=workspace.checks))
    run_checks(context)
    told("all checks that need no browser and no network, spelling aside", seconds(lambda: run_checks(fresh()), rounds))
    told("asking the dictionary", seconds(lambda: with_quick_facts(workspace, context), rounds))
    alone = {rule.id: seconds(lambda rule=rule: run_checks(context, [rule]), 3) for rule in RULES}
    for name in sorted(alone, key=alone.__getitem__, reverse=True)[:SLOWEST]:
        told(f"  {name}, on trees that are there", alone[name])
    told("newsletter check from a cold start, spelling aside", seconds(cold(**NO_DICTIONARY), rounds))
    told("newsletter check from a cold start", seconds(cold(), rounds))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
