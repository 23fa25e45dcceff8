"""Which mailing somebody means, by number or by issue; and what they are told where that is a question."""

from collections.abc import Callable

import pytest

from newsletter.errors import ConflictError, InputError
from newsletter.models import Edition, Mailing, Subscriber
from newsletter.services import steering
from newsletter.services.mailing_names import mailing_named, mailings_named
from newsletter.services.planning import plan
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]) -> list[Mailing]:
    """Two mailings of one issue, both in practice; the first is finished."""
    people(2)
    mailings = [plan(workspace, edition), plan(workspace, edition, again="lost on the way")]
    Mailing.objects.filter(pk=mailings[0].pk).update(state="finished")
    return mailings


def test_the_only_mailing_of_an_issue_is_meant_by_its_name(workspace: Workspace, edition: Edition) -> None:
    mailing = Mailing.objects.create(edition=edition, transport="outbox:", practice=True, planned_at=edition.created_at)
    assert mailing_named("2025-11") == mailing_named(str(mailing.pk)) == mailing
    assert workspace


def test_of_several_the_only_one_that_fits_is_meant(two: list[Mailing]) -> None:
    assert mailing_named("2025-11", fits=steering.is_open) == two[1]
    assert mailing_named(str(two[0].pk), fits=steering.is_open) == two[0]  # a number is never reconsidered


@pytest.mark.parametrize("states", [("finished", "planned"), ("paused",)])
def test_where_several_could_be_meant_they_are_listed(two: list[Mailing], states: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as caught:
        mailing_named("2025-11", fits=lambda mailing: mailing.state in states)
    first, second = (mailing.pk for mailing in two)
    assert f"{second} (ready to go, practice, lost on the way), {first} (finished, practice)" in str(caught.value)
    assert "give the number" in str(caught.value)


def test_all_of_an_issue_come_latest_first(two: list[Mailing]) -> None:
    assert mailings_named("2025-11") == two[::-1]


@pytest.mark.parametrize("name", ["2031-01", "999", "9" * 30, "\u0663", "../x", "-1"])
def test_a_name_that_is_nobodys_is_told_with_the_remedy(two: list[Mailing], name: str) -> None:
    assert two
    with pytest.raises(InputError, match="`newsletter status` lists them"):
        mailings_named(name)


@pytest.mark.parametrize(
    ("state", "act", "words"),
    [
        ("finished", steering.pause, "nobody of its readers waits"),
        ("finished", steering.cancel, "is finished"),
        ("cancelled", steering.resume, "newsletter send 2025-11 reaches those who have not got it"),
        ("cancelled", steering.cancel, "is stopped already"),
        ("paused", steering.pause, "is paused already"),
        ("needs_approval", steering.pause, "waiting for somebody"),
    ],
)
def test_what_cannot_be_done_says_what_can(
    two: list[Mailing], state: str, act: Callable[..., object], words: str
) -> None:
    Mailing.objects.update(state=state)
    with pytest.raises(ConflictError, match=words):
        act(two[1], by="Ann")
