"""Runs the set in `blind/` and counts, family by family, what was wanted, found, and said wrongly.

`python tests/checks/blind_set.py` prints the table, each miss and each false alarm; `--rendered` renders the issues and
judges their mails too.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cases import context_of
from PIL import Image as Pillow
from PIL import ImageDraw
from ruamel.yaml import YAML

from newsletter.bundle import bundle_root
from newsletter.checks import Finding, Severity, gather, run_checks
from newsletter.checks.registry import FAMILIES, RULES
from newsletter.checks.rule import Rule, Sight
from newsletter.content.yaml_file import dump_yaml
from newsletter.services.checking import with_quick_facts
from newsletter.workspace import Workspace, load_workspace

BLIND = Path(__file__).parent / "blind"
BEYOND = "beyond"  # what no rule claims to find
FAMILY_OF = {rule.id: str(family) for family, rules in FAMILIES.items() for rule in rules} | {BEYOND: BEYOND}
OF_A_MESSAGE = (Sight.MESSAGE, Sight.MAILING, Sight.NETWORK)
ALSO_OF_A_MESSAGE = ("personal-data", "signatory")
LINK = '<p><a style="color:#0b5394" href="https://www.cqc.org.uk/{0}">Report {0}</a></p>'
USUAL = {"preheader": "Reports, visits and people from the bodies that watch over places of detention"}

Label = tuple[str, str]
"""A rule, and words that its finding quotes or says."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One case: what was found of what was wanted, what was missed, and what nobody wanted."""

    name: str
    found: list[Label]
    missed: list[Label]
    wrong: list[Finding]


@dataclass(frozen=True, kw_only=True)
class Count:
    """The figures of one family."""

    wanted: int
    found: int
    wrong: int

    @property
    def recall(self) -> float:
        """Of what was wanted, the part that was found."""
        return self.found / self.wanted if self.wanted else 1.0

    @property
    def precision(self) -> float:
        """Of what was said, the part that was wanted."""
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 1.0


def judge(case: dict[str, Any], findings: Iterable[Finding]) -> Judged:
    """Hold findings against the labels of a case; notes are never wrong."""
    said, wanted, may = list(findings), _labels(case, "wanted"), _labels(case, "may")
    found = [label for label in wanted if any(_meets(finding, label) for finding in said)]
    grave = [finding for finding in said if finding.severity is not Severity.NOTES]
    return Judged(
        name=case["name"],
        found=found,
        missed=[label for label in wanted if label not in found],
        wrong=[finding for finding in grave if not any(_meets(finding, label) for label in (*wanted, *may))],
    )


def _labels(case: dict[str, Any], kind: str) -> list[Label]:
    return [(rule, str(words)) for entry in case.get(kind, ()) for rule, words in entry.items()]


def _meets(finding: Finding, label: Label) -> bool:
    rules, words = label
    return finding.rule in rules.split("|") and any(words in said for said in (finding.quote, finding.message))


def count(judged: Iterable[Judged]) -> dict[str, Count]:
    """The figures of every family."""
    judged = list(judged)
    found = Counter(FAMILY_OF[rule] for case in judged for rules, _ in case.found for rule in rules.split("|")[:1])
    missed = Counter(FAMILY_OF[rule] for case in judged for rules, _ in case.missed for rule in rules.split("|")[:1])
    wrong = Counter(FAMILY_OF[finding.rule] for case in judged for finding in case.wrong)
    return {
        family: Count(wanted=found[family] + missed[family], found=found[family], wrong=wrong[family])
        for family in dict.fromkeys(FAMILY_OF.values())
    }


def judge_all(*, rendered: bool = False) -> Iterator[Judged]:
    """Every case of the set."""
    with TemporaryDirectory() as folder:
        workspace = _workspace(Path(folder))
        for file in sorted((BLIND / "issues").glob("*.yaml")):
            for case in _read(file):
                yield judge(case, _findings_of_issue(workspace, case, rendered=rendered))
    yield from _judge_mails(_read(BLIND / "mails.yaml"))
    for case in _read(BLIND / "messages.yaml")["cases"]:
        yield judge(case, _findings_of(_made_large(case), _rules_of_a_message(case)))


def _read(file: Path) -> Any:
    return YAML(typ="safe").load(file.read_text(encoding="utf-8"))


