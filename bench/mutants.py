"""How many small faults in the ledger and the message factory the tests notice; prints those that live on.

    .venv/bin/python bench/mutants.py [--minutes 15] [--seed 1] [--only ledger] [--lines FROM-TO]

Not part of CI. Faults of all modules are drawn by chance until the time is over, so that a short run is a sample of the
long one. Each is written into a copy of the project, and the tests run until the first that fails. Faults are of
Python's kind (a comparison turned round, a condition always true, a call or an argument left out, a number off by one)
and of SQL's (a condition left out, a bound moved).
"""

import argparse
import ast
import importlib
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
TIMEOUT = 120  # seconds for the tests of one fault; a loop that never ends is noticed too
LEDGER = [
    "tests/services/test_ledger.py",
    "tests/services/test_journal.py",
    "tests/services/test_resolving.py",
    "tests/services/test_sending.py",
    "tests/services/test_planning.py",
    "tests/services/test_correcting.py",
    "tests/services/test_trying_again.py",
    "tests/services/test_feeding.py",
    "tests/services/test_events.py",
    "tests/services/test_schedules.py",
    "tests/services/test_receipts.py",
]
MESSAGE = [
    "tests/rendering/test_message.py",
    "tests/rendering/test_message_headers.py",
    "tests/rendering/test_dkim.py",
    "tests/rendering/test_personal.py",
    "tests/services/test_composing.py",
]
TESTS = {
    "newsletter/services/ledger.py": LEDGER,
    "newsletter/services/ledger_sql.py": LEDGER,
    "newsletter/services/journal.py": ["tests/services/test_journal.py", *LEDGER],
    "newsletter/services/planning.py": ["tests/services/test_planning.py", *LEDGER],
    "newsletter/services/resolving.py": ["tests/services/test_resolving.py", *LEDGER],
    "newsletter/services/steering.py": ["tests/services/test_trying_again.py", *LEDGER],
    "newsletter/services/sweeping.py": ["tests/services/test_sending.py", *LEDGER],
    "newsletter/services/retrying.py": ["tests/services/test_retrying.py", *LEDGER],
    "newsletter/rendering/message.py": MESSAGE,
    "newsletter/rendering/headers.py": ["tests/rendering/test_message_headers.py", *MESSAGE],
    "newsletter/rendering/mime.py": MESSAGE,
    "newsletter/rendering/dkim.py": ["tests/rendering/test_dkim.py", *MESSAGE],
    "newsletter/rendering/personal.py": ["tests/rendering/test_personal.py", *MESSAGE],
    "newsletter/rendering/readback.py": MESSAGE,
}
# What all tests need, read once and not for each fault.
READ_AHEAD = ("django.test", "django.db.backends.sqlite3.base", "cryptography.x509", "pydantic", "pytest",
              "jinja2", "rich.console", "click", "email_validator", "dkim", "aiosmtpd.smtp")  # fmt: skip
SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add,
}  # fmt: skip
SQL = re.compile(r"\b(SELECT|UPDATE|INSERT|WHERE|AND|ORDER BY)\b")
UNWATCHED = ("logger", "record_act")  # what they write is no behaviour of the ledger

Change = Callable[[], None]


def changes(tree: ast.Module) -> Iterator[tuple[int, str, Change]]:
    """Line, words and act of every fault that can be put into a tree; each act changes the tree it was made for."""
    docs = {id(node.body[0].value) for node in ast.walk(tree) if _has_docstring(node)}
    for node in ast.walk(tree):
        kind = next((kind for kind in FAULTS if isinstance(node, kind)), None)
        if kind and id(node) not in docs:
            yield from FAULTS[kind](node)


def _has_docstring(node: ast.AST) -> bool:
    body = getattr(node, "body", None)
    return bool(isinstance(body, list) and body and isinstance(body[0], ast.Expr))


def _name(node: ast.AST) -> str:
    return type(node).__name__


def _setter(node: ast.AST, name: str, value: object) -> Change:
    return lambda: setattr(node, name, value)


def _comparison(node: ast.Compare) -> Iterator[tuple[int, str, Change]]:
    if type(node.ops[0]) in SWAPS:
        new = SWAPS[type(node.ops[0])]()
        yield node.lineno, f"{_name(node.ops[0])} -> {_name(new)}", lambda: node.ops.__setitem__(0, new)


def _operator(node: ast.BoolOp | ast.BinOp) -> Iterator[tuple[int, str, Change]]:
    if type(node.op) in SWAPS:
        yield node.lineno, f"{_name(node.op)} turned", _setter(node, "op", SWAPS[type(node.op)]())


def _condition(node: ast.If | ast.IfExp | ast.While) -> Iterator[tuple[int, str, Change]]:
    for value in (True, False):
        yield node.lineno, f"condition always {value}", _setter(node, "test", ast.Constant(value))


def _return(node: ast.Return) -> Iterator[tuple[int, str, Change]]:
    if node.value is not None:
        yield node.lineno, "returns None", _setter(node, "value", ast.Constant(None))


def _call(node: ast.Call) -> Iterator[tuple[int, str, Change]]:
    if any(word in ast.unparse(node.func) for word in UNWATCHED):
        return
    for keyword in node.keywords:
        if keyword.arg:
            yield node.lineno, f"without {keyword.arg}=", lambda keyword=keyword: node.keywords.remove(keyword)


def _constant(node: ast.Constant) -> Iterator[tuple[int, str, Change]]:
    value = node.value
    if isinstance(value, bool):
        yield node.lineno, f"{value} -> {not value}", _setter(node, "value", not value)
    elif isinstance(value, int):
        yield node.lineno, f"{value} -> {value + 1}", _setter(node, "value", value + 1)
    elif isinstance(value, str) and SQL.search(value):
        for new, words in _sql(value):
            yield node.lineno, words, _setter(node, "value", new)


