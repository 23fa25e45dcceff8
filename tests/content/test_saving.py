"""Saving an issue: comments and order survive, and nobody's words are lost unseen."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.content.issue import save_issue
from newsletter.content.yaml_file import YamlFile, dump_yaml, read_yaml, save_text
from newsletter.errors import InputError, StaleSaveError

Write = Callable[..., Path]


def visible(folder: Path) -> dict[str, bytes]:
    """Every file but the lock, which stays on purpose."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.suffix != ".lock"}


def changed(source: YamlFile, title: str) -> YamlFile:
    source.data["title"] = title
    return source


def test_a_save_without_a_change_leaves_every_byte(write_issue: Write, issue_text: str) -> None:
    path = write_issue()
    saved = save_issue(read_yaml(path), read_yaml(path).data)
    assert path.read_text() == issue_text == saved.text


def test_a_changed_field_changes_its_line_alone(write_issue: Write, issue_text: str) -> None:
    path = write_issue()
    source = changed(read_yaml(path), "Another title")
    save_issue(source, source.data)
    assert path.read_text() == issue_text.replace("title: Bulletin", "title: Another title")


def test_who_saves_second_over_the_same_text_is_refused_and_nothing_is_lost(write_issue: Write) -> None:
    path = write_issue()
    first, second = changed(read_yaml(path), "From Ann"), changed(read_yaml(path), "From Bob")
    save_issue(first, first.data)
    with pytest.raises(StaleSaveError, match="compare the two texts"):
        save_issue(second, second.data)
    assert "From Ann" in path.read_text()
    assert list(visible(path.parent)) == ["issue.yaml"]


def test_an_editor_that_knows_no_lock_is_seen_by_its_bytes(write_issue: Write, issue_text: str) -> None:
    path = write_issue()
    source = changed(read_yaml(path), "From the studio")
    by_hand = write_issue(issue_text + "# one more comment\n").read_bytes()
    with pytest.raises(StaleSaveError):
        save_issue(source, source.data)
    assert path.read_bytes() == by_hand


def test_a_file_that_was_deleted_meanwhile_is_not_brought_back(write_issue: Write) -> None:
    path = write_issue()
    source = changed(read_yaml(path), "Back again")
    path.unlink()
    with pytest.raises(StaleSaveError):
        save_issue(source, source.data)
    assert not path.exists()


def test_of_two_who_save_at_once_exactly_one_wins(write_issue: Write) -> None:
    path = write_issue()
    sources = [changed(read_yaml(path), f"From {number}") for number in range(8)]
    start, won, refused = threading.Barrier(len(sources)), [], []

    def save(source: YamlFile) -> None:
        start.wait()
        try:
            won.append(save_issue(source, source.data))
        except StaleSaveError:
            refused.append(source)

    threads = [threading.Thread(target=save, args=[source]) for source in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(refused)) == (1, 7)
    assert path.read_text() == won[0].text


def test_a_save_that_would_break_the_issue_is_refused_with_its_place(write_issue: Write) -> None:
    path = write_issue()
    source, before = read_yaml(path), path.read_bytes()
    source.data["sections"][1]["image"]["file"] = "../../../secret.png"
    with pytest.raises(InputError, match=r"section 'picture', field image\.file: .* leads out"):
        save_issue(source, source.data)
    assert visible(path.parent) == {"issue.yaml": before}


def test_two_saves_in_a_row_need_no_reading_between(write_issue: Write) -> None:
    source = changed(read_yaml(write_issue()), "First")
    saved = changed(save_issue(source, source.data), "Second")
    assert "title: Second" in save_issue(saved, saved.data).path.read_text()


def test_who_may_read_the_file_may_read_it_after_a_save(write_issue: Write) -> None:
    path = write_issue()
    path.chmod(0o664)
    source = changed(read_yaml(path), "Shared")
    save_issue(source, source.data)
    assert path.stat().st_mode & 0o777 == 0o664


def test_a_new_file_can_be_read_by_the_team(tmp_path: Path) -> None:
    save_text(tmp_path / "issue.yaml", "title: New\n", expected=None)
    assert (tmp_path / "issue.yaml").stat().st_mode & 0o777 == 0o644


def test_line_ends_of_windows_stay(write_issue: Write, issue_text: str) -> None:
    windows = issue_text.replace("\n", "\r\n").encode()
    path = write_issue(windows)
    source = read_yaml(path)
    save_issue(source, source.data)
    assert path.read_bytes() == windows


def test_long_lines_quotes_and_odd_characters_come_out_as_they_went_in(write_issue: Write, issue_text: str) -> None:
    odd = f'  # {"a long comment " * 20}\n    sign_off: "Yours, \\U0001F9ED \\" {"and so on " * 30}"\n'
    role = "    role: 100%% “{{x}}” 👩🏽‍🚒\n"
    path = write_issue(issue_text.replace("    name: 'Ada", f"{odd}{role}    name: 'Ada"))
    source = read_yaml(path)
    again = dump_yaml(source.data)
    assert read_yaml(write_issue(again)).data == source.data
    assert odd.splitlines()[0] in again
