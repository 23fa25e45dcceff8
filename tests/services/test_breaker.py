"""When a mailing is held because it is going wrong for everybody."""

import pytest

from newsletter.services.breaker import Breaker
from newsletter.services.server_words import Fault, fault_of, without_blame
from newsletter.transports.base import Accepted, InDoubt, Outcome, Refused, TryLater

SPAM = Refused(code=550, enhanced="5.7.1", text="spam")


@pytest.mark.parametrize(
    ("outcome", "fault"),
    [
        (SPAM, Fault.POLICY),
        (Refused(code=554), Fault.POLICY),
        (Refused(code=554, enhanced="5.6.0"), Fault.POLICY),
        (Refused(code=552, enhanced="5.7.0"), Fault.POLICY),
        (Refused(code=550, enhanced="5.1.1"), None),
        (Refused(code=554, enhanced="5.1.1"), None),
        (Refused(code=554, enhanced="5.2.2"), None),
        (Refused(code=550), None),
        (Refused(code=552), Fault.TOO_BIG),
        (Refused(code=552, enhanced="5.3.4"), Fault.TOO_BIG),
        (Refused(code=554, enhanced="5.3.4"), Fault.TOO_BIG),
        (Refused(code=552, enhanced="5.2.2"), None),
        (Refused(code=550, enhanced="5.1.90"), Fault.QUOTA),
        (TryLater(code=451, enhanced="4.7.1"), None),
        (InDoubt(), None),
        (Accepted(code=250), None),
    ],
)
def test_an_answer_is_told_apart_from_what_one_recipient_is_to_blame_for(outcome: Outcome, fault: Fault | None) -> None:
    assert fault_of(outcome) is fault


def test_refusals_on_policy_in_a_row_trip_it() -> None:
    breaker = Breaker(limit=3)
    assert [breaker.hear(SPAM) for _ in range(2)] == [None, None]
    reason = breaker.hear(Refused(code=554))
    assert reason is not None
    assert "3 mails in a row" in reason
    assert "spam" not in reason.replace("taken for spam", "")


def test_an_acceptance_ends_the_row() -> None:
    breaker = Breaker(limit=3)
    heard = [SPAM, SPAM, Accepted(code=250), SPAM, SPAM]
    assert [breaker.hear(outcome) for outcome in heard] == [None] * 5


def test_unknown_mailboxes_in_between_hide_nothing() -> None:
    breaker = Breaker(limit=3)
    dead, later = Refused(code=550, enhanced="5.1.1"), TryLater(code=450)
    assert [breaker.hear(outcome) for outcome in (SPAM, dead, SPAM, later, InDoubt())] == [None] * 5
    assert breaker.hear(SPAM)


def test_unknown_mailboxes_alone_never_trip_it() -> None:
    breaker = Breaker(limit=3)
    assert not any(breaker.hear(Refused(code=550, enhanced="5.1.1")) for _ in range(100))


def test_the_first_answer_that_it_is_too_big_trips_it() -> None:
    reason = Breaker(limit=99).hear(Refused(code=552, enhanced="5.3.4", text="reader@example.org: too large"))
    assert reason is not None
    assert "552 5.3.4" in reason
    assert "@" not in reason


def test_a_refusal_for_the_days_quota_is_recorded_as_one_to_try_again() -> None:
    used_up = Refused(code=550, enhanced="5.4.5", text="Daily user sending limit exceeded")
    assert without_blame(used_up) == TryLater(code=550, enhanced="5.4.5", text=used_up.text, retry_after=3_600)
    for outcome in (Refused(code=550, enhanced="5.1.1"), SPAM, Accepted(code=250), InDoubt()):
        assert without_blame(outcome) is outcome
