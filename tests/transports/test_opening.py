"""Transports opened by URL, the outbox's files, and the checks on what goes out."""

import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest

from newsletter.errors import InputError, UnavailableError
from newsletter.transports import open_transport
from newsletter.transports.base import (
    Envelope,
    Outcome,
    PlainForms,
    Refused,
    TryLater,
    check_wire_safe,
    enhanced_code,
)
from newsletter.transports.memory import MemoryTransport
from newsletter.transports.outbox import OutboxTransport
from newsletter.transports.pipelined import PipelinedTransport
from newsletter.transports.smtp_route import SmtpRoute, Tls


class Notes(PlainForms):
    """Grants everything and keeps the outcomes."""

    def __init__(self) -> None:
        self.outcomes: dict[int, Outcome] = {}

    def settle(self, outcomes: Sequence[tuple[int, Outcome]], intents: Sequence[int]) -> frozenset[int]:
        self.outcomes.update(outcomes)
        return frozenset(intents)


def route(url: str, password: str | None = None) -> SmtpRoute:
    transport = open_transport(url, outbox=Path("unused"), password=password)
    assert isinstance(transport, PipelinedTransport)
    return transport._route


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [
        ("smtp://mail.example", 587, Tls.STARTTLS),
        ("smtp://mail.example:25", 25, Tls.STARTTLS),
        ("smtps://mail.example", 465, Tls.IMPLICIT),
        ("smtp://mail.example?tls=none", 587, Tls.NONE),
        ("smtp://127.0.0.1:2525", 2525, Tls.NONE),
        ("smtp://localhost:2525", 2525, Tls.NONE),
        ("smtp://[::1]:2525", 2525, Tls.NONE),
        ("smtp://127.0.0.1:2525?tls=starttls", 2525, Tls.STARTTLS),
        ("smtp://10.0.0.1:25", 25, Tls.STARTTLS),
    ],
)
def test_tls_is_asked_for_unless_the_server_is_this_machine_or_the_url_says_so(url: str, port: int, tls: Tls) -> None:
    assert (route(url).port, route(url).tls) == (port, tls)


def test_a_user_name_may_be_an_address_and_the_password_stays_out_of_sight() -> None:
    found = route("smtp://bulletin%40office.example@mail.example", password="s3cret-word")
    assert found.username == "bulletin@office.example"
    assert "s3cret" not in repr(found)
    assert found.name == "SMTP mail.example:587"


def test_the_default_context_verifies_names_and_authorities() -> None:
    context = route("smtps://mail.example")._verifying_context()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(
    ("url", "password", "words"),
    [
        ("carrier-pigeon://loft", None, "not known"),
        ("mail.example", None, "not known"),
        ("", None, "not known"),
        ("smtp://[::1", None, "not a URL"),
        ("smtp://", None, "names no server"),
        ("smtp://mail.example:port", None, "names no server"),
        ("smtp://user:s3cret@mail.example", None, "holds a password"),
        ("smtp://user@mail.example", None, "no password is set"),
        ("smtp://user@127.0.0.1:25", "s3cret", "over TLS only"),
        ("smtp://user@mail.example?tls=none", "s3cret", "over TLS only"),
        ("smtp://mail.example?tls=maybe", None, "tls=none"),
        ("smtp://mail.example?speed=9", None, "tls=none"),
        ("smtps://mail.example?tls=none", None, "tls=none"),
        ("smtps://user@mail.example?auth=magic", "s3cret", "auth="),
        ("smtps://mail.example?auth=xoauth2", "s3cret", "auth="),
    ],
)
def test_a_url_that_cannot_work_gets_one_sentence_without_secrets(url: str, password: str | None, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        open_transport(url, outbox=Path("unused"), password=password)
    assert "s3cret" not in str(caught.value)


def envelope(number: int) -> Envelope:
    return Envelope(delivery_id=number, sender="", recipient="reader@body.example", message=b"Subject: x\r\n\r\nx\r\n")


def test_the_outbox_counts_on_from_what_is_there_and_names_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "outbox"
    OutboxTransport(folder).deliver([envelope(11), envelope(12)], Notes())
    (folder / "notes-of-somebody.eml").write_text("kept")
    OutboxTransport(folder).deliver([envelope(11)], Notes())
    assert sorted(path.name for path in folder.iterdir()) == [
        "0001-11.eml",
        "0002-12.eml",
        "0003-11.eml",
        "notes-of-somebody.eml",
    ]


def test_an_outbox_that_cannot_be_made_is_unavailable_and_touches_nobody(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file, not a folder")
    notes = Notes()
    with pytest.raises(UnavailableError, match="cannot be written"):
        OutboxTransport(tmp_path / "outbox").deliver([envelope(1)], notes)
    assert notes.outcomes == {}


def test_a_copy_that_cannot_be_written_waits_and_leaves_no_half_file(tmp_path: Path) -> None:
    folder = tmp_path / "outbox"
    (folder / "0002-2.eml").mkdir(parents=True)  # a name that cannot be written over
    (folder / "0001-1.eml").touch()
    outbox, notes = OutboxTransport(folder), Notes()
    outbox._numbers = iter([2])
    with pytest.raises(UnavailableError):
        outbox.deliver([envelope(2)], notes)
    outcome = notes.outcomes[2]
    assert isinstance(outcome, TryLater)
    assert outcome.untouched
    assert sorted(path.name for path in folder.iterdir()) == ["0001-1.eml", "0002-2.eml"]


def test_the_fake_answers_as_it_is_told_and_keeps_what_it_accepts() -> None:
    fake, notes = MemoryTransport(lambda one: Refused(code=550, text=str(one.delivery_id))), Notes()
    fake.deliver([envelope(1)], notes)
    assert notes.outcomes == {1: Refused(code=550, text="1")}
    assert fake.delivered == []


@pytest.mark.parametrize(
    "message",
    [b"", b"a", b"a\n", b"a\r", b"a\nb\r\n", b"a\rb\r\n", b"a\r\n.\r\nb\r\n", b"a\r\n.b\r\n", b".a\r\n", b"\r\r\n"],
)
def test_bytes_that_a_server_would_read_otherwise_are_refused(message: bytes) -> None:
    with pytest.raises(ValueError, match="message"):
        check_wire_safe(message)


def test_sound_bytes_pass() -> None:
    check_wire_safe(b"Subject: x\r\n\r\na.b\r\n=2E\r\n")


@pytest.mark.parametrize(
    ("text", "code"), [("5.1.1 no such user", "5.1.1"), ("4.2.0", "4.2.0"), ("Ok 2.0.0", ""), ("9.1.1 x", ""), ("", "")]
)
def test_the_enhanced_code_is_read_at_the_head_alone(text: str, code: str) -> None:
    assert enhanced_code(text) == code
