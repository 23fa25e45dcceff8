"""Personal data that git tracks, in a real repository."""

import subprocess
from pathlib import Path

import pytest

from newsletter.services.probes.git import tracked_personal_files


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """An empty repository."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    return tmp_path


def track(repository: Path, *names: str) -> None:
    """Write files and add them."""
    for name in names:
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text("x")
    subprocess.run(["git", "-C", str(repository), "add", "--force", *names], check=True)


def test_lists_data_and_keys_are_told_and_what_may_be_shared_is_not(repository: Path) -> None:
    track(repository, "subscribers/list.csv", "subscribers/bodies.toml", "data/newsletter.sqlite3", "issues/a.yaml")
    track(repository, "keys/dkim.pem", ".env")
    told = {".env", "data/newsletter.sqlite3", "keys/dkim.pem", "subscribers/list.csv"}
    assert set(tracked_personal_files(repository) or ()) == told


def test_an_untracked_list_is_no_fault(repository: Path) -> None:
    (repository / "subscribers").mkdir()
    (repository / "subscribers" / "list.csv").write_text("x")
    assert tracked_personal_files(repository) == ()


def test_outside_a_repository_there_is_no_answer(tmp_path: Path) -> None:
    assert tracked_personal_files(tmp_path) is None
