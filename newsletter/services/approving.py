"""What was approved is what is sent: freezes an issue as an edition and records who said yes."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from newsletter.content.issue import Issue, issue_path
from newsletter.errors import ConflictError, InputError
from newsletter.models import Approval, Edition, User, Variant
from newsletter.rendering.rendered import Rendered
from newsletter.services.audience import segments_of
from newsletter.services.audit import record_act
from newsletter.services.frozen import FrozenEdition, FrozenVariant, frozen_segments, read_edition, write_edition
from newsletter.services.sources import source_hash
from newsletter.workspace import Workspace

# Looks at an issue and its renderings; returns a sentence for each finding that blocks approval.
Gate = Callable[[Issue, Sequence[Rendered]], Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class ApprovalResult:
    """Where an edition stands after one more person approved it."""

    edition: Edition
    people: tuple[str, ...]  # who approved exactly these bytes, in order
    needed: int  # how many different people it takes
    outdated: tuple[str, ...]  # who approved an earlier text of this issue: their word does not count for this one

    @property
    def complete(self) -> bool:
        """True when it may be sent."""
        return len(self.people) >= self.needed


def approve(workspace: Workspace, issue_id: str, *, by: str, gate: Gate, user: User | None = None) -> ApprovalResult:
    """Render, check, freeze and record one person's approval.

    Raises InputError for a broken issue or a missing name, ConflictError where a check blocks (each finding on its own
    line), where this person approved these bytes before, or where the files change meanwhile. Then nothing is recorded.
    """
    person = " ".join(by.split())
    if not person:
        raise InputError("An approval needs a name: say who approves with --by.")
    frozen = _rendered_edition(workspace, issue_id, gate)
    name = write_edition(workspace.editions, frozen)
    with transaction.atomic():
        edition = _edition_row(name, frozen)
        _record_approval(edition, person, user)
    return approval_of(workspace, edition)


def approval_of(workspace: Workspace, edition: Edition) -> ApprovalResult:
    """Who approved an edition so far."""
    people = tuple(edition.approvals.order_by("at", "pk").values_list("person", flat=True))
    others = Approval.objects.filter(edition__issue_id=edition.issue_id).exclude(edition=edition)
    return ApprovalResult(
        edition=edition,
        people=people,
        needed=workspace.config.approval.people,
        outdated=tuple(dict.fromkeys(others.order_by("at", "pk").values_list("person", flat=True))),
    )


def person_key(name: str) -> str:
    """How two names are compared: case, white space and ways of writing an accent aside."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def sendable_edition(workspace: Workspace, issue_id: str) -> Edition:
    """The approved edition of an issue as it stands on disk.

    Raises ConflictError where nobody or too few people approved it, or where it was edited since; InputError where
    there is no such issue.
    """
    same_text = Edition.objects.filter(issue_id=issue_id, source_hash=source_hash(workspace, issue_id))
    unchanged = [edition for edition in same_text.order_by("-pk") if not _changed_segments(workspace, edition)]
    results = [approval_of(workspace, edition) for edition in unchanged]
    if complete := [result.edition for result in results if result.complete]:
        return complete[0]
    if results:
        raise ConflictError(
            f"Issue {issue_id} has {len(results[0].people)} of {results[0].needed} approvals; "
            f"another person must run newsletter approve {issue_id} --by NAME."
        )
    if latest := same_text.last():
        raise ConflictError(
            f"Issue {issue_id} was approved with other rules for who gets which version: segment "
            f"{', '.join(_changed_segments(workspace, latest))} in subscribers/segments.toml was changed since. Put it "
            f"back as it was, or run newsletter approve {issue_id} --by NAME again."
        )
    edited = Edition.objects.filter(issue_id=issue_id).exists()
    if not edited:
        issue_path(workspace.issue_path(issue_id))
    why = "was changed after it was approved" if edited else "is not approved yet"
    raise ConflictError(f"Issue {issue_id} {why}; run newsletter approve {issue_id} --by NAME.")


def _changed_segments(workspace: Workspace, edition: Edition) -> list[str]:
    """Segments that an edition's versions are for and that pick other people now than when it was approved."""
    approved = frozen_segments(workspace.editions, edition.content_hash)
    now = segments_of(workspace) if approved else {}
    return [name for name, rule in (approved or {}).items() if name not in now or not rule.picks_as(now[name])]


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


def _record_approval(edition: Edition, person: str, user: User | None) -> None:
    try:
        with transaction.atomic():
            Approval.objects.create(
                edition=edition, person=person, person_key=person_key(person), user=user, at=timezone.now()
            )
    except IntegrityError:
        raise ConflictError(
            f"{person} has approved this text of {edition.issue_id} already; a second approval must come from "
            "somebody else."
        ) from None
    record_act("approve", f"edition {edition.pk}", by=person, user=user, content_hash=edition.content_hash)
