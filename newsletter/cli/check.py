"""`newsletter check`: what is to fix."""

import json
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import click

from newsletter.cli.session import Session

if TYPE_CHECKING:
    from newsletter.checks import Finding, Report

_TITLES = {
    "blocks": ("red", "must be mended before anyone approves"),
    "warns": ("yellow", "worth a look"),
    "notes": ("blue", "good to know"),
}


@click.command()
@click.argument("issue_id", metavar="ISSUE")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@click.option("--links", is_flag=True, help="Ask each website whether the page is there.")
@click.pass_obj
def check(session: Session, issue_id: str, *, as_json: bool, links: bool) -> None:
    """Look for what readers could not read and the team would regret. Exit status 1 if something blocks."""
    from newsletter.checks import gather, run_checks

    workspace = session.workspace
    context = gather(workspace.load_issue(issue_id), workspace.theme)
    if links:
        from newsletter.services.probes.links import LinkProbe

        visited = LinkProbe().visit(link.url for link in context.links if link.url.startswith("http"))
        context = replace(context, link_facts=visited)
    report = run_checks(context)
    if as_json:
        click.echo(json.dumps(_as_dict(issue_id, report), indent=2, ensure_ascii=False))
    else:
        _print(issue_id, report)
    raise SystemExit(1 if report.blocking else 0)


def _as_dict(issue_id: str, report: "Report") -> dict[str, object]:
    return {
        "issue": issue_id,
        "blocking": len(report.blocking),
        "findings": [finding.as_dict() for finding in report.findings],
        "not_run": [rule.id for rule in report.not_run],
    }


def _print(issue_id: str, report: "Report") -> None:
    for severity, group in groupby(report.findings, key=lambda finding: finding.severity):
        findings = list(group)
        colour, title = _TITLES[severity]
        click.secho(f"{len(findings)} {title}", fg=colour, bold=True)
        for finding in findings:
            _print_finding(finding)
    if report.not_run:
        click.echo(f"Not run: {', '.join(rule.id for rule in report.not_run)}")
    passed = len(report.runs) - len(report.not_run)
    verdict = f"{len(report.blocking)} to mend first" if report.blocking else "nothing stands in the way of approval"
    click.secho(f"Issue {issue_id}: {passed} checks, {verdict}.", bold=True)


def _print_finding(finding: "Finding") -> None:
    click.echo(f"  {finding}  [{finding.rule}]")
    if finding.waiver:
        click.echo(f"    accepted by {finding.waiver.by}: {finding.waiver.reason}")
