"""The fast engine over real sockets: many connections, windows, TLS, servers that hang up or take only a few."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from selectors import SelectorKey

import pytest
from certificates import make_certificate, server_context, trusting
from fast_sink import Session, Sink
from smtp_misbehaving import CHUNKING, DROP, PIPELINING, SILENT, misbehaving

from newsletter.errors import RouteRefusedError, UnavailableError
from newsletter.transports.base import Accepted, Envelope, InDoubt, Outcome, Pause, PlainForms, TryLater
from newsletter.transports.pipelined import Limits, PipelinedTransport
from newsletter.transports.pipelined.loop import Loop
from newsletter.transports.smtp_route import SmtpRoute, Timeouts, Tls

IMPATIENT = Timeouts(connect=2, command=0.5, end_of_data=0.5, back_off=0.01)
KEYWORDS = ["sink", "SIZE 9000000", "PIPELINING", "CHUNKING"]


class Notes(PlainForms):
    """Grants all but what is withheld; keeps what it is told, and how much was in doubt at once."""

    def __init__(self, withheld: Sequence[int] = (), seconds: float = 0) -> None:
        self.withheld, self.seconds = frozenset(withheld), seconds
        self.outcomes: dict[int, Outcome] = {}
        self.open: set[int] = set()
        self.most_open = self.commits = 0

    def settle(self, outcomes: Sequence[tuple[int, Outcome]], intents: Sequence[int]) -> frozenset[int]:
        time.sleep(self.seconds)
        assert not self.outcomes.keys() & dict(outcomes).keys()
        self.outcomes.update(outcomes)
        self.open -= dict(outcomes).keys()
        granted = frozenset(intents) - self.withheld
        self.open |= granted
        self.most_open = max(self.most_open, len(self.open))
        self.commits += 1
        return granted


def envelope(number: int, *, size: int = 2000) -> Envelope:
    return Envelope(
        delivery_id=number,
        sender="bounces@office.example",
        recipient=f"reader{number}@body.example",
        message=b"Subject: copy %d\r\n\r\n" % number + b"words and more words\r\n" * (size // 22),
    )


def transport(port: int, connections: int = 1, window: int = 1, **facts: object) -> PipelinedTransport:
    usual = {"host": "127.0.0.1", "port": port, "tls": Tls.NONE, "timeouts": IMPATIENT}
    limits = Limits(connections=connections, window=window)
    return PipelinedTransport(SmtpRoute(**usual | facts), limits)  # type: ignore[arg-type]


class Receiver(Sink):
    """The sink of the benchmarks, with rules for who is greeted, when it hangs up and when it has had enough of us."""

    def __init__(
        self, *, takes: int = 1000, messages: int = 10**9, goodbye: bytes = b"", refuses_after: int = 10**9
    ) -> None:
        self.accepted: list[bytes] = []
        super().__init__(0, KEYWORDS, self.accepted.append)
        self.takes, self.messages, self.goodbye, self.refuses_after = takes, messages, goodbye, refuses_after
        self.met = self.refused = self.most = self._now = 0
        self._ended = threading.Event()

    def _session(self) -> Session:
        return Guest(self, self._ehlo)

    def _greet(self) -> None:
        if self._ended.is_set():
            raise KeyboardInterrupt
        if self._now >= self.takes:
            connection, _ = self._listener.accept()
            connection.sendall(b"421 4.7.0 too many connections\r\n")
            connection.close()
            self.refused += 1
            return
        super()._greet()
        self.met += 1
        self._now += 1
        self.most = max(self.most, self._now)

    def _serve(self, connection: socket.socket, session: Session) -> None:
        super()._serve(connection, session)
        if connection.fileno() < 0:
            self._now -= 1

    def end(self) -> None:
        self._ended.set()
        socket.create_connection(("127.0.0.1", self.port)).close()


class Guest(Session):
    """One connection to the receiver."""

    def __init__(self, host: Receiver, ehlo: bytes) -> None:
        super().__init__(ehlo, host.accepted.append)
        self._host, self._left = host, host.messages

    def _command(self, line: bytes) -> bytes:
        if line.startswith(b"MAIL") and len(self._host.accepted) >= self._host.refuses_after:
            return b"550 5.7.1 not from you\r\n"
        return super()._command(line)

    def _accept(self) -> bytes:
        self._left -= 1
        self.over = not self._left
        return super()._accept() + (self._host.goodbye if self.over else b"")


@contextmanager
def receiving(**rules: object) -> Iterator[Receiver]:
    receiver = Receiver(**rules)  # type: ignore[arg-type]

    def serve() -> None:
        try:
            receiver.run()
        except KeyboardInterrupt:
            receiver.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.end()
        thread.join(5)


def all_once(receiver: Receiver, notes: Notes, number: int) -> bool:
    wanted = sorted(envelope(which).recipient.encode() for which in range(number))
    return sorted(receiver.accepted) == wanted and all(
        isinstance(notes.outcomes[which], Accepted) for which in range(number)
    )


@pytest.mark.parametrize(("connections", "window"), [(1, 1), (8, 1), (1, 4), (8, 4)])
def test_everybody_is_served_once_and_no_more_is_in_doubt_than_agreed(connections: int, window: int) -> None:
    notes = Notes()
    with receiving() as receiver:
        transport(receiver.port, connections, window).deliver(map(envelope, range(400)), notes)
    assert all_once(receiver, notes, 400)
    assert receiver.most <= connections
    assert notes.most_open <= connections * window
    assert window == 1 or notes.most_open > 1


def test_while_a_commit_waits_for_the_disk_the_next_one_gathers() -> None:
    notes = Notes(seconds=0.005)
    with receiving() as receiver:
        transport(receiver.port, 8).deliver(map(envelope, range(400)), notes)
    assert all_once(receiver, notes, 400)
    assert notes.commits < 200


def test_no_more_connections_are_opened_than_there_are_mails() -> None:
    notes = Notes()
    with receiving() as receiver:
        transport(receiver.port, 8).deliver(map(envelope, range(2)), notes)
    assert all_once(receiver, notes, 2)
    assert receiver.met <= 2


def test_nothing_is_connected_for_nobody() -> None:
    with receiving() as receiver:
        transport(receiver.port, 8).deliver([], Notes())
        assert receiver.met == 0


@pytest.mark.parametrize("goodbye", [b"", b"421 4.7.0 that was enough\r\n"])
@pytest.mark.parametrize("messages", [1, 3])
def test_a_server_that_hangs_up_after_a_few_messages_is_normal(messages: int, goodbye: bytes) -> None:
    notes, patient = Notes(), Timeouts(connect=2, command=5, end_of_data=5, back_off=60)
    with receiving(messages=messages, goodbye=goodbye) as receiver:
        transport(receiver.port, 4, timeouts=patient).deliver(map(envelope, range(60)), notes)
    assert all_once(receiver, notes, 60)


def test_a_server_that_takes_fewer_connections_than_wished_for_is_normal() -> None:
    notes = Notes()
    with receiving(takes=3) as receiver:
        transport(receiver.port, 8).deliver(map(envelope, range(400)), notes)
    assert all_once(receiver, notes, 400)
    assert receiver.refused >= 1


def test_a_server_that_takes_nobody_is_unavailable() -> None:
    notes = Notes()
    with receiving(takes=0) as receiver, pytest.raises(UnavailableError, match="421"):
        transport(receiver.port, 8).deliver(map(envelope, range(10)), notes)
    assert (notes.outcomes, receiver.refused) == ({}, 1)


def test_a_refused_sign_in_is_not_tried_eight_times(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    script = {"ehlo": "250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN", "auth": "535 5.7.8 no"}
    facts = {"tls": Tls.STARTTLS, "username": "bulletin", "password": "word", "context": trusting(certificate)}
    with misbehaving(script, tls=server_context(certificate)) as server, pytest.raises(RouteRefusedError):
        transport(server.port, 8, **facts).deliver(map(envelope, range(10)), Notes())
    assert server.connections == 1


def test_what_is_on_the_wire_is_finished_when_the_route_fails() -> None:
    notes = Notes()
    with receiving(refuses_after=100) as receiver, pytest.raises(RouteRefusedError):
        transport(receiver.port, 4).deliver(map(envelope, range(200)), notes)
    assert notes.open == set()
    assert len(receiver.accepted) == len(notes.outcomes)
    assert all(isinstance(outcome, Accepted) for outcome in notes.outcomes.values())


def test_the_stream_is_pulled_no_further_than_can_be_sent() -> None:
    pulled = count()
    notes = Notes()
    with misbehaving({"dot": SILENT} | PIPELINING) as server, pytest.raises(UnavailableError):
        transport(server.port, 2).deliver((envelope(next(pulled)) for _ in range(1000)), notes)
    assert next(pulled) < 20
    assert {type(outcome) for outcome in notes.outcomes.values()} <= {InDoubt, TryLater}


def test_replies_are_read_and_recorded_during_a_pause() -> None:
    notes, seen = Notes(), []

    def stream() -> Iterator[Envelope | Pause]:
        yield envelope(0)
        yield Pause(seconds=0.3)
        seen.append(set(notes.outcomes))
        yield envelope(1)

    with receiving() as receiver:
        transport(receiver.port, 4).deliver(stream(), notes)
    assert (seen, all_once(receiver, notes, 2)) == ([{0}], True)


def test_a_pause_that_ends_between_two_looks_at_the_clock_is_over() -> None:
    """It was taken for one that lasts until the next reply is overdue: five minutes, for a mailing with a pace."""
    ticks, notes = count(), Notes()

    def stream() -> Iterator[Envelope | Pause]:
        for number in range(60):
            yield envelope(number)
            yield Pause(seconds=number + 0.5)

    with receiving() as receiver:
        patient = Timeouts(connect=2, command=10**6, end_of_data=10**6, back_off=0.01)
        route = SmtpRoute(host="127.0.0.1", port=receiver.port, tls=Tls.NONE, timeouts=patient)
        loop = Loop(route, Limits(connections=2), stream(), notes, clock=lambda: float(next(ticks)))
        waits: list[float] = []
        selector, links = loop._fleet.selector, loop._fleet.links
        real = selector.select

        def select(wait: float) -> list[tuple[SelectorKey, int]]:
            if links and not any(link.dialogue.busy for link in links):  # so it waits for the pause alone
                waits.append(wait)
            return real(min(wait, 0.02))

        selector.select = select  # type: ignore[assignment, method-assign]
        loop.run()
    assert all_once(receiver, notes, 60)
    assert 0 < max(waits) < 100


def test_a_connection_that_was_closed_while_idle_costs_nobody_anything() -> None:
    notes = Notes()
    with receiving(messages=1, goodbye=b"421 4.4.2 idle\r\n") as receiver:
        stream = [envelope(0), Pause(seconds=0.2), envelope(1), Pause(seconds=0.2), envelope(2)]
        transport(receiver.port).deliver(stream, notes)
    assert all_once(receiver, notes, 3)


def test_when_a_connection_brings_nothing_three_times_in_a_row_all_that_is_known_is_settled() -> None:
    notes = Notes()
    with misbehaving({"dot": DROP} | PIPELINING) as server, pytest.raises(UnavailableError, match="in a row"):
        transport(server.port).deliver(map(envelope, range(50)), notes)
    assert server.connections == 3
    assert [type(outcome) for outcome in notes.outcomes.values()] == [InDoubt] * 3
    assert notes.open == set()


def test_a_server_that_restarts_is_waited_for() -> None:
    notes = Notes()
    with receiving(messages=5) as receiver:

        def stream() -> Iterator[Envelope]:
            for number in range(20):
                receiver.takes = 0 if number == 8 else receiver.takes
                if number == 8:
                    threading.Timer(0.15, lambda: setattr(receiver, "takes", 10)).start()
                yield envelope(number)

        timeouts = Timeouts(connect=2, command=2, end_of_data=2, back_off=0.2)
        transport(receiver.port, timeouts=timeouts).deliver(stream(), notes)
    assert all_once(receiver, notes, 20)
    assert receiver.refused >= 1


def test_a_trickle_of_bytes_is_no_reply() -> None:
    """A reply has its time as a whole; each byte does not buy more."""
    notes = Notes()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def trickle() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"220 ready\r\n")
                connection.recv(1000)
                connection.sendall(b"250-here\r\n250 PIPELINING\r\n")
                try:
                    while True:
                        connection.sendall(b"2")
                        time.sleep(0.05)
                except OSError:
                    return

        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        begun = time.monotonic()
        transport(listener.getsockname()[1]).deliver([envelope(0)], notes)
        assert time.monotonic() - begun < 3
        thread.join(5)
    assert isinstance(notes.outcomes[0], TryLater)


class _FailingAfter(PlainForms):
    """Passes on so many outcomes, then ends the run as a full disk would."""

    def __init__(self, notes: Notes, number: int) -> None:
        self._notes, self._left = notes, number

    def settle(self, outcomes: Sequence[tuple[int, Outcome]], intents: Sequence[int]) -> frozenset[int]:
        granted = self._notes.settle(outcomes, intents)
        self._left -= len(outcomes)
        if self._left <= 0:
            raise UnavailableError("enough")
        return granted


@pytest.mark.parametrize("window", [1, 4])
@pytest.mark.parametrize("implicit", [True, False])
def test_large_bodies_cross_tls_whole_over_several_connections(tmp_path: Path, implicit: bool, window: int) -> None:
    certificate = make_certificate(tmp_path)
    notes = Notes()
    usual = {"ehlo": CHUNKING["ehlo"].replace("250 SIZE", "250-SIZE") + "\r\n250 STARTTLS"}
    tls = Tls.IMPLICIT if implicit else Tls.STARTTLS
    with misbehaving(usual, usual=usual, tls=server_context(certificate), implicit=implicit) as server:
        patient = Timeouts(connect=5, command=10, end_of_data=10)
        sender = transport(server.port, 3, window, tls=tls, context=trusting(certificate), timeouts=patient)
        sender.deliver((envelope(number, size=400_000) for number in range(12)), notes)
    assert sorted(server.bodies) == sorted(envelope(number, size=400_000).message for number in range(12))
    assert all(isinstance(outcome, Accepted) for outcome in notes.outcomes.values())


def test_a_server_that_reads_slowly_blocks_nobody() -> None:
    """Bodies larger than all buffers, written while replies of the other connection come in."""
    notes = Notes()
    with receiving() as receiver:
        stream = (envelope(number, size=6_000_000 if number % 5 == 0 else 2000) for number in range(20))
        patient = Timeouts(connect=5, command=10, end_of_data=10)
        transport(receiver.port, 2, timeouts=patient).deliver(stream, notes)
    assert all_once(receiver, notes, 20)


def test_a_server_that_lies_about_chunking_is_served_by_data() -> None:
    notes = Notes()
    with misbehaving({"bdat": "500 5.5.1 what"} | CHUNKING, usual=CHUNKING | {"bdat": "500 what"}) as server:
        transport(server.port, 2, 4).deliver(map(envelope, range(20)), notes)
    fates = [type(notes.outcomes[number]) for number in range(20)]
    assert fates.count(TryLater) <= 2
    assert fates.count(Accepted) + fates.count(TryLater) == 20
    assert len(server.bodies) == fates.count(Accepted)


def test_a_server_that_says_more_than_it_was_asked_for_in_the_handshake_is_left() -> None:
    notes = Notes()
    script = {"ehlo": "250-here\r\n250 PIPELINING\r\n250 and more"}
    with misbehaving(script) as server, pytest.raises(UnavailableError):
        transport(server.port).deliver(map(envelope, range(3)), notes)
    assert not notes.open
    assert server.bodies == []


def test_a_journal_that_breaks_stops_everything_at_once() -> None:
    notes = Notes()
    with receiving() as receiver, pytest.raises(UnavailableError, match="enough"):
        transport(receiver.port, 4).deliver(map(envelope, range(100)), _FailingAfter(notes, 10))
    accepted = {which for which, outcome in notes.outcomes.items() if isinstance(outcome, Accepted)}
    assert len(receiver.accepted) - len(accepted) <= 4


def test_what_is_not_granted_in_a_window_is_not_sent() -> None:
    notes = Notes(withheld=range(0, 40, 3))
    with receiving() as receiver:
        transport(receiver.port, 2, 4).deliver(map(envelope, range(40)), notes)
    wanted = [number for number in range(40) if number % 3]
    assert sorted(notes.outcomes) == wanted
    assert sorted(receiver.accepted) == sorted(envelope(number).recipient.encode() for number in wanted)
