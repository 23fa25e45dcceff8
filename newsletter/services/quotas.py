"""The limits of a workspace's route, and how much of them earlier runs have used: read from the attempts on record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Count
from django.db.models.functions import Cast, Substr
from django.utils import timezone

from newsletter.models import Attempt, DeliveryState
from newsletter.services.append_order import first_after
from newsletter.services.pacing import DAY, Pacer, rate_of
from newsletter.services.provider_limits import Provider, provider_of
from newsletter.workspace import Pace, Rate, Workspace

_OUTBOX = "outbox:"
_TOOK = (DeliveryState.ACCEPTED, DeliveryState.IN_DOUBT)  # what was taken, or may have been
_LEEWAY = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What holds for one route."""

    pace: Pace
    provider: Provider | None  # whose known limits are among them

    @property
    def whose(self) -> str:
        """Who sets them, for a sentence: "Microsoft 365 lets …", "The settings let …"."""
        return self.provider.name if self.provider and self.provider.rate.per_day == self.pace.per_day else ""


def limits_of(workspace: Workspace, url: str) -> Limits:
    """The limits of the route behind a URL. The outbox has none: nothing leaves this computer.

    Raises InputError for a `[sending] provider` that is not known.
    """
    sending = workspace.config.sending
    if url == _OUTBOX:
        return Limits(pace=Pace(), provider=None)
    provider = provider_of(url, named=sending.provider)
    return Limits(pace=rate_of(provider.rate if provider else None, sending.pace), provider=provider)


def pacer_of(limits: Limits, route: str) -> Pacer:
    """A pacer that knows what left by this route in the last day; `route` is the transport's name."""
    pacer = Pacer(limits.pace)
    if _is_budgeted(limits.pace):
        pacer.remember(_past(route))
    for domain, rate in limits.pace.domains.items():
        if _is_budgeted(rate):
            past = _past(route, delivery__subscriber__address_compared__endswith=f"@{domain.lower()}")
            pacer.remember(past, domain=domain.lower())
    return pacer


def used_today(route: str) -> int:
    """How many mails this route took within the last 24 hours."""
    return sum(count for _age, count in _past(route))


def _is_budgeted(rate: Rate) -> bool:
    return bool(rate.per_hour or rate.per_day)


def _past(route: str, **only: Any) -> Iterator[tuple[float, int]]:  # noqa: ANN401  (conditions of the ORM)
    """Seconds since, and how many: minute by minute, the oldest first."""
    now = timezone.now()
    since = now - timedelta(seconds=DAY)
    taken = Attempt.objects.filter(
        pk__gte=first_after(Attempt, since - _LEEWAY), transport=route, outcome__in=_TOOK, at__gt=since, **only
    )
    # Cut as text: Django's own way calls Python for each row on SQLite, six seconds for a million.
    minute = Substr(Cast("at", CharField()), 1, len("2025-11-03 09:00"))
    for text, count in taken.values_list(minute).annotate(Count("pk")).order_by(minute):
        # The whole minute counts as its end: rather a little too long than too much.
        yield max((now - datetime.fromisoformat(f"{text}+00:00")).total_seconds() - 60, 0.0), count
