"""How fast mail may leave, over a clock that the tests turn."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.services.pacing import Pacer, rate_of, steady_interval
from newsletter.transports.base import Accepted, InDoubt, Outcome, Refused, TryLater
from newsletter.workspace import Pace, Rate


class Clock:
    """Seconds, turned by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pacer_for(clock: Clock) -> Callable[..., Pacer]:
    return lambda **limits: Pacer(Pace(**limits), clock=clock)


def run(pacer: Pacer, clock: Clock, *, seconds: float, domain: str = "example.org", late: float = 0.0) -> list[float]:
    """Send as fast as the pacer lets; `late` is by how much each sleep takes too long. Returns when mails left."""
    left, end = [], clock.now + seconds
    while clock.now < end:
        wait = pacer.pause() or pacer.admit(domain)
        if wait:
            clock.now += wait + late
        else:
            left.append(clock.now)
    return left


def busiest(times: list[float], span: float) -> int:
    """The most mails in any window of this length."""
    most = first = 0
    for last, moment in enumerate(times):
        while times[first] <= moment - span:
            first += 1
        most = max(most, last - first + 1)
    return most


def test_without_limits_nothing_waits(pacer_for: Callable[..., Pacer]) -> None:
    pacer = pacer_for()
    assert [pacer.admit("example.org") for _ in range(1000)] == [0.0] * 1000
    assert pacer.batch(500) == 500


@pytest.mark.parametrize(
    ("limits", "span", "most"),
    [
        ({"per_minute": 30}, 60.0, 30),
        ({"per_minute": 3_000}, 60.0, 3_000),
        ({"per_second": 14}, 1.0, 14),
        ({"per_second": 0.5}, 2.0, 1),
        ({"per_hour": 200}, 3_600.0, 200),
        ({"per_day": 300}, 86_400.0, 300),
    ],
)
def test_no_window_holds_more_than_the_limit_and_little_less(
    pacer_for: Callable[..., Pacer], clock: Clock, limits: dict[str, float], span: float, most: int
) -> None:
    times = run(pacer_for(**limits), clock, seconds=2.5 * span)
    assert busiest(times, span) <= most
    assert len(times) >= 0.9 * 2 * most


def test_sleeps_that_take_too_long_cost_no_speed_where_much_is_sent(
    pacer_for: Callable[..., Pacer], clock: Clock
) -> None:
    times = run(pacer_for(per_minute=3_000), clock, seconds=120, late=0.5)
    assert busiest(times, 60) <= 3_000
    assert len(times) > 5_500


@given(limit=st.integers(1, 400), sleeps=st.lists(st.floats(0, 20), max_size=80))
def test_the_limit_of_a_minute_holds_however_irregularly_mail_is_asked_for(limit: int, sleeps: list[float]) -> None:
    clock = Clock()
    pacer, times = Pacer(Pace(per_minute=limit), clock=clock), []
    for sleep in sleeps:
        while not pacer.admit("example.org"):
            times.append(clock.now)
        clock.now += sleep
    assert busiest(times, 60) <= limit


def test_a_new_run_knows_what_earlier_ones_used(pacer_for: Callable[..., Pacer]) -> None:
    pacer = pacer_for(per_day=100)
    pacer.remember([(80_000.0, 60), (100.0, 30)])
    assert [pacer.admit("example.org") for _ in range(10)] == [0.0] * 10
    assert 5_000 < pacer.pause() <= 86_400 - 80_000 + 900


def test_what_was_not_taken_used_no_budget(pacer_for: Callable[..., Pacer]) -> None:
    pacer = pacer_for(per_day=2)
    for outcome in (Refused(code=550), TryLater(code=450), Refused(code=550)):
        assert pacer.admit("example.org") == 0
        pacer.learn("example.org", outcome)
    for outcome in (Accepted(code=250), InDoubt()):
        assert pacer.admit("example.org") == 0
        pacer.learn("example.org", outcome)
    assert pacer.admit("example.org") > 0


def test_a_domain_over_its_limit_holds_up_nobody_else(pacer_for: Callable[..., Pacer]) -> None:
    pacer = pacer_for(domains={"Slow.Example": Rate(per_minute=6)})
    assert pacer.admit("slow.example") == 0
    assert pacer.admit("slow.example") > 0
    assert pacer.pause() == 0
    assert pacer.admit("example.org") == 0


def test_mails_put_back_for_one_domain_come_back_one_by_one(pacer_for: Callable[..., Pacer], clock: Clock) -> None:
    pacer = pacer_for(domains={"slow.example": Rate(per_minute=6)})
    pacer.admit("slow.example")
    places = sorted(clock.now + pacer.admit("slow.example") for _ in range(100))
    gaps = [after - before for before, after in pairwise(places)]
    assert min(gaps) > 9
    for place in places:
        clock.now = place
        assert pacer.admit("slow.example") == 0


