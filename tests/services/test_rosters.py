"""Who is in each part of a receipt: everybody once, page by page, without a look at the rest."""

from collections.abc import Callable
from itertools import chain

import pytest
from django.utils import timezone

from newsletter.content.wording import RECEIPT_PARTS
from newsletter.models import Delivery, Edition, Mailing, Subscriber
from newsletter.services import rosters
from newsletter.services.planning import plan
from newsletter.services.receipts import receipt_of
from newsletter.services.rosters import roster
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db
STATES = (
    {"state": "accepted"},
    {"state": "accepted", "reason": "decided"},
    {"state": "refused"},
    {"state": "refused", "reason": "expired"},
    {"state": "deferred", "next_at": timezone.now()},
    {"state": "pending", "next_at": timezone.now()},
    {"state": "transmitting"},
    {"state": "skipped", "reason": "erased"},
    {"state": "in_doubt"},
    {"state": "in_doubt", "reason": "not_known"},
    {"state": "in_doubt", "reason": "cancelled"},
)


@pytest.fixture
def mailing(workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]) -> Mailing:
    """Of each state a few, mixed."""
    people(3 * len(STATES))
    made = plan(workspace, edition)
    for number, row in enumerate(Delivery.objects.order_by("pk")):
        Delivery.objects.filter(pk=row.pk).update(**STATES[number % len(STATES)])
    return made


def everybody(mailing: Mailing, part: str) -> list[int]:
    """The numbers on all pages of a part, in order."""
    found, after = [], ""
    while True:
        listed = roster(mailing, part, after)
        found += [row.pk for row in listed.rows]
        if not (after := listed.after):
            return found


def test_the_pages_of_all_parts_together_are_the_mailing(mailing: Mailing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rosters, "PER_PAGE", 2)
    receipt = receipt_of(mailing)
    listed = {part: everybody(mailing, part) for part in RECEIPT_PARTS}
    assert {part: len(rows) for part, rows in listed.items() if rows} == {
        part.key: part.count for part in receipt.parts
    }
    assert sorted(chain(*listed.values())) == sorted(Delivery.objects.values_list("pk", flat=True))


def test_a_page_is_one_look_into_the_index_that_needs_no_sorting(mailing: Mailing) -> None:
    for kind in (("accepted", "", False), ("skipped", "left", False), ("pending", "", False)):
        how = rosters._rows(mailing, kind, 7)[:50].explain()
        assert "delivery_claim" in how, how
        assert "TEMP B-TREE" not in how, how
        assert "SCAN" not in how, how


@pytest.mark.parametrize("after", ["", "nonsense", "0-", "-1", "99-1", "0-99999999999999999999"])
def test_a_page_that_nobody_named_begins_at_the_beginning_or_is_empty(mailing: Mailing, after: str) -> None:
    assert len(roster(mailing, "refused", after).rows) in (0, 3)
