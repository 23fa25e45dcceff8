"""What tests of the command line share: a small workspace, and ways to run a command in this process or in its own."""

import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from newsletter.bundle import bundle_root
from newsletter.cli import main

ISSUE = """\
title: Bulletin
preheader: What is in it.
date: 2025-11-07
events:
  - id: visit
    title: Visit
    date: 2025-11-28
sections:
  - type: letter
    id: welcome
    text: Hello.
    name: Ada Invented
"""
TOML = """\
[newsletter]
name = "The Example Bulletin"
organisation = "Example Organisation"
from_address = "bulletin@example.org"
list_id = "bulletin.example.org"
"""

SESSION = """
import json, sys
from newsletter.cli import main
for arguments in json.loads(sys.argv[1]):
    try:
        main(["-C", sys.argv[2], *arguments])
    except SystemExit as ended:
        print(f"=> {ended.code}", flush=True)
"""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a command ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Outcome]
Ask = Callable[..., str]


@pytest.fixture(scope="session")
def write_root() -> Callable[[Path], Path]:
    """Writes a workspace with one good issue, `2025-11`, with one picture."""

    def write(folder: Path) -> Path:
        images = folder / "issues" / "2025-11" / "images"
        images.mkdir(parents=True)
        Image.new("RGB", (20, 10), "red").save(images / "dot.png")
        (images.parent / "issue.yaml").write_text(ISSUE)
        (folder / "newsletter.toml").write_text(TOML)
        (folder / "subscribers").mkdir()
        (folder / "subscribers" / "bodies.toml").write_text(
            '[[body]]\nid = "cqc"\nname = "Care Quality Commission"\nnation = "england"\n'
        )
        return folder

    return write


@pytest.fixture
def root(tmp_path: Path, write_root: Callable[[Path], Path]) -> Path:
    """A workspace of its own."""
    return write_root(tmp_path / "workspace")


@pytest.fixture
def run(root: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs a command on the workspace in this process; for those that open no database."""
    logger = logging.getLogger("newsletter")
    kept = logger.handlers[:], logger.level, logger.propagate

    def command(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["-C", str(root), *map(str, arguments)])
        printed = capsys.readouterr()
        return Outcome(status=ended.value.code or 0, out=printed.out, err=printed.err)  # type: ignore[arg-type]

    yield command
    logger.handlers[:], logger.level, logger.propagate = kept


@pytest.fixture(scope="session")
def spawn() -> Run:
    """Runs `python -m newsletter` as its users do; keyword arguments are set in the environment."""

    def command(*arguments: str | Path, **environment: str) -> Outcome:
        ended = subprocess.run(
            [sys.executable, "-m", "newsletter", *map(str, arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=bundle_root(),
            env=os.environ | {"PYTHONWARNINGS": "error", "PYTHONIOENCODING": "utf-8"} | environment,
            timeout=100,
        )
        return Outcome(status=ended.returncode, out=ended.stdout, err=ended.stderr)

    return command


@pytest.fixture(scope="session")
def ask_in() -> Ask:
    """Runs commands on a workspace in one process; returns all they said, each with its status."""

    def run(root: Path, *commands: list[str]) -> str:
        ended = subprocess.run(
            [sys.executable, "-W", "error", "-c", SESSION, json.dumps(commands), str(root)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            timeout=100,
        )
        return ended.stdout

    return run


@pytest.fixture(scope="session")
def new_data(tmp_path_factory: pytest.TempPathFactory, write_root: Callable[[Path], Path], ask_in: Ask) -> Path:
    """A database with its tables and nothing in them, and its key; to make it takes longer than most commands."""
    root = write_root(tmp_path_factory.mktemp("new") / "workspace")
    assert "=> 0" in ask_in(root, ["migrate"])
    return root / "data"


@pytest.fixture
def ask(root: Path, ask_in: Ask, new_data: Path) -> Ask:
    """The same on `root`, whose database is there already."""
    if not (root / "data").exists():
        shutil.copytree(new_data, root / "data")
    return partial(ask_in, root)


@pytest.fixture
def issue_text() -> str:
    """The good issue."""
    return ISSUE
