"""What every transport promises, tried on each of them: a real SMTP server on loopback, the outbox, the fake."""

import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from newsletter.rendering.message import Recipient, build_message
from newsletter.rendering.theme import Publication
from newsletter.transports import Engine, open_transport
from newsletter.transports.base import Accepted, Envelope, Outcome, Pause, PlainForms, Transport
from newsletter.transports.memory import MemoryTransport


@dataclass
class Ledger(PlainForms):
    """A journal in memory, which can withhold grants and break."""

    withheld: frozenset[int] = frozenset()
    breaks_at_intent: int | None = None
    breaks_at_outcome: int | None = None
    carried: Callable[[], int] = lambda: 0
    calls: list[tuple[str, int]] = field(default_factory=list)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    carried_at_intent: list[int] = field(default_factory=list)

    def settle(self, outcomes: Sequence[tuple[int, Outcome]], intents: Sequence[int]) -> frozenset[int]:
        for number, outcome in outcomes:
            self.calls.append(("outcome", number))
            if number == self.breaks_at_outcome:
                raise RuntimeError("disk full")
            self.outcomes[number] = outcome
        if intents:
            self.carried_at_intent.append(self.carried())
        self.calls += [("intent", number) for number in intents]
        if self.breaks_at_intent in intents:
            raise RuntimeError("disk full")
        return frozenset(intents) - self.withheld


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


class Pipelining(Catcher):
    """aiosmtpd takes commands in flights; it only does not say so."""

    async def handle_EHLO(  # noqa: N802
        self,
        server: object,  # noqa: ARG002
        session: object,
        envelope: object,  # noqa: ARG002
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@contextmanager
def receiving(catcher: Catcher) -> Iterator[tuple[Catcher, str]]:
    """A real SMTP server on loopback: what it took, and its URL."""
    controller = Controller(catcher, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield catcher, f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


def smtp_case(engine: Engine, catcher: Catcher, url: str, **limits: int) -> Case:
    return Case(
        open_transport(url, outbox=Path("unused"), password=None, engine=engine, **limits),
        lambda: [envelope.content for envelope in catcher.envelopes],
        lambda: [(envelope.mail_from, envelope.rcpt_tos[0]) for envelope in catcher.envelopes],
        "Q1",
    )


@pytest.fixture
def plain_smtp() -> Iterator[Case]:
    with receiving(Catcher()) as server:
        yield smtp_case(Engine.PLAIN, *server)


@pytest.fixture
def fast_smtp() -> Iterator[Case]:
    """aiosmtpd offers no PIPELINING: step by step."""
    with receiving(Catcher()) as server:
        yield smtp_case(Engine.FAST, *server)


@pytest.fixture
def pipelined_smtp() -> Iterator[Case]:
    with receiving(Pipelining()) as server:
        yield smtp_case(Engine.FAST, *server)


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


@pytest.fixture(params=["plain_smtp", "fast_smtp", "pipelined_smtp", "outbox", "memory"])
def case(request: pytest.FixtureRequest) -> Case:
    return request.getfixturevalue(request.param)


OFFICE = Publication(
    name="The Bulletin",
    organisation="Office",
    from_address="bulletin@office.example",
    list_id="bulletin.office.example",
    base_url="https://office.example",
)


@lru_cache
def envelope(number: int) -> Envelope:
    """A whole mail, because providers' APIs take its parts; its lines begin with dots before they are encoded."""
    return Envelope(
        delivery_id=number,
        sender=f"bounces+{number}@office.example",
        recipient=f"reader{number}@body.example",
        message=build_message(
            html="<p>Ŵ</p>\n" * 1000,
            text=". at the beginning\n" * 4000,
            subject=f"Copy {number}",
            inline_images=(),
            publication=OFFICE,
            recipient=Recipient(address=f"reader{number}@body.example", name='Zoë "Q" Reader, of the Body'),
            message_id=f"<mailing.{number}@office.example>",
            date=datetime(2025, 11, 3, 9, 0, tzinfo=UTC),
            unsubscribe_token="x" * 48,
            feedback_id="mailing:2025-11:bulletin:mailing",
            language="en",
        ),
    )


def test_each_copy_arrives_once_unchanged_and_in_order(case: Case) -> None:
    ledger = Ledger()
    case.transport.deliver(map(envelope, range(5)), ledger)
    assert case.messages() == [envelope(number).message for number in range(5)]
    assert list(ledger.outcomes) == list(range(5))
    assert all(isinstance(outcome, Accepted) for outcome in ledger.outcomes.values())


@pytest.mark.parametrize(
    "case", ["plain_smtp", "fast_smtp", "pipelined_smtp", "memory"], indirect=True
)  # the outbox writes messages alone
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


def test_to_try_the_way_out_sends_nothing_and_leaves_it_open(case: Case) -> None:
    case.transport.probe()
    assert case.messages() == []
    case.transport.deliver([envelope(0)], Ledger())
    assert case.messages() == [envelope(0).message]


def test_a_pause_in_the_stream_is_kept(case: Case) -> None:
    ledger, begun = Ledger(), time.monotonic()
    case.transport.deliver([envelope(0), Pause(seconds=0.15), envelope(1)], ledger)
    assert time.monotonic() - begun >= 0.15
    assert case.messages() == [envelope(0).message, envelope(1).message]


def test_what_the_stream_raises_comes_through_when_what_was_begun_is_settled(case: Case) -> None:
    def stream() -> Iterator[Envelope]:
        yield envelope(0)
        yield envelope(1)
        raise LookupError("the row is gone")

    ledger = Ledger()
    with pytest.raises(LookupError, match="the row is gone"):
        case.transport.deliver(stream(), ledger)
    assert case.messages() == [envelope(0).message, envelope(1).message]
    assert set(ledger.outcomes) == {0, 1}


def test_a_transport_says_how_many_may_run_side_by_side(case: Case) -> None:
    assert case.transport.connections == 1


def test_all_engines_deliver_the_same_bytes() -> None:
    arrived = []
    for engine, server, limits in (
        (Engine.PLAIN, Catcher, {}),
        (Engine.FAST, Catcher, {}),
        (Engine.FAST, Pipelining, {}),
        (Engine.FAST, Pipelining, {"connections": 4}),
    ):
        with receiving(server()) as (catcher, url):
            smtp_case(engine, catcher, url, **limits).transport.deliver(map(envelope, range(20)), Ledger())
            arrived.append(sorted((one.mail_from, one.rcpt_tos[0], one.content) for one in catcher.envelopes))
    assert [len(copies) for copies in arrived] == [20] * 4
    assert all(copies == arrived[0] for copies in arrived)