def test_nobody_is_put_back_for_more_than_an_hour_by_a_rate(pacer_for: Callable[..., Pacer]) -> None:
    pacer = pacer_for(domains={"slow.example": Rate(per_minute=1)})
    assert max(pacer.admit("slow.example") for _ in range(500)) <= 3_600


@pytest.mark.parametrize("code", [421, 451, 452])
def test_a_server_that_says_slower_gets_half_as_much(pacer_for: Callable[..., Pacer], clock: Clock, code: int) -> None:
    pacer = pacer_for(per_second=10)
    before = len(run(pacer, clock, seconds=20))
    pacer.learn("example.org", TryLater(code=code, enhanced="4.3.1"))
    assert len(run(pacer, clock, seconds=20)) == pytest.approx(before / 2, rel=0.1)


def test_one_complaint_heard_by_many_connections_counts_once(pacer_for: Callable[..., Pacer], clock: Clock) -> None:
    pacer = pacer_for(per_second=10)
    before = len(run(pacer, clock, seconds=20))
    for _ in range(8):
        pacer.learn("example.org", TryLater(code=421))
    assert len(run(pacer, clock, seconds=20)) == pytest.approx(before / 2, rel=0.1)


def test_a_rate_that_nobody_set_is_halved_from_what_was_measured(pacer_for: Callable[..., Pacer], clock: Clock) -> None:
    pacer = pacer_for()
    for _ in range(500):
        clock.now += 0.05
        assert pacer.admit("example.org") == 0
    pacer.learn("example.org", TryLater(code=421))
    assert len(run(pacer, clock, seconds=20)) == pytest.approx(200, rel=0.1)
    clock.now += 900
    assert [pacer.admit("example.org") for _ in range(100)] == [0.0] * 100


def test_the_rate_recovers_slowly_and_then_wholly(pacer_for: Callable[..., Pacer], clock: Clock) -> None:
    pacer = pacer_for(per_second=10)
    full = len(run(pacer, clock, seconds=20))
    pacer.learn("example.org", TryLater(code=451))
    clock.now += 70
    part = len(run(pacer, clock, seconds=20))
    clock.now += 600
    assert full / 2 < part < 0.7 * full
    assert len(run(pacer, clock, seconds=20)) == full


def test_complaint_upon_complaint_ends_at_one_mail_a_minute(pacer_for: Callable[..., Pacer], clock: Clock) -> None:
    pacer = pacer_for()
    pacer.admit("example.org")
    for _ in range(20):
        pacer.learn("example.org", TryLater(code=421))
        clock.now += 11
    assert 1 <= len(run(pacer, clock, seconds=240)) <= 8


def test_greylisting_slows_nothing(pacer_for: Callable[..., Pacer]) -> None:
    pacer = pacer_for()
    pacer.admit("example.org")
    pacer.learn("example.org", TryLater(code=450, enhanced="4.2.0"))
    pacer.learn("example.org", TryLater(code=452, enhanced="4.2.2"))
    assert pacer.pause() == pacer.admit("example.org") == 0


def test_a_complaint_about_a_mailbox_slows_its_domain_alone(pacer_for: Callable[..., Pacer]) -> None:
    pacer = pacer_for()
    pacer.admit("busy.example")
    pacer.learn("busy.example", TryLater(code=451, enhanced="4.2.1"))
    assert pacer.admit("busy.example") > 0
    assert pacer.pause() == pacer.admit("example.org") == 0


def test_retry_after_is_kept_and_capped(pacer_for: Callable[..., Pacer], clock: Clock) -> None:
    pacer = pacer_for()
    pacer.learn("example.org", TryLater(code=429, retry_after=30))
    assert pacer.pause() == pytest.approx(30)
    clock.now += 31
    pacer.learn("example.org", TryLater(code=503, retry_after=10**9))
    assert pacer.pause() == pytest.approx(3_600)


@pytest.mark.parametrize(
    "outcome",
    [
        Refused(code=550, enhanced="5.4.5"),
        Refused(code=550, enhanced="5.1.90"),
        TryLater(code=454, text="Throttling failure: Daily message quota exceeded."),
    ],
)
def test_a_quota_that_others_used_up_rests_the_route(pacer_for: Callable[..., Pacer], outcome: Outcome) -> None:
    pacer = pacer_for()
    pacer.learn("example.org", outcome)
    assert pacer.pause() == pytest.approx(3_600)


def test_no_more_are_claimed_than_leave_soon(pacer_for: Callable[..., Pacer]) -> None:
    assert 25 <= pacer_for(per_minute=30).batch(500) <= 30
    assert pacer_for(per_day=10).batch(500) == 10
    assert pacer_for(per_second=0.001).batch(500) == 1


def test_settings_go_before_what_is_known_of_a_provider() -> None:
    known = Rate(per_minute=30, per_day=10_000)
    assert rate_of(known, Pace(per_day=500)) == Pace(per_minute=30, per_day=500)
    assert rate_of(None, Pace()) == Pace()
    assert steady_interval(Rate(per_day=10)) == 0
