"""Drafts for comment: the real mail with numbers, to anyone; what comes back is kept beside the part it is about."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from django.db import transaction
from django.utils import timezone

from newsletter.content.commentable import Commentable, commentable
from newsletter.content.variants import Variant
from newsletter.errors import ConflictError, InputError
from newsletter.models import DraftRemark, DraftRound, User
from newsletter.models.mailings import new_uid
from newsletter.rendering import Rendered, render
from newsletter.rendering.message import Recipient
from newsletter.replies.remarks import remarks_in
from newsletter.services.audit import record_act
from newsletter.services.building import sample_message
from newsletter.services.modes import is_practice
from newsletter.services.sources import source_hash
from newsletter.services.trying import send_samples
from newsletter.subscribers.addresses import Address
from newsletter.transports.base import Envelope
from newsletter.workspace import Workspace

_NAMES_ROUND = re.compile(r"<sample\.([0-9a-f]{16})-\d+@")
_MOST_PEOPLE = 50  # a draft is for those who comment; the list is for everybody else


def send_draft(
    workspace: Workspace, issue_id: str, to: Sequence[Address], *, by: str, note: str = "", user: User | None = None
) -> DraftRound:
    """Mail an issue as it stands, marked as a draft, and remember what its numbers mean.

    Raises InputError for a broken issue, a missing name, nobody or too many to send it to; ConflictError where the
    server takes it from us no more. Who got it is kept nowhere.
    """
    if not by.strip():
        raise InputError("A draft is sent in somebody's name: say who with --by.")
    if not 0 < len(to) <= _MOST_PEOPLE:
        raise InputError(f"A draft goes to between 1 and {_MOST_PEOPLE} people; name each address.")
    hashed = source_hash(workspace, issue_id)
    draft = commentable(workspace.load_issue(issue_id), note=note)
    uid = new_uid()
    copies = _copies(workspace, draft, to, uid)
    send_samples(workspace, copies, folder="drafts", practice=is_practice(workspace))
    with transaction.atomic():
        record_act("send draft", f"issue {issue_id}", by=by.strip(), user=user, people=len(to))
        return DraftRound.objects.create(
            uid=uid,
            issue_id=issue_id,
            places={str(number): place for number, place in draft.places.items()},
            source_hash=hashed,
            people=len(to),
            by=by.strip(),
            user=user,
            at=timezone.now(),
        )


def _copies(workspace: Workspace, draft: Commentable, to: Sequence[Address], uid: str) -> list[Envelope]:
    """All are made before the first leaves, so that a broken template sends nothing to anybody."""
    versions = [render(draft.issue, workspace.theme, Variant(language=language)) for language in draft.issue.sent_in]
    pairs = [(address, version) for address in to for version in versions]
    return [
        Envelope(
            delivery_id=number,
            sender=workspace.config.sending.bounce_address or workspace.publication.from_address,
            recipient=address.deliverable,
            message=_message(workspace, draft, version, address, f"{uid}-{number}"),
        )
        for number, (address, version) in enumerate(pairs, 1)
    ]


def _message(workspace: Workspace, draft: Commentable, version: Rendered, to: Address, name: str) -> bytes:
    return sample_message(
        draft.issue,
        workspace.theme,
        version,
        recipient=Recipient(address=to.deliverable, name=to.name),
        signer=workspace.signer(),
        sent=datetime.now(UTC),
        name=name,
    )


def round_answered(references: Iterable[str]) -> DraftRound | None:
    """The round that an answer belongs to, by the Message-IDs it names (In-Reply-To and References, RFC 5322)."""
    uids = [uid for reference in references for uid in _NAMES_ROUND.findall(reference)]
    return DraftRound.objects.filter(uid__in=uids).order_by("-pk").first()


@transaction.atomic
def take_remarks(answered: DraftRound, text: str, *, author: str, source: str) -> list[DraftRemark]:
    """Keep the remarks of an answer, once however often it comes in. `text` is its own words, `source` its id."""
    numbers = {int(number) for number in answered.places}
    found = remarks_in(text, numbers)
    rows = [
        DraftRemark(
            round=answered,
            number=remark.number,
            text=remark.text,
            author=author[:320],
            source=source[:255],
            position=position,
            at=timezone.now(),
        )
        for position, remark in enumerate(found)
    ]
    return DraftRemark.objects.bulk_create(rows, ignore_conflicts=True)


def remarks_on(issue_id: str) -> Iterator[tuple[str, DraftRemark]]:
    """Every remark on an issue with its place (`section`, `section/item`, or nothing for the whole), oldest first."""
    rows = DraftRemark.objects.filter(round__issue_id=issue_id).select_related("round").order_by("pk")
    for row in rows:
        yield row.round.places.get(str(row.number), ""), row


def remarks_at(issue_id: str, part: str) -> list[DraftRemark]:
    """What was said of one section with its items, or of one event, and is not dealt with; oldest first."""
    found = [(place.split("/"), row) for place, row in remarks_on(issue_id) if row.settled_at is None]
    return [row for ids, row in found if part in ids]


def settle_remark(issue_id: str, number: int, *, by: str) -> None:
    """Mark a remark on an issue as dealt with. Raises ConflictError where it has none such that waits."""
    waiting = DraftRemark.objects.filter(pk=number, round__issue_id=issue_id, settled_at=None)
    if not waiting.update(settled_at=timezone.now(), settled_by=by):
        raise ConflictError("This remark is dealt with already, or it is not there.")
