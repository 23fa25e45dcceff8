"""Webhooks over HTTP: proved calls of six providers, and forged, huge and broken ones. Rows 56 to 59 of the faults."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from sns import CERTIFICATES, signed_by_sns, sns_headers

from newsletter.models import Delivery, DeliveryEvent, Edition, Subscriber, Suppression
from newsletter.services.planning import plan
from newsletter.web.hooks import amazon
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db

USER = "hook:a-long-secret"
BASIC = "Basic " + base64.b64encode(USER.encode()).decode()
MAILGUN_KEY = "signing-key"
SVIX_KEY = base64.b64encode(b"s" * 24).decode()
SENDGRID_KEY = ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True)
class Call:
    """One call of a provider, proved."""

    body: bytes
    headers: dict[str, str]


def mailgun(metadata: dict[str, str], kind: str, number: int = 1) -> Call:
    event = {"delivered": "delivered", "bounced": "failed", "complained": "complained"}[kind]
    data = {
        "event": event,
        "severity": "permanent",
        "timestamp": time.time(),
        "recipient": "reader0@example.org",
        "user-variables": metadata,
        "message": {"headers": {"message-id": "1@mailgun.example"}},
        "delivery-status": {"code": 550, "message": "5.1.1 no such user <reader0@example.org>"},
    }
    token, stamp = f"{number:050}", str(int(time.time()))
    signature = hmac.new(MAILGUN_KEY.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    block = {"token": token, "timestamp": stamp, "signature": signature}
    return Call(json.dumps({"signature": block, "event-data": data}).encode(), {})


def postmark(metadata: dict[str, str], kind: str, number: int = 1) -> Call:
    told = {
        "delivered": {"RecordType": "Delivery", "DeliveredAt": f"2025-11-03T09:00:{number:02}Z"},
        "bounced": {"RecordType": "Bounce", "Type": "HardBounce", "ID": number, "BouncedAt": "2025-11-03T09:00:00Z"},
        "complained": {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "ID": number},
    }[kind]
    return Call(json.dumps({**told, "Metadata": metadata, "MessageID": "pm-1"}).encode(), {"Authorization": BASIC})


def brevo(metadata: dict[str, str], kind: str, number: int = 1) -> Call:
    event = {"delivered": "delivered", "bounced": "hard_bounce", "complained": "spam"}[kind]
    told = {
        "event": event,
        "email": "reader0@example.org",
        "ts_epoch": 1_762_160_400_000 + number,
        "X-Mailin-custom": json.dumps(metadata),
    }
    return Call(json.dumps(told).encode(), {"Authorization": BASIC})


def amazon_ses(metadata: dict[str, str], kind: str, number: int = 1) -> Call:
    whom = {"emailAddress": "reader0@example.org"}
    told: dict[str, object] = {
        "delivered": {"eventType": "Delivery", "delivery": {"recipients": ["reader0@example.org"]}},
        "bounced": {
            "eventType": "Bounce",
            "bounce": {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": [whom]},
        },
        "complained": {"eventType": "Complaint", "complaint": {"complainedRecipients": [whom]}},
    }[kind]
    mail = {"messageId": "ses-1", "headers": [{"name": "X-Metadata", "value": json.dumps(metadata)}]}
    message = json.dumps({**told, "mail": mail})
    body = signed_by_sns({"MessageId": f"sns-{number}", "Message": message, "Timestamp": "2025-11-03T09:00:00Z"})
    return Call(json.dumps(body).encode(), sns_headers(body))


def sendgrid(metadata: dict[str, str], kind: str, number: int = 1) -> Call:
    event = {"delivered": "delivered", "bounced": "bounce", "complained": "spamreport"}[kind]
    told = {"event": event, "type": "bounce", "timestamp": 1_762_160_400, "sg_event_id": f"sg-{number}", **metadata}
    body, stamp = json.dumps([told]).encode(), "1762160400"
    signature = base64.b64encode(SENDGRID_KEY.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
    return Call(
        body,
        {
            "X-Twilio-Email-Event-Webhook-Signature": signature,
            "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
        },
    )


def resend(metadata: dict[str, str], kind: str, number: int = 1) -> Call:
    data: dict[str, object] = {"email_id": "re-1", "headers": [{"name": "X-Metadata", "value": json.dumps(metadata)}]}
    if kind == "bounced":
        data["bounce"] = {"type": "Permanent", "message": "The recipient's email provider sent a hard bounce message."}
    body = json.dumps({"type": f"email.{kind}", "created_at": "2025-11-03T09:00:00Z", "data": data}).encode()
    stamp = str(int(time.time()))
    signed = hmac.digest(base64.b64decode(SVIX_KEY), f"msg_{number}.{stamp}.".encode() + body, "sha256")
    signature = f"v1,{base64.b64encode(signed).decode()}"
    return Call(body, {"svix-id": f"msg_{number}", "svix-timestamp": stamp, "svix-signature": signature})


CALLS = {make.__name__: make for make in (mailgun, postmark, brevo, amazon_ses, sendgrid, resend)}
SECRETS = {
    "mailgun": {"WEBHOOK_SIGNING_KEY": MAILGUN_KEY},
    "postmark": {"WEBHOOK_SECRET": USER},
    "brevo": {"WEBHOOK_SECRET": USER},
    "amazon_ses": {"WEBHOOK_SECRET": USER},
    "resend": {"SIGNING_SECRET": f"whsec_{SVIX_KEY}"},
    "sendgrid": {
        "TRACKING_WEBHOOK_VERIFICATION_KEY": base64.b64encode(
            SENDGRID_KEY.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        ).decode()
    },
}
MISSING = {"amazon_ses": ("boto3", "amazon-ses"), "resend": ("svix", "resend-webhooks")}


@pytest.fixture(params=list(CALLS))
def provider(request: pytest.FixtureRequest) -> str:
    if request.param in MISSING:
        module, extra = MISSING[request.param]
        pytest.importorskip(module, reason=f"the extra {extra} is not installed")
    return str(request.param)


MakeWorkspace = Callable[..., Workspace]


@pytest.fixture(autouse=True)
def amazons_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be fetched from Amazon."""
    monkeypatch.setattr(amazon, "signatures", amazon.SnsSignatures(CERTIFICATES.__getitem__))


