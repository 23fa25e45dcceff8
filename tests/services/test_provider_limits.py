"""Whose limits hold."""

import re

import pytest

from newsletter.errors import InputError
from newsletter.services.provider_limits import PROVIDERS, provider_of
from newsletter.workspace import Rate


@pytest.mark.parametrize(
    ("transport", "key"),
    [
        ("smtp://bulletin@smtp.office365.com:587", "microsoft-365"),
        ("smtps://bulletin@SMTP.gmail.com", "google-workspace"),
        ("smtp://smtp-relay.gmail.com", "google-relay"),
        ("smtp://a@email-smtp.eu-west-2.amazonaws.com:587", "amazon-ses"),
        ("smtp://a@smtp.eu.mailgun.org", "mailgun"),
        ("smtp://a@smtp.postmarkapp.com", "postmark"),
        ("smtp://apikey@smtp.sendgrid.net", "sendgrid"),
        ("smtp://a@smtp-relay.brevo.com", "brevo"),
        ("smtps://resend@smtp.resend.com", "resend"),
        ("provider:amazon_ses", "amazon-ses"),
        ("provider:resend", "resend"),
    ],
)
def test_a_provider_is_found_by_its_host(transport: str, key: str) -> None:
    found = provider_of(transport)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    "transport", ["outbox:", "provider:mailjet", "smtp://mail.example.org", "smtp://smtp.office365.com.evil.example"]
)
def test_other_hosts_have_no_known_limits(transport: str) -> None:
    assert provider_of(transport) is None


def test_a_name_goes_before_the_host() -> None:
    named = provider_of("smtp://email-smtp.eu-west-2.amazonaws.com", named="amazon-ses-sandbox")
    assert named is not None
    assert named.rate == Rate(per_second=1, per_day=200)
    assert provider_of("smtp://smtp.office365.com", named="none") is None


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="microsoft-365"):
        provider_of("outbox:", named="microsft")


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.key)
def test_every_limit_names_its_source_and_month(provider: object) -> None:
    assert provider.source.startswith("https://")  # type: ignore[attr-defined]
    assert re.fullmatch(r"20\d\d-\d\d", provider.read)  # type: ignore[attr-defined]
