"""What the list and the ledger say of a mailing before there is one."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from newsletter.checks.facts import MailingFact
from newsletter.models import Edition, Mailing, Subscriber, SuppressionReason
from newsletter.services.checking import Ask, look_over
from newsletter.services.planning import plan
from newsletter.services.probes.mailing import ask_dns, ask_ledger
from newsletter.services.subscribing import suppress
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db

ISSUE = """\
title: Bulletin of December 2025
preheader: A conference, three reports and a letter
date: 2025-12-05
sections:
  - {type: letter, id: welcome, text: Dear readers., name: Ana Invented}
"""
MakePeople = Callable[..., list[Subscriber]]


def test_who_is_subscribed_is_counted(workspace: Workspace, people: MakePeople) -> None:
    people(3)
    people(1, status="unsubscribed")
    assert ask_ledger(workspace, "2025-12").chosen == 3


def test_the_last_finished_mailing_is_what_it_is_compared_with(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(2)
    mailing = plan(workspace, edition)
    assert ask_ledger(workspace, "2025-12").unfinished == (edition.issue_id,)
    Mailing.objects.filter(pk=mailing.pk).update(state="finished", finished_at=timezone.now())
    fact = ask_ledger(workspace, "2025-12")
    assert (fact.before, fact.unfinished) == (2, ())


def test_its_own_mailing_is_nothing_unfinished(workspace: Workspace, edition: Edition, people: MakePeople) -> None:
    people(1)
    plan(workspace, edition)
    assert ask_ledger(workspace, edition.issue_id).unfinished == ()


def test_two_ways_of_writing_one_mailbox_are_counted(workspace: Workspace, people: MakePeople) -> None:
    ways = ["ana@body.example", "ana+news@body.example", "a.na@body.example", "a.n.a@gmail.com", "ana@gmail.com"]
    for person, way in zip(people(len(ways)), ways, strict=True):
        Subscriber.objects.filter(pk=person.pk).update(address=way, address_compared=way)
    assert ask_ledger(workspace, "2025-12").doubled == 2


def test_suppressed_people_on_the_list_are_counted(workspace: Workspace, people: MakePeople) -> None:
    (never, *_) = people(2)
    suppress(workspace, never.address_compared, SuppressionReason.ERASED)
    assert ask_ledger(workspace, "2025-12").suppressed == 1


def test_an_empty_list_blocks(workspace: Workspace) -> None:
    folder = workspace.issue_path("2025-12")
    folder.mkdir(parents=True)
    (folder / "issue.yaml").write_text(ISSUE)
    report = look_over(workspace, workspace.load_issue("2025-12"), ask=[Ask.MAILING])
    assert [finding.message for finding in report.blocking if finding.rule == "audience"] == ["nobody would get it"]


class _SaysNothing:
    """A DNS in which nothing is written down."""

    def txt(self, name: str) -> tuple[str, ...]:  # noqa: ARG002
        return ()

    mx = addresses = txt


def test_a_domain_without_records_has_problems(make_workspace: Callable[..., Workspace]) -> None:
    workspace = make_workspace()
    config = workspace.config.model_copy(
        update={"newsletter": workspace.publication.model_copy(update={"from_address": "bulletin@npm-bulletin.org.uk"})}
    )
    fact = ask_dns(workspace.model_copy(update={"config": config}), _SaysNothing())
    assert any(problem.startswith("DMARC") for problem in fact.problems)
    assert isinstance(ask_ledger(workspace, "x"), MailingFact)
