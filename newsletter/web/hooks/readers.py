"""Which webhook is open: that of the provider mail goes out by, and only where its calls can be proved.

anymail checks the signatures and reads each provider's words; Amazon's, Postmark's and Brevo's calls are proved by a
user and a password in the address they are given, Amazon's by its signature as well (`amazon`), the others' by theirs.
"""

import warnings
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from anymail.exceptions import AnymailConfigurationError, AnymailNotSupportedWarning
from anymail.webhooks.base import AnymailBaseWebhookView

from newsletter.errors import InputError
from newsletter.workspace import Workspace

SHARED = "webhook_secret"  # user:password, for any provider

# What a provider signs with. anymail would take Mailgun's API key instead; that one is not for this.
_SIGNED_WITH = {
    "mailgun": "webhook_signing_key",
    "resend": "signing_secret",
    "sendgrid": "tracking_webhook_verification_key",
    "mailersend": "signing_secret",
    "postal": "webhook_key",
}


def provider_of(workspace: Workspace) -> str | None:
    """The provider mail goes out by; None where it is something else."""
    kind, _, name = workspace.config.sending.transport.partition(":")
    return name.strip("/").replace("-", "_").lower() if kind == "provider" else None


def needs(provider: str) -> str:
    """The option that would open the webhook of a provider."""
    return _SIGNED_WITH.get(provider, SHARED)


def is_open(workspace: Workspace, provider: str) -> bool:
    """Whether calls of this provider are listened to."""
    if provider != provider_of(workspace):
        return False
    options = workspace.provider_options()
    return any(options.get(name) for name in (SHARED, _SIGNED_WITH.get(provider, SHARED)))


def reader_of(workspace: Workspace, provider: str) -> AnymailBaseWebhookView:
    """anymail's view for this provider, made for this workspace. Raises InputError where a part is missing for it."""
    options: Mapping[str, Any] = workspace.provider_options()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AnymailNotSupportedWarning)  # docs/providers.md says it of SendGrid
        try:
            return _view(provider)(**options)
        except AnymailConfigurationError as error:
            raise InputError(f"The webhook of '{provider}' can't be used: {str(error).splitlines()[0]}") from None


def _view(provider: str) -> type[AnymailBaseWebhookView]:
    """The class whose name says that it tracks; a provider that has none is told as one nobody knows."""
    if provider == "amazon_ses":
        from newsletter.web.hooks.amazon import SignedTrackingWebhookView  # loads what no other provider needs

        return SignedTrackingWebhookView
    module = import_module(f"anymail.webhooks.{provider}")
    names = [name for name in vars(module) if name.endswith("TrackingWebhookView") and "Base" not in name]
    names += [name for name in vars(module) if name.endswith("CombinedWebhookView")]
    kind: type[AnymailBaseWebhookView] = getattr(module, names[0])
    return kind
