"""The sample workspace keeps its promises: it loads, passes its own checks, and holds nobody real."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from newsletter.bundle import bundle_root
from newsletter.content.bodies import load_bodies
from newsletter.content.issue import Issue, load_issue
from newsletter.content.sections import SECTION_TYPES
from newsletter.content.variants import audiences_named, variants_of
from newsletter.content.yaml_file import dump_yaml, read_yaml
from newsletter.subscribers.segments import load_segments

ROOT = bundle_root()
ISSUES = sorted(path.parent.name for path in (ROOT / "issues").glob("*/issue.yaml"))
REFERENCE = ROOT.parent / "shared" / "reference" / "npm-bulletin-2025-11.txt"
RESERVED = re.compile(r"(\.example|\.test|@example\.org)$")  # RFC 2606 and 6761: nobody can own these
# Names of reports and organisations are facts and may be the same as in the issue that the sample retells.
NAMES = (
    "the state of health care and adult social care in england 2024/25",
    "just passing time\u2019: a review of work and training provision in adult prisons",
    "broken journeys, broken system: the impact of poor transport on court custody",
    "the association for the prevention of torture",
)


def sample(name: str) -> Issue:
    return load_issue(ROOT / "issues" / name)


def words(text: str) -> list[str]:
    return re.findall(r"\w+(?:'\w+)?", text.casefold().replace("\u2019", "'"))


def runs(text: list[str], length: int = 7) -> set[tuple[str, ...]]:
    return {tuple(text[start : start + length]) for start in range(len(text) - length + 1)}


def parts(node: object) -> Iterator[dict[str, object]]:
    """Every section and item of a YAML tree."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from parts(child)


@pytest.mark.parametrize("name", ISSUES)
def test_every_sample_issue_loads(name: str) -> None:
    assert sample(name).sections


@pytest.mark.parametrize("name", ISSUES)
def test_a_save_would_leave_every_byte_of_a_sample_issue_alone(name: str) -> None:
    source = read_yaml(ROOT / "issues" / name / "issue.yaml")
    assert dump_yaml(source.data) == source.text


def test_the_november_issue_has_the_sections_of_the_issue_it_retells() -> None:
    issue = sample("2025-11")
    assert [section.type for section in issue.sections] == [
        *("letter", "updates", "callout", "feature", "feature", "quote", "text", "feature"),
        *("spotlights", "news", "events", "resources", "feedback", "social"),
    ]
    assert issue.date == date(2025, 11, 7)
    assert {event.id: event.date.isoformat() for event in issue.events} == {
        "dashboard-drop-in": "2025-11-19",
        "scotland-subgroup-q3": "2025-11-27",
        "conference": "2025-11-28",
        "northern-ireland-subgroup-q3": "2025-12-09",
    }


def test_the_december_issue_has_a_welsh_item_and_a_section_for_scotland_alone() -> None:
    issue = sample("2025-12")
    source = YAML(typ="safe").load(ROOT / "issues" / "2025-12" / "issue.yaml")
    assert any("cy" in part.get("translations", {}) for part in parts(source["sections"]))
    assert [variant.key for variant in variants_of(issue.parts, issue.sent_in)] == ["en", "en+scotland"]


@pytest.mark.parametrize("name", ISSUES)
def test_every_audience_named_is_a_segment(name: str) -> None:
    segments = load_segments(
        ROOT / "subscribers" / "segments.toml", bodies=load_bodies(ROOT / "subscribers" / "bodies.toml")
    )
    assert set(audiences_named(sample(name).parts)) <= set(segments)


@pytest.mark.parametrize("kind", SECTION_TYPES)
def test_the_gallery_shows_each_section_type_plain_in_welsh_and_in_arabic(kind: str) -> None:
    source = YAML(typ="safe").load(ROOT / "issues" / "gallery" / "issue.yaml")
    shown = [section for section in source["sections"] if section["type"] == kind]
    languages = {str(part.get("lang", "en")) for part in parts(shown)}
    languages |= {language for part in parts(shown) for language in part.get("translations", {})}
    assert {"en", "cy", "ar"} <= languages
    assert {f"{kind}-short", f"{kind}-long"} <= {section["id"] for section in shown}


@pytest.mark.skipif(not REFERENCE.exists(), reason="the issue that the sample retells is not on this computer")
@pytest.mark.parametrize("name", ISSUES)
def test_no_seven_words_in_a_row_are_taken_from_the_issue_retold(name: str) -> None:
    own = (ROOT / "issues" / name / "issue.yaml").read_text(encoding="utf-8").casefold()
    for title in NAMES:
        own = own.replace(title, "|")
    common = runs(words(own)) & runs(words(REFERENCE.read_text(encoding="utf-8")))
    assert sorted(" ".join(run) for run in common) == []


def text_files() -> list[Path]:
    found = [*(ROOT / "issues").rglob("*.yaml"), *(ROOT / "subscribers").glob("*.toml")]
    return sorted([*found, ROOT / "subscribers" / "sample.csv", ROOT / "newsletter.toml"])


@pytest.mark.parametrize("path", text_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_address_in_the_sample_is_at_a_domain_nobody_can_own(path: Path) -> None:
    # An @ after a slash belongs to a web address, such as an account's page.
    addresses = re.findall(r"(?<![\w/])[\w.'+-]+@[\w.-]+\w", path.read_text(encoding="utf-8"))
    assert [address for address in addresses if not RESERVED.search(address)] == []


def test_the_register_holds_the_21_bodies_each_with_a_contact_in_its_own_domain() -> None:
    bodies = load_bodies(ROOT / "subscribers" / "bodies.toml")
    domains = [domain for body in bodies.values() for domain in body.domains]
    assert len(bodies) == 21
    assert len(set(domains)) == len(domains)
    for body in bodies.values():
        assert body.contact
        assert body.contact.partition("@")[2] in body.domains
        assert body.website
        assert body.website.startswith("https://")


def test_bodies_that_work_in_wales_alone_have_their_welsh_name() -> None:
    bodies = load_bodies(ROOT / "subscribers" / "bodies.toml")
    assert [body.name_in("cy") for body in bodies.values() if body.nation == "wales"] == [
        "Arolygiaeth Gofal Cymru",
        "Arolygiaeth Gofal Iechyd Cymru",
    ]
