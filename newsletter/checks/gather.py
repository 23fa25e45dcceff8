"""Fills a CheckContext with what needs no network: the file's lines and every variant, rendered."""

from collections.abc import Mapping, Sequence
from datetime import date

from newsletter.checks.context import CheckContext
from newsletter.checks.facts import LinkFact
from newsletter.checks.registry import RULES
from newsletter.content.check_config import CheckConfig
from newsletter.content.issue import FILE_NAME, Issue
from newsletter.content.yaml_file import YamlFile, read_yaml
from newsletter.errors import InputError, Problem
from newsletter.rendering.pipeline import render, variants
from newsletter.rendering.rendered import Rendered
from newsletter.rendering.theme import Theme


def gather(
    issue: Issue,
    theme: Theme | None = None,
    rendered: Sequence[Rendered] | None = None,
    *,
    config: CheckConfig | None = None,
    link_facts: Mapping[str, LinkFact] | None = None,
    today: date | None = None,
) -> CheckContext:
    """What rules look at. Without `rendered` every variant is rendered here, and a refusal becomes a finding."""
    theme, config = theme or Theme(), config or CheckConfig()
    mails, refusals = (tuple(rendered), ()) if rendered is not None else _render_all(issue, theme)
    return CheckContext(
        issue=issue,
        config=config,
        source=_source(issue),
        theme=theme,
        mails=mails,
        refusals=refusals,
        link_facts=link_facts,
        people=config.people or None,
        today=today,
        rule_ids=frozenset(rule.id for rule in RULES),
    )


def _render_all(issue: Issue, theme: Theme) -> tuple[tuple[Rendered, ...] | None, tuple[Problem, ...]]:
    mails: list[Rendered] = []
    problems: list[Problem] = []
    for variant in variants(issue):
        try:
            mails.append(render(issue, theme, variant))
        except InputError as error:
            problems += error.problems
    return (None if problems else tuple(mails)), tuple(dict.fromkeys(problems))


def _source(issue: Issue) -> YamlFile | None:
    """The file as it stands on disk; an issue that came from no file has no lines to tell."""
    path = issue.folder / FILE_NAME if issue.folder else None
    return read_yaml(path) if path and path.is_file() else None
