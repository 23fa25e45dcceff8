"""Segments: who is picked, and what is said about a wrong file."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from newsletter.errors import InputError
from newsletter.subscribers.segments import Condition, Segment, load_segments


@dataclass(frozen=True, kw_only=True)
class Reader:
    body: str = ""
    nation: str = ""
    language: str = "en"
    tags: frozenset[str] = frozenset()
    answers: frozenset[Condition] = frozenset()

    def holds(self, condition: Condition) -> bool:
        return condition in self.answers


ANN = Reader(body="north-watch", nation="scotland", language="en", tags=frozenset({"board", "press"}))


@pytest.mark.parametrize(
    ("rule", "picked"),
    [
        ({}, True),
        ({"body": ["north-watch"]}, True),
        ({"body": ["south-watch"]}, False),
        ({"body": ["south-watch", "north-watch"]}, True),
        ({"nation": ["scotland"], "language": ["cy"]}, False),
        ({"nation": ["scotland", "wales"], "language": ["en", "cy"], "tag": ["press", "other"]}, True),
        ({"tag": ["other"]}, False),
        ({"without_tag": ["board"]}, False),
        ({"tag": ["press"], "without_tag": ["other"]}, True),
    ],
)
def test_every_list_given_must_be_met_by_one_of_its_entries(rule: dict[str, list[str]], picked: bool) -> None:
    assert Segment.model_validate({"id": "some", "name": "Some", **rule}).matches(ANN) is picked


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "segments.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_gives_its_segments_in_order(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '[[segment]]\nid = "wales"\nname = "Wales"\nnation = ["wales"]\n\n[[segment]]\nid = "all"\nname = "All"\n',
    )
    segments = load_segments(path)
    assert list(segments) == ["wales", "all"]
    assert segments["wales"].nation == ("wales",)
    assert not segments["wales"].matches(ANN)
    assert segments["all"].matches(ANN)


def test_no_file_means_no_segments(tmp_path: Path) -> None:
    assert len(load_segments(tmp_path / "segments.toml")) == 0


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[[segment]\n", None, "not valid TOML"),
        ('\n# note\n[[segment]]\nid = "x"\n', 3, "'name' is missing"),
        ('[[segment]]\nid = "x"\nname = "X"\n\n\n[[segment]]\nid = "Y y"\nname = "Y"\n', 6, "small letters"),
        ('[[segment]]\nid = "x"\nname = "X"\nnations = ["wales"]\n', 1, "did you mean 'nation'?"),
        ('[[segment]]\nid = "x"\nname = "X"\n[[segment]]\nid = "x"\nname = "X"\n', 4, "written twice"),
        ('[[segment]]\nid = "x"\nname = "X"\nbody = ["nobody"]\n', 1, "bodies.toml does not know"),
    ],
)
def test_a_wrong_file_is_told_with_its_line(tmp_path: Path, text: str, line: int | None, words: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(InputError) as caught:
        load_segments(path, bodies={"north-watch"})
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (str(path), line)
    assert words in problem.message


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, '[[segment]]\nid = "x"\n[[segment]]\nname = "Y"\n')
    with pytest.raises(InputError) as caught:
        load_segments(path)
    assert [problem.line for problem in caught.value.problems] == [1, 3]


GRADE, NOVEMBER, DECEMBER = (
    Condition("attribute", "grade", ("a", "b")),
    Condition("got", "2025-11"),
    Condition("got", "2025-12"),
)


@pytest.mark.parametrize(
    ("rule", "answers", "picked"),
    [
        ({"attribute": {"grade": ["a", "b"]}}, {GRADE}, True),
        ({"attribute": {"grade": ["a", "b"]}}, set(), False),
        ({"joined_before": "2025-06-01"}, {Condition("joined_before", "2025-06-01")}, True),
        ({"joined_after": "2025-06-01"}, set(), False),
        ({"got": ["2025-11", "2025-12"]}, {DECEMBER}, True),
        ({"got": ["2025-11", "2025-12"]}, set(), False),
        ({"did_not_get": ["2025-11"]}, {NOVEMBER}, False),
        ({"did_not_get": ["2025-11"]}, {DECEMBER}, True),
        ({"got": ["2025-11"], "did_not_get": ["2025-12"]}, {NOVEMBER, DECEMBER}, False),
    ],
)
def test_what_only_the_database_knows_is_asked_and_must_be_so(
    rule: dict[str, object], answers: set[Condition], picked: bool
) -> None:
    segment = Segment.model_validate({"id": "some", "name": "Some", **rule})
    assert segment.matches(Reader(answers=frozenset(answers))) is picked
    assert answers & {GRADE, NOVEMBER} <= set(segment.conditions)


def test_a_segment_on_offer_picks_by_one_tag_alone(tmp_path: Path) -> None:
    offer = '[[segment]]\nid = "press"\nname = "Press"\non_offer = true\n'
    segments = load_segments(write(tmp_path, offer + 'tag = ["press"]\n[[segment]]\nid = "all"\nname = "All"\n'))
    assert [segment.id for segment in segments.on_offer] == ["press"]
    for rule in ('tag = ["a", "b"]\n', 'tag = ["a"]\nnation = ["wales"]\n', ""):
        with pytest.raises(InputError, match="one tag and nothing else"):
            load_segments(write(tmp_path, offer + rule))


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"name": "Friends"}, True),
        ({"about": "News for friends"}, True),
        ({"tag": ("friend", "guest")}, False),
        ({"joined_after": date(2025, 6, 1)}, False),
        ({"got": ("2025-11",)}, False),
    ],
)
def test_two_rules_are_the_same_where_they_pick_the_same_people(change: dict[str, object], same: bool) -> None:
    rule = Segment(id="friends", name="Our friends", tag=("friend",))
    assert rule.picks_as(rule.model_copy(update=change)) is same
