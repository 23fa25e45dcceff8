"""Putting right what is out already: a corrected web copy with a dated note, and pictures taken away.

Mails that have left can't be called back. What is still ours are the page in the archive and the pictures that mails
fetch from our server.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from newsletter.errors import ConflictError, InputError
from newsletter.models import User, WebCorrection, WithdrawnPicture
from newsletter.services.approvals import sendable_edition
from newsletter.services.archive import published_issue
from newsletter.services.audit import record_act
from newsletter.services.frozen import FrozenFolder
from newsletter.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture of an issue that is out."""

    name: str  # of its file
    is_withdrawn: bool


def correct_web(workspace: Workspace, issue_id: str, *, note: str, by: str, user: User | None = None) -> WebCorrection:
    """Show the issue's approved text as it stands now in the archive, under a dated note.

    Raises ConflictError where the issue is not in the archive or its text is not approved, InputError without a note or
    a name.
    """
    said = _said(note, "a note that tells readers what was wrong")
    person = _said(by, "the name of whoever corrects it")
    published_issue(workspace, issue_id)
    edition = sendable_edition(workspace, issue_id)
    with transaction.atomic():
        record_act("correct web copy", f"issue {issue_id}", by=person, user=user, edition=edition.content_hash)
        return WebCorrection.objects.create(
            issue_id=issue_id, edition=edition, note=said, by=person, user=user, at=timezone.now()
        )


def pictures_of(workspace: Workspace, issue_id: str) -> list[Picture]:
    """The pictures of an issue in the archive. Raises ConflictError where it is not there."""
    folder = FrozenFolder(workspace.editions, published_issue(workspace, issue_id).edition)
    gone = set(WithdrawnPicture.objects.filter(issue_id=issue_id).values_list("name", flat=True))
    names = sorted(path.removeprefix("images/") for path in folder.files if path.startswith("images/"))
    return [Picture(name=name, is_withdrawn=name in gone) for name in names]


def withdraw_picture(
    workspace: Workspace, issue_id: str, name: str, *, reason: str, by: str, user: User | None = None
) -> None:
    """Put a neutral picture in its place, at its address, for good.

    Copies that travelled inside mails, or that mail programs keep, can't be reached. Raises ConflictError where the
    issue is not in the archive or has no such picture, or it is withdrawn already; InputError without reason or name.
    """
    why, person = _said(reason, "the reason"), _said(by, "the name of whoever withdraws it")
    found = next((picture for picture in pictures_of(workspace, issue_id) if picture.name == name), None)
    if found is None:
        raise ConflictError(f"Issue {issue_id} has no picture {name[:60]}.")
    if found.is_withdrawn:
        raise ConflictError(f"The picture {name} of issue {issue_id} is withdrawn already.")
    with transaction.atomic():
        record_act("withdraw picture", f"issue {issue_id}", by=person, user=user, picture=name)
        WithdrawnPicture.objects.create(
            issue_id=issue_id, name=name, reason=why[:200], by=person, user=user, at=timezone.now()
        )


def _said(words: str, what: str) -> str:
    said = " ".join(words.split())
    if not said:
        raise InputError(f"This is recorded for good and needs {what}.")
    return said
