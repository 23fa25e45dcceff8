"""Remarks on a draft are read back by their number, however people write it, and by nothing that looks like one."""

import pytest

from newsletter.replies.remarks import Remark, remarks_in

NUMBERS = range(1, 13)


@pytest.mark.parametrize(
    "line",
    [
        *("3: wrong date", "3. wrong date", "3) wrong date", "[3] wrong date", "(3) wrong date", "#3: wrong date"),
        *("Item 3: wrong date", "no. 3 - wrong date", "Re 3: wrong date", "- 3: wrong date", "3 \u2013 wrong date"),
        *("point 3, wrong date", "  NUMBER 3 : wrong date", "[3]: wrong date", "3:wrong date"),
    ],
)
def test_a_number_that_begins_a_line_names_the_item(line: str) -> None:
    assert remarks_in(line, NUMBERS) == [Remark(number=3, text="wrong date")]


@pytest.mark.parametrize(
    "line",
    [
        *(
            "10:30 is too early",
            "3 December is a Sunday",
            "3.5 million, not 3",
            "2025: a year to forget",
            "1,500 people",
        ),
        *("1,500 people", "Tel. 3: ask me", "99: bottles", "I like 3: it is short", "3"),
    ],
)
def test_what_only_looks_like_a_number_is_about_the_whole(line: str) -> None:
    assert remarks_in(line, NUMBERS) == [Remark(number=None, text=line)]


def test_lines_that_follow_belong_to_the_number_until_a_blank_one() -> None:
    text = "Thanks!\n\n3: wrong date\nit is the 4th\n5: cut this\n\nAll else is fine,\nwell done.\n"
    assert remarks_in(text, NUMBERS) == [
        Remark(number=None, text="Thanks!"),
        Remark(number=3, text="wrong date it is the 4th"),
        Remark(number=5, text="cut this"),
        Remark(number=None, text="All else is fine, well done."),
    ]


def test_of_nothing_comes_nothing() -> None:
    assert remarks_in(" \n\n", NUMBERS) == []
