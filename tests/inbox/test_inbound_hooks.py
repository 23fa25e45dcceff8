"""Replies that a provider posts: kept before the call is answered, and only from who can prove it."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from letters import OURS, letter

from newsletter.models import Reply
from newsletter.services.inbox.letters import read_letter
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db(transaction=True)

USER = "hook:a-long-secret"
BASIC = "Basic " + base64.b64encode(USER.encode()).decode()
KEY = "signing-key"


@pytest.fixture
def make_hooked(make_workspace: Callable[..., Workspace]) -> Callable[..., Workspace]:
    def make(provider: str, **settings: str) -> Workspace:
        return make_workspace(
            **{
                "NEWSLETTER__SENDING__TRANSPORT": f"provider:{provider}",
                "NEWSLETTER__PROVIDER__WEBHOOK_SECRET": USER,
                "NEWSLETTER__PROVIDER__WEBHOOK_SIGNING_KEY": KEY,
                "NEWSLETTER__INBOX__WEBHOOK": "true",
                **settings,
            }
        )

    return make


def post(workspace: Workspace, provider: str, data: object, authorization: str = BASIC, **more: str) -> int:
    client = Client(**{"newsletter.workspace": workspace})
    headers = {"Authorization": authorization}
    return client.post(f"/hooks/{provider}/inbound/", data, headers=headers, **more).status_code


def postmark(raw: bytes) -> str:
    told = {
        "RawEmail": raw.decode(),
        "OriginalRecipient": "bounces+abc@example.org",
        "Headers": [],
        "From": "x@y.example",
    }
    return json.dumps(told)


def mailgun(raw: bytes, key: str = KEY) -> dict[str, str]:
    stamp, token = str(int(time.time())), "t" * 50
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    proof = {"timestamp": stamp, "token": token, "signature": signature}
    return {**proof, "recipient": OURS, "sender": "ada@cqc.example", "body-mime": raw.decode()}


def test_a_reply_is_kept_as_it_was_written(make_hooked: Callable[..., Workspace]) -> None:
    workspace = make_hooked("postmark")
    for _again in range(2):
        assert post(workspace, "postmark", postmark(letter("Please add me")), content_type="application/json") == 200
    reply = Reply.objects.earliest("pk")
    assert b"Please add me" in (read_letter(workspace, reply.fingerprint) or b"")
    assert b"Delivered-To: bounces+abc@example.org" in (read_letter(workspace, reply.fingerprint) or b"")
    assert reply.sender == "ada@cqc.example"


def test_the_same_reply_twice_is_one(make_hooked: Callable[..., Workspace]) -> None:
    workspace, raw = make_hooked("mailgun"), letter("Please add me")
    for _again in range(2):
        assert post(workspace, "mailgun", mailgun(raw)) == 200
    assert Reply.objects.count() == 1


@pytest.mark.parametrize("authorization", ["", "Basic " + base64.b64encode(b"hook:wrong").decode()])
def test_a_call_without_proof_is_refused(make_hooked: Callable[..., Workspace], authorization: str) -> None:
    workspace, raw = make_hooked("postmark"), letter("Please add me")
    answer = post(workspace, "postmark", postmark(raw), authorization, content_type="application/json")
    assert answer == 401
    assert post(make_hooked("mailgun"), "mailgun", mailgun(raw, "another")) == 401
    assert not Reply.objects.exists()


def test_no_door_is_open_unless_it_is_wanted_and_can_be_proved(make_hooked: Callable[..., Workspace]) -> None:
    raw = postmark(letter("Please add me"))
    for workspace in (
        make_hooked("postmark", NEWSLETTER__INBOX__WEBHOOK="false"),
        make_hooked("sendgrid"),
        make_hooked("postmark", NEWSLETTER__PROVIDER__WEBHOOK_SECRET=""),
    ):
        assert post(workspace, "postmark", raw, content_type="application/json") == 404


def test_what_can_not_be_kept_or_read_is_said(make_hooked: Callable[..., Workspace]) -> None:
    workspace = make_hooked("postmark")
    assert post(workspace, "postmark", "{", content_type="application/json") == 400
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE newsletter_reply RENAME TO away")
    try:
        assert post(workspace, "postmark", postmark(letter("x")), content_type="application/json") == 503
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE away RENAME TO newsletter_reply")


def test_a_reply_of_some_megabytes_has_room(make_hooked: Callable[..., Workspace]) -> None:
    raw = letter("x" * 70 + "\n" * 2) + b"y" * 4_000_000
    assert post(make_hooked("postmark"), "postmark", postmark(raw), content_type="application/json") == 200
