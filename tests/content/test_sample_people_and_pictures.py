"""The people and pictures of the sample are made by its scripts, and are what the sample says they are."""

import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from PIL import Image, ImageChops, ImageStat
from ruamel.yaml import YAML

from newsletter.bundle import bundle_root
from newsletter.content.bodies import load_bodies
from newsletter.subscribers.importing import ImportFile
from newsletter.subscribers.segments import load_segments

ROOT = bundle_root()
SUBSCRIBERS = ROOT / "subscribers"
PICTURES = sorted((ROOT / "issues").rglob("*.png"))
WIDTHS = {"logo.png": 640, "portrait.png": 640}  # all others have twice the 640 CSS pixels of the mail
MOST_BYTES = 150_000

Script = Callable[[str], ModuleType]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return importlib.import_module


@pytest.fixture
def people() -> ImportFile:
    return ImportFile(SUBSCRIBERS / "sample.csv", bodies=load_bodies(SUBSCRIBERS / "bodies.toml"))


def test_the_sample_has_200_people_each_once_and_no_bad_row(people: ImportFile) -> None:
    assert len(people.rows) == 200
    assert people.errors == ()
    assert len({row.address.compared for row in people.rows}) == 200
    assert people.columns.unknown == ()
    assert len({row.name for row in people.rows}) == 200


def test_everybody_writes_from_a_domain_of_their_own_body(people: ImportFile) -> None:
    bodies = load_bodies(SUBSCRIBERS / "bodies.toml")
    assert all(row.address.compared.partition("@")[2] in bodies[row.body].domains for row in people.rows)
    assert {row.body for row in people.rows} == set(bodies)


def test_names_come_with_their_diacritics_and_some_readers_ask_for_welsh(people: ImportFile) -> None:
    assert sum(not row.name.isascii() for row in people.rows) >= 20
    assert {row.language for row in people.rows} == {"en", "cy"}


def test_each_sample_segment_picks_some_people_and_leaves_others(people: ImportFile) -> None:
    asks = ("body", "nation", "language", "tags")
    facts = [
        SimpleNamespace(**{name: getattr(row, name) for name in asks}, holds=lambda _asked: False)
        for row in people.rows
    ]
    for segment in load_segments(SUBSCRIBERS / "segments.toml").values():
        chosen = sum(map(segment.matches, facts))
        assert 0 < chosen < len(people.rows)


def test_the_script_makes_the_same_people_again(script: Script, tmp_path: Path) -> None:
    script("make_sample_people").write(tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_text(encoding="utf-8") == (SUBSCRIBERS / "sample.csv").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_a_picture_is_sharp_on_a_fine_screen_and_light_to_send(path: Path) -> None:
    with Image.open(path) as picture:
        assert (picture.format, picture.width) == ("PNG", WIDTHS.get(path.name, 1280))
    assert path.stat().st_size < MOST_BYTES


@pytest.mark.parametrize("name", ["2025-11", "gallery"])
def test_each_picture_of_an_issue_is_used_in_it(name: str) -> None:
    source = (ROOT / "issues" / name / "issue.yaml").read_text(encoding="utf-8")
    assert [file.name for file in (ROOT / "issues" / name / "images").iterdir() if file.name not in source] == []


def test_the_chart_is_told_in_full_to_those_who_do_not_see_it(script: Script) -> None:
    source = YAML(typ="safe").load(ROOT / "issues" / "2025-11" / "issue.yaml")
    alt = next(section["image"]["alt"] for section in source["sections"] if section["id"] == "dashboard").casefold()
    assert [theme for theme, count in script("draw_pictures").THEMES if f"{theme} {count}".casefold() not in alt] == []


def test_the_script_draws_the_pictures_that_are_kept(script: Script, tmp_path: Path) -> None:
    drawn = script("draw_pictures").draw_all(tmp_path)
    assert sorted(path.relative_to(tmp_path) for path in drawn) == [path.relative_to(ROOT) for path in PICTURES]
    for path in drawn:
        with Image.open(path) as new, Image.open(ROOT / path.relative_to(tmp_path)) as kept:
            difference = ImageChops.difference(new.convert("RGBA"), kept.convert("RGBA"))
        # Other versions of Pillow smooth edges a little differently; anything redrawn differs by far more.
        assert max(ImageStat.Stat(difference).mean) < 1.0
