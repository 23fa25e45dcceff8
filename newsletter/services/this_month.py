"""This month at a glance: the issue in hand and what it needs, the last mailing, what waits, what is scheduled."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from newsletter.content.issue import Issue
from newsletter.errors import InputError
from newsletter.models import Edition, Mailing, MailingState, QueueItem, QueueState
from newsletter.services.approvals import ApprovalResult, approval_of
from newsletter.services.checking import look_over
from newsletter.services.correcting import corrects_issue
from newsletter.services.receipts import Receipt, receipt_at_a_glance
from newsletter.services.sources import source_hash
from newsletter.workspace import Workspace

_BY_MONTH = re.compile(r"\d{4}-\d{2}")  # how folders of issues begin; others are for trying things out
_TO_LEAVE = (MailingState.SCHEDULED, MailingState.NEEDS_APPROVAL)


@dataclass(frozen=True, kw_only=True)
class IssueInHand:
    """The issue that comes next."""

    id: str
    title: str
    date: date | None
    findings: tuple[int, int] | None  # what must be mended before it is approved, and what could be; None: not counted
    approval: ApprovalResult | None  # of the issue exactly as it stands; None where nobody has approved that
    needed: int  # how many people it takes
    broken: str = ""  # why it can't be read at all

    @property
    def approved_by(self) -> tuple[str, ...]:
        """Who has approved it as it stands."""
        return self.approval.people if self.approval else ()

    @property
    def is_ready(self) -> bool:
        """Whether it can be sent."""
        return self.approval is not None and self.approval.complete

    @property
    def people_missing(self) -> int:
        """How many more people must approve it."""
        return 0 if self.is_ready else max(0, self.needed - len(self.approved_by))


@dataclass(frozen=True, kw_only=True)
class LastMailing:
    """The mailing that began last."""

    mailing: Mailing
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """A mailing that has not begun."""

    mailing: Mailing
    at: datetime | None
    asks: bool  # somebody must say whether it may still go


@dataclass(frozen=True, kw_only=True)
class ThisMonth:
    """What the first page shows."""

    issue: IssueInHand | None
    last: LastMailing | None
    waiting: int  # messages that want a person
    leaving: tuple[Leaving, ...]


def this_month(workspace: Workspace, *, count: bool = True) -> ThisMonth:
    """All of it. Without `count` what is to fix is told only where it is known already: looking takes a while."""
    rows = Mailing.objects.filter(state__in=_TO_LEAVE).select_related("edition").order_by("scheduled_for", "pk")
    leaving = [
        Leaving(mailing=row, at=row.scheduled_for, asks=row.state == MailingState.NEEDS_APPROVAL) for row in rows
    ]
    return ThisMonth(
        issue=_in_hand(workspace, count=count),
        last=_last(),
        waiting=QueueItem.objects.filter(state=QueueState.WAITING).count(),
        leaving=tuple(leaving),
    )


def _last() -> LastMailing | None:
    row = Mailing.objects.filter(started_at__isnull=False).select_related("edition").order_by("-started_at").first()
    return LastMailing(mailing=row, receipt=receipt_at_a_glance(row)) if row else None


def _in_hand(workspace: Workspace, *, count: bool) -> IssueInHand | None:
    """The latest issue that has not begun to be sent; a month before one that has is over, sent or not."""
    sent = set(Mailing.objects.filter(started_at__isnull=False).values_list("edition__issue_id", flat=True))
    over = max((name[:7] for name in sent), default="")
    names = [name for name in workspace.issue_ids() if name not in sent and _BY_MONTH.match(name)]
    name = next((name for name in reversed(names) if name[:7] > over or corrects_issue(name)), None)
    if name is None:
        return None
    needed = workspace.config.approval.people
    try:
        hashed = source_hash(workspace, name)
        issue = workspace.load_issue(name)
    except InputError as error:
        return IssueInHand(
            id=name, title=name, date=None, findings=None, approval=None, needed=needed, broken=str(error)
        )
    edition = Edition.objects.filter(issue_id=name, source_hash=hashed).order_by("-pk").first()
    return IssueInHand(
        id=name,
        title=issue.title,
        date=issue.date,
        findings=_findings(workspace, issue, hashed, count=count),
        approval=approval_of(workspace, edition) if edition else None,
        needed=needed,
    )


_known: dict[tuple[Path, str], tuple[str, tuple[int, int]]] = {}  # by issue: the text it was looked over in, findings


def _findings(workspace: Workspace, issue: Issue, hashed: str, *, count: bool) -> tuple[int, int] | None:
    key = (workspace.root, issue.id)
    if count and _known.get(key, ("",))[0] != hashed:
        report = look_over(workspace, issue)
        softer = [found for found in report.findings if not (found.blocks or found.waiver)]
        _known[key] = hashed, (len(report.blocking), len(softer))
    known = _known.get(key)
    return known[1] if known and known[0] == hashed else None
