"""Mails from claimed rows: each its own, in order, signed where asked, and one bad row costs nobody else."""

import email
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from newsletter.errors import ConflictError, InputError, UnsafeHeaderError
from newsletter.models import Delivery, Edition, Mailing, Subscriber, Variant
from newsletter.services.composing import Composer
from newsletter.services.founding import found
from newsletter.services.keys import key_of
from newsletter.services.ledger import Claimed
from newsletter.services.planning import plan
from newsletter.services.sending import Dispatch, send_mailing
from newsletter.services.trying import send_test
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.verp import read_verp
from newsletter.transports.base import Envelope, Refused
from newsletter.transports.memory import MemoryTransport
from newsletter.workspace import Workspace, load_workspace

pytestmark = pytest.mark.django_db

MakeWorkspace = Callable[..., Workspace]

SIGNED = {
    "NEWSLETTER__DKIM__DOMAIN": "example.org",
    "NEWSLETTER__DKIM__SELECTOR": "s1",
    "NEWSLETTER__DKIM__KEY_FILE": "dkim.pem",
}
VERP = {"NEWSLETTER__SENDING__VERP": "true", "NEWSLETTER__SENDING__BOUNCE_ADDRESS": "bounces@mail.example.org"}


def pem_of(key: Any) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


RSA, ED25519 = pem_of(generate_private_key(65537, 2048)), pem_of(Ed25519PrivateKey.generate())


@pytest.fixture
def mailing(edition: Edition) -> Mailing:
    now = datetime.now(UTC)
    return Mailing.objects.create(edition=edition, transport="memory:", practice=True, planned_at=now)


@pytest.fixture(params=["unsigned", "rsa", "ed25519"])
def composer(request: pytest.FixtureRequest, make_workspace: MakeWorkspace, mailing: Mailing) -> Composer:
    workspace = make_workspace()
    (workspace.root / "dkim.pem").write_bytes(RSA if request.param == "rsa" else ED25519)
    return Composer(workspace if request.param == "unsigned" else make_workspace(**SIGNED), mailing)


def row(number: int, **changes: Any) -> Claimed:
    facts: dict[str, Any] = {
        "id": number,
        "fence": 1,
        "variant_id": Variant.objects.order_by("pk").values_list("pk", flat=True)[0],
        "message_id": f"<m.{number}@example.org>",
        "date": datetime(2025, 11, 28, 10, 0, tzinfo=UTC),
        "public_id": number,
        "address": f"reader{number}@example.org",
        "name": f"Reader {number}",
    }
    return Claimed(**facts | changes)


def compose(composer: Composer, rows: list[Claimed]) -> tuple[list[Envelope], dict[int, Refused]]:
    refused: dict[int, Refused] = {}
    return list(composer.stream(rows, refused.__setitem__)), refused


def test_every_row_becomes_its_own_mail_in_its_order(composer: Composer) -> None:
    rows = [row(number) for number in range(1, 101)]
    envelopes, refused = compose(composer, rows)
    assert [envelope.delivery_id for envelope in envelopes] == list(range(1, 101))
    assert not refused
    for made, envelope in zip(rows, envelopes, strict=True):
        assert envelope.recipient == made.address
        assert f"\r\nTo: {made.name} <{made.address}>\r\nMessage-ID: {made.message_id}\r\n" in envelope.message.decode()
    assert [composer(made) for made in rows] == envelopes


POISON = [
    {"address": "no address"},
    {"address": "a@b.example> SIZE=1"},
    {"address": "a@b.example\r\nRCPT TO:<x@evil.example>"},
    {"address": "bro\ud800ken@example.org"},
    {"address": ""},
    {"message_id": "<a@b>\r\nBcc: x"},
    {"public_id": -1},
    {"public_id": 2**64},
]


