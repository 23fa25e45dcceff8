"""Replies that a provider takes for us and posts here: proved, kept, and then acknowledged.

They are proved by the user and password in the address that the provider was given, whatever it signs besides: the key
that proves its events does not prove its mail with every provider.
"""

import logging
import warnings
from importlib import import_module
from typing import Any

from anymail.exceptions import (
    AnymailConfigurationError,
    AnymailError,
    AnymailNotSupportedWarning,
    AnymailWebhookValidationFailure,
)
from anymail.signals import AnymailInboundEvent
from anymail.webhooks.base import AnymailBaseWebhookView
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from newsletter.services.inbox.arriving import hand_in
from newsletter.web.hooks.readers import SHARED, provider_of
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)

_UNREADABLE = (AnymailError, AnymailConfigurationError, LookupError, TypeError, ValueError, AttributeError)


class _Taker:
    """Stands where anymail has its signal: keeps each mail before the call is answered."""

    def __init__(self, workspace: Workspace, provider: str) -> None:
        self._workspace, self._source = workspace, f"provider:{provider}"

    def send(self, event: AnymailInboundEvent, **_of: Any) -> None:  # noqa: ANN401  (Django's signature)
        mail = event.message
        recipients = [mail.envelope_recipient] if mail.envelope_recipient else []
        hand_in(
            self._workspace, mail.as_bytes(), source=self._source, sender=mail.envelope_sender, recipients=recipients
        )


def takes_replies_of(workspace: Workspace, provider: str) -> bool:
    """Whether replies are taken from this provider: the one mail goes out by, if `[inbox] webhook` says so."""
    is_ours = workspace.config.inbox.webhook and provider == provider_of(workspace)
    return bool(is_ours and workspace.provider_options().get(SHARED))


def receive_reply(request: HttpRequest, provider: str) -> HttpResponseBase:
    """Take one reply. 404 where none are taken, 401 where the call is not proved, 503 to come again."""
    workspace: Workspace = request.META["newsletter.workspace"]
    view = _view(provider) if takes_replies_of(workspace, provider) else None
    if view is None:
        return HttpResponse(status=404)
    reader = _reader(workspace, view)
    reader.signal = _Taker(workspace, provider)
    reader.setup(request)
    try:
        answer: HttpResponseBase = reader.dispatch(request)
    except AnymailWebhookValidationFailure:
        logger.warning("a reply by the webhook of %s was not proved", provider)
        return HttpResponse(status=401)
    except (OperationalError, OSError):
        logger.warning("a reply by the webhook of %s can't be kept now", provider)
        return HttpResponse(status=503)
    except _UNREADABLE as error:
        logger.warning("a reply by the webhook of %s can't be read: %s", provider, type(error).__name__)
        return HttpResponse(status=400)
    return answer


def _view(provider: str) -> type[AnymailBaseWebhookView] | None:
    """anymail's class that takes mail for this provider, None where it has none."""
    try:
        module = import_module(f"anymail.webhooks.{provider}")
    except ImportError:
        return None
    names = [name for name in vars(module) if name.endswith("InboundWebhookView") and "Base" not in name]
    return getattr(module, names[0]) if names else None


def _reader(workspace: Workspace, view: type[AnymailBaseWebhookView]) -> AnymailBaseWebhookView:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AnymailNotSupportedWarning)
        return view(**workspace.provider_options())
