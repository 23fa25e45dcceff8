"""The wheel alone, in an empty folder with no clone near: templates and the sample travel inside."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.heavy

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the wheel's content and nothing else of the project."""
    wheels, home = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(REPOSITORY)], check=True
    )
    (wheel,) = wheels.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(home), str(wheel)], check=True)
    return home


def run(installed: Path, folder: Path, *arguments: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(installed)}
    command = [sys.executable, "-m", "newsletter", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True, timeout=100)
    return done.stdout


def test_the_demonstration_runs_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    told = run(installed, tmp_path, "demo", "--dir", "demo")

    assert told.rstrip().endswith("199 of 199 accepted")
    assert len(list((tmp_path / "demo" / "data" / "caught").glob("*.eml"))) == 199


def test_a_new_workspace_comes_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    run(installed, tmp_path, "init", "mine")
    run(installed, tmp_path, "-C", "mine", "build", "2025-11", "--out", "out")

    assert "NPM Bulletin" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert not (tmp_path / "mine" / "templates").exists()
