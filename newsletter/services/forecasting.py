"""How long a mailing will take at the pace that holds, and whether the day's quota suffices."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.content.wording import how_long, quota_is_short
from newsletter.models import Subscriber, SubscriberStatus
from newsletter.services.modes import is_practice
from newsletter.services.pacing import DAY, HOUR, steady_interval
from newsletter.services.quotas import Limits, limits_of, used_today
from newsletter.services.routing import route_name, route_url
from newsletter.workspace import Rate, Workspace

_A_CONNECTION = 10.0  # mails a second over one connection, a careful guess where nothing limits us
_OUTBOX_SPEED = 1_000.0  # files a second


@dataclass(frozen=True, kw_only=True)
class TimeForecast:
    """What to tell before a mailing starts."""

    people: int
    seconds: float  # until the last one left, if nobody has to be tried twice
    today: int  # of them, how many the quota lets go within the next 24 hours
    per_day: int | None  # the quota
    used: int  # of it, in the last 24 hours
    whose: str  # whose quota it is; empty for the settings' own

    @property
    def enough(self) -> bool:
        """Whether the day's quota suffices."""
        return self.today >= self.people

    def sentence(self, *, may_close: bool) -> str:
        """For example "3,500 people: about 2 hours. You can close this window."

        `may_close` where another process sends: what a terminal sends itself ends with its window.
        """
        words = [how_long(self.people, self.seconds, may_close=may_close)]
        if not self.enough and self.per_day:
            words.append(quota_is_short(whose=self.whose, per_day=self.per_day, used=self.used, today=self.today))
        return " ".join(words)


def forecast_sending(workspace: Workspace, people: int) -> TimeForecast:
    """The forecast for so many people by the workspace's own route. Raises InputError for settings that can't work."""
    practice, sending = is_practice(workspace), workspace.config.sending
    url = route_url(workspace, practice=practice)
    limits = limits_of(workspace, url)
    used = used_today(route_name(workspace, practice=practice)) if limits.pace.per_day else 0
    speed = usual_speed(url, sending.connections)
    return forecast_time(people, limits, used=used, speed=speed, to_domains=_readers(limits, people))


def _readers(limits: Limits, people: int) -> dict[str, int]:
    """Subscribers at each domain that has limits of its own: at most so many of the people are there."""
    subscribed = Subscriber.objects.filter(status=SubscriberStatus.SUBSCRIBED)
    counted = {
        domain: subscribed.filter(address_compared__endswith=f"@{domain.lower()}").count()
        for domain in limits.pace.domains
    }
    return {domain: min(count, people) for domain, count in counted.items()}


def forecast_time(
    people: int, limits: Limits, *, used: int, speed: float, to_domains: Mapping[str, int] | None = None
) -> TimeForecast:
    """Reckon with the limits, what was used of the day's quota, and the `speed` in mails a second without limits.

    `to_domains` counts the people of those domains that have limits of their own; the slowest decides.
    """
    pace = limits.pace
    waits = [_seconds(people, pace, used=used, speed=speed)]
    for domain, count in (to_domains or {}).items():
        waits.append(_seconds(count, pace.domains[domain], used=0, speed=speed))
    left = max(0, pace.per_day - used) if pace.per_day else people
    return TimeForecast(
        people=people,
        seconds=max(waits),
        today=min(people, left),
        per_day=pace.per_day,
        used=used,
        whose=limits.whose,
    )


def usual_speed(url: str, connections: int) -> float:
    """Mails a second to expect of a route that nothing limits."""
    return _OUTBOX_SPEED if url == "outbox:" else _A_CONNECTION * connections


def _seconds(people: int, rate: Rate, *, used: int, speed: float) -> float:
    interval = max(steady_interval(rate), 1 / speed)
    if rate.per_hour:
        interval = max(interval, HOUR / rate.per_hour) if people > rate.per_hour else interval
    left = max(0, rate.per_day - used) if rate.per_day else people
    if people <= left or not rate.per_day:
        return people * interval
    # The rest goes as the quota is free again, which is a day after it was used.
    rest = people - left
    return math.ceil(rest / rate.per_day) * DAY + ((rest - 1) % rate.per_day + 1) * interval
