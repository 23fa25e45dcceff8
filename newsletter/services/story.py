"""One person's whole story: what is kept about them, why we may write to them, what happened, what they were sent.

The same chapters are read by staff in the terminal and handed to the person who asks for their data, as JSON and as a
page. A part of the program that keeps more about people adds a chapter here.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from newsletter.content.wording import LANGUAGE_NAMES, RECEIPT_PARTS, at_moment, receipt_part
from newsletter.models import (
    AutomaticMail,
    ConsentRecord,
    Delivery,
    Subscriber,
    SubscriptionRequest,
    Suppression,
    Wording,
)
from newsletter.services.contributing import contributions_of
from newsletter.services.inbox.keeping import replies_of
from newsletter.services.keys import key_of
from newsletter.services.subscribing import addresses_of, holder_of
from newsletter.subscribers.addresses import Address, address_key
from newsletter.workspace import Workspace

Cell = str | datetime


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A table: headings, and rows of as many cells."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Story:
    """What is known of an address."""

    address: str  # as it was asked for
    person: Subscriber | None  # None where they are not on the list, erased or never seen
    chapters: tuple[Chapter, ...]  # those that hold anything
    zone: ZoneInfo

    def as_json(self) -> str:
        """Each chapter as a list of objects; moments with their zone."""
        told = {
            chapter.title: [dict(zip(chapter.headings, row, strict=True)) for row in chapter.rows]
            for chapter in self.chapters
        }
        return json.dumps({"address": self.address, **told}, ensure_ascii=False, indent=2, default=self._moment) + "\n"

    def words(self, cell: Cell) -> str:
        """A cell as people read it, in the newsletter's own time."""
        return at_moment(cell.astimezone(self.zone)) if isinstance(cell, datetime) else cell

    def _moment(self, cell: object) -> str:
        return cell.astimezone(self.zone).isoformat() if isinstance(cell, datetime) else str(cell)


def story_of(workspace: Workspace, address: Address) -> Story:
    """All there is about an address, also where it is an earlier one of somebody's, or never to be written to again."""
    person = holder_of(address.compared)
    addresses = addresses_of(person) if person else [address.compared]
    chapters = (
        _never_again(workspace, address),
        *(tell(workspace, person) for tell in CHAPTERS if person is not None),
        _requests(addresses),
        _sent_in(addresses),
        _written(addresses),
    )
    return Story(
        address=address.typed,
        person=person,
        chapters=tuple(chapter for chapter in chapters if chapter.rows),
        zone=ZoneInfo(workspace.publication.timezone),
    )


def _never_again(workspace: Workspace, address: Address) -> Chapter:
    hashed = address_key(address.compared, key_of(workspace).for_addresses)
    return Chapter(
        title="Never to be written to again",
        headings=("since", "why"),
        rows=tuple((row.at, row.get_reason_display()) for row in Suppression.objects.filter(address_key=hashed)),
    )


def _requests(addresses: Collection[str]) -> Chapter:
    theirs = Q(address_compared__in=addresses) | Q(subscriber__address_compared__in=addresses)
    asked = SubscriptionRequest.objects.filter(theirs).order_by("pk")
    return Chapter(
        title="Requests to confirm",
        headings=("asked", "for what", "address", "by", "confirmed"),
        rows=tuple(
            (row.at, row.get_kind_display(), row.address, row.get_mechanism_display(), row.confirmed_at or "not yet")
            for row in asked
        ),
    )


def _sent_in(addresses: Collection[str]) -> Chapter:
    return Chapter(
        title="What they sent us",
        headings=("when", "what", "title", "text", "picture"),
        rows=tuple(
            (
                item.at,
                item.get_kind_display(),
                item.title,
                "\n".join(f"{name}: {text}" for name, text in item.content.items() if text),
                item.picture,
            )
            for item in contributions_of(addresses)
        ),
    )


