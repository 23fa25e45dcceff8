"""What a transport pulls: claimed late, let go at the pace that holds, ended when nobody wants it."""

from collections.abc import Callable, Iterable, Iterator
from threading import Event

import pytest
from django.utils import timezone

from newsletter.models import Delivery, Edition, Mailing, Subscriber
from newsletter.services.feeding import Feed
from newsletter.services.journal import LedgerJournal
from newsletter.services.ledger import Claimed
from newsletter.services.pacing import Pacer
from newsletter.services.planning import plan
from newsletter.services.retrying import PATIENT
from newsletter.services.steering import pause, start
from newsletter.transports.base import Envelope, Pause, Refused
from newsletter.workspace import Pace, Rate, Workspace

MakePeople = Callable[..., list[Subscriber]]

pytestmark = pytest.mark.django_db


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def compose(rows: Iterable[Claimed], _refuse: object) -> Iterator[Envelope]:
    for row in rows:
        yield Envelope(delivery_id=row.id, sender="a@example.org", recipient=row.address, message=b"Hello\r\n")


def refuse_all(rows: Iterable[Claimed], refuse: Callable[[int, Refused], None]) -> Iterator[Envelope]:
    for row in rows:
        refuse(row.id, Refused(text="no usable address"))
    yield from ()


@pytest.fixture
def mailing(workspace: Workspace, edition: Edition, people: MakePeople) -> Mailing:
    people(10)
    mailing = plan(workspace, edition)
    start(mailing)
    return mailing


@pytest.fixture
def feed(mailing: Mailing) -> Callable[..., Feed]:
    def make(pace: Pace | None = None, clock: Clock | None = None, **options: object) -> Feed:
        journal = LedgerJournal(mailing.pk, route="test", retry=PATIENT)
        pacer = Pacer(pace or Pace(), clock=clock or Clock())
        settings = {"compose": compose, "stop": Event(), "most": 4, **options}
        return Feed(mailing.pk, journal, pacer=pacer, **settings)  # type: ignore[arg-type]

    return make


def held() -> int:
    return Delivery.objects.filter(state="claimed").count()


def test_a_batch_is_claimed_when_the_last_one_is_used_up(feed: Callable[..., Feed]) -> None:
    stream = iter(feed())
    assert held() == 0
    next(stream)
    assert held() == 4
    for _ in range(4):
        next(stream)
    assert held() == 8
    assert len(list(stream)) == 5


def test_a_stop_ends_the_stream_and_what_was_not_handed_over_waits_again(feed: Callable[..., Feed]) -> None:
    stop = Event()
    stream = iter(feed(stop=stop))
    next(stream)
    stop.set()
    assert list(stream) == []
    assert held() == 1  # the one in the transport's hands


def test_a_pause_by_somebody_else_ends_the_stream_within_a_second(
    feed: Callable[..., Feed], mailing: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsletter.services.feeding._LOOK", 0.0)
    stream = iter(feed())
    next(stream)
    pause(mailing, by="Ann")
    assert list(stream) == []
    assert held() == 1


def test_a_route_over_its_limit_gives_short_pauses_and_then_goes_on(feed: Callable[..., Feed]) -> None:
    clock = Clock()
    stream = iter(feed(Pace(per_minute=20), clock))
    assert isinstance(next(stream), Envelope)
    found = next(stream)
    assert isinstance(found, Pause)
    assert found.seconds <= 1.0
    clock.now += 10
    assert isinstance(next(stream), Envelope)


def test_nothing_is_held_through_a_long_pause(feed: Callable[..., Feed]) -> None:
    clock = Clock()
    stream = iter(feed(Pace(per_day=2), clock))
    assert [type(next(stream)) for _ in range(3)] == [Envelope, Envelope, Pause]
    assert held() == 2  # those two that left
    clock.now += 25 * 3600
    assert isinstance(next(stream), Envelope)


def test_a_domain_over_its_limit_does_not_hold_up_the_others(feed: Callable[..., Feed]) -> None:
    slow = Delivery.objects.order_by("pk").values_list("subscriber", flat=True)[:6]
    for pk in slow:
        Subscriber.objects.filter(pk=pk).update(address=f"a{pk}@slow.example", address_compared=f"a{pk}@slow.example")
    stream = list(feed(Pace(domains={"slow.example": Rate(per_hour=1)})))
    domains = [item.recipient.partition("@")[2] for item in stream if isinstance(item, Envelope)]
    assert sorted(domains) == ["example.org"] * 4 + ["slow.example"]
    waiting = Delivery.objects.filter(state="pending")
    assert waiting.count() == 5
    assert all(row.next_at is not None and row.next_at > timezone.now() for row in waiting)


def test_a_row_that_can_have_no_mail_is_refused_and_the_stream_goes_on(feed: Callable[..., Feed]) -> None:
    assert list(feed(compose=refuse_all)) == []
    assert Delivery.objects.filter(state="refused", reply_text="no usable address").count() == 10
