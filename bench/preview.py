"""How long the studio's preview takes after an edit, on an issue of 15 sections.

`python bench/preview.py [ROUNDS]`: each round changes the words of the first letter and asks for the preview as the
page does after a pause in typing: words in, rendered mail, text and web edition out. Aim: 300 ms at the 95th
percentile, of which the browser has whatever is left.
"""

import shutil
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles

from newsletter.bundle import bundle_root
from newsletter.content.forms.naming import rename
from newsletter.content.yaml_file import dump_yaml, read_yaml
from newsletter.services.editing.parts import Editor, PartRef
from newsletter.services.editing.previewing import preview_words
from newsletter.settings import setup
from newsletter.workspace import Workspace, load_workspace

SECTIONS, WARM_UP, AIM = 15, 5, 0.3


def long_workspace(root: Path) -> Workspace:
    """The sample, its November issue made fifteen sections long."""
    sample = bundle_root()
    for name in ("issues", "subscribers"):
        shutil.copytree(sample / name, root / name, ignore=shutil.ignore_patterns("*.csv", "*.xlsx"))
    shutil.copy(sample / "newsletter.toml", root)
    file = read_yaml(root / "issues" / "2025-11" / "issue.yaml")
    taken: set[str] = set()
    again = islice(cycle(read_yaml(file.path).data["sections"] for _ in range(2)), 2)
    sections = [section for copy in again for section in copy][:SECTIONS]
    for section in sections:
        rename(section, taken)
    file.data["sections"][:] = sections
    file.path.write_text(dump_yaml(file.data), encoding="utf-8")
    return load_workspace(root, {})


def told(seconds: list[float]) -> str:
    """Median and 95th percentile, without the first rounds."""
    found = seconds[WARM_UP:]
    return f"median {median(found) * 1000:.0f} ms, 95th percentile {quantiles(found, n=20)[-1] * 1000:.0f} ms"


def main(rounds: int) -> None:
    """Measure, and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = long_workspace(Path(folder))
        setup(workspace)
        from newsletter.services.editing.changing import open_part

        ref = PartRef(kind="sections", id="welcome")
        words = open_part(workspace, "2025-11", ref, Editor(name="Bench", key="1")).words
        times, busy = [], []
        for number in range(WARM_UP + rounds):
            typed = words | {"text": [f"{words['text'][0]}\n\nTyped {number} times."]}
            start, used = time.perf_counter(), time.process_time()
            preview_words(workspace, "2025-11", ref, typed)
            times.append(time.perf_counter() - start)
            busy.append(time.process_time() - used)
    print(f"{SECTIONS} sections, {rounds} edits: {told(times)}")
    print(f"of the processor's time alone, whatever else the machine does: {told(busy)}")
    print(f"Aim: {AIM * 1000:.0f} ms at the 95th percentile")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
