"""Mail and words built to be slow: the whole list of crafted mails, and every expression against its own words."""

import random
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from crafted_mails import crafted
from written_replies import ours

from newsletter.replies import classify
from newsletter.replies.phrases import tables

SECONDS = 2.0  # of the processor
LONGEST = {"causes": 2000, "kinds": 2000, "endings": 300}  # characters that these are given; all others a sentence
FILES = ["causes", "cues", "endings", "flags", "kinds", "near", "vetoes"]


@pytest.mark.heavy
@pytest.mark.parametrize(("name", "raw"), list(crafted()), ids=[name for name, _ in crafted()])
def test_no_crafted_mail_takes_two_seconds(name: str, raw: bytes) -> None:
    begun = time.process_time()
    classify(raw, ours())
    assert time.process_time() - begun < SECONDS, name


def expressions(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from expressions(each)
    elif isinstance(value, list):
        yield from value


@pytest.mark.heavy
@pytest.mark.parametrize("file", FILES)
def test_no_expression_is_slow_on_its_own_words_repeated(file: str) -> None:
    draw = random.Random(1)
    for expression in expressions(tables(file)):
        pattern = re.compile(expression, re.IGNORECASE | re.MULTILINE)
        words = re.findall("[a-z]+", re.sub(r"\\.", " ", expression)) or ["a"]
        for _ in range(40):
            some = draw.sample(words, min(len(words), draw.choice((1, 2, 3, 6))))
            text = draw.choice((" ", " , ", "")).join(draw.choices(some, k=400))[: LONGEST.get(file, 500)]
            begun = time.process_time()
            pattern.search(f"{text}!")
            assert time.process_time() - begun < SECONDS / 4, expression
