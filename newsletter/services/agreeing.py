"""What somebody looks at before they approve an issue: its mails, what is to fix, and what changed since last time."""

import base64
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from newsletter.checks import Finding
from newsletter.content.comparing import Piece, compare_words
from newsletter.content.issue import Issue
from newsletter.models import Approval
from newsletter.rendering import Rendered, render, variants
from newsletter.rendering.links import Links
from newsletter.services.approvals import ApprovalResult, standing_of
from newsletter.services.checking import look_over
from newsletter.services.covers import today_in
from newsletter.services.frozen import FrozenFolder
from newsletter.services.sources import source_hash
from newsletter.workspace import Workspace

_AROUND = 12  # words that are shown on either side of a change


@dataclass(frozen=True, kw_only=True)
class Since:
    """What became of the text since somebody last approved it."""

    approval: Approval
    pieces: tuple[Piece, ...]  # what was not changed is shortened; nothing where the words are the same


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """One issue as it stands on disk."""

    issue: Issue
    seen: str  # hash of all it is made from; approving names it, so that nobody approves what they did not see
    versions: tuple[Rendered, ...]
    findings: tuple[Finding, ...]
    standing: ApprovalResult | None  # of this very text; None where nobody approved it
    since: Since | None  # None where no other text of this issue was approved

    @property
    def blocking(self) -> list[Finding]:
        """What must be fixed, or be waived by name, first."""
        return [finding for finding in self.findings if finding.blocks]

    @property
    def softer(self) -> list[Finding]:
        """What could be better."""
        return [finding for finding in self.findings if not (finding.blocks or finding.waiver)]

    @property
    def waived(self) -> list[Finding]:
        """What somebody accepts as it is."""
        return [finding for finding in self.findings if finding.waiver]


@dataclass(frozen=True)
class _Asked:
    """What rendering and checking depend on: they take seconds, and are asked for again and again."""

    workspace: Workspace = field(compare=False, repr=False)
    issue_id: str
    seen: str
    day: date
    folder: str
    rules: str


def agreement_on(workspace: Workspace, issue_id: str) -> Agreement:
    """Render and check an issue. Raises InputError where it is broken or not there."""
    asked = _asked(workspace, issue_id)
    issue, versions, findings = _looked_over(asked)
    return Agreement(
        issue=issue,
        seen=asked.seen,
        versions=versions,
        findings=findings,
        standing=standing_of(workspace, issue_id),
        since=_since(workspace, issue_id, asked.seen, versions[0]),
    )


def mail_shown(workspace: Workspace, issue_id: str, key: str) -> Rendered | None:
    """One version, its pictures inside it so that it shows them wherever it is opened; None for no such key."""
    _, versions, _ = _looked_over(_asked(workspace, issue_id))
    found = next((version for version in versions if version.variant.key == key), None)
    return replace(found, html=_with_pictures(found, Links(workspace.publication, issue_id))) if found else None


def _asked(workspace: Workspace, issue_id: str) -> _Asked:
    return _Asked(
        workspace=workspace,
        issue_id=issue_id,
        seen=source_hash(workspace, issue_id),
        day=today_in(workspace),
        folder=str(workspace.root),
        rules=workspace.checks.model_dump_json(),
    )


@lru_cache(maxsize=8)
def _looked_over(asked: _Asked) -> tuple[Issue, tuple[Rendered, ...], tuple[Finding, ...]]:
    issue = asked.workspace.load_issue(asked.issue_id)
    versions = tuple(render(issue, asked.workspace.theme, variant) for variant in variants(issue))
    return issue, versions, tuple(look_over(asked.workspace, issue, versions).findings)


def _with_pictures(shown: Rendered, links: Links) -> str:
    html = shown.html
    for image in shown.images:
        inside = f"data:{image.content_type};base64,{base64.b64encode(image.content).decode()}"
        for address in filter(None, (f"cid:{image.cid}", links.image(image.name))):
            html = html.replace(address, inside)
    return html


def _since(workspace: Workspace, issue_id: str, seen: str, now: Rendered) -> Since | None:
    others = Approval.objects.filter(edition__issue_id=issue_id).exclude(edition__source_hash=seen)
    last = others.select_related("edition").order_by("at", "pk").last()
    if last is None:
        return None
    frozen = FrozenFolder(workspace.editions, last.edition.content_hash)
    before = frozen.read(f"variants/{frozen.variants[0]['key']}/mail.txt").decode()
    pieces = compare_words(before, now.text)
    return Since(approval=last, pieces=_shortened(pieces) if len(pieces) > 1 or pieces[0].fate != "same" else ())


def _shortened(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    last = len(pieces) - 1
    return tuple(_short(piece, before=place > 0, after=place < last) for place, piece in enumerate(pieces))


def _short(piece: Piece, *, before: bool, after: bool) -> Piece:
    """What stayed, with no more of it than leads on from a change before it and up to one after it."""
    words = piece.text.split()
    if piece.fate != "same" or len(words) <= 2 * _AROUND:
        return piece
    head = " ".join(words[:_AROUND]) if before else ""
    tail = " ".join(words[-_AROUND:]) + " " if after else ""
    return Piece(fate="same", text=f"{head} …\n\n… {tail}" if head and tail else f"{head} …" if head else f"… {tail}")
