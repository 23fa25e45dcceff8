"""Hunspell asked for real: the system's English, and a Welsh dictionary that the test writes."""

from pathlib import Path

import pytest

from newsletter.services.probes.spelling import ask_dictionaries

ENGLISH = Path("/usr/share/hunspell/en_GB.dic")


@pytest.fixture
def welsh(tmp_path: Path) -> Path:
    """A folder with a very small Welsh dictionary."""
    (tmp_path / "cy_GB.aff").write_text("SET UTF-8\nTRY aeiou\n", encoding="utf-8")
    (tmp_path / "cy_GB.dic").write_text("3\ncroeso\nbwletin\ntŷ\n", encoding="utf-8")
    return tmp_path


@pytest.mark.skipif(not ENGLISH.is_file(), reason="the dictionary hunspell-en-gb is not installed")
def test_english_as_it_is_written_in_britain() -> None:
    words = ["colour", "color", "organisation", "recieve", "don't", "bodies'", "Team's", "mandate-holder"]
    found = ask_dictionaries({"en": dict.fromkeys(words, True)})
    assert found is not None
    assert set(found["en"]) == {"color", "recieve"}
    assert found["en"]["recieve"][0] == "receive"


def test_welsh_where_a_dictionary_lies_in_the_folder_that_settings_name(welsh: Path) -> None:
    found = ask_dictionaries({"cy": {"croeso": True, "tŷ": True, "croesso": True}, "de": {"Haus": True}}, welsh)
    assert found == {"cy": {"croesso": ("croeso",)}}


def test_without_a_dictionary_there_is_no_answer(tmp_path: Path) -> None:
    assert ask_dictionaries({"en": {"colour": True}}, tmp_path) is None


def test_suggestions_come_only_where_they_are_wanted(welsh: Path) -> None:
    assert ask_dictionaries({"cy": {"Croesso": False}}, welsh) == {"cy": {"Croesso": ()}}
