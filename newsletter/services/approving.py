"""What was approved is what is sent: freezes an issue as an edition and records who said yes."""

import unicodedata
from collections.abc import Callable, Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from newsletter.content.issue import Issue
from newsletter.errors import ConflictError, InputError
from newsletter.models import Approval, Edition, User, Variant
from newsletter.rendering.rendered import Rendered
from newsletter.services.alerts import tell_team_of_lone_approval
from newsletter.services.approvals import ApprovalResult, approval_of
from newsletter.services.audience import segments_of
from newsletter.services.audit import record_act
from newsletter.services.frozen import FrozenEdition, FrozenVariant, read_edition, write_edition
from newsletter.services.sources import source_hash
from newsletter.workspace import Workspace

# Looks at an issue and its renderings; returns a sentence for each finding that blocks approval.
Gate = Callable[[Issue, Sequence[Rendered]], Sequence[str]]


def approve(
    workspace: Workspace,
    issue_id: str,
    *,
    by: str,
    gate: Gate,
    user: User | None = None,
    alone_because: str = "",
    seen: str = "",
) -> ApprovalResult:
    """Render, check, freeze and record one person's approval.

    With a reason in `alone_because` this word is enough, half an hour from now, and the rest of the team is told.
    `seen` is the source hash of what this person looked at, where that may be older than what is there now.
    Raises InputError for a broken issue or a missing name, ConflictError where a check blocks (each finding on its own
    line), where this person approved these bytes before, or where the files changed or change meanwhile. Then nothing
    is recorded.
    """
    person, reason = " ".join(by.split()), " ".join(alone_because.split())
    if not person:
        raise InputError("An approval needs a name: say who approves with --by.")
    if seen and seen != source_hash(workspace, issue_id):
        raise ConflictError("This issue was changed since you opened the page. Look at it again, then approve it.")
    frozen = _rendered_edition(workspace, issue_id, gate)
    if seen and seen != frozen.source_hash:
        raise ConflictError("This issue was changed a moment ago. Look at it again, then approve it.")
    name = write_edition(workspace.editions, frozen)
    with transaction.atomic():
        edition = _edition_row(name, frozen)
        _record_approval(edition, person, user, reason)
        result = approval_of(workspace, edition)
        if result.leaves_from:
            tell_team_of_lone_approval(workspace, edition, person, reason, result.leaves_from, but=user)
    return result


def person_key(name: str) -> str:
    """How two names are compared: case, white space and ways of writing an accent aside."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def load_edition(workspace: Workspace, edition: Edition) -> FrozenEdition:
    """The bytes of an edition, every hash compared. Raises ConflictError where one byte is not what was approved."""
    return read_edition(workspace.editions, edition.content_hash)


def _rendered_edition(workspace: Workspace, issue_id: str, gate: Gate) -> FrozenEdition:
    before = source_hash(workspace, issue_id)
    issue = workspace.load_issue(issue_id)
    from newsletter.rendering import render, variants  # planning asks here who approved, and needs no renderer

    versions = [render(issue, workspace.theme, variant) for variant in variants(issue)]
    segments = segments_of(workspace).named({name for version in versions for name in version.variant.audiences})
    if blocking := gate(issue, versions):
        raise ConflictError("\n".join([f"Issue {issue_id} can't be approved yet:", *blocking]))
    if source_hash(workspace, issue_id) != before:
        raise ConflictError(f"Issue {issue_id} was saved while it was being approved; look at it and approve again.")
    return FrozenEdition(
        issue_id=issue_id,
        source_hash=before,
        variants=tuple(map(_frozen_variant, versions)),
        files={name: data for version in versions for name, data in _files_beside(version).items()},
        segments=segments,
        dated=issue.date,
    )


def _frozen_variant(version: Rendered) -> FrozenVariant:
    return FrozenVariant(
        key=version.variant.key,
        language=version.variant.language,
        audiences=tuple(sorted(version.variant.audiences)),
        subject=version.subject,
        preheader=version.preheader,
        html=version.html,
        text=version.text,
        web_html=version.web_html,
        web_fragment=version.web_fragment,
        embedded={f"images/{image.name}": image.content_type for image in version.embedded},
    )


def _files_beside(version: Rendered) -> dict[str, bytes]:
    pictures = {f"images/{image.name}": image.content for image in version.images}
    return pictures | {f"events/{calendar.name}": calendar.content for calendar in version.calendars}


def _edition_row(name: str, frozen: FrozenEdition) -> Edition:
    rows = [
        Variant(
            key=variant.key,
            language=variant.language,
            audiences=list(variant.audiences),
            subject=variant.subject,
            html_hash=variant.html_hash,
            html_bytes=len(variant.html.encode()),
            text_bytes=len(variant.text.encode()),
        )
        for variant in frozen.variants
    ]
    summary = [{"key": row.key, "subject": row.subject, "html_bytes": row.html_bytes} for row in rows]
    facts = {"issue_id": frozen.issue_id, "source_hash": frozen.source_hash, "folder": name}
    edition, new = Edition.objects.get_or_create(content_hash=name, defaults={**facts, "variants_summary": summary})
    if new:
        for row in rows:
            row.edition = edition
        Variant.objects.bulk_create(rows)
    return edition


def _record_approval(edition: Edition, person: str, user: User | None, alone_because: str) -> None:
    try:
        with transaction.atomic():
            Approval.objects.create(
                edition=edition,
                person=person,
                person_key=person_key(person),
                user=user,
                at=timezone.now(),
                alone_because=alone_because[:500],
            )
    except IntegrityError:
        raise ConflictError(
            f"{person} has approved this text of {edition.issue_id} already; a second approval must come from "
            "somebody else."
        ) from None
    facts = {"content_hash": edition.content_hash} | ({"alone_because": alone_because} if alone_because else {})
    record_act("approve", f"edition {edition.pk}", by=person, user=user, **facts)
