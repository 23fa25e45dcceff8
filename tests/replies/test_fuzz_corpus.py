"""What coverage-guided fuzzing found its way with: a part is read again in each run, all of it in the heavy one."""

import zipfile

import pytest
from fuzz_replies import PACKED, read_whole


def read_every(step: int) -> int:
    with zipfile.ZipFile(PACKED) as packed:
        names = packed.namelist()[::step]
        for name in names:
            read_whole(packed.read(name))
    return len(names)


def test_a_part_of_what_the_fuzzer_kept_is_read_to_the_end() -> None:
    assert read_every(10) > 30


@pytest.mark.heavy
def test_everything_the_fuzzer_kept_is_read_to_the_end() -> None:
    assert read_every(1) > 300
