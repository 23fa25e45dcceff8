"""What is said of a mailing before it starts."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from newsletter.content.wording import about
from newsletter.models import Attempt, Delivery, Edition, Subscriber
from newsletter.services.forecasting import forecast_sending, forecast_time, usual_speed
from newsletter.services.planning import plan
from newsletter.services.provider_limits import provider_of
from newsletter.services.quotas import Limits
from newsletter.workspace import Pace, Rate, Workspace

OFFICE = Limits(pace=Pace(per_minute=30, per_day=10_000), provider=provider_of("smtp://smtp.office365.com"))
FREE = Limits(pace=Pace(), provider=None)


def test_what_microsoft_lets_through() -> None:
    told = forecast_time(3_500, OFFICE, used=0, speed=40)
    assert told.enough
    assert told.sentence(may_close=True) == "3,500 people: about 2 hours. You can close this window."
    assert told.sentence(may_close=False) == "3,500 people: about 2 hours. Leave this window open."


def test_a_quota_that_is_too_small_is_told_with_what_is_left_of_it() -> None:
    told = forecast_time(12_000, OFFICE, used=1_500, speed=40)
    assert (told.enough, told.today) == (False, 8_500)
    assert told.sentence(may_close=True) == (
        "12,000 people: about 26 hours. You can close this window. Microsoft 365 lets 10,000 go within 24 hours, and "
        "1,500 of them are used: 8,500 leave in the next 24 hours, the rest after that."
    )


def test_what_was_used_today_decides_even_for_a_few() -> None:
    told = forecast_time(10, OFFICE, used=10_000, speed=40)
    assert (told.enough, told.today) == (False, 0)
    assert told.seconds >= 86_400


def test_a_limit_of_ones_own_is_not_blamed_on_the_provider() -> None:
    limits = Limits(pace=Pace(per_minute=30, per_day=100), provider=OFFICE.provider)
    assert "[sending.pace] per_day lets 100" in forecast_time(500, limits, used=0, speed=40).sentence(may_close=True)


def test_several_days_are_counted() -> None:
    limits = Limits(pace=Pace(per_day=1_000), provider=None)
    assert "about 4 days" in forecast_time(5_000, limits, used=0, speed=40).sentence(may_close=True)


def test_the_slowest_domain_decides() -> None:
    limits = Limits(pace=Pace(per_second=10, domains={"slow.example": Rate(per_minute=6)}), provider=None)
    told = forecast_time(1_000, limits, used=0, speed=40, to_domains={"slow.example": 360})
    assert told.seconds == pytest.approx(3_600, rel=0.05)


def test_an_hours_limit_stretches_what_is_beyond_it() -> None:
    limits = Limits(pace=Pace(per_hour=100), provider=None)
    assert forecast_time(100, limits, used=0, speed=40).seconds < 60
    assert forecast_time(1_000, limits, used=0, speed=40).seconds == pytest.approx(36_000)


def test_without_limits_the_connections_decide() -> None:
    told = forecast_time(1, FREE, used=0, speed=usual_speed("smtp://mail.example.org", 4))
    assert told.sentence(may_close=False) == "1 person: less than a minute. Leave this window open."
    assert usual_speed("outbox:", 4) > usual_speed("smtp://mail.example.org", 4)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (60, "about 1 minute"),
        (89 * 60, "about 89 minutes"),
        (2 * 3_600 - 100, "about 2 hours"),
        (30 * 3_600, "about 30 hours"),
        (72 * 3_600, "about 3 days"),
    ],
)
def test_lengths_of_time_are_told_as_people_say_them(seconds: float, words: str) -> None:
    assert about(seconds) == words


@pytest.mark.django_db
def test_the_forecast_of_a_workspace_takes_its_limits_and_the_days_use(
    make_workspace: Callable[..., Workspace], edition: Edition, people: Callable[..., list[Subscriber]]
) -> None:
    workspace = make_workspace(
        NEWSLETTER__SENDING__TRANSPORT="smtp://127.0.0.1:2525",
        NEWSLETTER__SENDING__PACE='{per_day=30, per_minute=60, domains={"example.org"={per_hour=1}}}',
    )
    people(12)
    for row in Delivery.objects.filter(mailing=plan(workspace, edition)):
        Attempt.objects.create(
            delivery=row, number=1, at=timezone.now(), outcome="accepted", transport="SMTP 127.0.0.1:2525"
        )
    told = forecast_sending(workspace, 20)
    assert (told.used, told.today, told.enough) == (12, 18, False)
    assert told.seconds > 86_400
    assert forecast_sending(workspace, 12).seconds == pytest.approx(12 * 3_600)  # all twelve are at example.org