def _workspace(root: Path) -> Workspace:
    """A workspace like the sample: its settings, bodies and words."""
    for name in ("newsletter.toml", "words.txt", "subscribers/bodies.toml", "issues/logo.png"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes((bundle_root() / name).read_bytes())
    return load_workspace(root, {})


def _findings_of_issue(workspace: Workspace, case: dict[str, Any], *, rendered: bool) -> list[Finding]:
    name = case.get("folder") or f"{case['date']:%Y-%m}"
    folder = workspace.root / "issues" / name
    (folder / "images").mkdir(parents=True, exist_ok=True)
    for file, kind in case.get("pictures", {}).items():
        _draw(folder / "images" / file, kind)
    (folder / "issue.yaml").write_text(dump_yaml(_issue(case)), encoding="utf-8")
    mails = None if rendered else []
    context = gather(workspace.load_issue(name), workspace.theme, mails, config=workspace.checks)
    return run_checks(with_quick_facts(workspace, context)).findings


def _issue(case: dict[str, Any]) -> dict[str, Any]:
    """An issue as its file holds it; parts without an id get one."""
    day: date = case["date"]
    own = {key: case[key] for key in ("title", "subject", "preheader", "lang", "events", "waivers") if key in case}
    letter = {"type": "letter", "text": case.get("text", ""), "name": "Augustin Merriweather"}
    sections = case.get("sections") or [letter]
    numbers = iter(range(999))
    named = [{"id": f"part-{next(numbers)}"} | section for section in sections]
    for section in named:
        if "items" in section:
            section["items"] = [{"id": f"item-{next(numbers)}"} | item for item in section["items"]]
    return {"title": f"NPM Bulletin – {day:%B %Y}"} | USUAL | {"date": day} | own | {"sections": named}


def _draw(path: Path, kind: str) -> None:
    """A `photo` of sky and land, or a `poster` made of words."""
    picture = Pillow.new("RGB", (640, 420), (168, 200, 226))
    pen = ImageDraw.Draw(picture)
    if kind == "photo":
        pen.polygon([(0, 420), (0, 260), (210, 170), (430, 290), (640, 210), (640, 420)], fill=(64, 105, 71))
    for row in range(24 if kind == "poster" else 0):
        pen.text((20, 12 + 16 * row), "Conference in the town hall, free lunch, register by post", fill=(0, 0, 0))
    picture.save(path)


def _judge_mails(mails: dict[str, Any]) -> Iterator[Judged]:
    rules = [rule for rule in RULES if rule.looks_at is Sight.HTML]
    for case in mails["cases"]:
        frame, body = mails["frame"], case.get("body", "")
        body += "".join(LINK.format(number) for number in range(case.get("links", 0)))
        body += "<p>" + "Visits go on. " * (case.get("bytes", 0) // 14) + "</p>"
        html = frame.replace("{head}", case.get("head", "")).replace("{body}", body)
        kept = {key: case[key] for key in ("pictures",) if key in case}
        yield judge(case, _findings_of({"html": case.get("html", html)} | kept, rules))


def _rules_of_a_message(case: dict[str, Any]) -> list[Rule]:
    sights = (*OF_A_MESSAGE, Sight.TEXT) if "plain" in case else OF_A_MESSAGE
    return [rule for rule in RULES if rule.looks_at in sights or rule.id in ALSO_OF_A_MESSAGE]


def _made_large(case: dict[str, Any]) -> dict[str, Any]:
    """The case with its ENDLESS line and its many bytes, which nobody wants to read in YAML."""
    long = "x" * case.get("endless", 0)
    replaced = {old: new.replace("ENDLESS", long) for old, new in case.get("replaced", {}).items()}
    if lines := case.get("attached", 0) // 76:
        replaced["<p>Hello.</p>"] = "<p>Hello.</p>\n" + ("x" * 75 + "\n") * lines
    return case | {"replaced": replaced}


def _findings_of(case: dict[str, Any], rules: list[Rule]) -> list[Finding]:
    return run_checks(context_of(case), rules).findings


def main() -> None:
    """Print the table, and what it is made of."""
    judged = list(judge_all(rendered="--rendered" in sys.argv))
    print("| family | faults | found | said wrongly | precision | recall |\n|---|---|---|---|---|---|")
    for family, figures in count(judged).items():
        told = f"{figures.wanted} | {figures.found} | {figures.wrong} | {figures.precision:.2f} | {figures.recall:.2f}"
        print(f"| {family} | {told} |")
    for case in judged:
        for rule, words in case.missed:
            print(f"missed  {case.name}: {rule} {words!r}")
        for finding in case.wrong:
            print(f"wrong   {case.name}: {finding.rule} {finding.message}")


if __name__ == "__main__":
    main()