@pytest.fixture
def post(make_workspace: MakeWorkspace) -> Callable[..., int]:
    """Calls the webhook of a provider that is set up; returns the status."""

    def call(provider: str, given: Call, **options: str) -> int:
        settings = {f"NEWSLETTER__PROVIDER__{name}": value for name, value in (options or SECRETS[provider]).items()}
        settings |= {"NEWSLETTER__SENDING__TRANSPORT": f"provider:{provider}", "NEWSLETTER__BOUNCES__GONE": "1"}
        workspace = make_workspace(**settings)
        client = Client(headers=given.headers, **{"newsletter.workspace": workspace})
        answer = client.post(f"/hooks/{provider}/", given.body, content_type="application/json")
        return answer.status_code

    return call


Post = Callable[..., int]


@pytest.fixture
def delivery(workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]) -> Delivery:
    people(1)
    return Delivery.objects.get(mailing=plan(workspace, edition))


def metadata(delivery: Delivery) -> dict[str, str]:
    return {"delivery": str(delivery.pk), "message": delivery.message_id.strip("<>").partition("@")[0]}


def status(delivery: Delivery) -> str:
    assert delivery.subscriber
    delivery.subscriber.refresh_from_db()
    return delivery.subscriber.status


def test_delivered_is_recorded_once_and_ends_a_doubt(provider: str, post: Post, delivery: Delivery) -> None:
    Delivery.objects.update(state="in_doubt")
    call = CALLS[provider](metadata(delivery), "delivered")
    assert [post(provider, call) for _ in range(3)] == [200] * 3
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("accepted", "evidence")
    assert [(event.kind, event.provider) for event in delivery.events.all()] == [("delivered", provider)]


def test_a_hard_bounce_takes_the_address_off_the_list(provider: str, post: Post, delivery: Delivery) -> None:
    assert post(provider, CALLS[provider](metadata(delivery), "bounced")) == 200
    assert status(delivery) == "bounced"


def test_a_complaint_is_for_good(provider: str, post: Post, delivery: Delivery) -> None:
    assert post(provider, CALLS[provider](metadata(delivery), "complained")) == 200
    assert status(delivery) == "complained"
    assert Suppression.objects.count() == 1


def test_events_may_come_in_any_order(provider: str, post: Post, delivery: Delivery) -> None:
    for number, kind in enumerate(("complained", "bounced", "delivered"), 1):
        assert post(provider, CALLS[provider](metadata(delivery), kind, number)) == 200
    assert sorted(delivery.events.values_list("kind", flat=True)) == ["bounced", "complained", "delivered"]
    assert status(delivery) == "complained"


def test_no_address_is_kept_with_an_event(provider: str, post: Post, delivery: Delivery) -> None:
    post(provider, CALLS[provider](metadata(delivery), "bounced"))
    assert "@example.org" not in json.dumps(DeliveryEvent.objects.get().raw)


