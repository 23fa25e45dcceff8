"""`newsletter check`: what is to fix."""

import json
import os
from typing import TYPE_CHECKING

import click

from newsletter.cli.session import Session

if TYPE_CHECKING:
    from newsletter.checks import Report
    from newsletter.checks.grouping import Group

_TITLES = {
    "blocks": ("red", "✗", "To mend before anyone approves"),
    "warns": ("yellow", "!", "Worth a look"),
    "notes": ("blue", "·", "Good to know"),
}


@click.command()
@click.argument("issue_id", metavar="ISSUE")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@click.option("--all", "show_all", is_flag=True, help="Every finding, notes too, and not only the first dozen.")
@click.option("--links", is_flag=True, help="Ask each website whether the page is there.")
@click.option("--spam", is_flag=True, help="Ask SpamAssassin on this computer.")
@click.option("--browser", is_flag=True, help="Measure the mail in Chromium on this computer.")
@click.option("--mailing", is_flag=True, help="Ask the list, the ledger and the DNS what a mailing would meet.")
@click.option("--segment", default="", help="With --mailing: only the people in this segment.")
@click.pass_obj
def check(
    session: Session, /, issue_id: str, segment: str, *, as_json: bool, show_all: bool, mailing: bool, **asked: bool
) -> None:
    """Look for what readers could not read and the team would regret. Exit status 1 if something blocks."""
    from newsletter.services.checking import Ask, look_over

    # Only what asks the list needs the database, and Django.
    workspace = session.with_database() if mailing else session.workspace
    ask = [Ask(name) for name, wanted in {"mailing": mailing, **asked}.items() if wanted]
    report = look_over(workspace, workspace.load_issue(issue_id), ask=ask, segment=segment)
    if as_json:
        click.echo(json.dumps(_as_dict(issue_id, report), indent=2, ensure_ascii=False))
    else:
        _print(issue_id, report, f"{workspace.root}{os.sep}", show_all=show_all)
    raise SystemExit(1 if report.blocking else 0)


def _as_dict(issue_id: str, report: "Report") -> dict[str, object]:
    return {
        "issue": issue_id,
        "blocking": len(report.blocking),
        "findings": [finding.as_dict() for finding in report.findings],
        "not_run": [rule.id for rule in report.not_run],
        "off": [rule.id for rule in report.off],
    }


def _print(issue_id: str, report: "Report", root: str, *, show_all: bool) -> None:
    from newsletter.checks.grouping import board

    view = board(report, in_view=None) if show_all else board(report)
    for severity, (colour, mark, title) in _TITLES.items():
        if groups := [group for group in view.groups if group.severity == severity]:
            click.secho(title, fg=colour, bold=True)
            for group in groups:
                _print_group(group, click.style(mark, fg=colour), root)
    if view.folded:
        click.echo(f"Folded: {', '.join(map(_counted, view.folded))}. `newsletter check {issue_id} --all` shows them.")
    for group in view.waived:
        waiver = group.findings[0].waiver
        click.echo(f"Accepted: {_counted(group)}, by {waiver.by}: {waiver.reason}" if waiver else "")
    _print_end(issue_id, report)


def _print_group(group: "Group", mark: str, root: str) -> None:
    click.echo(f"  {mark} {click.style(group.rule.title, bold=True)}  {click.style(group.rule.id, dim=True)}")
    for finding in group.in_view:
        click.echo(f"      {finding.told.removeprefix(root)}")
        if finding.remedy != group.rule.remedy:
            click.echo(f"        → {finding.remedy}")
    if group.more:
        click.echo(f"      and {group.more} more like {'it' if group.shown == 1 else 'them'}")
    if any(finding.remedy == group.rule.remedy for finding in group.in_view):
        click.echo(f"      → {group.rule.remedy}")


def _counted(group: "Group") -> str:
    return f"{len(group.findings)} × {group.rule.id}"  # noqa: RUF001  (times)


def _print_end(issue_id: str, report: "Report") -> None:
    from newsletter.checks.facts import LEARNT_BY

    missing = {name: [run.rule.id for run in report.runs if run.missing[:1] == (name,)] for name in LEARNT_BY}
    for name, rules in missing.items():
        if rules:
            click.secho(f"Not run: {', '.join(rules)} ({LEARNT_BY[name]})", dim=True)
    if report.off:
        click.secho(f"Off by your settings: {', '.join(rule.id for rule in report.off)}", dim=True)
    ran = len(report.runs) - len(report.not_run) - len(report.off)
    verdict = f"{len(report.blocking)} to mend first" if report.blocking else "nothing stands in the way of approval"
    click.secho(f"Issue {issue_id}: {ran} checks, {verdict}.", bold=True)
