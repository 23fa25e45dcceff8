"""How fast mail may leave: the numbers that were set, what the other side taught us, and what was used up already.

Pure decisions over a clock that is handed in. Seconds and minutes are kept by even spacing, because a burst at the
start of each minute is what servers complain of; hours and days are counted, because they are budgets. Either way no
window of that length ever holds more than its limit, wherever it begins.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Protocol

from newsletter.services.server_words import Fault, fault_of, is_about_recipient, says_slower
from newsletter.transports.base import Accepted, InDoubt, Outcome, TryLater
from newsletter.workspace import Pace, Rate

Clock = Callable[[], float]  # seconds that only grow, such as time.monotonic

HOUR, DAY = 3_600.0, 86_400.0

_BURST = 0.05  # of a limit may leave at once, so that a sleep that lasts too long costs no speed
_NO_TIME = 1e-6  # seconds that are nothing: sums of floats miss by so much
_MARGIN = 1.02  # a server counts when mail arrives, and the way there is uneven
_SLOTS = {HOUR: 60.0, DAY: 900.0}  # seconds counted together: a window is a few numbers, however much was sent

_CALM = 60.0  # seconds without a complaint after which a learned rate grows
_RECOVERY = 0.8  # of the interval is left then: double speed after three calm minutes
_DEAF = 10.0  # many connections hear the same complaint at once; it counts as one
_SLOWEST = 60.0  # seconds between two mails at the least
_FIRST_LESSON = 1.0  # interval for a domain that was never measured
_LONGEST_PLACE = HOUR  # nobody is put back for longer: the rate may have recovered by then
_LONGEST_REST = HOUR  # after a Retry-After, or a day's quota used up elsewhere: then it is tried again


class Pacer:
    """Says for each mail whether it may leave now. One for a route; safe to share among threads."""

    def __init__(self, pace: Pace, *, clock: Clock = time.monotonic) -> None:
        """Take the limits; see `services.quotas.pacer_of` for those of a workspace, with the day's use read in."""
        self._clock, self._lock = clock, Lock()
        self._route = _Lane(pace)
        self._domains = {domain.lower(): _Lane(rate) for domain, rate in pace.domains.items()}

    def remember(self, past: Iterable[tuple[float, int]], *, domain: str = "") -> None:
        """Count mails of earlier runs: seconds since they left, and how many; the oldest first."""
        lane, now = (self._domains[domain] if domain else self._route), self._clock()
        for age, count in past:
            lane.remember(now - age, count)

    def pause(self) -> float:
        """Seconds for which nothing at all may leave; 0 where the next mail may be asked for."""
        with self._lock:
            return self._route.wait(self._clock())

    def admit(self, domain: str) -> float:
        """Let one mail to this domain go, and count it: 0. Otherwise seconds after which to ask again for this mail.

        Of many mails to a domain over its limit each is given a later place, so that they come back one by one.
        """
        with self._lock:
            now = self._clock()
            if (wait := self._route.wait(now)) > 0:
                return wait
            lane = self._domains.get(domain)
            if lane and (place := lane.place(now)) > 0:
                return place
            for taken in (self._route, lane):
                if taken:
                    taken.take(now)
            return 0.0

    def batch(self, most: int) -> int:
        """How many deliveries to claim at once, so that none waits for minutes in somebody's hands."""
        with self._lock:
            return max(1, min(most, self._route.within(_CALM, self._clock())))

    def learn(self, domain: str, outcome: Outcome) -> None:
        """Hear what became of a mail that was admitted: who says "slower" is obeyed, who says "later" is left alone."""
        if isinstance(outcome, Accepted):
            return
        with self._lock:
            now = self._clock()
            lane = self._lane_for(domain, outcome)
            if not isinstance(outcome, InDoubt):
                self._give_back(domain, now)
            if fault_of(outcome) is Fault.QUOTA:
                self._route.rest(_LONGEST_REST, now)
            elif says_slower(outcome):
                lane.slow_down(now)
            if (seconds := _asked_to_wait(outcome)) is not None:
                lane.rest(min(seconds, _LONGEST_REST), now)

    def _lane_for(self, domain: str, outcome: Outcome) -> "_Lane":
        if not (domain and is_about_recipient(outcome)):
            return self._route
        return self._domains.setdefault(domain, _Lane(Rate()))

    def _give_back(self, domain: str, now: float) -> None:
        """A mail that was not taken used up no budget."""
        for lane in (self._route, self._domains.get(domain)):
            if lane:
                lane.give_back(now)


class _Limit(Protocol):
    """One of the things that can hold a mail back."""

    def wait(self, now: float) -> float:
        """Seconds until the next may leave; 0 or less: now."""

    def take(self, now: float) -> None:
        """One leaves."""


