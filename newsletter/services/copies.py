"""A copy on request, "I never got it": a mailing of one, of the edition that was sent, with the reason on record."""

from django.db import transaction
from django.utils import timezone

from newsletter.errors import ConflictError, InputError
from newsletter.models import OPEN, Delivery, Edition, Mailing, Subscriber
from newsletter.services.ledger import reason_to_skip
from newsletter.services.modes import is_practice
from newsletter.services.planning import COPY, fix_audience, new_mailing
from newsletter.services.subscribing import find_subscriber, is_suppressed
from newsletter.workspace import Workspace


def plan_copy(workspace: Workspace, issue_id: str, address: str, *, reason: str, by: str = "") -> Mailing:
    """Plan one more copy for one subscriber. Raises as `check_copy` does."""
    with transaction.atomic():
        edition, person = check_copy(workspace, issue_id, address, reason=reason)
        mailing = new_mailing(workspace, edition, reason=f"{COPY}{' '.join(reason.split())}"[:200])
        fix_audience(workspace, mailing, person=person.pk, by=by)
    return mailing


def check_copy(workspace: Workspace, issue_id: str, address: str, *, reason: str) -> tuple[Edition, Subscriber]:
    """What would be sent, and to whom.

    Raises InputError for an address that is not on the list or without a reason, ConflictError where the issue was not
    sent yet, where this person's copy is still on its way, or where they are not to be written to.
    """
    if not reason.strip():
        raise InputError('A copy needs its reason, which is recorded: --reason "never arrived".')
    person = find_subscriber(address)
    _require_welcome(workspace, person)
    edition = _edition_sent(workspace, issue_id)
    _require_none_on_its_way(person, issue_id, practice=is_practice(workspace))
    return edition, person


def _edition_sent(workspace: Workspace, issue_id: str) -> Edition:
    """The edition of an issue that went out last, whatever was written in the file since."""
    sent = Mailing.objects.filter(edition__issue_id=issue_id, practice=is_practice(workspace), started_at__isnull=False)
    last = sent.select_related("edition").order_by("pk").last()
    if last is None:
        raise ConflictError(f"Issue {issue_id} has not been sent yet, so there is nothing to send a copy of.")
    return last.edition


def _require_none_on_its_way(person: Subscriber, issue_id: str, *, practice: bool) -> None:
    """Who asks while the mailing is still going out would get two."""
    theirs = Delivery.objects.filter(subscriber=person, mailing__edition__issue_id=issue_id, mailing__practice=practice)
    waiting = theirs.filter(state__in=OPEN).order_by("pk").first()
    if waiting:
        raise ConflictError(f"This reader's copy is still on its way, with mailing {waiting.mailing_id}; wait for it.")


def _require_welcome(workspace: Workspace, person: Subscriber) -> None:
    """The sentence names nobody: it may end in a log."""
    suppressed = is_suppressed(workspace, person.address_compared)
    if why := reason_to_skip(person.status, person.paused_until, timezone.now(), suppressed=suppressed):
        raise ConflictError(f"This reader is not to be written to now: {why.label}.")
