"""Faults of the mail server, rows 1 to 27 of the table, as the ledger shows them when the run is over."""

import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from certificates import make_certificate, server_context, trusting
from desk import Desk
from smtp_misbehaving import DROP, SILENT, TRICKLE

from newsletter.errors import RouteRefusedError, UnavailableError
from newsletter.models import Attempt, Bounce, Delivery, Mailing, Subscriber
from newsletter.services.holding import why_held
from newsletter.services.retrying import RetryPolicy
from newsletter.transports.smtp_route import SmtpRoute, Tls
from newsletter.workspace import Workspace

pytestmark = [pytest.mark.heavy, pytest.mark.django_db]

ALL = "9 chosen = 9 accepted"


def test_a_server_that_closes_at_the_greeting_touches_nobody_and_the_next_run_goes_on(desk: Desk) -> None:
    with desk.serve({"greeting": "421 4.3.2 closing"}, bad_connections=1) as server:
        with pytest.raises(UnavailableError, match="421"):
            desk.send(server)
        assert desk.states() == {"pending": 9}
        assert not Attempt.objects.exists()
        assert desk.send(server) == ALL


@pytest.mark.parametrize("step", ["mail", "rcpt", "dot"])
def test_421_in_the_middle_ends_that_connection_and_the_others_take_over(desk: Desk, step: str) -> None:
    at_once = RetryPolicy(first=RetryPolicy().first * 0)
    with desk.serve({step: "421 4.3.2 closing"}, bad_connections=1) as server:
        assert desk.send(server, retry=at_once) == ALL
    assert len(server.bodies) - (1 if step == "dot" else 0) in (9, 10)


@pytest.mark.parametrize("reply", ["450 4.2.0 greylisted", "452 4.5.3 too many", "451 4.3.1 no storage"])
def test_a_recipient_put_off_waits_five_minutes_and_nobody_is_refused(desk: Desk, reply: str) -> None:
    with desk.serve({"rcpt": reply}) as server:
        sentence = desk.send(server)
    assert sentence == "9 chosen = 0 accepted + 9 trying again"
    for row in Delivery.objects.all():
        assert 300 <= (row.next_at - row.updated_at).total_seconds() <= 3_600
    assert desk.chunking or not any(server.bodies)  # a lone dot is no mail


def test_an_unknown_mailbox_is_refused_and_holds_nothing(desk: Desk) -> None:
    with desk.serve({"rcpt": "550 5.1.1 no such user"}) as server:
        assert desk.send(server) == "9 chosen = 0 accepted + 9 sent back by their mail system"
    assert desk.mailing.state == "finished"


@pytest.mark.parametrize(
    ("reply", "status"), [("550 5.1.1 no such user", "bounced"), ("552 5.2.2 mailbox full", "subscribed")]
)
def test_an_unknown_mailbox_is_held_against_the_address(
    desk: Desk, make_workspace: Callable[..., Workspace], reply: str, status: str
) -> None:
    desk.workspace = make_workspace(NEWSLETTER__BOUNCES__GONE="1")
    Mailing.objects.update(practice=False)
    with desk.serve({"rcpt": reply}) as server:
        assert desk.send(server) == "9 chosen = 0 accepted + 9 sent back by their mail system"
    assert set(Subscriber.objects.values_list("status", flat=True)) == {status}
    assert Bounce.objects.count() == 9


@pytest.mark.parametrize(
    ("step", "reply"),
    [("rcpt", "550 5.7.1 blocked"), ("data", "554 5.7.1 blocked"), ("dot", "554 5.7.1 looks like spam")],
)
def test_refusals_on_policy_hold_the_mailing_before_everybody_is_refused(desk: Desk, step: str, reply: str) -> None:
    with desk.serve({step: reply, "dot": reply}) as server:
        desk.send(server)
    assert desk.mailing.state == "paused"
    assert "5.7.1" in why_held(desk.mailing)
    assert 3 <= desk.states()["refused"] < 9
    assert set(Subscriber.objects.values_list("status", flat=True)) == {"subscribed"}


@pytest.mark.parametrize("step", ["mail", "dot"])
def test_an_issue_that_is_too_big_holds_the_mailing_at_the_first_answer(desk: Desk, step: str) -> None:
    # At MAIL it is an answer to us, not about anybody.
    with desk.serve({step: "552 5.3.4 message too big"}) as server, suppress(RouteRefusedError):
        desk.send(server)
    assert desk.mailing.state == "paused"
    assert "552" in why_held(desk.mailing)
    assert desk.states().get("refused", 0) < 9


@pytest.mark.parametrize("reply", ["530 5.7.0 sign in first", "535 5.7.3 expired", "550 5.7.30 basic authentication"])
def test_a_sign_in_lost_in_the_middle_pauses_and_everybody_waits(desk: Desk, reply: str) -> None:
    nonsense = {"rcpt": "503 5.5.1 bad sequence", "dot": "503 5.5.1 bad sequence"} if desk.chunking else {}
    with desk.serve({"mail": reply, **nonsense}) as server, pytest.raises(RouteRefusedError):
        desk.send(server)
    assert desk.mailing.state == "paused"
    assert sum(desk.states().values()) == 9
    assert desk.states().keys() <= {"pending", "deferred"}


