"""SMTP servers that misbehave: what is known stays known, what is not is in doubt, nobody is blamed for a route."""

import base64
import ssl
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
from certificates import make_certificate, server_context, trusting
from smtp_misbehaving import DROP, PIPELINING, SILENT, SLOW, Misbehaving, misbehaving

from newsletter.errors import RouteRefusedError, UnavailableError
from newsletter.transports import Engine
from newsletter.transports.base import Accepted, Envelope, InDoubt, Outcome, PlainForms, Refused, Transport, TryLater
from newsletter.transports.pipelined import PipelinedTransport
from newsletter.transports.smtp import SmtpTransport
from newsletter.transports.smtp_route import Auth, SmtpRoute, Timeouts, Tls

IMPATIENT = Timeouts(connect=1, command=0.5, end_of_data=0.5, back_off=0.01)
UNTOUCHED = "untouched"


class Notes(PlainForms):
    """Grants everything but what is withheld, and keeps what it is told."""

    def __init__(self, withheld: Sequence[int] = ()) -> None:
        self.withheld = frozenset(withheld)
        self.intents: list[int] = []
        self.outcomes: dict[int, Outcome] = {}

    def settle(self, outcomes: Sequence[tuple[int, Outcome]], intents: Sequence[int]) -> frozenset[int]:
        assert not self.outcomes.keys() & dict(outcomes).keys()
        self.outcomes.update(outcomes)
        self.intents += intents
        return frozenset(intents) - self.withheld


def envelope(number: int, recipient: str | None = None) -> Envelope:
    return Envelope(
        delivery_id=number,
        sender="bounces@office.example",
        recipient=recipient or f"reader{number}@body.example",
        message=f"Subject: copy {number}\r\n\r\n".encode() + b"words and more words\r\n" * 500,
    )


@dataclass(frozen=True)
class Sender:
    """One of the engines, and a server that offers what it can use."""

    engine: Engine
    usual: Mapping[str, str]

    def serve(self, script: Mapping[str, str] | None = None, **how: object) -> AbstractContextManager[Misbehaving]:
        return misbehaving(dict(self.usual) | dict(script or {}), usual=self.usual, **how)

    def transport(self, server: Misbehaving, **facts: object) -> Transport:
        usual = {"host": "127.0.0.1", "port": server.port, "tls": Tls.NONE, "timeouts": IMPATIENT}
        route = SmtpRoute(**usual | facts)  # type: ignore[arg-type]
        return SmtpTransport(route) if self.engine is Engine.PLAIN else PipelinedTransport(route)

    def deliver(self, server: Misbehaving, count: int = 3, notes: Notes | None = None, **facts: object) -> Notes:
        notes = notes or Notes()
        self.transport(server, **facts).deliver(map(envelope, range(count)), notes)
        return notes


@pytest.fixture(
    params=[(Engine.PLAIN, {}), (Engine.FAST, {}), (Engine.FAST, PIPELINING)], ids=["plain", "fast", "pipelined"]
)
def sender(request: pytest.FixtureRequest) -> Sender:
    return Sender(*request.param)


def heard(server: Misbehaving, verb: str) -> int:
    return sum(command.upper().startswith(verb) for command in server.commands)


def kind(outcome: Outcome) -> object:
    return UNTOUCHED if isinstance(outcome, TryLater) and outcome.untouched else type(outcome)


