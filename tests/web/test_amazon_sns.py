"""The signature of Amazon SNS: what it covers, whose certificate counts, and that it is fetched once."""

import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from pytest_httpserver import HTTPServer
from sns import CERTIFICATE_URL, CERTIFICATES, certificate, signed_by_sns, sns_headers

from newsletter.errors import UnavailableError
from newsletter.services.probes.certificates import fetch_certificate
from newsletter.web.hooks import amazon
from newsletter.web.hooks.amazon import SnsSignatures
from newsletter.workspace import Workspace

NEWS = {"MessageId": "sns-1", "Message": "{}", "Timestamp": "2025-11-03T09:00:00Z"}
JOINING = NEWS | {
    "Type": "SubscriptionConfirmation",
    "Token": "2336412f37",
    "SubscribeURL": "https://sns.eu-west-2.amazonaws.com/?Action=ConfirmSubscription",
}


def kept() -> SnsSignatures:
    return SnsSignatures(CERTIFICATES.__getitem__)


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("message", [NEWS, NEWS | {"Subject": "Caf\u00e9"}, JOINING])
def test_what_sns_signed_is_proved(message: dict[str, str], version: str) -> None:
    assert kept().prove(signed_by_sns(message, version=version))


@pytest.mark.parametrize("field", ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"])
def test_every_field_of_a_message_is_covered(field: str) -> None:
    message = signed_by_sns(NEWS | {"Subject": "S"})
    assert not kept().prove(message | {field: f"{message[field]}x"})


@pytest.mark.parametrize("field", ["SubscribeURL", "Token"])
def test_a_confirmation_covers_where_it_leads(field: str) -> None:
    message = signed_by_sns(JOINING)
    assert not kept().prove(message | {field: f"{message[field]}x"})


@pytest.mark.parametrize(
    "given", [{}, {"Signature": ""}, {"Signature": "%%%"}, {"SignatureVersion": "3"}, {"Message": "\ud800"}]
)
def test_a_signature_that_is_none_proves_nothing(given: dict[str, str]) -> None:
    message = signed_by_sns(NEWS) | given if given else dict(NEWS)
    assert not kept().prove(message)


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-west-2.amazonaws.com/x.pem",
        "https://sns.eu-west-2.amazonaws.com.evil.example/x.pem",
        "https://evil.example/sns.eu-west-2.amazonaws.com/x.pem",
        "https://sns.eu-west-2.amazonaws.com@evil.example/x.pem",
        "https://s3.eu-west-2.amazonaws.com/bucket/x.pem",
        "https://bucket.s3.amazonaws.com/x.pem",
        "https://sns.evil.example/x.pem",
        "https://sns.eu-west-2.amazonaws.com:8443/x.pem",
        "https://sns.eu-west-2.amazonaws.com/x.pem?y",
        "https://sns.eu-west-2.amazonaws.com/x.txt",
        "https://[sns/x.pem",
        "",
    ],
)
def test_a_certificate_from_anywhere_else_is_not_even_fetched(url: str) -> None:
    def fetch(asked: str) -> bytes:
        raise AssertionError(asked)

    assert not SnsSignatures(fetch).prove(signed_by_sns(NEWS, url=url))


def test_a_certificate_is_fetched_once_and_few_are_kept() -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return CERTIFICATES[CERTIFICATE_URL]

    signatures = SnsSignatures(fetch)
    assert all(signatures.prove(signed_by_sns(NEWS)) for _ in range(5))
    assert asked == [CERTIFICATE_URL]
    for number in range(20):
        url = f"https://sns.eu-west-2.amazonaws.com/{number}.pem"
        assert signatures.prove(signed_by_sns(NEWS, url=url))
    assert len(signatures._known) == 8


def test_a_certificate_that_ran_out_or_of_another_key_proves_nothing() -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for pem in (certificate(days=-1), certificate(days=90), certificate(key=other), b"no certificate"):
        assert not SnsSignatures(lambda _url, pem=pem: pem).prove(signed_by_sns(NEWS))


@pytest.mark.django_db
def test_a_call_that_cannot_be_proved_now_is_asked_for_again(
    make_workspace: Callable[..., Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("boto3", reason="the extra amazon-ses is not installed")

    def nothing(_url: str) -> bytes:
        raise UnavailableError("not now")

    monkeypatch.setattr(amazon, "signatures", SnsSignatures(nothing))
    workspace = make_workspace(
        NEWSLETTER__SENDING__TRANSPORT="provider:amazon-ses", NEWSLETTER__PROVIDER__WEBHOOK_SECRET="hook:a-long-secret"
    )
    message = signed_by_sns(NEWS)
    client = Client(headers=sns_headers(message), **{"newsletter.workspace": workspace})
    answer = client.post("/hooks/amazon_ses/", json.dumps(message), content_type="text/plain")
    assert answer.status_code == 503


def test_the_fetch_follows_nothing_and_reads_no_more_than_it_must(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/good.pem").respond_with_data(b"PEM")
    httpserver.expect_request("/large.pem").respond_with_data(b"x" * 70_000)
    httpserver.expect_request("/moved.pem").respond_with_data(status=302, headers={"Location": "/good.pem"})
    assert fetch_certificate(httpserver.url_for("/good.pem")) == b"PEM"
    for name in ("large", "moved", "missing"):
        with pytest.raises(UnavailableError):
            fetch_certificate(httpserver.url_for(f"/{name}.pem"))
    with pytest.raises(UnavailableError):
        fetch_certificate("https://127.0.0.1:1/x.pem")
