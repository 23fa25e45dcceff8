"""What every transport promises, tried on each of them: a real SMTP server on loopback, the outbox, the fake."""

import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from newsletter.transports import open_transport
from newsletter.transports.base import Accepted, Envelope, Outcome, Transport
from newsletter.transports.memory import MemoryTransport


@dataclass
class Ledger:
    """A journal in memory, which can withhold grants and break."""

    withheld: frozenset[int] = frozenset()
    breaks_at_intent: int | None = None
    breaks_at_outcome: int | None = None
    carried: Callable[[], int] = lambda: 0
    calls: list[tuple[str, int]] = field(default_factory=list)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    carried_at_intent: list[int] = field(default_factory=list)

    def intent(self, ids: Sequence[int]) -> frozenset[int]:
        self.carried_at_intent.append(self.carried())
        self.calls += [("intent", number) for number in ids]
        if self.breaks_at_intent in ids:
            raise RuntimeError("disk full")
        return frozenset(ids) - self.withheld

    def outcome(self, delivery_id: int, outcome: Outcome) -> None:
        self.calls.append(("outcome", delivery_id))
        if delivery_id == self.breaks_at_outcome:
            raise RuntimeError("disk full")
        self.outcomes[delivery_id] = outcome


@dataclass(frozen=True)
class Case:
    transport: Transport
    messages: Callable[[], list[bytes]]  # what arrived, in order
    addressed: Callable[[], list[tuple[str, str]]]  # envelope sender and recipient, where they travel apart
    reference: str  # how the other side names the first copy, delivery 7


class Catcher:
    """Keeps what a real SMTP server took."""

    def __init__(self) -> None:
        self.envelopes: list = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802, ARG002
        self.envelopes.append(envelope)
        return f"250 2.0.0 Ok: queued as Q{len(self.envelopes)}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def smtp() -> Iterator[Case]:
    catcher = Catcher()
    controller = Controller(catcher, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield Case(
            open_transport(f"smtp://127.0.0.1:{controller.port}", outbox=Path("unused"), password=None),
            lambda: [envelope.content for envelope in catcher.envelopes],
            lambda: [(envelope.mail_from, envelope.rcpt_tos[0]) for envelope in catcher.envelopes],
            "Q1",
        )
    finally:
        controller.stop()


@pytest.fixture
def outbox(tmp_path: Path) -> Case:
    folder = tmp_path / "outbox"
    return Case(
        open_transport("outbox:", outbox=folder, password=None),
        lambda: [path.read_bytes() for path in sorted(folder.glob("*.eml"))],
        list,
        "0001-7.eml",
    )


@pytest.fixture
def memory() -> Case:
    transport = open_transport("memory:", outbox=Path("unused"), password=None)
    assert isinstance(transport, MemoryTransport)
    return Case(
        transport,
        lambda: [envelope.message for envelope in transport.delivered],
        lambda: [(envelope.sender, envelope.recipient) for envelope in transport.delivered],
        "",
    )


@pytest.fixture(params=["smtp", "outbox", "memory"])
def case(request: pytest.FixtureRequest) -> Case:
    return request.getfixturevalue(request.param)


def envelope(number: int) -> Envelope:
    return Envelope(
        delivery_id=number,
        sender=f"bounces+{number}@office.example",
        recipient=f"reader{number}@body.example",
        message=f"Subject: copy {number}\r\n\r\n".encode() + b"=2E at the beginning\r\n" * 4000 + b"\r\nend\r\n",
    )


def test_each_copy_arrives_once_unchanged_and_in_order(case: Case) -> None:
    ledger = Ledger()
    case.transport.deliver(map(envelope, range(5)), ledger)
    assert case.messages() == [envelope(number).message for number in range(5)]
    assert list(ledger.outcomes) == list(range(5))
    assert all(isinstance(outcome, Accepted) for outcome in ledger.outcomes.values())


@pytest.mark.parametrize("case", ["smtp", "memory"], indirect=True)  # the outbox writes messages alone
def test_sender_and_recipient_are_those_of_the_envelope(case: Case) -> None:
    case.transport.deliver(map(envelope, range(3)), Ledger())
    assert case.addressed() == [(f"bounces+{n}@office.example", f"reader{n}@body.example") for n in range(3)]


def test_intent_comes_before_the_copy_and_its_outcome_before_the_next(case: Case) -> None:
    ledger = Ledger(carried=lambda: len(case.messages()))
    case.transport.deliver(map(envelope, range(3)), ledger)
    assert ledger.calls == [(kind, number) for number in range(3) for kind in ("intent", "outcome")]
    assert ledger.carried_at_intent == [0, 1, 2]


def test_what_is_not_granted_is_not_carried_and_the_rest_is(case: Case) -> None:
    ledger = Ledger(withheld=frozenset({0, 2}))
    case.transport.deliver(map(envelope, range(4)), ledger)
    assert case.messages() == [envelope(1).message, envelope(3).message]
    assert set(ledger.outcomes) == {1, 3}


def test_when_no_intent_can_be_recorded_nothing_more_leaves(case: Case) -> None:
    ledger = Ledger(breaks_at_intent=1)
    with pytest.raises(RuntimeError, match="disk full"):
        case.transport.deliver(map(envelope, range(3)), ledger)
    assert case.messages() == [envelope(0).message]
    assert set(ledger.outcomes) == {0}


def test_when_no_outcome_can_be_recorded_nothing_more_leaves(case: Case) -> None:
    ledger = Ledger(breaks_at_outcome=1)
    with pytest.raises(RuntimeError, match="disk full"):
        case.transport.deliver(map(envelope, range(3)), ledger)
    assert case.messages() == [envelope(0).message, envelope(1).message]
    assert ("intent", 2) not in ledger.calls


def test_an_empty_batch_does_nothing(case: Case) -> None:
    ledger = Ledger()
    case.transport.deliver([], ledger)
    assert (case.messages(), ledger.calls) == ([], [])


def test_two_batches_follow_each_other(case: Case) -> None:
    case.transport.deliver([envelope(0)], Ledger())
    case.transport.deliver([envelope(1)], Ledger())
    assert case.messages() == [envelope(0).message, envelope(1).message]


def test_the_reply_names_the_copy_where_the_other_side_gives_it_a_name(case: Case) -> None:
    ledger = Ledger()
    case.transport.deliver([envelope(7)], ledger)
    assert ledger.outcomes[7].provider_ref == case.reference


def test_a_transport_has_a_name_to_show(case: Case) -> None:
    assert case.transport.name
