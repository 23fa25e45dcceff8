"""One connection's conversation without a socket: what is said, and what each reply does to whom."""

from collections.abc import Sequence

import pytest

from newsletter.transports.base import Accepted, Envelope, InDoubt, Outcome, Refused, TryLater
from newsletter.transports.pipelined.chunks import ChunkDialogue, Chunking
from newsletter.transports.pipelined.data import DataDialogue
from newsletter.transports.pipelined.dialogue import Dialogue
from newsletter.transports.smtp_envelope import Abilities

UNTOUCHED = "untouched"
OK, GO = b"250 ok\r\n", b"354 go ahead\r\n"


def envelope(number: int, *, recipient: str | None = None, message: bytes = b"") -> Envelope:
    return Envelope(
        delivery_id=number,
        sender="bounces@office.example",
        recipient=recipient or f"r{number}@body.example",
        message=message or b"Subject: %d\r\n\r\nwords\r\n" % number,
    )


class Wire:
    """A dialogue with everything handed over at once unless told otherwise, and every intent granted."""

    def __init__(self, dialogue: Dialogue, settled: list[tuple[int, Outcome]], count: int) -> None:
        self.dialogue, self._settled = dialogue, settled
        self.waiting = [envelope(number) for number in range(count)]
        self.said = b""
        self.turn()

    def turn(self, *, granted: bool = True) -> None:
        dialogue = self.dialogue
        for _ in range(2):
            while dialogue.room and self.waiting:
                dialogue.take(self.waiting.pop(0))
            if dialogue.asking:
                dialogue.proceed({copy.envelope.delivery_id for copy in dialogue.asking} if granted else set())
        self.said += b"".join(dialogue.outgoing)
        dialogue.handed += sum(map(len, dialogue.outgoing))
        dialogue.outgoing.clear()

    def hear(self, *replies: bytes) -> "Wire":
        for reply in replies:
            self.dialogue.receive(reply)
            self.turn()
        return self

    @property
    def fates(self) -> dict[int, object]:
        assert len(dict(self._settled)) == len(self._settled)  # nobody's fate is told twice
        return {number: kind(outcome) for number, outcome in self._settled}

    @property
    def returned(self) -> list[int]:
        return [one.delivery_id for one in self.dialogue.returned]


def kind(outcome: Outcome) -> object:
    return UNTOUCHED if isinstance(outcome, TryLater) and outcome.untouched else type(outcome)


def by_data(count: int, *, pipelining: bool = True) -> Wire:
    settled: list[tuple[int, Outcome]] = []
    return Wire(DataDialogue(Abilities(pipelining=pipelining), settled), settled, count)


def by_chunks(count: int, *, window: int = 3, proven: bool = True) -> Wire:
    settled: list[tuple[int, Outcome]] = []
    chunking = Chunking()
    chunking.proven = proven
    abilities = Abilities(pipelining=True, chunking=True)
    return Wire(ChunkDialogue(abilities, settled, window=window, chunking=chunking), settled, count)


def announced(number: int) -> bytes:
    return b"MAIL FROM:<bounces@office.example>\r\nRCPT TO:<r%d@body.example>\r\nDATA\r\n" % number


def chunk(number: int, *, reset: bool = True) -> bytes:
    message = envelope(number).message
    commands = announced(number).removesuffix(b"DATA\r\n") + b"BDAT %d LAST\r\n" % len(message)
    return (b"RSET\r\n" if reset else b"") + commands + message


# DATA


def test_a_body_leaves_in_one_flight_with_its_dot_and_the_next_announcement() -> None:
    wire = by_data(2)
    assert wire.said == announced(0)
    wire.hear(OK + OK + GO)
    assert wire.said == announced(0) + envelope(0).message + b".\r\n" + announced(1)
    wire.hear(OK + OK + OK + GO, OK)
    assert wire.fates == {0: Accepted, 1: Accepted}
    assert not wire.dialogue.over


def test_without_pipelining_each_command_waits_for_its_answer() -> None:
    wire = by_data(2, pipelining=False)
    lines = announced(0).splitlines(keepends=True)
    assert wire.said == lines[0]
    assert wire.hear(OK).said == b"".join(lines[:2])
    assert wire.hear(OK).said == announced(0)
    assert wire.hear(GO).said == announced(0) + envelope(0).message + b".\r\n"
    assert wire.hear(OK).said.endswith(b".\r\n" + announced(1).splitlines(keepends=True)[0])


