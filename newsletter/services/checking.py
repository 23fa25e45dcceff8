"""Looks an issue over: gathers what needs no asking, asks what was asked for, and runs every rule.

What is quick and local (dictionaries, git, the bytes of a copy) is always learnt; what takes seconds or leaves this
computer only where somebody names it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from newsletter.checks import CheckContext, Report, gather, run_checks
from newsletter.checks.vocabulary import words_by_language
from newsletter.content.issue import Issue
from newsletter.rendering.rendered import Rendered
from newsletter.workspace import Workspace


class Ask(StrEnum):
    """What is only learnt where somebody asks for it."""

    LINKS = "links"  # each website, whether the page is there
    SPAM = "spam"  # SpamAssassin, on this computer
    BROWSER = "browser"  # Chromium, on this computer
    MAILING = "mailing"  # the list, the ledger and the DNS


def look_over(
    workspace: Workspace,
    issue: Issue,
    rendered: Sequence[Rendered] | None = None,
    *,
    ask: Collection[Ask] = (),
    segment: str = "",
) -> Report:
    """What is to fix in an issue. Facts that cannot be learnt leave their rules "not run"."""
    context = gather(issue, workspace.theme, rendered, config=workspace.checks)
    context = with_quick_facts(workspace, context)
    for wanted in ask:
        context = _LEARN[wanted](workspace, context, segment)
    return run_checks(context)


def with_quick_facts(workspace: Workspace, context: CheckContext) -> CheckContext:
    """What is learnt in any case: dictionaries, git, a copy of every variant as it would be mailed."""
    from newsletter.services.building import sample_message
    from newsletter.services.probes.git import tracked_personal_files
    from newsletter.services.probes.spelling import ask_dictionaries

    folder = workspace.root / workspace.checks.dictionaries if workspace.checks.dictionaries else None
    mails = context.mails
    return replace(
        context,
        spelling=ask_dictionaries(words_by_language(context), folder),
        tracked=tracked_personal_files(workspace.root),
        messages=tuple(sample_message(context.issue, workspace.theme, mail) for mail in mails) if mails else None,
    )


def _links(_: Workspace, context: CheckContext, __: str) -> CheckContext:
    from newsletter.services.probes.links import LinkProbe

    visited = LinkProbe().visit(link.url for link in context.links if link.url.startswith("http"))
    return replace(context, link_facts=visited)


def _spam(_: Workspace, context: CheckContext, __: str) -> CheckContext:
    from newsletter.services.probes.spam import ask_spamassassin

    return replace(context, spam=ask_spamassassin(context.messages) if context.messages else None)


def _browser(_: Workspace, context: CheckContext, __: str) -> CheckContext:
    from newsletter.services.probes.browser import ask_browser

    return replace(context, pages=ask_browser(mail.html for mail in context.mails) if context.mails else None)


def _mailing(workspace: Workspace, context: CheckContext, segment: str) -> CheckContext:
    from newsletter.services.probes.dns import SystemResolver
    from newsletter.services.probes.mailing import ask_dns, ask_ledger

    mailing = ask_ledger(workspace, context.issue.id, segment)
    return replace(context, mailing=mailing, domain=ask_dns(workspace, SystemResolver()))


_LEARN: Mapping[Ask, Callable[[Workspace, CheckContext, str], CheckContext]] = {
    Ask.LINKS: _links,
    Ask.SPAM: _spam,
    Ask.BROWSER: _browser,
    Ask.MAILING: _mailing,
}
