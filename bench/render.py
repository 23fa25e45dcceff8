"""How long an issue of 15 sections takes to render, beside the bare libraries and the reference implementation.

`python bench/render.py [ROUNDS]`; what is compared and why is told in bench/README.md. Contenders take turns within each
round, so that a busy machine slows all of them alike; medians are compared.
"""

import itertools
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from mjml import mjml2html
from premailer import Premailer

from newsletter.bundle import bundle_root
from newsletter.content.issue import Issue
from newsletter.content.variants import Variant
from newsletter.rendering import inlining, mjml, render
from newsletter.rendering.mjml_escape import ascii_safe
from newsletter.rendering.pipeline import compose_mjml, render_mail
from newsletter.rendering.plaintext import squeeze
from newsletter.rendering.templating import fill
from newsletter.rendering.theme import Theme
from newsletter.rendering.view import View
from newsletter.workspace import load_workspace

SECTIONS, WARM_UP = 15, 5
ROUNDS_SCRIPT = bundle_root() / "tests" / "heavy" / "node" / "rounds.mjs"


def long_issue() -> tuple[Issue, Theme]:
    """The sample issue, its sections begun again until there are fifteen."""
    workspace = load_workspace(bundle_root(), {})
    issue = workspace.load_issue("2025-11")
    again = itertools.islice(itertools.cycle(issue.sections), SECTIONS)
    sections = [section.model_copy(update={"id": f"{section.id}-{number}"}) for number, section in enumerate(again)]
    return issue.model_copy(update={"sections": sections}), workspace.theme


def context(view: View) -> dict[str, object]:
    """What the pipeline gives every template."""
    return {"view": view, "issue": view.issue, "theme": view.theme, "_": view.say}


def mail_part(issue: Issue, theme: Theme) -> str:
    """Everything that goes into the mail: jinja2, mjml, premailer, and the plain text."""
    view = View(issue, theme, Variant(language=issue.lang), "email")
    return render_mail(view) + squeeze(fill(theme.root, "email/frame.txt.j2", context(view), plain=True))


def bare(source: str, sheet: str) -> str:
    """The two libraries alone, given what our pipeline gives them: same MJML, same options, no look at the result."""
    html = mjml2html(source, disable_comments=True, fonts={})
    marked = inlining._STYLE_TAG.sub(rf"\g<0>{inlining._MARK}", html)
    return str(Premailer(marked, css_text=[sheet], **inlining._OPTIONS).transform(pretty_print=False))


@contextmanager
def reference(source: str, sheet: str) -> Iterator[Callable[[], float] | None]:
    """One round of npm's mjml and juice in a process that stays, in seconds; None where node or they are missing."""
    node = shutil.which("node")
    if not node or not (ROUNDS_SCRIPT.parent / "node_modules").is_dir():
        yield None
        return
    with subprocess.Popen([node, ROUNDS_SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        ask, answer = process.stdin, process.stdout
        print(json.dumps({"mjml": source, "css": sheet}), file=ask)

        def one_round() -> float:
            print("go", file=ask, flush=True)
            return float(answer.readline()) / 1000

        yield one_round
        ask.close()


def timed(work: Callable[[], object]) -> Callable[[], float]:
    """One round of some work, in seconds."""

    def one_round() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return one_round


def medians(contenders: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Median seconds of each contender, warm, all taking turns."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(WARM_UP + rounds):
        for name, one_round in contenders.items():
            seconds = one_round()
            if number >= WARM_UP:
                times[name].append(seconds)
    return {name: median(each) for name, each in times.items()}


def main(rounds: int) -> None:
    """Measure, and print a table and the two ratios that count."""
    issue, theme = long_issue()
    view = View(issue, theme, Variant(language=issue.lang), "email")
    source, sheet = compose_mjml(view), fill(theme.root, "email/inline.css.j2", context(view), plain=True)
    safe = ascii_safe(source)
    with reference(source, sheet) as npm:
        contenders = {
            "render(): mail, text and web edition": timed(lambda: render(issue, theme)),
            "mail part: jinja2, mjml, premailer, text": timed(lambda: mail_part(issue, theme)),
            "mjml-python and premailer, bare": timed(lambda: bare(safe, sheet)),
        } | ({"npm mjml and juice, in process": npm} if npm else {})
        found = medians(contenders, rounds)
    print(f"{SECTIONS} sections, {len(source):,} characters of MJML, median of {rounds} warm rounds")
    for name, seconds in found.items():
        print(f"  {name:42} {seconds * 1000:7.1f} ms")
    _, ours, libraries, *node = found.values()
    print(f"mail part / bare libraries: {ours / libraries:.2f} (aim: at most 3)")
    print(f"npm mjml and juice / mail part: {node[0] / ours:.1f} (aim: at least 10)" if node else "node is missing")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