@pytest.mark.parametrize(
    ("replies", "fates"),
    [
        ([OK + OK + GO, OK + OK + OK + GO, OK], {0: Accepted, 1: Accepted}),
        ([OK + OK + GO, b"451 4.3.0 later\r\n" + OK + OK + GO, OK], {0: TryLater, 1: Accepted}),
        ([OK + OK + GO, b"554 5.7.1 no\r\n" + OK + OK + GO, OK], {0: Refused, 1: Accepted}),
        ([OK + b"550 5.1.1 no\r\n554 5.5.1 nobody\r\n", OK + OK + OK + GO, OK], {0: Refused, 1: Accepted}),
        ([OK + b"550 5.1.1 no\r\n" + GO, b"554 5.5.1 nobody\r\n" + OK + OK + GO, OK], {0: Refused, 1: Accepted}),
        ([OK + b"450 4.2.0 no\r\n" + GO, OK + OK + OK + GO, OK], {0: TryLater, 1: Accepted}),
        ([b"451 4.3.0 no\r\n503 no\r\n503 no\r\n", OK + OK + OK + GO, OK], {0: TryLater, 1: Accepted}),
        ([OK + OK + b"451 4.3.1 full\r\n", OK + OK + OK + GO, OK], {0: TryLater, 1: Accepted}),
    ],
)
def test_every_cut_of_the_replies_gives_the_same_fates(replies: Sequence[bytes], fates: dict[int, object]) -> None:
    """Where a server's bytes are cut depends on the network alone."""
    whole = by_data(2).hear(*replies)
    assert whole.fates == fates
    for which, reply in enumerate(replies):
        for cut in range(1, len(reply)):
            wire = by_data(2).hear(*replies[:which], reply[:cut], reply[cut:], *replies[which + 1 :])
            assert (wire.fates, wire.said, wire.dialogue.over) == (fates, whole.said, False)


def test_a_refused_copy_is_cleared_from_the_table_before_the_next() -> None:
    wire = by_data(2).hear(OK + b"550 5.1.1 no\r\n554 5.5.1 nobody\r\n")
    assert wire.said == announced(0) + b"RSET\r\n" + announced(1)


def test_a_server_that_wants_a_body_for_nobody_gets_a_lone_dot() -> None:
    wire = by_data(2).hear(OK + b"550 5.1.1 no\r\n" + GO)
    assert wire.said == announced(0) + b".\r\n" + announced(1)
    assert wire.hear(b"250 taken all the same\r\n" + OK + OK + GO, OK).fates == {0: Refused, 1: Accepted}


def test_a_server_that_refused_the_sender_and_took_the_recipient_gets_no_dot() -> None:
    wire = by_data(2).hear(b"451 4.3.0 no\r\n" + OK + GO)
    assert wire.dialogue.over
    assert (wire.said, wire.fates) == (announced(0), {0: TryLater})


def test_what_is_not_granted_gets_no_body() -> None:
    wire = by_data(2)
    wire.dialogue.receive(OK + OK + GO)
    wire.turn(granted=False)
    assert wire.dialogue.over
    assert (wire.said, wire.fates, wire.returned) == (announced(0), {}, [])


@pytest.mark.parametrize(
    ("heard", "lost", "fates", "returned"),
    [
        ([], b"", {0: UNTOUCHED}, []),
        ([OK], b"", {0: UNTOUCHED}, []),
        ([OK + OK + GO], b"", {0: InDoubt}, [1]),
        ([OK + OK + GO, OK], b"", {0: Accepted}, [1]),
        ([OK + OK + GO, OK + OK], b"", {0: Accepted}, [1]),
        ([OK + OK + GO, OK], b"421 4.3.2 that was enough\r\n", {0: Accepted}, [1]),
        ([OK + OK + GO], b"421 4.3.2 going\r\n", {0: TryLater}, [1]),
        ([OK + OK + GO], b"huh\r\n", {0: InDoubt}, [1]),
        ([OK], b"421 4.3.2 going\r\n", {0: UNTOUCHED}, []),
        ([OK + OK], b"250 ok\r\n", {0: UNTOUCHED}, []),
        ([OK], b"9" * 5000, {0: UNTOUCHED}, []),
    ],
)
def test_a_lost_connection_costs_those_it_had_nothing_to_do_with_nothing(
    heard: Sequence[bytes], lost: bytes, fates: dict[int, object], returned: list[int]
) -> None:
    wire = by_data(2).hear(*heard, lost)
    assert wire.dialogue.over
    assert (wire.fates, wire.returned) == (fates, returned)


@pytest.mark.parametrize(
    ("handed", "reply", "fate"),
    [
        (0, b"", UNTOUCHED),
        (len(envelope(0).message), b"", UNTOUCHED),
        (len(envelope(0).message) + 1, b"", InDoubt),
        (10, b"552 5.3.4 too much\r\n", Refused),
        (10, b"451 4.3.1 full\r\n", TryLater),
        (10, b"250 ok already\r\n", UNTOUCHED),
        (10, b"huh\r\n", UNTOUCHED),
        (len(envelope(0).message) + 1, b"250 ok\r\n", Accepted),
    ],
)
def test_a_copy_is_in_doubt_from_the_first_byte_of_its_dot(handed: int, reply: bytes, fate: object) -> None:
    wire = by_data(1)
    dialogue = wire.dialogue
    dialogue.receive(OK + OK + GO)
    dialogue.proceed({0})
    dialogue.handed += handed
    dialogue.receive(reply)
    assert wire.fates == {0: fate}