@pytest.mark.parametrize(
    ("script", "fate", "intended"),
    [
        ({"mail": DROP}, UNTOUCHED, False),
        ({"mail": SILENT}, UNTOUCHED, False),
        ({"mail": "451 4.3.0 later"}, TryLater, False),
        ({"mail": "421 4.3.2 closing"}, UNTOUCHED, False),
        ({"mail": "garbage"}, UNTOUCHED, False),
        ({"mail": "250" + "x" * 9000}, UNTOUCHED, False),
        ({"rcpt": DROP}, UNTOUCHED, False),
        ({"rcpt": SILENT}, UNTOUCHED, False),
        ({"rcpt": "450 4.2.0 greylisted"}, TryLater, False),
        ({"rcpt": "421 4.3.2 closing"}, UNTOUCHED, False),
        ({"rcpt": "550 5.1.1 no such user"}, Refused, False),
        ({"rcpt": "799 what"}, UNTOUCHED, False),
        ({"data": DROP}, UNTOUCHED, False),
        ({"data": SILENT}, UNTOUCHED, False),
        ({"data": "451 4.3.1 disk full"}, TryLater, False),
        ({"data": "554 5.7.1 no"}, Refused, False),
        ({"data": "250 ok"}, UNTOUCHED, False),
        ({"dot": DROP}, InDoubt, True),
        ({"dot": SILENT}, InDoubt, True),
        ({"dot": "451 4.3.0 later"}, TryLater, True),
        ({"dot": "421 4.3.2 closing"}, TryLater, True),
        ({"dot": "554 5.7.1 looks like spam"}, Refused, True),
        ({"dot": "garbage"}, InDoubt, True),
        ({"dot": "354 again"}, InDoubt, True),
        ({"dot": "799 what"}, InDoubt, True),
        ({"dot": "500" + "x" * 9000}, InDoubt, True),
        ({"dot": "250-many\r\n250 2.0.0 lines"}, Accepted, True),
    ],
    ids=lambda value: (
        "-".join(f"{step} {words[:10]}" for step, words in value.items()) if isinstance(value, dict) else ""
    ),
)
def test_a_fault_at_any_step_gets_its_fate_and_the_next_rows_go_out(
    sender: Sender, script: dict[str, str], fate: object, intended: bool
) -> None:
    with sender.serve(script, bad_connections=1) as server:
        notes = Notes()
        sender.transport(server).deliver([envelope(0)], notes)
        if server.connections == 1:
            server.bad_connections = 0
        sender.transport(server).deliver([envelope(1), envelope(2)], notes)
    assert kind(notes.outcomes[0]) == fate
    assert (0 in notes.intents) is intended
    assert {kind(notes.outcomes[number]) for number in (1, 2)} == {Accepted}


@pytest.mark.parametrize(
    "script", [{"rcpt": DROP}, {"dot": DROP}, {"mail": "421 bye"}, {"dot": "421 bye"}, {"dot": "huh"}]
)
def test_after_a_broken_connection_the_next_row_goes_over_a_new_one(sender: Sender, script: dict[str, str]) -> None:
    with sender.serve(script, bad_connections=1) as server:
        notes = sender.deliver(server)
    assert server.connections == 2
    assert list(notes.outcomes) == [0, 1, 2]
    assert {kind(notes.outcomes[number]) for number in (1, 2)} == {Accepted}
    assert [body for body in server.bodies if b"copy 0" in body] == server.bodies[:-2]


def test_the_answer_to_a_whole_message_may_take_longer_than_others(sender: Sender) -> None:
    patient = Timeouts(connect=1, command=0.5, end_of_data=10, back_off=0.01)
    with sender.serve({"dot": SLOW}) as server:
        assert kind(sender.deliver(server, 1, timeouts=patient).outcomes[0]) is Accepted
    with sender.serve({"rcpt": SLOW}) as server:
        assert kind(sender.deliver(server, 1, timeouts=patient).outcomes[0]) == UNTOUCHED


def test_a_connection_that_breaks_inside_a_body_leaves_no_doubt(sender: Sender) -> None:
    large = Envelope(
        delivery_id=0, sender="", recipient="a@b.example", message=b"more than the kernel buffers\r\n" * 500_000
    )
    notes = Notes()
    with sender.serve({"body": DROP}, bad_connections=1) as server:
        sender.transport(server).deliver([large, envelope(1)], notes)
    assert (kind(notes.outcomes[0]), kind(notes.outcomes[1])) == (UNTOUCHED, Accepted)
    assert notes.intents == [0, 1]


@pytest.mark.parametrize("data", ["354 go ahead", "554 5.5.1 nobody to send to"])
def test_refusals_of_one_row_do_not_cost_the_connection(sender: Sender, data: str) -> None:
    with sender.serve({"rcpt": "550 5.1.1 no such user", "data": data}) as server:
        notes = sender.deliver(server)
    assert server.connections == 1
    assert [kind(outcome) for outcome in notes.outcomes.values()] == [Refused] * 3
    assert b"".join(server.bodies) == b""
    # RFC 2920: commands behind a refused RCPT are on the way already; else the table is cleared.
    assert heard(server, "RSET") >= 2 or (heard(server, "DATA") == 3 and data.startswith("354"))


def test_the_words_of_the_server_are_kept(sender: Sender) -> None:
    with sender.serve({"rcpt": "550-5.1.1 no such\r\n550 5.1.1 user here"}) as server:
        outcome = sender.deliver(server, 1).outcomes[0]
    assert outcome == Refused(code=550, enhanced="5.1.1", text="5.1.1 no such\n5.1.1 user here")
    with sender.serve() as server:
        outcome = sender.deliver(server, 1).outcomes[0]
    assert outcome == Accepted(code=250, enhanced="2.0.0", text="2.0.0 Ok: queued as Q1", provider_ref="Q1")


