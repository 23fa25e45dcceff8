"""What the usual providers let through, as they publish it: facts with their source and the month they were read.

A provider is found by the host that `[sending] transport` names, or named by `[sending] provider`. Accounts differ:
what `[sending.pace]` says goes before what stands here, and a provider that says "slower" is obeyed in any case.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from newsletter.errors import InputError
from newsletter.workspace import Rate

UNLIMITED = Rate()
NONE = "none"  # `[sending] provider = "none"`: nobody's limits, whatever the host


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One provider's published limits, for an account as it is on the first day."""

    key: str  # as `[sending] provider` names it
    name: str  # as people know it
    hosts: tuple[str, ...] = ()  # host names, with * for what differs by region or account
    rate: Rate = UNLIMITED
    spf: str = ""  # what a domain's SPF record includes for it; empty where it sends with its own envelope sender
    source: str  # where it is published
    read: str  # year and month in which it was read there
    note: str = ""  # what a person should know before relying on it


_MICROSOFT = "https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits"
_GOOGLE = "https://support.google.com/a/answer/166852"
_GOOGLE_RELAY = "https://support.google.com/a/answer/2956491"
_SES = "https://docs.aws.amazon.com/ses/latest/dg/quotas.html"

PROVIDERS: tuple[Provider, ...] = (
    Provider(
        key="microsoft-365",
        name="Microsoft 365",
        hosts=("smtp.office365.com", "outlook.office365.com", "smtp-legacy.office365.com"),
        rate=Rate(per_minute=30, per_day=10_000),
        spf="spf.protection.outlook.com",
        source=_MICROSOFT,
        read="2026-11",
        note="A day's limit for recipients outside holds for the whole organisation too, by its number of licences.",
    ),
    Provider(
        key="google-workspace",
        name="Google Workspace",
        hosts=("smtp.gmail.com", "smtp.googlemail.com"),
        rate=Rate(per_day=2_000),
        spf="_spf.google.com",
        source=_GOOGLE,
        read="2026-11",
        note="A personal account or a trial may send 500 a day.",
    ),
    Provider(
        key="google-relay",
        name="Google Workspace SMTP relay",
        hosts=("smtp-relay.gmail.com",),
        rate=Rate(per_day=10_000),
        spf="_spf.google.com",
        source=_GOOGLE_RELAY,
        read="2026-11",
    ),
    Provider(
        key="amazon-ses",
        name="Amazon SES",
        hosts=("email-smtp.*.amazonaws.com", "email-smtp-fips.*.amazonaws.com", "email.*.amazonaws.com"),
        rate=Rate(per_second=14, per_day=50_000),
        source=_SES,
        read="2026-11",
        note="An account that was just taken out of the sandbox; the console shows its own numbers.",
    ),
    Provider(
        key="amazon-ses-sandbox",
        name="Amazon SES, in the sandbox",
        rate=Rate(per_second=1, per_day=200),
        source=_SES,
        read="2026-11",
        note="In the sandbox only verified addresses get mail.",
    ),
    Provider(
        key="govuk-notify",
        name="GOV.UK Notify",
        hosts=("api.notifications.service.gov.uk",),
        rate=Rate(per_minute=3_000, per_day=250_000),
        source="https://docs.notifications.service.gov.uk/rest-api.html",
        read="2026-11",
        note="A service on trial may send 50 a day.",
    ),
    Provider(
        key="resend",
        name="Resend",
        hosts=("smtp.resend.com", "api.resend.com"),
        rate=Rate(per_second=5),
        source="https://resend.com/docs/api-reference/rate-limit",
        read="2026-11",
        note="For the whole team; older accounts have 2 a second, a free one 100 a day.",
    ),
    Provider(
        key="brevo",
        name="Brevo",
        hosts=("smtp-relay.brevo.com", "smtp-relay.sendinblue.com", "api.brevo.com"),
        rate=Rate(per_second=1_000, per_hour=3_600_000),
        source="https://developers.brevo.com/docs/api-limits",
        read="2026-11",
        note="A free account may send 300 a day.",
    ),
    Provider(
        key="mailgun",
        name="Mailgun",
        hosts=("smtp.mailgun.org", "smtp.eu.mailgun.org", "api.mailgun.net", "api.eu.mailgun.net"),
        spf="mailgun.org",
        source="https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/",
        read="2026-11",
        note="Publishes no rate; the plan has a number a month, and a new account a lower one a day.",
    ),
    Provider(
        key="postmark",
        name="Postmark",
        hosts=("smtp.postmarkapp.com", "smtp-broadcasts.postmarkapp.com", "api.postmarkapp.com"),
        source="https://postmarkapp.com/developer/api/overview",
        read="2026-11",
        note="Publishes no rate; it answers 429 where it is too fast, and that is obeyed.",
    ),
    Provider(
        key="sendgrid",
        name="SendGrid",
        hosts=("smtp.sendgrid.net", "smtp.eu.sendgrid.net", "api.sendgrid.com"),
        source="https://www.twilio.com/docs/sendgrid/for-developers/sending-email/v3-mail-send-faq",
        read="2026-11",
        note="The plan has a number a month, a free account 100 a day.",
    ),
)
_BY_KEY = {provider.key: provider for provider in PROVIDERS}


def provider_of(transport: str, *, named: str = "") -> Provider | None:
    """Whose limits hold for a transport URL; None where nobody's are known.

    `named` is `[sending] provider` and goes before the host. Raises InputError for a name that is not known.
    """
    if named == NONE:
        return None
    if named:
        return _named(named)
    if transport.startswith("provider:"):  # an API, by the name of its backend
        return _BY_KEY.get(transport.removeprefix("provider:").strip("/").replace("_", "-"))
    host = (urlsplit(transport).hostname or "").lower()
    return next((found for found in PROVIDERS if any(fnmatchcase(host, known) for known in found.hosts)), None)


def _named(key: str) -> Provider:
    try:
        return _BY_KEY[key]
    except KeyError:
        known = ", ".join(sorted(_BY_KEY))
        raise InputError(f"[sending] provider '{key}' is not known; use one of {known}, or {NONE}.") from None