def forged(provider: str, real: Call) -> Call:
    """Somebody without the secret: another signature, another password, or other words under a real signature."""
    if provider == "mailgun":
        return Call(real.body.replace(b'"signature": "', b'"signature": "0'), real.headers)
    if provider == "amazon_ses":  # the password got known, and somebody without Amazon's key writes
        return Call(real.body.replace(b"reader0", b"reader1"), real.headers)
    if provider in ("sendgrid", "resend"):
        return Call(real.body + b" ", real.headers)
    return Call(real.body, {**real.headers, "Authorization": "Basic aG9vazp3cm9uZw=="})


def test_a_forged_call_is_refused_and_changes_nothing(provider: str, post: Post, delivery: Delivery) -> None:
    assert post(provider, forged(provider, CALLS[provider](metadata(delivery), "complained"))) == 401
    assert status(delivery) == "subscribed"
    assert not DeliveryEvent.objects.exists()


def test_a_call_without_any_proof_is_refused(provider: str, post: Post, delivery: Delivery) -> None:
    real = CALLS[provider](metadata(delivery), "complained")
    body = real.body.replace(b'"signature"', b'"unsigned"')
    body = body.replace(b'"Signature"', b'"Unsigned"')
    kept = {name: value for name, value in real.headers.items() if "amz" in name}
    assert post(provider, Call(body, kept)) == 401
    assert status(delivery) == "subscribed"


def test_a_huge_call_is_refused_before_it_is_read(provider: str, post: Post, delivery: Delivery) -> None:
    real = CALLS[provider](metadata(delivery), "complained")
    assert post(provider, Call(real.body + b" " * 2_000_000, real.headers)) == 413
    assert not DeliveryEvent.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"5", b'{"RecordType": []}', b"[" * 100_000, b"\xff\xfe"])
def test_a_broken_call_with_a_good_secret_is_a_400_and_no_crash(body: bytes, post: Post) -> None:
    assert post("postmark", Call(body, {"Authorization": BASIC})) == 400


def test_a_webhook_without_a_secret_is_closed(post: Post, delivery: Delivery) -> None:
    call = postmark(metadata(delivery), "complained")
    assert post("postmark", call, SERVER_TOKEN="token") == 404
    assert status(delivery) == "subscribed"


def test_mailguns_api_key_alone_opens_nothing(post: Post, delivery: Delivery) -> None:
    assert post("mailgun", mailgun(metadata(delivery), "complained"), API_KEY=MAILGUN_KEY) == 404


def test_the_webhook_of_a_provider_that_is_not_used_is_closed(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace(NEWSLETTER__PROVIDER__WEBHOOK_SECRET=USER)
    client = Client(headers={"Authorization": BASIC}, **{"newsletter.workspace": workspace})
    assert client.post("/hooks/postmark/", b"{}", content_type="application/json").status_code == 404


def test_a_signature_used_again_over_other_words_has_no_effect(post: Post, delivery: Delivery) -> None:
    """Mailgun signs a token and not the body; the token is good for one event."""
    assert post("mailgun", mailgun(metadata(delivery), "delivered")) == 200
    assert post("mailgun", mailgun(metadata(delivery), "complained")) == 200
    assert status(delivery) == "subscribed"


def test_a_refusal_on_policy_is_not_the_subscribers_fault(post: Post, delivery: Delivery) -> None:
    call = mailgun(metadata(delivery), "bounced")
    assert post("mailgun", Call(call.body.replace(b"5.1.1 no such user", b"5.7.1 not wanted"), {})) == 200
    assert status(delivery) == "subscribed"
    assert delivery.events.get().raw["enhanced"] == "5.7.1"


def test_opens_and_clicks_are_not_kept(post: Post, delivery: Delivery) -> None:
    body = json.dumps({"RecordType": "Open", "Metadata": metadata(delivery)}).encode()
    assert post("postmark", Call(body, {"Authorization": BASIC})) == 200
    assert not DeliveryEvent.objects.exists()


def test_an_event_about_nobody_we_know_is_answered_and_stored(post: Post, delivery: Delivery) -> None:
    assert post("postmark", postmark({"delivery": "999999", "message": "other.1"}, "complained")) == 200
    assert DeliveryEvent.objects.get().delivery is None
    assert status(delivery) == "subscribed"


def test_amazon_is_asked_for_its_password_with_a_401(make_workspace: MakeWorkspace) -> None:
    pytest.importorskip("boto3", reason="the extra amazon-ses is not installed")
    workspace = make_workspace(
        NEWSLETTER__SENDING__TRANSPORT="provider:amazon-ses", NEWSLETTER__PROVIDER__WEBHOOK_SECRET=USER
    )
    answer = Client(**{"newsletter.workspace": workspace}).post("/hooks/amazon_ses/", b"{}", content_type="text/plain")
    assert (answer.status_code, answer.headers["WWW-Authenticate"][:5]) == (401, "Basic")
