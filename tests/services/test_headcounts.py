"""The database keeps count of its people: whoever changes the list, in whatever way, the count is the list's own."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from newsletter.models import Edition, Headcount, Mailing, Mechanism, Subscriber
from newsletter.models.headcounts import KIND
from newsletter.services.erasing import erase
from newsletter.services.headcounts import count_subscribed, people_by_status
from newsletter.services.planning import COPY, fix_audience, forecast, new_mailing, plan
from newsletter.services.subscribing import leave, pause, stop, undo_leave
from newsletter.workspace import Workspace

MakePeople = Callable[..., list[Subscriber]]
COUNTED = f"SELECT {', '.join(KIND)}, count(*) FROM newsletter_subscriber GROUP BY {', '.join(KIND)}"
KEPT = f"SELECT {', '.join(KIND)}, people FROM newsletter_headcount WHERE people > 0"

PEOPLE = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["subscribed", "unsubscribed", "bounced"]),
        "body": st.sampled_from(["", "cqc", "imb"]),
        "language": st.sampled_from(["", "cy"]),
        "tags": st.sampled_from([[], ["press"], ["press", "wales"]]),
    }
)


def is_right() -> bool:
    with connection.cursor() as cursor:
        return set(cursor.execute(COUNTED).fetchall()) == set(cursor.execute(KEPT).fetchall())


class CountTest(TestCase):
    @settings(max_examples=20, deadline=None)
    @given(st.lists(st.tuples(PEOPLE, PEOPLE, st.booleans()), max_size=6))
    def test_people_who_come_change_and_go_are_counted(self, rows: list[tuple[dict, dict, bool]]) -> None:  # type: ignore[type-arg]
        for number, (before, after, goes) in enumerate(rows):
            address = f"reader{number}@example.org"
            person = Subscriber.objects.create(address=address, address_compared=address, basis="consent", **before)
            assert is_right()
            Subscriber.objects.filter(pk=person.pk).update(**after, name="Another name")
            assert is_right()
            if goes:
                person.delete()
        assert is_right()
        assert count_subscribed() == Subscriber.objects.filter(status="subscribed").count()
        Subscriber.objects.all().delete()
        assert is_right()


@pytest.mark.django_db
def test_every_migration_left_the_database_counting() -> None:
    """Django makes a table anew to change it, and its triggers go with the old one: see `models.headcounts`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'newsletter_subscriber'")
        assert {name for (name,) in cursor.fetchall()} == {"people_come", "people_go", "people_change"}


@pytest.mark.django_db
def test_what_is_taken_back_is_not_counted(people: MakePeople) -> None:
    people(2)
    with transaction.atomic():
        people(3)
        transaction.set_rollback(True)
    assert is_right()
    assert people_by_status()["subscribed"] == 2
    assert people_by_status(body="cqc") == {"subscribed": 0, "unsubscribed": 0, "bounced": 0, "complained": 0}
    assert not Headcount.objects.filter(people__lt=0).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("segment", ["", "scotland"])
def test_a_forecast_without_looking_at_people_is_what_the_plan_chooses(
    workspace: Workspace, edition: Edition, people: MakePeople, segment: str
) -> None:
    """After everything by which somebody may be left out."""
    here, away, never, gone, back, rests, has_it = people(7, nation="scotland")
    people(3)
    people(1, paused_until=timezone.now() - timedelta(days=1))
    staff = {"mechanism": Mechanism.STAFF, "by": "Ann"}
    leave(away, **staff)
    stop(workspace, never, **staff)
    erase(workspace, gone, by="Ann")
    leave(back, **staff)
    undo_leave(workspace, back, **staff)
    for person in (rests, has_it):  # one who pauses and has it is told as pausing, as planning does
        fix_audience(workspace, new_mailing(workspace, edition, reason=f"{COPY}{person.pk}"), person=person.pk)
    pause(rests, timezone.now() + timedelta(days=30), **staff)
    found = forecast(workspace, edition, segment=segment)
    mailing: Mailing = plan(workspace, edition, segment=segment)
    reasons = list(mailing.deliveries.exclude(reason="").values_list("reason", flat=True))
    versions = list(mailing.deliveries.filter(reason="").values_list("variant__key", flat=True))
    assert found.chosen == mailing.chosen
    assert found.skipped == {reason: reasons.count(reason) for reason in ("paused", "already")}
    assert found.variants == {key: versions.count(key) for key in set(versions)}
    assert here.pk in mailing.deliveries.filter(state="pending").values_list("subscriber", flat=True)
