"""Rows 60 to 93 of the fault table, on replies and what strangers send: each is held by tests that bear its number."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
_NUMBERED = re.compile(r"test_fault_(\d+(?:_and_\d+)*)_")


def held() -> set[int]:
    names = {
        node.name
        for file in TESTS.rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    return {int(number) for name in names for found in _NUMBERED.findall(name) for number in found.split("_and_")}


def test_every_row_has_a_test_of_its_number() -> None:
    assert set(range(60, 94)) <= held()
