"""Calls side by side: what comes late, what hangs, and what is left when the stream breaks."""

import threading
import time
from collections.abc import Callable

from test_conformance import Ledger, envelope

from newsletter.transports.base import Accepted, InDoubt, Pause
from newsletter.transports.in_flight import Answer, InFlight

YES = Answer(outcome=Accepted(code=200))


def calls(made: dict[int, Callable[[], Answer]]) -> Callable[..., Callable[[], Answer]]:
    return lambda envelope: made.get(envelope.delivery_id, lambda: YES)


def test_an_answer_later_than_its_deadline_still_ends_the_doubt() -> None:
    def slow() -> Answer:
        time.sleep(0.3)
        return YES

    ledger, stream = Ledger(), [envelope(1), envelope(2), Pause(seconds=0.5), envelope(3)]
    InFlight(ledger, calls({1: slow}), width=2, deadline=0.1).run(stream)
    assert [number for kind, number in ledger.calls if kind == "outcome"].count(1) == 2
    assert {number: type(outcome) for number, outcome in ledger.outcomes.items()} == dict.fromkeys((1, 2, 3), Accepted)


def test_a_call_that_hangs_for_good_holds_up_nobody_and_not_the_end() -> None:
    never = threading.Event()

    def hangs() -> Answer:
        never.wait(20)
        return YES

    ledger, begun = Ledger(), time.monotonic()
    InFlight(ledger, calls({1: hangs}), width=1, deadline=0.1).run(map(envelope, range(4)))
    never.set()
    assert time.monotonic() - begun < 5
    assert isinstance(ledger.outcomes[1], InDoubt)
    assert [type(ledger.outcomes[number]) for number in (0, 2, 3)] == [Accepted] * 3


def test_a_mistake_of_ours_in_a_call_is_in_doubt_and_raised() -> None:
    def broken() -> Answer:
        raise ZeroDivisionError

    ledger = Ledger()
    try:
        InFlight(ledger, calls({1: broken}), width=1, deadline=5).run(map(envelope, range(4)))
    except ZeroDivisionError:
        raised = True
    assert raised
    assert isinstance(ledger.outcomes[1], InDoubt)
    assert ("intent", 2) not in ledger.calls