@pytest.mark.parametrize("words", [b"", b"421 idle for too long\r\n", b"250 what\r\n"])
def test_words_out_of_turn_end_an_idle_connection_and_nobody_is_touched(words: bytes) -> None:
    wire = by_data(1).hear(OK + OK + GO, OK).hear(words)
    assert (wire.dialogue.over, wire.dialogue.fruitless, wire.fates) == (True, False, {0: Accepted})


def test_a_refusal_of_us_is_told_apart_and_touches_nobody() -> None:
    for replies in (
        b"530 5.7.0 sign in\r\n",
        b"552 5.3.4 big\r\n",
        OK + b"530 5.7.0 sign in\r\n",
        OK + OK + b"535 no\r\n",
    ):
        wire = by_data(1).hear(replies)
        assert wire.dialogue.refusal
        assert (wire.dialogue.over, wire.fates, wire.returned) == (True, {}, [])


# BDAT


def test_a_window_of_copies_leaves_at_once_and_is_refilled_with_each_answer() -> None:
    wire = by_chunks(4)
    assert wire.said == chunk(0, reset=False) + chunk(1) + chunk(2)
    wire.hear(OK * 3)
    assert wire.said == chunk(0, reset=False) + chunk(1) + chunk(2) + chunk(3)
    assert wire.hear(OK * 4 * 3).fates == dict.fromkeys(range(4), Accepted)


def test_the_window_opens_only_when_bdat_has_worked() -> None:
    wire = by_chunks(4, proven=False)
    assert wire.said == chunk(0, reset=False)
    assert wire.hear(OK * 3).said == chunk(0, reset=False) + chunk(1) + chunk(2) + chunk(3)


@pytest.mark.parametrize("code", [500, 502, 503, 504])
def test_a_server_that_only_says_it_can_is_left_at_once_and_asked_no_more(code: int) -> None:
    wire = by_chunks(4, proven=False).hear(OK + OK + b"%d what\r\n" % code + b"500 what\r\n" * 5)
    assert wire.dialogue.over
    assert (wire.fates, wire.dialogue._chunking.denied) == ({0: UNTOUCHED}, True)


@pytest.mark.parametrize(
    ("replies", "fates"),
    [
        (OK + OK + b"554 5.7.1 no\r\n", {0: Refused, 1: Accepted, 2: Accepted}),
        (OK + b"550 5.1.1 no\r\n554 5.5.1 nobody\r\n", {0: Refused, 1: Accepted, 2: Accepted}),
        (OK + b"450 4.2.0 no\r\n250 for nobody\r\n", {0: TryLater, 1: Accepted, 2: Accepted}),
        (b"451 4.3.0 no\r\n503 no\r\n503 no\r\n", {0: TryLater, 1: Accepted, 2: Accepted}),
        (b"451 4.3.0 no\r\n" + OK + OK, {0: Accepted, 1: Accepted, 2: Accepted}),
        (OK + OK + b"500 5.5.2 for once\r\n", {0: Refused, 1: Accepted, 2: Accepted}),
        (OK + OK + b"421 4.3.2 going\r\n", {0: TryLater, 1: Accepted, 2: Accepted}),
        (b"421 4.3.2 going\r\n" + OK + OK, {0: Accepted, 1: Accepted, 2: Accepted}),
    ],
)
def test_each_copy_of_a_window_has_its_own_fate_wherever_the_bytes_are_cut(
    replies: bytes, fates: dict[int, object]
) -> None:
    stream = replies + OK * 8
    for cut in range(len(stream)):
        wire = by_chunks(3).hear(*filter(None, (stream[:cut], stream[cut:])))
        assert wire.fates == fates


@pytest.mark.parametrize(
    ("heard", "fates"),
    [
        (b"", {0: InDoubt, 1: InDoubt, 2: InDoubt}),
        (OK * 3, {0: Accepted, 1: InDoubt, 2: InDoubt, 3: InDoubt}),
        (OK * 4, {0: Accepted, 1: InDoubt, 2: InDoubt, 3: InDoubt}),
        (OK + b"550 5.1.1 no\r\n", {0: Refused, 1: InDoubt, 2: InDoubt}),
        (OK * 3 + b"huh\r\n", {0: Accepted, 1: InDoubt, 2: InDoubt}),
        (OK * 3 + OK + b"421 4.3.2 going\r\n", {0: Accepted, 1: UNTOUCHED, 2: UNTOUCHED}),
        (b"550 5.7.1 not from you\r\n", {0: UNTOUCHED, 1: InDoubt, 2: InDoubt}),
    ],
)
def test_what_of_a_window_had_no_answer_is_in_doubt(heard: bytes, fates: dict[int, object]) -> None:
    wire = by_chunks(4)
    if heard:
        wire.hear(heard)
    assert wire.hear(b"").fates == fates