@pytest.mark.parametrize("poison", POISON, ids=[f"poison{number}" for number in range(len(POISON))])
def test_one_bad_row_is_refused_with_a_reason_and_the_others_leave(composer: Composer, poison: dict[str, Any]) -> None:
    rows = [row(number, **(poison if number == 20 else {})) for number in range(1, 51)]
    envelopes, refused = compose(composer, rows)
    assert [envelope.delivery_id for envelope in envelopes] == [number for number in range(1, 51) if number != 20]
    assert {number: (why.enhanced, bool(why.text)) for number, why in refused.items()} == {20: ("5.1.3", True)}


def test_a_bad_row_is_refused_in_the_ledger_and_the_mailing_ends(
    workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]
) -> None:
    people(45)
    mailing = plan(workspace, edition)
    Subscriber.objects.filter(address="reader7@example.org").update(address="reader 7")
    transport = MemoryTransport()
    dispatch = Dispatch(workspace=workspace, mailing=mailing, open_transport=lambda: transport)
    receipt = send_mailing(dispatch, InlineJobs(dispatch))
    assert receipt.sentence == "45 chosen = 44 accepted + 1 sent back by their mail system"
    assert "no usable address" in Delivery.objects.get(state="refused").reply_text


class InlineJobs:
    """Runs each job in this thread as soon as it is deferred."""

    def __init__(self, dispatch: Dispatch) -> None:
        self._table = dispatch.jobs

    def defer(self, job: str, **ids: int) -> None:
        self._table[job](**ids)

    def join(self, _seconds: float | None = None) -> bool:
        return True


def test_a_fault_of_the_edition_stops_the_run_and_blames_nobody(composer: Composer) -> None:
    composer._feedback_id = "a\r\nBcc: x"
    refused: list[int] = []
    with pytest.raises(UnsafeHeaderError):
        list(composer.stream([row(1), row(2)], lambda number, _why: refused.append(number)))
    assert refused == []


def test_a_trial_copy_is_read_back_before_the_first_mail(composer: Composer, monkeypatch: pytest.MonkeyPatch) -> None:
    def find_fault(*_args: object, **_facts: object) -> None:
        raise UnsafeHeaderError("reads otherwise")

    monkeypatch.setattr("newsletter.rendering.message.verify_message", find_fault)
    with pytest.raises(UnsafeHeaderError, match="reads otherwise"):
        next(composer.stream([row(1)], print))


def test_only_a_few_rows_are_taken_ahead_and_a_stream_let_go_ends(composer: Composer) -> None:
    taken: list[int] = []

    def rows() -> Iterator[Claimed]:
        for number in range(1, 10_000):
            taken.append(number)
            yield row(number)

    stream = composer.stream(rows(), print)
    for sent in range(1, 101):
        assert next(stream).delivery_id == sent
        assert len(taken) <= sent + 32
    stream.close()
    assert len(taken) <= 132


@pytest.mark.parametrize("pem", [RSA, ED25519], ids=["rsa", "ed25519"])
def test_signed_mails_verify_and_are_the_same_in_every_attempt(
    make_workspace: MakeWorkspace, mailing: Mailing, pem: bytes
) -> None:
    workspace = make_workspace(**SIGNED)
    (workspace.root / "dkim.pem").write_bytes(pem)
    rows = [row(number, name="Siân" if number % 2 else "Reader") for number in range(1, 20)]
    first, second = (compose(Composer(workspace, mailing), rows)[0] for _ in range(2))
    assert first == second
    signer = workspace.signer()
    assert signer
    assert all(
        envelope.message.startswith(b"DKIM-Signature: v=1; a=" + signer.algorithm.encode()) for envelope in first
    )
    if pem == RSA:
        record = signer.record.encode()
        assert all(dkim.verify(envelope.message, dnsfunc=lambda _name, timeout=5: record) for envelope in first)  # noqa: ARG005


