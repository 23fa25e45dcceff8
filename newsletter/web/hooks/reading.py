"""From a provider's event, as anymail reads it, to what services record: its kind and delivery, and no address."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason

from newsletter.models import EventKind
from newsletter.services.events import DeliveryRef, Report

# What is not here is of no use to us: opens and clicks are nobody's business, and "queued" was known before.
KINDS: Mapping[str, EventKind] = {
    EventType.DELIVERED: EventKind.DELIVERED,
    EventType.DEFERRED: EventKind.DELAYED,
    EventType.BOUNCED: EventKind.BOUNCED,
    EventType.REJECTED: EventKind.BOUNCED,
    EventType.FAILED: EventKind.BOUNCED,
    EventType.COMPLAINED: EventKind.COMPLAINED,
}

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_CODE = re.compile(r"\b[245]\d\d\b")
_OF_ADDRESS = "1"  # subject of RFC 3463; anything else is the mailbox, the network or what they think of us

# What each provider calls a bounce after which an address is given up; anymail has one word for all bounces.
_FINAL: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "amazon_ses": lambda raw: raw["bounce"]["bounceType"] == "Permanent",
    "brevo": lambda raw: raw["event"] in ("hard_bounce", "invalid_email"),
    "mailgun": lambda raw: raw["event-data"]["severity"] == "permanent",
    "postmark": lambda raw: raw["Type"] in ("HardBounce", "BadEmailAddress"),
    "resend": lambda raw: raw["data"]["bounce"]["type"] == "Permanent",
    "sendgrid": lambda raw: raw["type"] == "bounce",
}


def read_event(provider: str, event: AnymailTrackingEvent) -> Report | None:
    """The report in an event; None for a kind that is not recorded."""
    kind = KINDS.get(event.event_type)
    if kind is None:
        return None
    return Report(
        provider=provider,
        event_id=str(event.event_id or _fingerprint(provider, event))[:255],
        ref=ref_of(event),
        kind=kind,
        at=_moment(event.timestamp),
        permanent=kind is EventKind.BOUNCED and _is_final(provider, event),
        raw=_without_addresses(event),
    )


def ref_of(event: AnymailTrackingEvent) -> DeliveryRef | None:
    """Which delivery it is about, by what the provider was told with the mail."""
    told = event.metadata if isinstance(event.metadata, Mapping) else {}
    number, message = str(told.get("delivery", "")), told.get("message")
    if not (number.isascii() and number.isdigit() and len(number) < 19 and isinstance(message, str)):
        return None
    return DeliveryRef(delivery=int(number), message=message)


def _moment(told: datetime | None) -> datetime:
    if told is None:
        return datetime.now(UTC)
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _fingerprint(provider: str, event: AnymailTrackingEvent) -> str:
    """A name for an event that came without one: the same words are the same event."""
    words = json.dumps([provider, event.event_type, event.message_id, event.esp_event], sort_keys=True, default=str)
    return hashlib.sha256(words.encode()).hexdigest()


def _is_final(provider: str, event: AnymailTrackingEvent) -> bool:
    """Whether the address does not exist. A filter's refusal or a full mailbox is final for the mail alone."""
    if event.event_type == EventType.REJECTED:
        return event.reject_reason in (RejectReason.BOUNCED, RejectReason.INVALID)
    status = _ENHANCED.search(event.mta_response or "")
    if status and status[2] != _OF_ADDRESS and status[2] != "0":
        return False
    if provider not in _FINAL:
        return status is not None and status[0].startswith("5.1.")
    try:
        return _FINAL[provider](event.esp_event)
    except (LookupError, TypeError):
        return False


def _without_addresses(event: AnymailTrackingEvent) -> dict[str, str]:
    words = event.mta_response or ""
    status, code = _ENHANCED.search(words), _CODE.search(words)
    told = {
        "type": event.event_type,
        "reason": event.reject_reason or "",
        "enhanced": status[0] if status else "",
        "code": code[0] if code else "",
        "provider_ref": str(event.message_id or "")[:255],
    }
    return {name: value for name, value in told.items() if value}
