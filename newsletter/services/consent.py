"""The consent record: what happened to a subscription, when, by what way, and the exact words that were shown."""

import hashlib
from datetime import datetime
from typing import Required, TypedDict, Unpack

from django.utils import timezone

from newsletter.errors import InputError
from newsletter.models import ConsentEvent, ConsentRecord, Mechanism, Subscriber, Wording
from newsletter.workspace import Workspace


class Facts(TypedDict, total=False):
    """What is written down beside an event, as far as it is known."""

    source: str  # Message-ID of the mail, or file and row; the person's own words stand nowhere
    wording: str  # version of the words shown, from `keep_wording`
    reason: str  # what staff or the person said
    by: str  # name of who did it; left out where that is the person themself


class How(Facts):
    """The same with the way it happened: what every service that changes a subscription asks for."""

    mechanism: Required[Mechanism]


def note(
    person: Subscriber,
    event: ConsentEvent,
    mechanism: Mechanism,
    *,
    at: datetime | None = None,
    basis: str = "",
    **facts: Unpack[Facts],
) -> None:
    """Add to a person's consent record, inside the transaction that changes the person.

    `basis` says why we may write, where the event begins or renews a subscription.
    """
    moment = at or timezone.now()
    ConsentRecord.objects.create(subscriber=person, at=moment, event=event, mechanism=mechanism, basis=basis, **facts)


def with_reason(how: How, reason: str) -> How:
    """The same with a reason of our own."""
    return {**how, "reason": reason}


def wording_version(text: str) -> str:
    """The version of some words: made of them alone, so that a page can name it without writing anything."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def keep_wording(text: str) -> str:
    """Keep words that somebody was shown, once; returns their version."""
    version = wording_version(text)
    Wording.objects.get_or_create(version=version, defaults={"text": text, "at": timezone.now()})
    return version


def wording_shown(version: str) -> str:
    """The exact words of a version, however old. Raises InputError where there are none."""
    found = Wording.objects.filter(version=version).first()
    if found is None:
        raise InputError("No wording of this version was ever shown.")
    return found.text


def require_basis(workspace: Workspace, basis: str) -> str:
    """The basis as the workspace spells it. Raises InputError for one that its list does not hold."""
    bases = workspace.config.subscribers.bases
    wanted = " ".join(basis.split()).casefold()
    found = next((one for one in bases if one.casefold() == wanted), None)
    if found is None:
        raise InputError(
            f"Say why we may write to them with one of: {', '.join(bases)}; [subscribers] bases in newsletter.toml "
            "lists them."
        )
    return found