def test_a_server_that_said_it_would_go_and_stays_silent_leaves_doubt() -> None:
    wire = by_chunks(2).hear(b"421 4.3.2 going\r\n")
    wire.dialogue.expire()
    assert wire.fates == {0: UNTOUCHED, 1: InDoubt}


def test_a_chunk_that_was_not_handed_over_whole_leaves_no_doubt() -> None:
    wire = by_chunks(2)
    wire.dialogue.handed -= 1
    wire.dialogue.lose("gone")
    assert wire.fates == {0: InDoubt, 1: UNTOUCHED}


def test_nothing_leaves_for_what_was_not_granted_in_a_window() -> None:
    settled: list[tuple[int, Outcome]] = []
    chunking = Chunking()
    chunking.proven = True
    dialogue = ChunkDialogue(Abilities(pipelining=True), settled, window=3, chunking=chunking)
    for number in range(3):
        dialogue.take(envelope(number))
    assert (dialogue.room, dialogue.outgoing) == (0, [])
    dialogue.proceed({1})
    assert b"".join(dialogue.outgoing) == chunk(1, reset=False)
    assert dialogue.room == 2


def test_one_reply_too_many_does_not_pass_for_the_answer_to_a_message() -> None:
    """From then on each reply would be taken for the one before it, and a refusal for the next copy's."""
    wire = by_chunks(2).hear(b"250 ok\r\n" * 2 + b"250 2.1.0 sender ok\r\n250 2.1.5 recipient ok\r\n554 5.7.1 no\r\n")
    assert wire.fates == {0: InDoubt, 1: InDoubt}
    assert wire.dialogue.over


def test_what_waits_for_leave_goes_elsewhere_when_the_connection_ends() -> None:
    settled: list[tuple[int, Outcome]] = []
    chunking = Chunking()
    chunking.proven = True
    for ending in (b"", b"421 going\r\n"):
        dialogue = ChunkDialogue(Abilities(pipelining=True), settled, window=3, chunking=chunking)
        dialogue.take(envelope(0))
        dialogue.proceed({0})
        dialogue.take(envelope(1))
        dialogue.receive(ending)
        assert [one.delivery_id for one in dialogue.returned] == [1]
        assert dialogue.asking == []


def test_a_whole_route_refused_in_a_window_leaves_nobody_in_doubt() -> None:
    wire = by_chunks(3).hear(b"550 5.7.1 not from you\r\n503 no\r\n503 no\r\n")
    wire.hear((OK + b"550 5.7.1 not from you\r\n503 no\r\n503 no\r\n") * 2)
    assert wire.dialogue.refusal
    assert (wire.dialogue.over, wire.fates) == (True, dict.fromkeys(range(3), UNTOUCHED))


# What a server must be able to do

MAIL = b"MAIL FROM:<bounces@office.example>"


@pytest.mark.parametrize(
    ("recipient", "message", "abilities", "said"),
    [
        ("jörg@body.example", b"x\r\n", Abilities(smtputf8=True), MAIL + b" SMTPUTF8\r\n"),
        ("jörg@body.example", b"x\r\n", Abilities(), "5.6.7"),
        ("jörg@body.example", "é\r\n".encode(), Abilities(smtputf8=True), "5.6.3"),
        (
            "jörg@body.example",
            "é\r\n".encode(),
            Abilities(smtputf8=True, eight_bit=True),
            MAIL + b" SMTPUTF8 BODY=8BITMIME\r\n",
        ),
        ("jörg@body.example\r\nRSET", b"x\r\n", Abilities(smtputf8=True), "5.1.3"),
        ("a@b.example> SIZE=1", b"x\r\n", Abilities(smtputf8=True), "5.1.3"),
        ("a@b.example", b"x\r\n", Abilities(size=True, eight_bit=True), MAIL + b" SIZE=3\r\n"),
    ],
)
def test_options_are_said_where_needed_and_what_a_server_lacks_is_refused_here(
    recipient: str, message: bytes, abilities: Abilities, said: bytes | str
) -> None:
    settled: list[tuple[int, Outcome]] = []
    dialogue = DataDialogue(abilities, settled)
    dialogue.take(envelope(0, recipient=recipient, message=message))
    if isinstance(said, bytes):
        assert (dialogue.outgoing, settled) == ([said], [])
    else:
        assert (dialogue.outgoing, [outcome.enhanced for _, outcome in settled]) == ([], [said])
