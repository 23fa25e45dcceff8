"""`newsletter new`: what comes back every month stays, what was news goes, and nothing half-ready can be sent."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newsletter.bundle import bundle_root
from newsletter.checks import check
from newsletter.content.issue import Issue, load_issue

Run = Callable[..., Any]
BRACKETED = re.compile(r"\[add [^\]]*\]")


def next_of(run: Run, root: Path, text: str, month: str = "2025-12") -> Issue:
    """The issue that `new` makes from this one."""
    (root / "issues" / "2025-11" / "issue.yaml").write_text(text)
    outcome = run("new", month)
    assert (outcome.status, outcome.err) == (0, "")
    return load_issue(root / "issues" / month)


def test_the_sample_is_followed_by_its_recurring_sections(run: Run, root: Path) -> None:
    sample = bundle_root() / "issues" / "2025-11"
    shutil.copytree(sample, root / "issues" / "2025-11", dirs_exist_ok=True)
    shutil.copyfile(bundle_root() / "subscribers" / "bodies.toml", root / "subscribers" / "bodies.toml")
    issue = next_of(run, root, (sample / "issue.yaml").read_text(encoding="utf-8"))
    assert [section.type for section in issue.sections] == [  # type: ignore[attr-defined]
        *("letter", "updates", "spotlights", "news", "events", "resources", "feedback", "social")
    ]
    assert issue.title == "NPM Bulletin \u2013 December 2025"
    assert issue.subject == ""
    assert issue.date.isoformat() == "2025-12-05"  # the first Friday, as 7 November was
    assert [event.id for event in issue.events] == ["northern-ireland-subgroup-q3"]
    assert (root / "issues" / "2025-12" / "images").is_dir()


def test_nothing_that_is_still_to_be_written_can_be_approved(run: Run, root: Path, issue_text: str) -> None:
    issue = next_of(run, root, issue_text + "  - {type: resources, id: links, items: [{id: a, title: A}]}\n")
    written = (root / "issues" / "2025-12" / "issue.yaml").read_text()
    blocking = {(finding.section, finding.field) for finding in check(issue) if finding.blocks}
    assert blocking == {("", "preheader"), ("welcome", "text"), ("links", "items.0.title")}
    assert len(BRACKETED.findall(written)) == 3
    assert run("check", "2025-12").status == 1
    assert "Hello" not in written


def test_a_second_time_the_issue_is_left_alone(run: Run, root: Path) -> None:
    run("new", "2025-12")
    path = root / "issues" / "2025-12" / "issue.yaml"
    path.write_text(path.read_text().replace("[add the text]", "Written in the meantime."))
    before = path.read_bytes()
    outcome = run("new", "2025-12")
    assert (outcome.status, outcome.out) == (2, "")
    assert "edit it, or name another month" in outcome.err
    assert path.read_bytes() == before


def test_it_begins_from_the_latest_issue_before_it(run: Run, root: Path, issue_text: str) -> None:
    for month in ("2025-09", "2026-02"):
        shutil.copytree(root / "issues" / "2025-11", root / "issues" / month)
        changed = issue_text.replace("title: Bulletin", f"title: From {month}")
        (root / "issues" / month / "issue.yaml").write_text(changed)
    assert next_of(run, root, issue_text, "2026-01").title == "Bulletin"
    assert load_issue(root / "issues" / "2026-02").title == "From 2026-02"


@pytest.mark.parametrize(
    ("day", "month", "new"),
    [
        ("2025-11-07", "2025-12", "2025-12-05"),
        ("2025-11-26", "2025-12", "2025-12-24"),
        ("2025-10-31", "2025-11", "2025-11-28"),  # November has no fifth Friday
        ("2025-11-30", "2026-02", "2026-02-22"),
    ],
)
def test_the_new_day_is_the_same_weekday_of_the_same_week(
    run: Run, root: Path, issue_text: str, day: str, month: str, new: str
) -> None:
    if day < "2025-11":
        (root / "issues" / "2025-11").rename(root / "issues" / "2025-10")
        path = root / "issues" / "2025-10" / "issue.yaml"
        path.write_text(issue_text.replace("date: 2025-11-07", f"date: {day}"))
        assert run("new", month).status == 0
        assert load_issue(root / "issues" / month).date.isoformat() == new
    else:
        assert next_of(run, root, issue_text.replace("2025-11-07", day), month).date.isoformat() == new


def test_dates_in_quotes_are_dates_too(run: Run, root: Path, issue_text: str) -> None:
    events = "  - {id: gone, title: Gone, date: '2025-11-30'}\n"
    events += "  - {id: long, title: Long, date: '2025-11-30', until: '2025-12-09'}\n"
    issue = next_of(run, root, issue_text.replace("sections:", f"{events}sections:"))
    assert [event.id for event in issue.events] == ["long"]


def test_kept_words_forget_what_is_past_or_gone(run: Run, root: Path, issue_text: str) -> None:
    events = "  - {id: later, title: Later, date: 2025-12-20}\n"
    words = (
        "Came to <event:visit>? Come [again](event:visit) or <event:later>; by <date:2025-11-20> or <date:2025-12-24>."
    )
    more = "  - {type: quote, id: said, text: x, by: y}\n  - type: feedback\n    id: thanks\n    text: |\n"
    more += f"      {words}\n      [Said](#said), [welcome](#welcome).\n"
    more += "    translations: {cy: {text: Dewch <event:visit>.}}\n"
    issue = next_of(run, root, issue_text.replace("sections:", f"{events}sections:") + more)
    thanks = issue.sections[-1]
    assert thanks.text == (  # type: ignore[attr-defined]
        "Came to [add the date]? Come [add the date] or <event:later>; by [add the date] or <date:2025-12-24>.\n"
        "Said, [welcome](#welcome)."
    )
    assert thanks.translations["cy"]["text"] == "Dewch [add the date]."
    assert "    text: |\n" in (root / "issues" / "2025-12" / "issue.yaml").read_text()


def test_an_issue_without_anything_recurring_is_followed_by_an_empty_letter(
    run: Run, root: Path, issue_text: str
) -> None:
    text = issue_text[: issue_text.index("sections:")] + "sections: [{type: text, id: words, text: x}]\n"
    (letter,) = next_of(run, root, text).sections
    assert (letter.type, letter.id) == ("letter", "welcome")  # type: ignore[attr-defined]


def test_a_welsh_title_gets_the_welsh_month(run: Run, root: Path, issue_text: str) -> None:
    text = issue_text.replace("title: Bulletin", "lang: cy\ntitle: Bwletin Tachwedd 2025")
    assert next_of(run, root, text).title == "Bwletin Rhagfyr 2025"


def test_the_title_in_another_language_follows_and_its_other_words_are_written_again(
    run: Run, root: Path, issue_text: str
) -> None:
    told = "translations: {cy: {title: Bwletin Tachwedd 2025, subject: Newyddion, preheader: Hen.}}\nevents:"
    (headline,) = next_of(run, root, issue_text.replace("events:", told)).translations.values()
    assert (headline.title, headline.subject, headline.preheader) == ("Bwletin Rhagfyr 2025", "", "")


HEAD = "# The issue of November.\n# yaml-language-server: $schema=schema.json\n\n# How we write: plainly.\n"


def test_comments_and_order_are_kept_but_for_the_head_that_told_of_the_last_issue(
    run: Run, root: Path, issue_text: str
) -> None:
    next_of(run, root, HEAD + issue_text.replace("events:", "# Events, once.\nevents:"))
    written = (root / "issues" / "2025-12" / "issue.yaml").read_text()
    head, _, rest = written.partition("\n")
    assert head.startswith("# `newsletter preview 2025-12` shows it")
    assert rest.startswith("# yaml-language-server: $schema=schema.json\n\n# How we write: plainly.\ntitle: ")
    assert "# Events, once.\nevents:" in rest
    assert "November." not in written
    assert [line.split(":")[0] for line in written.splitlines() if line[:1].isalpha()] == [
        *("title", "preheader", "date", "events", "sections")
    ]


def test_a_head_right_above_the_title_is_dropped_too(run: Run, root: Path, issue_text: str) -> None:
    next_of(run, root, "# The issue of November.\n# Everybody in it is invented.\n" + issue_text)
    written = (root / "issues" / "2025-12" / "issue.yaml").read_text().splitlines()
    assert written[1].startswith("title: ")


def test_a_first_issue_needs_one_to_begin_from(run: Run, root: Path) -> None:
    shutil.rmtree(root / "issues" / "2025-11")
    outcome = run("new", "2025-12")
    assert outcome.status == 2
    assert "copy one here, or make a workspace with init" in outcome.err
    assert not (root / "issues" / "2025-12").exists()


def test_a_correction_begins_as_a_short_issue_that_is_not_ready(run: Run, root: Path, issue_text: str) -> None:
    (root / "issues" / "2025-11" / "issue.yaml").write_text(issue_text)
    assert run("new", "--correcting", "2025-11").status == 0
    issue = load_issue(root / "issues" / "2025-11-correction")
    assert issue.title == f"Correction: {load_issue(root / 'issues' / '2025-11').title}"
    assert {finding.field for finding in check(issue) if finding.blocks} == {"preheader", "text"}
    assert run("new", "--correcting", "2025-11").status == 0
    assert (root / "issues" / "2025-11-correction-2").is_dir()
    assert run("new", "--correcting", "2025-09").status == 2
    assert run("new").status == 2