def _sql(text: str) -> Iterator[tuple[str, str]]:
    """The statement without one of its conditions, or with a bound or a sign moved."""
    for found in re.finditer(r"(?:AND|WHERE) ((?:[^()\s]|\([^()]*\)|\s(?!AND\b|ORDER\b|LIMIT\b|THEN\b))+)", text):
        yield text[: found.start(1)] + "1 = 1 " + text[found.end(1) :], f"without {' '.join(found[1].split())[:60]}"
    for old, new in (("<=", "<"), (" > ", " >= "), ("+ 1", "+ 2"), ("IS NULL", "IS NOT NULL"), ("LEFT JOIN", "JOIN")):
        for found in re.finditer(re.escape(old), text):
            yield text[: found.start()] + new + text[found.end() :], f"{old} -> {new.strip()}"
    for found in re.finditer(r"ORDER BY [\w.]+|= NULL|WHEN .*? THEN '\w+'", text):
        gone = {"O": "", "=": "= 'x'", "W": ""}[found[0][0]]
        yield text[: found.start()] + gone + text[found.end() :], f"{' '.join(found[0].split())[:60]} gone"


def _statements(node: ast.FunctionDef) -> Iterator[tuple[int, str, Change]]:
    for parent in ast.walk(node):
        body = getattr(parent, "body", None)
        for statement in body if isinstance(body, list) else ():
            is_call = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
            if (is_call and not any(word in ast.unparse(statement) for word in UNWATCHED)) or isinstance(
                statement, ast.Raise | ast.AugAssign
            ):
                place = body.index(statement)
                words = ast.unparse(statement).split("\n")[0][:60]
                yield (
                    statement.lineno,
                    f"without {words}",
                    lambda body=body, place=place: body.__setitem__(place, ast.Pass()),
                )
    for decorator in node.decorator_list:
        if "property" not in ast.unparse(decorator):
            words = f"without @{ast.unparse(decorator)}"
            yield node.lineno, words, lambda decorator=decorator: node.decorator_list.remove(decorator)


FAULTS: dict[type[ast.AST], Callable[..., Iterator[tuple[int, str, Change]]]] = {
    ast.Compare: _comparison,
    ast.BoolOp: _operator,
    ast.BinOp: _operator,
    ast.If: _condition,
    ast.IfExp: _condition,
    ast.While: _condition,
    ast.Return: _return,
    ast.Call: _call,
    ast.Constant: _constant,
    ast.FunctionDef: _statements,
}


def faults(source: str) -> Iterator[tuple[int, str, int]]:
    """Line, words and number of each fault that a module can have."""
    for number, (line, words, _) in enumerate(changes(ast.parse(source))):
        yield line, words, number


def with_fault(source: str, number: int) -> str:
    """The module with one fault in it."""
    tree = ast.parse(source)
    list(changes(tree))[number][2]()
    return ast.unparse(ast.fix_missing_locations(tree))


def lives(folder: Path, tests: list[str]) -> bool:
    """Whether no test notices."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os._exit(_tested(folder, tests))
    ends = time.monotonic() + TIMEOUT
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status == 0
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _tested(folder: Path, tests: list[str]) -> int:
    import pytest

    os.chdir(folder)
    sys.path.insert(0, str(folder))
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    options = [
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "--nomigrations",
        "--no-header",
        "--assert=plain",
    ]
    try:
        return int(pytest.main([*options, *tests]))
    except BaseException:  # noqa: BLE001  (a fault may raise anything)
        return 1


def run(folder: Path, drawn: list[tuple[str, int, str, int]], ends: float) -> None:
    """Try one fault after the other until the time is over, and say which live."""
    tried, alive = Counter[str](), Counter[str]()
    for module, line, words, number in drawn:
        if time.monotonic() > ends:
            break
        source = (ROOT / module).read_text(encoding="utf-8")
        (folder / module).write_text(with_fault(source, number), encoding="utf-8")
        tried[module] += 1
        if lives(folder, TESTS[module]):
            alive[module] += 1
            print(f"{module}:{line}: {words}", flush=True)
        (folder / module).write_text(source, encoding="utf-8")
    all_of = Counter(module for module, *_ in drawn)
    for module in tried:
        print(f"{module}: {tried[module] - alive[module]} of {tried[module]} noticed; it can have {all_of[module]}")
    total = tried.total() - alive.total()
    print(f"{total} of {tried.total()} noticed ({total / max(1, tried.total()):.0%})")


def main() -> None:
    """Draw, try and tell."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=15)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", default="", help="part of the modules' names")
    options.add_argument("--lines", default="0-100000")
    chosen = options.parse_args()
    first, last = map(int, chosen.lines.split("-"))
    drawn = [
        (module, line, words, number)
        for module in TESTS
        if chosen.only in module
        for line, words, number in faults((ROOT / module).read_text(encoding="utf-8"))
        if first <= line <= last
    ]
    random.Random(chosen.seed).shuffle(drawn)
    for name in READ_AHEAD:
        importlib.import_module(name)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "copy"
        left_out = shutil.ignore_patterns(".venv", ".git", "node_modules", "data", ".*_cache", "__pycache__")
        shutil.copytree(ROOT, folder, ignore=left_out)
        for tests in (LEDGER, MESSAGE):
            if not lives(folder, tests):
                sys.exit("The tests fail as it is.")
        run(folder, drawn, time.monotonic() + chosen.minutes * 60)


if __name__ == "__main__":
    main()
