"""Whom segments pick, in a preview and in a mailing alike."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from newsletter.errors import InputError
from newsletter.models import Delivery, Edition, Subscriber
from newsletter.services.planning import forecast, plan
from newsletter.services.segmenting import preview_segment, preview_segments
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db

MakePeople = Callable[..., list[Subscriber]]
RULES = {
    "grade": 'attribute = {grade = ["a", "b"], "shoe-size" = ["38"]}',
    "old": "joined_before = 2025-06-01",
    "new": "joined_after = 2025-06-01",
    "had-it": 'got = ["2025-11"]',
    "missed-it": 'did_not_get = ["2025-11"]\nnation = ["scotland"]',
    "press": 'tag = ["press"]',
}


@pytest.fixture(autouse=True)
def rules(workspace: Workspace) -> None:
    path = workspace.subscribers / "segments.toml"
    with path.open("a") as stream:
        for name, rule in RULES.items():
            stream.write(f'[[segment]]\nid = "{name}"\nname = "Readers {name}"\n{rule}\n')


def picked(workspace: Workspace, name: str) -> set[int]:
    found = preview_segment(workspace, name, sample=1_000)
    assert found.count == len(found.sample)
    return {person.pk for person in found.sample}


def test_details_of_ones_own_pick_by_any_of_their_values(workspace: Workspace, people: MakePeople) -> None:
    (wanted,) = people(1, attributes={"grade": "b", "shoe-size": "38"})
    people(1, attributes={"grade": "c", "shoe-size": "38"})
    people(1, attributes={"grade": "a"})
    people(1)
    assert picked(workspace, "grade") == {wanted.pk}


def test_a_day_is_a_day_of_the_newsletters_own_time(workspace: Workspace, people: MakePeople) -> None:
    """London is an hour ahead of UTC in June."""
    (eve,) = people(1, joined_at=datetime(2025, 5, 31, 22, 59, tzinfo=UTC))
    people(1, joined_at=datetime(2025, 5, 31, 23, 1, tzinfo=UTC))
    (day_after,) = people(1, joined_at=datetime(2025, 6, 1, 23, 1, tzinfo=UTC))
    assert picked(workspace, "old") == {eve.pk}
    assert picked(workspace, "new") == {day_after.pk}


def test_who_was_sent_an_issue_and_who_was_not(workspace: Workspace, edition: Edition, people: MakePeople) -> None:
    first, second, third = people(3, nation="scotland")
    plan(workspace, edition, segment="scotland")
    Delivery.objects.filter(subscriber=first).update(state="accepted")
    Delivery.objects.filter(subscriber=second).update(state="refused")
    Delivery.objects.filter(subscriber=third).update(state="in_doubt")
    (newcomer,) = people(1, nation="scotland")
    assert picked(workspace, "had-it") == {first.pk, third.pk}
    assert picked(workspace, "missed-it") == {second.pk, newcomer.pk}


def test_a_mailing_and_its_forecast_choose_whom_the_preview_shows(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(2, attributes={"grade": "a", "shoe-size": "38"}, nation="scotland")
    people(3, attributes={"grade": "a"})
    assert forecast(workspace, edition, segment="grade").variants == {"en+scotland": 2}
    assert plan(workspace, edition, segment="grade").chosen == 2
    assert set(Delivery.objects.values_list("subscriber", flat=True)) == picked(workspace, "grade")


def test_a_section_may_be_kept_for_who_joined_late(workspace: Workspace, edition: Edition, people: MakePeople) -> None:
    variant = edition.variants.get(key="en+scotland")
    variant.audiences = ["new"]
    variant.save()
    people(2, joined_at=datetime(2024, 1, 1, tzinfo=UTC))
    people(1)
    assert forecast(workspace, edition).variants == {"en": 2, "en+scotland": 1}


def test_only_who_is_subscribed_counts_and_the_list_tells_every_segment(
    workspace: Workspace, people: MakePeople
) -> None:
    people(2, tags=["press"])
    people(1, tags=["press"], status="unsubscribed")
    people(3)
    found = {preview.segment.id: (preview.count, preview.subscribed) for preview in preview_segments(workspace)}
    assert found["press"] == (2, 5)
    assert list(found) == ["scotland", *RULES]


def test_a_long_list_is_not_walked_for_a_page_of_all_segments(
    workspace: Workspace, people: MakePeople, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsletter.services.segmenting._LONG", 1)
    people(2, tags=["press"], attributes={"grade": "a", "shoe-size": "38"})
    found = {preview.segment.id: preview.count for preview in preview_segments(workspace, walk=False)}
    assert (found["press"], found["grade"]) == (2, None)
    assert preview_segment(workspace, "grade").count == 2


def test_an_unknown_segment_is_told(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="no segment 'nobody'"):
        preview_segment(workspace, "nobody")