def _written(addresses: Collection[str]) -> Chapter:
    return Chapter(
        title="What they wrote to us",
        headings=("when", "subject", "text", "what it was taken for", "what was done"),
        rows=tuple(
            (
                reply.at,
                reply.subject,
                str(reply.verdict.get("reply_text", "")),
                " ".join(filter(None, (reply.kind, reply.intent, *reply.flags))),
                "; ".join(step.outcome or step.get_kind_display() for step in reply.steps.all()),
            )
            for reply in replies_of(addresses)
        ),
    )


def _what_is_kept(workspace: Workspace, person: Subscriber) -> Chapter:
    body = workspace.bodies.get(person.body)
    details: dict[str, Cell | None] = {
        "address": person.address,
        "name": person.name,
        "body": body.name if body else person.body,
        "role": person.role,
        "nation": person.nation,
        "language": LANGUAGE_NAMES.get(person.language, person.language),
        "tags": ", ".join(person.tags),
        **person.attributes,
        "status": person.get_status_display(),
        "why we may write": person.basis,
        "on the list since": person.joined_at,
        "paused until": person.paused_until,
        "first here": person.created_at,
        "last change": person.updated_at,
    }
    return Chapter(
        title="What is kept",
        headings=("detail", "value"),
        rows=tuple((name, value) for name, value in details.items() if value),
    )


def _former_addresses(_workspace: Workspace, person: Subscriber) -> Chapter:
    return Chapter(
        title="Earlier addresses",
        headings=("address", "given up"),
        rows=tuple((row.address_compared, row.at) for row in person.former_addresses.order_by("at")),
    )


def _consent(_workspace: Workspace, person: Subscriber) -> Chapter:
    return Chapter(
        title="What happened",
        headings=("when", "what", "how", "why we may write", "source", "words shown", "reason", "by"),
        rows=tuple(map(_consent_row, person.consent.order_by("at", "pk"))),
    )


def _consent_row(row: ConsentRecord) -> tuple[Cell, ...]:
    what, how = row.get_event_display(), row.get_mechanism_display()
    return (row.at, what, how, row.basis, row.source, row.wording, row.reason, row.by)


def _wordings(_workspace: Workspace, person: Subscriber) -> Chapter:
    shown = Wording.objects.filter(version__in=person.consent.exclude(wording="").values("wording")).order_by("at")
    return Chapter(
        title="Words shown",
        headings=("version", "first shown", "text"),
        rows=tuple((row.version, row.at, row.text) for row in shown),
    )


def _deliveries(_workspace: Workspace, person: Subscriber) -> Chapter:
    rows = person.deliveries.select_related("mailing__edition", "bounce").prefetch_related("events").order_by("pk")
    return Chapter(
        title="What was sent",
        headings=("issue", "mailing", "chosen", "what became of it", "their mail system said", "heard later"),
        rows=tuple(map(_delivery_row, rows)),
    )


def _delivery_row(row: Delivery) -> tuple[Cell, ...]:
    heard = [f"{event.get_kind_display()} {event.at.day} {event.at:%B %Y}" for event in row.events.all()]
    if hasattr(row, "bounce"):
        heard.append(row.bounce.get_cause_display())
    answer = " ".join(filter(None, (str(row.code or ""), row.reply_text)))
    fate = RECEIPT_PARTS[receipt_part(row.state, row.reason)]
    return (row.mailing.edition.issue_id, str(row.mailing_id), row.date, fate, answer, "; ".join(heard))


def _short_mails(_workspace: Workspace, person: Subscriber) -> Chapter:
    mails = AutomaticMail.objects.filter(subscriber=person).order_by("pk")
    return Chapter(
        title="Short mails",
        headings=("when", "what it said", "what became of it"),
        rows=tuple((mail.date, mail.get_kind_display(), mail.get_state_display()) for mail in mails),
    )


CHAPTERS: tuple[Callable[[Workspace, Subscriber], Chapter], ...] = (
    _what_is_kept,
    _former_addresses,
    _consent,
    _wordings,
    _deliveries,
    _short_mails,
)
