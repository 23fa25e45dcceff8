"""The one view of all webhooks: proved, read, recorded, and answered at once, because a slow answer is called again."""

import logging
from typing import Any

from anymail.exceptions import AnymailConfigurationError, AnymailError, AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from newsletter.errors import UnavailableError
from newsletter.services.events import left_by_provider, record_event
from newsletter.web.hooks.readers import is_open, reader_of
from newsletter.web.hooks.reading import read_event, ref_of
from newsletter.web.turns import WRITING
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)

LARGEST = 2_000_000  # bytes of a call; SendGrid's batches are the largest, and those are far smaller

# What a call that is proved can still break in anymail's readers, which trust what providers document.
_UNREADABLE = (
    AnymailError,
    AnymailConfigurationError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    RecursionError,
)


class _Heard:
    """Stands where anymail has its signal, so that the events of one call stay with that call."""

    def __init__(self) -> None:
        self.events: list[AnymailTrackingEvent] = []

    def send(self, event: AnymailTrackingEvent, **_of: Any) -> None:  # noqa: ANN401  (Django's signature)
        self.events.append(event)


def receive(request: HttpRequest, provider: str) -> HttpResponseBase:
    """Take one call of a provider. 404 where it is not listened to, 401 where it is not proved, 503 to come again."""
    workspace: Workspace = request.META["newsletter.workspace"]
    if not is_open(workspace, provider):
        return HttpResponse(status=404)
    if _size(request) > LARGEST:
        return HttpResponse(status=413)
    reader, heard = reader_of(workspace, provider), _Heard()
    reader.signal = heard
    reader.setup(request)
    try:
        answer: HttpResponseBase = reader.dispatch(request)
    except AnymailWebhookValidationFailure:
        logger.warning("a call to the webhook of %s was not proved", provider)
        return HttpResponse(status=401)
    except UnavailableError as error:
        logger.warning("a call to the webhook of %s can't be proved now: %s", provider, error)
        return HttpResponse(status=503)
    except _UNREADABLE as error:
        logger.warning("a call to the webhook of %s can't be read: %s", provider, type(error).__name__)
        return HttpResponse(status=400)
    return _recorded(workspace, provider, heard.events) or answer


def _size(request: HttpRequest) -> int:
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isascii() and told.isdigit() else LARGEST + 1


def _recorded(workspace: Workspace, provider: str, events: list[AnymailTrackingEvent]) -> HttpResponse | None:
    """Record what was heard; an answer only where that could not be done now."""
    try:
        for event in events:
            with WRITING:
                _take(workspace, provider, event)
    except OperationalError:
        logger.warning("an event of %s can't be recorded now", provider)
        return HttpResponse(status=503)
    return None


def _take(workspace: Workspace, provider: str, event: AnymailTrackingEvent) -> None:
    ref = ref_of(event)
    if event.event_type == EventType.UNSUBSCRIBED and ref:
        left_by_provider(ref, provider)
    elif report := read_event(provider, event):
        record_event(workspace, report)
