"""A server that repeats itself, speaks out of turn or breaks off anywhere: what it took is never sent again unasked.

Hypothesis invents what the server thinks of each copy, what it says too much, how the bytes are cut in both directions,
which intents the journal withholds, and when the connection ends. The server keeps the truth: which copies it took.
"""

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_dialogues import envelope, kind

from newsletter.transports.base import Accepted, InDoubt, Outcome
from newsletter.transports.pipelined.chunks import ChunkDialogue, Chunking
from newsletter.transports.pipelined.data import DataDialogue
from newsletter.transports.pipelined.dialogue import Dialogue
from newsletter.transports.smtp_envelope import Abilities

COPIES = 4
# Never a negative reply: whoever says no to what it took asks for a second copy, RFC 5321 section 4.2.1.
TOO_MUCH = (b"250 and again\r\n", b"250 2.1.5 ok\r\n", b"354 go on\r\n", b"220 hello\r\n", b"what?\r\n", b"\r\n")


class Server:
    """Takes bytes as they come; answers honestly, and now and then says too much."""

    def __init__(self, data: st.DataObject, *, too_much: int) -> None:
        self._data, self._too_much_left = data, too_much
        self._rest = b""
        self._begun = self._named = False
        self._left = 0  # of a chunk
        self._reading = False  # what comes is a message that ends with a dot
        self.gone = False
        self.taken: list[int] = []
        self.arrived: set[int] = set()  # numbers of messages of which a byte came
        self.whole: set[int] = set()
        self.replies = b""

    def hear(self, data: bytes) -> None:
        self._rest += data
        while not self.gone and self._step():
            pass

    def _step(self) -> bool:
        if self._left:
            return self._take(self._rest[: self._left], self._left) if len(self._rest) >= self._left else self._note()
        if self._reading:
            end = 0 if self._rest.startswith(b".\r\n") else self._rest.find(b"\r\n.\r\n") + 2
            whole = end != 1
            return self._take(self._rest[:end], end + 3) if whole else self._note()
        line, found, self._rest = self._rest.partition(b"\r\n") if b"\r\n" in self._rest else (b"", b"", self._rest)
        return bool(found) and self._command(line)

    def _note(self) -> bool:
        self.arrived.update(map(int, re.findall(rb"^Subject: (\d)", self._rest)))
        return False

    def _command(self, line: bytes) -> bool:
        verb = line[:4].upper()
        if verb == b"MAIL":
            self._named, self._begun = False, self._one_of(True, True, False)
            self._say(b"250 2.1.0 ok" if self._begun else b"451 4.3.0 later")
        elif verb == b"RCPT":
            self._named = self._begun and self._one_of(True, True, False)
            no = (b"550 5.1.1 no", b"450 4.2.0 later") if self._begun else (b"503 5.5.1 MAIL first",)
            self._say(b"250 2.1.5 ok" if self._named else self._one_of(*no))
        elif verb == b"DATA":
            self._reading = self._named
            self._say(b"354 go ahead" if self._named else b"503 5.5.1 nobody to send to")
        elif verb == b"BDAT":
            self._left = int(line.split()[1])
        else:
            self._say(b"250 2.0.0 ok")
        return True

    def _take(self, message: bytes, length: int) -> bool:
        self._rest, self._left, self._reading = self._rest[length:], 0, False
        numbers = list(map(int, re.findall(rb"^Subject: (\d)", message)))
        self.arrived.update(numbers)
        self.whole.update(numbers)
        answer = self._one_of(b"250 2.0.0 queued", b"250 2.0.0 queued", b"554 5.7.1 no", b"451 4.3.0 later")
        answer = answer if self._named and numbers else b"554 5.5.1 nobody"
        if answer.startswith(b"250"):
            self.taken += numbers
        self._say(answer)
        return True

    def _say(self, reply: bytes) -> None:
        before, after = (b"".join(self._too_much()) for _ in range(2))
        self.gone = self._data.draw(st.integers(0, 30)) == 0
        if not self.gone:
            self.replies += before + reply + b"\r\n" + after

    def _too_much(self) -> list[bytes]:
        if not self._too_much_left or self._data.draw(st.integers(0, 3)):
            return []
        self._too_much_left -= 1
        return [self._one_of(*TOO_MUCH)]

    def _one_of(self, *what: bytes | bool) -> bytes | bool:  # type: ignore[misc]
        return self._data.draw(st.sampled_from(what))