class _Lane:
    """The limits of one route or one domain, and where it stands."""

    def __init__(self, rate: Rate) -> None:
        self._spacings = _spacings(rate)
        self._set_interval = steady_interval(rate)
        self._budgets = [_Budget(limit, span) for limit, span in ((rate.per_hour, HOUR), (rate.per_day, DAY)) if limit]
        self._learned = _Learned()
        self._limits: tuple[_Limit, ...] = (*self._spacings, *self._budgets, self._learned)
        self._rest_until = self._tail = float("-inf")

    def wait(self, now: float) -> float:
        if not (self._spacings or self._budgets or self._learned.interval or self._rest_until > now):
            return 0.0
        waits = [limit.wait(now) for limit in self._limits]
        wait = max(self._rest_until - now, *waits)
        return wait if wait > _NO_TIME else 0.0

    def place(self, now: float) -> float:
        """0 where a mail may go; otherwise the next free place in the queue of those that come back."""
        if (wait := self.wait(now)) <= 0:
            return 0.0
        self._tail = min(max(self._tail + self._interval(now), now + wait), now + max(wait, _LONGEST_PLACE))
        return self._tail - now

    def take(self, now: float) -> None:
        for limit in self._limits:
            limit.take(now)

    def remember(self, then: float, count: int) -> None:
        for budget in self._budgets:
            budget.take(then, count)

    def give_back(self, now: float) -> None:
        for budget in self._budgets:
            budget.give_back(now)

    def rest(self, seconds: float, now: float) -> None:
        self._rest_until = max(self._rest_until, now + seconds)

    def slow_down(self, now: float) -> None:
        self._learned.slow_down(now, self._set_interval)

    def within(self, seconds: float, now: float) -> int:
        """How many may leave within so many seconds, about; many where nothing limits them."""
        interval = self._interval(now)
        room = [budget.room(now) for budget in self._budgets]
        return min([int(seconds / interval) if interval else 2**31, *room])

    def _interval(self, now: float) -> float:
        return max(self._set_interval, self._learned.interval_at(now))


class _Spacing:
    """At most `limit` within `span` seconds, evenly (the generic cell rate algorithm, ITU-T I.371)."""

    def __init__(self, limit: float, span: float) -> None:
        burst = max(1, int(limit * _BURST))
        # With these, no window of `span` seconds holds more than burst + (limit - burst + 1) - 1 = limit.
        self.interval = span / (limit - burst + 1) * _MARGIN
        self._tolerance = (burst - 1) * self.interval
        self._next = float("-inf")  # when the next would leave if all left evenly

    def wait(self, now: float) -> float:
        return self._next - self._tolerance - now

    def take(self, now: float) -> None:
        self._next = max(self._next, now) + self.interval


class _Budget:
    """At most `limit` within any `span` seconds, counted in slots; a slot is free again when all of it has passed."""

    def __init__(self, limit: int, span: float) -> None:
        self._limit, self._span, self._width = limit, span, _SLOTS[span]
        self._slots: deque[list[int]] = deque()  # [number of the slot, mails in it], oldest first
        self._used = 0

    def wait(self, now: float) -> float:
        self._forget(now)
        freed = self._used - self._limit + 1
        for number, count in self._slots if freed > 0 else ():
            freed -= count
            if freed <= 0:
                return (number + 1) * self._width + self._span - now
        return 0.0

    def take(self, now: float, count: int = 1) -> None:
        number = int(now // self._width)
        if not self._slots or self._slots[-1][0] != number:
            self._slots.append([number, 0])
        self._slots[-1][1] += count
        self._used += count

    def give_back(self, now: float) -> None:
        self._forget(now)
        if self._slots and self._slots[-1][1]:
            self._slots[-1][1] -= 1
            self._used -= 1

    def room(self, now: float) -> int:
        self._forget(now)
        return max(0, self._limit - self._used)

    def _forget(self, now: float) -> None:
        while self._slots and (self._slots[0][0] + 1) * self._width + self._span <= now:
            self._used -= self._slots.popleft()[1]


class _Learned:
    """The interval that complaints taught us: doubled by each, shrinking slowly in calm, gone where it is no matter."""

    def __init__(self) -> None:
        self.interval = 0.0  # seconds between two mails when last changed; 0: nothing was learned
        self._changed = float("-inf")
        self._forget_below = 0.0
        self._last: float | None = None
        self._next = float("-inf")
        self._usual = 0.0  # mean interval of what left lately

    def wait(self, now: float) -> float:
        return self._next - now if self.interval_at(now) else 0.0

    def take(self, now: float) -> None:
        if self._last is not None:
            gap = min(now - self._last, _SLOWEST)
            self._usual += (gap - self._usual) / 64 if self._usual else gap
        self._last = now
        if interval := self.interval_at(now):
            self._next = max(self._next, now) + interval

    def interval_at(self, now: float) -> float:
        if not self.interval:
            return 0.0
        present: float = self.interval * _RECOVERY ** ((now - self._changed) // _CALM)
        if present <= self._forget_below:
            self.interval = 0.0
            return 0.0
        return present

    def slow_down(self, now: float, usual: float) -> None:
        """Halve the rate, starting from the one that was set, or else from the one that was measured."""
        if now - self._changed < _DEAF:
            return
        before = max(self.interval_at(now), usual, self._usual) or _FIRST_LESSON / 2
        self._forget_below = self._forget_below if self.interval else max(usual, before / 8)
        self.interval = min(2 * before, max(_SLOWEST, usual))
        self._changed = now
        self._next = now + self.interval


def _asked_to_wait(outcome: Outcome) -> float | None:
    return outcome.retry_after if isinstance(outcome, TryLater) else None


def _spacings(rate: Rate) -> list[_Spacing]:
    return [_Spacing(limit, span) for limit, span in ((rate.per_second, 1.0), (rate.per_minute, 60.0)) if limit]


def steady_interval(rate: Rate) -> float:
    """Seconds between two mails where seconds and minutes limit them; 0 where they do not."""
    return max((spacing.interval for spacing in _spacings(rate)), default=0.0)


def rate_of(known: Rate | None, wanted: Pace) -> Pace:
    """The limits that hold: the provider's known ones, each replaced by what the settings say."""
    table: Mapping[str, object] = known.model_dump(exclude_none=True) if known else {}
    own = wanted.model_dump(exclude_none=True, exclude={"domains"})
    return Pace.model_validate({**table, **own, "domains": wanted.domains})