def test_with_verp_every_envelope_sender_names_its_delivery(make_workspace: MakeWorkspace, mailing: Mailing) -> None:
    workspace = make_workspace(**VERP)
    envelopes, _ = compose(Composer(workspace, mailing), [row(1), row(2)])
    tokens = key_of(workspace).for_tokens
    assert [read_verp(envelope.sender, tokens) for envelope in envelopes] == [1, 2]
    assert all(envelope.sender.endswith("@mail.example.org") for envelope in envelopes)
    assert all(b"bounces" not in envelope.message for envelope in envelopes)


def test_bounces_go_where_they_are_asked_to_and_else_to_the_from_address(
    make_workspace: MakeWorkspace, mailing: Mailing
) -> None:
    elsewhere = make_workspace(NEWSLETTER__SENDING__BOUNCE_ADDRESS="returns@example.org")
    senders = [compose(Composer(place, mailing), [row(1)])[0][0].sender for place in (make_workspace(), elsewhere)]
    assert senders == ["bulletin@example.org", "returns@example.org"]


@pytest.mark.parametrize("bounces", ["", f"{'b' * 16}@example.org"])
def test_verp_without_a_short_bounce_address_is_refused(make_workspace: MakeWorkspace, bounces: str) -> None:
    with pytest.raises(InputError, match="at most 15 characters before the @"):
        make_workspace(NEWSLETTER__SENDING__VERP="true", NEWSLETTER__SENDING__BOUNCE_ADDRESS=bounces)


@pytest.mark.parametrize(
    ("pem", "words"), [(None, "can't be read: No such file"), (b"words", "not a private key in PEM")]
)
def test_a_missing_or_unfit_key_stops_before_anything_is_claimed(
    make_workspace: MakeWorkspace, mailing: Mailing, pem: bytes | None, words: str
) -> None:
    workspace = make_workspace(**SIGNED)
    if pem:
        (workspace.root / "dkim.pem").write_bytes(pem)
    with pytest.raises(InputError, match=words) as caught:
        Composer(workspace, mailing)
    assert "newsletter.toml: field dkim: " in str(caught.value)


def test_half_a_dkim_table_is_refused(make_workspace: MakeWorkspace) -> None:
    with pytest.raises(InputError, match="'key_file' is missing"):
        make_workspace(NEWSLETTER__DKIM__DOMAIN="example.org", NEWSLETTER__DKIM__SELECTOR="s1")


def test_an_edition_changed_on_disk_makes_no_composer(workspace: Workspace, edition: Edition, mailing: Mailing) -> None:
    (workspace.editions / edition.content_hash / "variants" / "en" / "mail.txt").write_text("other")
    with pytest.raises(ConflictError, match="not what was approved"):
        Composer(workspace, mailing)


def test_a_test_copy_is_signed_too_and_may_go_to_an_address_beyond_ascii(tmp_path: Path) -> None:
    found(tmp_path / "sample")
    workspace = load_workspace(tmp_path / "sample", SIGNED)
    (workspace.root / "dkim.pem").write_bytes(RSA)
    signer = workspace.signer()
    assert signer
    send_test(
        workspace,
        workspace.load_issue(workspace.issue_ids()[-1]),
        parse_address("Jörg <jörg@example.org>", allow_smtputf8=True),
        practice=True,
    )
    copies = [path.read_bytes() for path in (workspace.outbox / "test").glob("*.eml")]
    assert copies
    for copy in copies:
        assert "To: =?utf-8?B?SsO2cmc=?= <jörg@example.org>\r\n".encode() in copy
        assert email.message_from_bytes(copy)["Subject"]
        assert dkim.verify(copy, dnsfunc=lambda _name, timeout=5: signer.record.encode())  # noqa: ARG005


def test_who_sends_loads_no_renderer_and_who_does_not_sign_no_cryptography() -> None:
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'newsletter.settings'; django.setup();"
        "import newsletter.engine.local;"
        "print(sorted({'premailer', 'mjml', 'cssutils', 'jinja2', 'lxml', 'PIL', 'cryptography'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ran.stdout.strip(), ran.returncode) == ("[]", 0), ran.stderr