TLS_EHLO = "250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN"
UNTRUSTED = {
    "sign-in refused": ({"ehlo": TLS_EHLO, "auth": "535 5.7.8 no"}, 7, RouteRefusedError, "refuses the sign-in"),
    "certificate ran out": ({"ehlo": TLS_EHLO}, -1, UnavailableError, "not valid"),
    "starttls stripped": ({"ehlo": "250-here\r\n250 AUTH PLAIN"}, 7, UnavailableError, "does not offer TLS"),
    "tls refused": ({"ehlo": TLS_EHLO, "starttls": "454 4.7.0 not now"}, 7, UnavailableError, "454"),
}


@pytest.mark.parametrize("case", UNTRUSTED)
def test_a_server_that_does_not_let_us_in_safely_leaves_everybody_waiting(
    desk: Desk, tmp_path: Path, case: str
) -> None:
    script, days, kind, words = UNTRUSTED[case]
    pem = make_certificate(tmp_path, days=days)
    who = {"username": "bulletin@example.org", "password": "secret", "tls": Tls.STARTTLS, "context": trusting(pem)}
    with desk.serve(script, tls=server_context(pem)) as server, pytest.raises(kind, match=words):
        desk.send(server, **who)
    assert desk.states() == {"pending": 9}
    assert not Attempt.objects.exists()
    assert desk.mailing.state == ("paused" if kind is RouteRefusedError else "sending")
    said = [command.split(" ")[0] for command in server.commands]
    assert "MAIL" not in said
    assert case == "sign-in refused" or "AUTH" not in said


def test_a_server_that_is_not_there_marks_nobody(desk: Desk) -> None:
    with desk.serve() as server:
        port = server.port
    for facts in ({"port": port}, {"host": "no-such-host.invalid"}):
        with pytest.raises(UnavailableError, match="cannot be reached"):
            desk.send(port, **facts)
        assert desk.states() == {"pending": 9}
        assert desk.mailing.state == "sending"


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_a_connection_that_breaks_before_the_body_leaves_no_doubt(desk: Desk, step: str) -> None:
    with desk.serve({step: DROP}, bad_connections=1) as server:
        sentence = desk.send(server)
    assert desk.chunking or "can't tell" not in sentence
    assert Delivery.objects.filter(state="refused").count() == 0


@pytest.mark.parametrize("fault", [DROP, SILENT, TRICKLE, "299 what", "799 what", "garbage \x00\x01"])
def test_without_a_clear_answer_to_a_whole_message_it_is_in_doubt_and_not_sent_again(desk: Desk, fault: str) -> None:
    with desk.serve({"dot": fault}, bad_connections=1) as server:
        desk.send(server)
        desk.mailing.refresh_from_db()
    states = desk.states()
    if fault == "299 what":  # its first digit says that it was taken
        assert states == {"accepted": 9}
        return
    assert 1 <= states["in_doubt"] <= 4
    assert states["in_doubt"] + states["accepted"] == 9
    copies = {body.partition(b"\r\nTo: ")[2].split(b"\r\n")[0] for body in server.bodies}
    assert len(copies) == len(server.bodies)


@pytest.mark.parametrize("step", ["greeting", "ehlo", "mail", "rcpt"])
def test_a_reply_that_trickles_in_is_given_up_at_the_deadline_of_a_reply(desk: Desk, step: str) -> None:
    with desk.serve({step: TRICKLE}, bad_connections=1) as server:
        try:
            desk.send(server)
        except UnavailableError:
            assert desk.states() == {"pending": 9}
        assert desk.states().get("refused", 0) == 0
    assert server.connections >= 1


def test_a_peer_that_vanished_is_asked_for_by_the_kernel(desk: Desk) -> None:
    with desk.serve() as server:
        smtp = SmtpRoute(host="127.0.0.1", port=server.port, tls=Tls.NONE).open()
        assert smtp.sock is not None
        assert smtp.sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        smtp.close()


def test_250_to_the_recipient_and_4yz_to_the_message_is_tried_again(desk: Desk) -> None:
    with desk.serve({"data": "451 4.3.0 later", "dot": "451 4.3.0 later"}) as server:
        assert desk.send(server) == "9 chosen = 0 accepted + 9 trying again"
    assert not Delivery.objects.filter(state="in_doubt").exists()


def test_a_server_that_hangs_up_after_every_second_mail_costs_nobody_a_copy(desk: Desk) -> None:
    """SMTP2GO does, and other senders then begin anew or leave people out."""
    with desk.serve(most=2) as server:
        sentence = desk.send(server)
    assert desk.chunking or sentence == ALL
    assert server.connections >= 4
    assert len(server.bodies) == len(set(server.bodies)) <= 9
    assert desk.states()["accepted"] + desk.states().get("in_doubt", 0) == 9
