"""How long an issue of 15 sections takes to render, beside the bare libraries and the reference implementation.

`python bench/render.py [ROUNDS]`; bench/README.md tells what is compared and why. The contenders take turns within each
round, so that a busy machine slows all of them alike, and one section's words change from round to round.
"""

import itertools
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from mjml import mjml2html
from premailer import Premailer

from newsletter.bundle import bundle_root
from newsletter.content.issue import Issue
from newsletter.content.variants import Variant
from newsletter.rendering import inlining, render
from newsletter.rendering.mjml_escape import ascii_safe
from newsletter.rendering.pipeline import compose_mjml, render_mail
from newsletter.rendering.plaintext import squeeze
from newsletter.rendering.templating import fill
from newsletter.rendering.theme import Theme
from newsletter.rendering.view import View
from newsletter.workspace import load_workspace

SECTIONS, WARM_UP = 15, 5
ROUNDS_SCRIPT = bundle_root() / "tests" / "heavy" / "node" / "rounds.mjs"

WHOLE = "render(): mail, text, web edition and fragment"
MAIL = "mail part: jinja2, mjml, premailer, text"
BARE = "mjml-python and premailer, bare"
BARE_SPARED = "mjml-python and premailer, bare, head styles passed over"
NPM = "npm mjml and juice, in process"
NPM_SPARED = "npm mjml and juice, in process, head styles passed over"

Contender = Callable[["Round"], float]  # seconds for one round


@dataclass(frozen=True, kw_only=True)
class Round:
    """The input of one round."""

    issue: Issue
    mjml: str  # composed from it, in ASCII, as the compiler takes it
    sheet: str  # CSS to inline


def long_issue(issue: Issue) -> Issue:
    """The sample, its sections begun again until there are fifteen."""
    again = itertools.islice(itertools.cycle(issue.sections), SECTIONS)
    sections = [section.model_copy(update={"id": f"{section.id}-{number}"}) for number, section in enumerate(again)]
    return issue.model_copy(update={"sections": sections})


def edited(issue: Issue, number: int) -> Issue:
    """The issue after one more save: its first section says something new, so that nothing whole can be remembered."""
    first, *others = issue.sections
    changed = first.model_copy(update={"text": f"{getattr(first, 'text', '')}\n\nSaved {number} times."})
    return issue.model_copy(update={"sections": [changed, *others]})


def rounds_of(issue: Issue, theme: Theme, count: int) -> Iterator[Round]:
    """The input of every round, made before any clock runs."""
    for number in range(count):
        each = edited(issue, number)
        view = View(each, theme, Variant(language=each.lang), "email")
        sheet = fill(theme.root, "email/inline.css.j2", context(view), plain=True)
        yield Round(issue=each, mjml=ascii_safe(compose_mjml(view)), sheet=sheet)


def context(view: View) -> dict[str, object]:
    """What the pipeline gives every template."""
    return {"view": view, "issue": view.issue, "theme": view.theme, "_": view.say}


def mail_part(issue: Issue, theme: Theme) -> str:
    """Everything that goes into the mail: jinja2, mjml, premailer, and the plain text."""
    view = View(issue, theme, Variant(language=issue.lang), "email")
    return render_mail(view) + squeeze(fill(theme.root, "email/frame.txt.j2", context(view), plain=True))


def bare(given: Round, *, skips_head: bool) -> str:
    """The two libraries alone with our options, and nothing that looks at what they were given or made.

    With `skips_head` premailer is spared the head's own styles by a mark of ours; called plainly it reads them.
    """
    html = mjml2html(given.mjml, disable_comments=True, fonts={})
    if skips_head:
        html = re.sub(r"<style(?=[\s>])", '<style data-premailer="ignore"', html)
    options = inlining._OPTIONS  # noqa: SLF001  (the same as ours, by being ours)
    return str(Premailer(html, css_text=[given.sheet], **options).transform(pretty_print=False))


@contextmanager
def reference(juice_options: dict[str, bool]) -> Iterator[Contender | None]:
    """npm's mjml and juice in a process that stays; None where node or they are missing."""
    node = shutil.which("node")
    if not node or not (ROUNDS_SCRIPT.parent / "node_modules").is_dir():
        yield None
        return
    with subprocess.Popen([node, ROUNDS_SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        ask, answer = process.stdin, process.stdout

        def one_round(given: Round) -> float:
            print(json.dumps({"mjml": given.mjml, "css": given.sheet, "juice": juice_options}), file=ask, flush=True)
            return float(answer.readline()) / 1000

        yield one_round
        ask.close()


def timed(work: Callable[[Round], object]) -> Contender:
    """Seconds that some work takes on a round's input."""

    def one_round(given: Round) -> float:
        start = time.perf_counter()
        work(given)
        return time.perf_counter() - start

    return one_round


def medians(contenders: dict[str, Contender], inputs: Iterable[Round]) -> dict[str, float]:
    """Median seconds of each contender, all taking turns; the first rounds only warm them up."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for given in inputs:
        for name, one_round in contenders.items():
            times[name].append(one_round(given))
    return {name: median(each[WARM_UP:]) for name, each in times.items()}


def main(rounds: int) -> None:
    """Measure, and print a table and the ratios that count."""
    workspace = load_workspace(bundle_root(), {})
    theme = workspace.theme
    inputs = list(rounds_of(long_issue(workspace.load_issue("2025-11")), theme, WARM_UP + rounds))
    with reference({}) as npm, reference({"applyStyleTags": False, "removeStyleTags": False}) as spared:
        contenders = {
            WHOLE: timed(lambda given: render(given.issue, theme)),
            MAIL: timed(lambda given: mail_part(given.issue, theme)),
            BARE: timed(lambda given: bare(given, skips_head=False)),
            BARE_SPARED: timed(lambda given: bare(given, skips_head=True)),
        } | ({NPM: npm, NPM_SPARED: spared} if npm and spared else {})
        found = medians(contenders, inputs)
    print(f"{SECTIONS} sections, {len(inputs[0].mjml):,} characters of MJML, medians of {rounds} warm rounds")
    for name, seconds in found.items():
        share = f"  mail part = {found[MAIL] / seconds:.2f} of it" if name not in (WHOLE, MAIL) else ""
        print(f"  {name:58} {seconds * 1000:6.1f} ms{share}")
    print("Aims: mail part at most 3.00 of the bare libraries, and at most 0.10 of npm mjml and juice.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