class Talk:
    """A dialogue and its server, with the bytes between them cut at random."""

    def __init__(
        self, dialogue: Dialogue, settled: list[tuple[int, Outcome]], data: st.DataObject, *, too_much: int
    ) -> None:
        self.dialogue, self.settled, self._data = dialogue, settled, data
        self.server = Server(data, too_much=too_much)
        self.waiting = list(map(envelope, range(COPIES)))
        self.begun: set[int] = set()
        self.granted: set[int] = set()

    def run(self) -> None:
        for _ in range(200):
            if self.dialogue.over:
                return
            if self._data.draw(st.integers(0, 12)) == 0:
                break
            self._fill()
            hears_first = self._data.draw(st.booleans())
            steps = (self._answer, self._hand_over) if hears_first else (self._hand_over, self._answer)
            moved = any(step() for step in steps)
            if not moved and not self._fill():
                break
        self.dialogue.receive(b"")

    def _fill(self) -> bool:
        filled = False
        while self.dialogue.room and self.waiting:
            self.begun.add(self.waiting[0].delivery_id)
            self.dialogue.take(self.waiting.pop(0))
            filled = True
        if asking := {copy.envelope.delivery_id for copy in self.dialogue.asking}:
            withheld = {pk for pk in asking if self._data.draw(st.integers(0, 20)) == 0}
            self.granted |= asking - withheld
            self.dialogue.proceed(asking - withheld)
            filled = True
        return filled

    def _hand_over(self) -> bool:
        outgoing = b"".join(self.dialogue.outgoing)
        if not outgoing or self.server.gone:
            return False
        count = self._data.draw(st.sampled_from([len(outgoing), len(outgoing), 1, len(outgoing) // 2 or 1]))
        self.dialogue.outgoing[:] = [outgoing[count:]] if count < len(outgoing) else []
        self.dialogue.handed += count
        self.server.hear(outgoing[:count])
        return True

    def _answer(self) -> bool:
        said = self.server.replies
        if not said:
            return False
        count = self._data.draw(st.sampled_from([len(said), said.find(b"\n") + 1 or 1, 1, len(said) // 2 or 1]))
        self.server.replies = said[count:]
        self.dialogue.receive(said[:count])
        return True

    def judge(self) -> None:
        told = Counter(pk for pk, _ in self.settled)
        fates = {pk: kind(outcome) for pk, outcome in self.settled}
        returned = {one.delivery_id for one in self.dialogue.returned}
        assert max(told.values(), default=0) <= 1, "a fate is told twice"
        assert not returned & fates.keys(), "a copy has a fate and is sent again"
        assert self.server.arrived <= self.granted, "a body left without its intent"
        for pk in self.server.taken:
            assert fates.get(pk) in (Accepted, InDoubt), f"copy {pk} was taken, and is told as {fates.get(pk)}"
        for pk in self.begun - returned - fates.keys():
            assert pk not in self.server.arrived, "a copy that left has no fate"
        for pk, fate in fates.items():
            if fate in (Accepted, InDoubt):
                assert pk in self.granted, "a copy that never left is told as accepted or in doubt"
            assert fate is not Accepted or pk in self.server.whole, "what did not arrive whole is told as accepted"


@settings(max_examples=400, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("pipelining", [True, False])
def test_by_data_what_was_taken_is_accepted_or_in_doubt(data: st.DataObject, pipelining: bool) -> None:
    settled: list[tuple[int, Outcome]] = []
    talk = Talk(DataDialogue(Abilities(pipelining=pipelining), settled), settled, data, too_much=9)
    talk.run()
    talk.judge()


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_by_chunks_what_was_taken_is_accepted_or_in_doubt(data: st.DataObject) -> None:
    """One reply too many is noticed by what is said; no 354 shows here that several were."""
    settled: list[tuple[int, Outcome]] = []
    chunking = Chunking()
    chunking.proven = data.draw(st.booleans())
    abilities = Abilities(pipelining=True, chunking=True)
    talk = Talk(ChunkDialogue(abilities, settled, window=3, chunking=chunking), settled, data, too_much=1)
    talk.run()
    talk.judge()