@pytest.mark.parametrize(
    "script",
    [
        {"greeting": DROP},
        {"greeting": SILENT},
        {"greeting": "421 busy"},
        {"greeting": "554 go away"},
        {"greeting": "garbage"},
        {"ehlo": DROP},
        {"ehlo": SILENT},
        {"ehlo": "502 what"},
        {"mail": "530 5.7.0 sign in first"},
        {"mail": "550 5.7.1 not from you"},
        {"mail": "552 5.3.4 too big"},
        {"rcpt": "530 5.7.57 not signed in"},
        {"rcpt": "550 5.7.30 basic authentication is not supported"},
    ],
)
def test_what_concerns_the_whole_route_touches_no_recipient(sender: Sender, script: dict[str, str]) -> None:
    notes = Notes()
    with sender.serve(script) as server, pytest.raises(UnavailableError) as caught:
        sender.deliver(server, notes=notes)
    assert (notes.intents, notes.outcomes, server.bodies) == ([], {}, [])
    assert "@" not in str(caught.value)


@pytest.mark.parametrize(
    ("script", "facts"),
    [
        ({"greeting": DROP}, {}),
        ({"greeting": SILENT}, {}),
        ({"greeting": "554 go away"}, {}),
        ({"ehlo": "502 what"}, {}),
        ({}, {"tls": Tls.STARTTLS}),
    ],
)
def test_trying_the_way_out_finds_what_is_wrong_with_it(
    sender: Sender, script: dict[str, str], facts: dict[str, object]
) -> None:
    with sender.serve(script) as server, pytest.raises(UnavailableError):
        sender.transport(server, **facts).probe()


def test_trying_the_way_out_names_nobody_and_says_goodbye(sender: Sender) -> None:
    with sender.serve({"quit": DROP}) as server:
        sender.transport(server).probe()
    assert [command.split(" ")[0].upper() for command in server.commands] == ["EHLO", "QUIT"]


def test_a_server_that_is_not_there_touches_no_recipient(sender: Sender) -> None:
    with sender.serve() as server:
        port = server.port
    notes = Notes()
    with pytest.raises(UnavailableError, match="cannot be reached"):
        sender.deliver(server, notes=notes, port=port)
    assert notes.outcomes == {}


def test_connections_that_break_one_after_another_stop_the_batch(sender: Sender) -> None:
    notes = Notes()
    with sender.serve({"rcpt": DROP}) as server, pytest.raises(UnavailableError, match="in a row"):
        sender.deliver(server, 50, notes)
    assert server.connections == 3
    assert [kind(outcome) for outcome in notes.outcomes.values()] == [UNTOUCHED] * 3


def test_what_is_not_granted_after_354_gets_no_body_and_no_quit(sender: Sender) -> None:
    with sender.serve() as server:
        notes = sender.deliver(server, notes=Notes(withheld=[1]))
    assert list(notes.outcomes) == [0, 2]
    assert [b"copy 0" in server.bodies[0], b"copy 2" in server.bodies[1]] == [True, True]
    assert len(server.bodies) == 2
    assert server.connections == 2


def test_an_address_the_server_could_misread_is_refused_here_and_never_said(sender: Sender) -> None:
    notes = Notes()
    rows = [envelope(0, "a@b.example> SIZE=1"), envelope(1, "jörg@b.example"), envelope(2, "a@b.example\r\nRSET")]
    with sender.serve() as server:
        sender.transport(server).deliver([*rows, envelope(3)], notes)
    assert [kind(notes.outcomes[number]) for number in range(4)] == [Refused, Refused, Refused, Accepted]
    assert heard(server, "RCPT") == 1


@pytest.mark.parametrize("message", [b"a\nb\r\n", b"a\r\n.\r\nMAIL FROM:<x@y.example>\r\n", b"a"])
def test_fault_72_bytes_that_need_changing_are_never_sent(sender: Sender, message: bytes) -> None:
    bad = Envelope(delivery_id=1, sender="", recipient="a@b.example", message=message)
    with sender.serve() as server, pytest.raises(ValueError, match="message"):
        sender.transport(server).deliver([bad], Notes())
    assert server.connections == 0


def test_a_sender_that_is_no_plain_address_is_never_said(sender: Sender) -> None:
    bad = Envelope(delivery_id=1, sender="a@b.example> BODY=X", recipient="a@b.example", message=b"x\r\n")
    with sender.serve() as server, pytest.raises(ValueError, match="sender"):
        sender.transport(server).deliver([bad], Notes())
    assert server.commands == []


