"""The sum always holds, and reads as a sentence."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.content.wording import RECEIPT_PARTS
from newsletter.errors import ConflictError
from newsletter.models import SKIP_REASONS, Delivery, DeliveryState, Edition, Mailing, Reason, Subscriber
from newsletter.services.planning import plan
from newsletter.services.receipts import receipt_from, receipt_of
from newsletter.workspace import Workspace

STATES = [state for state in DeliveryState.values if state != "skipped"]
ENDS = st.one_of(
    st.tuples(st.sampled_from(STATES), st.sampled_from(["", *Reason.values])),
    st.tuples(st.just("skipped"), st.sampled_from([reason.value for reason in SKIP_REASONS])),
)


@given(st.dictionaries(ENDS, st.integers(0, 2_000_000)))
def test_the_parts_always_add_up_to_chosen(counts: dict[tuple[str, str], int]) -> None:
    receipt = receipt_from(counts)
    assert sum(part.count for part in receipt.parts) == receipt.chosen == sum(counts.values())
    numbers = [int(word.replace(",", "")) for word in receipt.sentence.split() if word[0].isdigit()]
    assert numbers[0] == sum(numbers[1:])
    assert 0 <= receipt.open + receipt.left_out <= receipt.chosen


def test_the_sentence_leaves_out_what_is_zero() -> None:
    receipt = receipt_from({("accepted", ""): 197, ("refused", ""): 2, ("skipped", "left"): 1, ("in_doubt", ""): 0})
    assert receipt.sentence == "200 chosen = 197 accepted + 2 sent back by their mail system + 1 left in time"


def test_accepted_is_told_even_when_it_is_zero() -> None:
    assert receipt_from({("pending", ""): 1_200}).sentence == "1,200 chosen = 0 accepted + 1,200 waiting"


def test_every_part_has_its_words() -> None:
    everything = {(state, ""): 1 for state in STATES} | {("skipped", reason.value): 1 for reason in SKIP_REASONS}
    receipt = receipt_from(everything | {("refused", "expired"): 1, ("in_doubt", "not_known"): 1})
    assert {part.key for part in receipt.parts} == set(RECEIPT_PARTS)
    assert receipt.open == 4
    assert receipt.left_out == len(SKIP_REASONS)


@pytest.mark.django_db
def test_a_ledger_that_lost_rows_is_never_told_as_a_sum(
    workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]
) -> None:
    people(2)
    mailing: Mailing = plan(workspace, edition)
    assert receipt_of(mailing).chosen == 2
    Delivery.objects.first().delete()  # type: ignore[union-attr]
    with pytest.raises(ConflictError, match="chose 2 people, and the ledger holds 1"):
        receipt_of(mailing)
