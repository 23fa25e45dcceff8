"""The state of a draft: what was read, rendered and checked, why not, and the last version that worked."""

import logging
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from newsletter.checks import Finding
from newsletter.content.issue import Issue
from newsletter.content.variants import Variant
from newsletter.errors import InputError, Problem
from newsletter.rendering.pipeline import render, variants
from newsletter.rendering.rendered import Rendered
from newsletter.rendering.theme import Theme
from newsletter.services.checking import look_over
from newsletter.workspace import Workspace, load_workspace

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One issue as it stands. With `problems`, all else is the last version that worked, or empty if none did."""

    root: Path  # the workspace
    issue_id: str
    read_at: datetime  # when the files were last read, in local time
    number: int = 0  # grows with each published state
    issue: Issue | None = None
    theme: Theme = field(default_factory=Theme)
    variants: tuple[Variant, ...] = ()
    mails: Mapping[str, Rendered] = field(default_factory=dict)  # by key of the variant
    findings: tuple[Finding, ...] | None = None  # None until the checks have run once
    worked_at: datetime | None = None  # when the version in `mails` was read
    problems: tuple[Problem, ...] = ()  # why the files as they are now cannot be shown

    @property
    def keys(self) -> list[str]:
        """Keys of the variants that can be shown, the plainest first."""
        return [variant.key for variant in self.variants if variant.key in self.mails]


def new_draft(root: Path, issue_id: str) -> Draft:
    """A draft of which nothing is known yet."""
    return Draft(root=root, issue_id=issue_id, read_at=_now())


def reread(last: Draft, viewed: str) -> Iterator[Draft]:
    """Read the files again: first the variant that somebody looks at, then the others and the checks.

    Raises nothing: what cannot be shown is told in `problems`, beside the last version that worked.
    """
    newest = replace(last, read_at=_now())
    try:
        for step in _steps(newest, viewed):
            newest = step
            yield step
    except InputError as error:
        yield replace(newest, problems=error.problems)
    except Exception as error:  # noqa: BLE001  (a template may raise anything, and the preview must outlive it)
        logger.error("the draft could not be rendered: %s", type(error).__name__)  # noqa: TRY400  (its text may name people)
        yield replace(newest, problems=(_unforeseen(error),))


def _steps(last: Draft, viewed: str) -> Iterator[Draft]:
    workspace = load_workspace(last.root)
    issue, theme = workspace.load_issue(last.issue_id), workspace.theme
    wanted = variants(issue)
    first = next((variant for variant in wanted if variant.key == viewed), wanted[0])
    mails = {first.key: render(issue, theme, first)}
    quick = replace(
        last,
        issue=issue,
        theme=theme,
        variants=tuple(wanted),
        mails={**last.mails, **mails},
        worked_at=last.read_at,
        problems=(),
    )
    yield quick
    mails |= {variant.key: render(issue, theme, variant) for variant in wanted if variant is not first}
    yield replace(quick, mails=mails, findings=_findings(workspace, issue, [mails[variant.key] for variant in wanted]))


def _findings(workspace: Workspace, issue: Issue, mails: Sequence[Rendered]) -> tuple[Finding, ...]:
    return tuple(look_over(workspace, issue, mails).findings)


def _unforeseen(error: Exception) -> Problem:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    message = f"rendering stopped with {type(error).__name__}: {error}"
    return Problem(message=message, file=frame.filename, line=frame.lineno)


def _now() -> datetime:
    return datetime.now().astimezone()