def test_no_goodbye_changes_nothing(sender: Sender) -> None:
    with sender.serve({"quit": DROP}) as server:
        assert kind(sender.deliver(server, 1).outcomes[0]) is Accepted


def test_the_log_holds_no_address(sender: Sender, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    for script in ({"rcpt": "550 5.1.1 <reader0@body.example> unknown"}, {"dot": DROP}, {"rcpt": DROP}):
        with sender.serve(script, bad_connections=1) as server:
            sender.deliver(server)
    assert caplog.records
    assert "@" not in caplog.text


# TLS and signing in

TLS_EHLO = {"ehlo": "250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN"}
SIGNED_IN = {"tls": Tls.STARTTLS, "username": "bulletin@office.example", "password": "pâss wörd"}


@pytest.fixture
def good_certificate(tmp_path: Path) -> Path:
    return make_certificate(tmp_path)


@pytest.mark.parametrize("offer", ["PLAIN LOGIN", "CRAM-MD5 PLAIN", "LOGIN"])
def test_the_password_goes_out_after_tls_alone(sender: Sender, good_certificate: Path, offer: str) -> None:
    script = {"ehlo": f"250-here\r\n250-STARTTLS\r\n250 AUTH {offer}"}
    with sender.serve(script, tls=server_context(good_certificate)) as server:
        notes = sender.deliver(server, 1, context=trusting(good_certificate), **SIGNED_IN)
    assert kind(notes.outcomes[0]) is Accepted
    assert [command.split(" ")[0].upper() for command in server.commands[:4]] == ["EHLO", "STARTTLS", "EHLO", "AUTH"]
    name, password = (packed(str(SIGNED_IN[field])) for field in ("username", "password"))
    if offer == "LOGIN":
        assert server.commands[3:6] == ["AUTH LOGIN", name, password]
    else:
        assert server.commands[3] == f"AUTH PLAIN {packed(f'{chr(0)}bulletin@office.example{chr(0)}pâss wörd')}"


def packed(secret: str) -> str:
    return base64.b64encode(secret.encode()).decode()


def test_tls_from_the_first_byte_works(sender: Sender, good_certificate: Path) -> None:
    with sender.serve(tls=server_context(good_certificate), implicit=True) as server:
        notes = sender.deliver(server, tls=Tls.IMPLICIT, context=trusting(good_certificate))
    assert [kind(outcome) for outcome in notes.outcomes.values()] == [Accepted] * 3


def refused_before_anything_is_said(sender: Sender, server: Misbehaving, words: str, **facts: object) -> None:
    notes = Notes()
    with pytest.raises(UnavailableError, match=words) as caught:
        sender.deliver(server, notes=notes, **SIGNED_IN | facts)
    assert (notes.intents, notes.outcomes) == ([], {})
    assert heard(server, "AUTH") == heard(server, "MAIL") == 0
    assert "wörd" not in str(caught.value)


def test_a_server_whose_starttls_was_stripped_is_refused(sender: Sender) -> None:
    with sender.serve({"ehlo": "250-here\r\n250 AUTH PLAIN LOGIN"}) as server:
        refused_before_anything_is_said(sender, server, "does not offer TLS")


@pytest.mark.parametrize("words", ["454 4.7.0 not now", "554 no", DROP, SILENT])
def test_a_server_that_will_not_start_tls_is_refused(sender: Sender, words: str) -> None:
    with sender.serve(TLS_EHLO | {"starttls": words}) as server:
        refused_before_anything_is_said(sender, server, "SMTP")


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize(("flaw", "words"), [({"days": -1}, "expired"), ({"host": "127.0.0.2"}, "mismatch")])
def test_an_expired_or_foreign_certificate_is_refused(
    sender: Sender, tmp_path: Path, flaw: dict, words: str, implicit: bool
) -> None:
    bad = make_certificate(tmp_path, **flaw)
    facts = {"context": trusting(bad), "tls": Tls.IMPLICIT if implicit else Tls.STARTTLS}
    with sender.serve(TLS_EHLO, tls=server_context(bad), implicit=implicit) as server:
        refused_before_anything_is_said(sender, server, words, **facts)


def test_a_certificate_of_an_unknown_maker_is_refused(sender: Sender, good_certificate: Path) -> None:
    with sender.serve(TLS_EHLO, tls=server_context(good_certificate)) as server:
        refused_before_anything_is_said(sender, server, "self-signed|self signed")


def test_a_server_that_speaks_no_tls_where_tls_is_due_is_refused(sender: Sender) -> None:
    with sender.serve() as server:
        refused_before_anything_is_said(sender, server, "TLS", tls=Tls.IMPLICIT)


def test_words_slipped_in_after_starttls_are_thrown_away(sender: Sender, good_certificate: Path) -> None:
    script = TLS_EHLO | {"starttls": "220 go ahead\r\n554 slipped in"}
    with sender.serve(script, tls=server_context(good_certificate)) as server:
        notes = sender.deliver(server, 1, context=trusting(good_certificate), **SIGNED_IN)
    assert kind(notes.outcomes[0]) is Accepted


@pytest.mark.parametrize("words", ["535 5.7.8 bulletin@office.example: no", "454 4.7.0 not now", "534 5.7.9 weak"])
def test_a_refused_sign_in_stops_all_and_repeats_no_name(sender: Sender, good_certificate: Path, words: str) -> None:
    notes = Notes()
    with sender.serve(TLS_EHLO | {"auth": words}, tls=server_context(good_certificate)) as server:
        with pytest.raises(UnavailableError, match="refuses the sign-in") as caught:
            sender.deliver(server, notes=notes, context=trusting(good_certificate), **SIGNED_IN)
        assert heard(server, "MAIL") == 0
    assert notes.outcomes == {}
    assert "@" not in str(caught.value)


TOKEN = SIGNED_IN | {"auth": Auth.XOAUTH2}


def test_an_oauth_token_is_read_anew_for_each_connection(sender: Sender, good_certificate: Path) -> None:
    tokens = iter(["first", "second"])
    script = {"ehlo": "250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN XOAUTH2", "dot": "421 4.3.2 going"}
    with misbehaving(script, tls=server_context(good_certificate)) as server:
        facts = TOKEN | {"context": trusting(good_certificate), "password": lambda: next(tokens)}
        sender.deliver(server, 2, **facts)
    said = [command.removeprefix("AUTH XOAUTH2 ") for command in server.commands if command.startswith("AUTH")]
    assert said == [packed(f"user=bulletin@office.example\1auth=Bearer {token}\1\1") for token in ("first", "second")]


def test_a_refused_token_gets_its_empty_answer_and_stops_all(sender: Sender, good_certificate: Path) -> None:
    script = {"ehlo": "250-here\r\n250-STARTTLS\r\n250 AUTH XOAUTH2", "auth": "334 e30=", "": "535 5.7.8 expired"}
    with (
        misbehaving(script, tls=server_context(good_certificate)) as server,
        pytest.raises(RouteRefusedError, match="535"),
    ):
        sender.deliver(server, context=trusting(good_certificate), **TOKEN)
    assert server.commands[4] == ""


def test_a_token_is_never_sent_to_a_server_that_takes_none(sender: Sender, good_certificate: Path) -> None:
    with (
        misbehaving(TLS_EHLO, tls=server_context(good_certificate)) as server,
        pytest.raises(UnavailableError, match="XOAUTH2"),
    ):
        sender.deliver(server, context=trusting(good_certificate), **TOKEN)
    assert heard(server, "AUTH") == 0


def test_a_tenant_without_basic_sign_in_is_told_to_use_oauth(sender: Sender, good_certificate: Path) -> None:
    script = TLS_EHLO | {"auth": "550 5.7.30 Basic authentication is not supported"}
    with (
        sender.serve(script, tls=server_context(good_certificate)) as server,
        pytest.raises(UnavailableError, match="OAuth"),
    ):
        sender.deliver(server, context=trusting(good_certificate), **SIGNED_IN)


def test_a_server_without_any_known_sign_in_is_refused(sender: Sender, good_certificate: Path) -> None:
    script = {"ehlo": "250-here\r\n250-STARTTLS\r\n250 AUTH CRAM-MD5"}
    with (
        sender.serve(script, tls=server_context(good_certificate)) as server,
        pytest.raises(UnavailableError, match="neither AUTH PLAIN nor LOGIN"),
    ):
        sender.deliver(server, context=trusting(good_certificate), **SIGNED_IN)


def test_an_old_tls_version_is_refused(sender: Sender, good_certificate: Path) -> None:
    old = server_context(good_certificate)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    client = trusting(good_certificate)
    client.minimum_version = ssl.TLSVersion.TLSv1_3
    with sender.serve(TLS_EHLO, tls=old) as server:
        refused_before_anything_is_said(sender, server, "TLS could not be set up", context=client)
