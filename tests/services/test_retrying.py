"""When a delivery is tried again, and when it is given up."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from newsletter.services.retrying import PATIENT, RetryPolicy

MINUTE = timedelta(minutes=1)


@given(attempt=st.integers(1, 1_000), delivery=st.integers(1, 10**9))
def test_a_second_try_comes_late_enough_for_greylisting_and_never_later_than_five_hours(
    attempt: int, delivery: int
) -> None:
    assert 5 * MINUTE <= PATIENT.delay(attempt, answered=True, delivery=delivery) <= 300 * MINUTE


def test_delays_grow_to_a_limit() -> None:
    steady = RetryPolicy(jitter=0)
    delays = [steady.delay(attempt, answered=True) for attempt in (1, 2, 3, 50)]
    assert delays == [5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 240 * MINUTE]


def test_those_put_off_together_do_not_come_back_together_and_a_restart_changes_nothing() -> None:
    def drawn() -> list[timedelta]:
        return [PATIENT.delay(1, answered=True, delivery=number) for number in range(1_000)]

    delays = drawn()
    assert delays == drawn()
    assert len(set(delays)) > 990
    assert max(delays) - min(delays) > 50 * timedelta(seconds=1)


def test_a_lost_connection_is_tried_again_at_once_but_not_for_ever() -> None:
    delays = [PATIENT.delay(attempt, answered=False, delivery=3) for attempt in (1, 2, 3)]
    assert delays[:2] == [timedelta(), timedelta()]
    assert delays[2] >= 5 * MINUTE


def test_a_wish_for_more_time_is_heard_up_to_a_day() -> None:
    assert PATIENT.delay(1, answered=True, retry_after=3_600) == timedelta(hours=1)
    assert PATIENT.delay(1, answered=False, retry_after=30) == timedelta(seconds=30)
    assert PATIENT.delay(1, answered=True, retry_after=10) >= 5 * MINUTE
    assert PATIENT.delay(1, answered=True, retry_after=10**9) == timedelta(days=1)


def test_it_is_given_up_after_four_to_five_days() -> None:
    begun = datetime(2025, 11, 1, tzinfo=UTC)
    assert not PATIENT.is_over(begun, begun + timedelta(days=4))
    assert PATIENT.is_over(begun, begun + timedelta(days=5))
