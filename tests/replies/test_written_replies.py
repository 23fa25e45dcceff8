"""The replies that the project wrote: no act on anybody who did not ask, and little left undecided."""

import pytest
from confusion import DOCS, outcome, with_table
from train_second_reader import TABLE, as_text, taught
from written_replies import SETS, written

from newsletter.replies import Intent


def test_the_sets_are_large_enough() -> None:
    assert sum(1 for which in SETS for _ in written(which)) >= 400


@pytest.mark.parametrize("which", SETS)
def test_nobody_is_added_removed_or_changed_who_did_not_ask(which: str) -> None:
    assert outcome(which).harmful == []


@pytest.mark.parametrize("which", SETS)
def test_nearly_all_are_right_or_ambiguous_and_most_are_decided(which: str) -> None:
    found = outcome(which)
    assert found.safe >= 0.97
    assert found.decided / found.decidable >= 0.85


@pytest.mark.parametrize("which", SETS)
def test_kinds_return_dates_and_flags_are_as_meant(which: str) -> None:
    assert outcome(which).wrong_kind == []
    assert outcome(which).wrong_flags == []


def test_the_table_in_the_documentation_is_what_the_rules_do() -> None:
    page = DOCS.read_text(encoding="utf-8")
    assert page == with_table(page), "Run python bench/confusion.py --write"


@pytest.mark.parametrize("which", SETS)
def test_the_addresses_are_those_of_the_people_concerned(which: str) -> None:
    assert outcome(which).wrong_addresses == []


def test_the_second_reader_is_what_the_tuning_set_teaches() -> None:
    taught_now = as_text(taught(written("tuning")))
    assert TABLE.read_text(encoding="utf-8") == taught_now, "Run python scripts/train_second_reader.py"


def test_every_reason_of_a_request_is_a_quotation_from_the_mail() -> None:
    for reply in written("final"):
        verdict = outcome("final").verdicts[reply.name]
        if verdict.intent in (Intent.SUBSCRIBE_SELF, Intent.UNSUBSCRIBE):
            said = " ".join(f"{verdict.reply_text} {reply.subject}".split())
            assert verdict.reasons
            assert all(" ".join(reason.quote.split()) in said for reason in verdict.reasons), reply.name


def test_words_of_the_quoted_bulletin_never_count_as_the_readers() -> None:
    for reply in written("final"):
        if reply.kind == "human" and "list" not in reply.own_words.lower():
            assert "mailing list" not in outcome("final").verdicts[reply.name].reply_text
