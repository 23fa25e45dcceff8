"""The real bulletin of November 2025 as an issue, made where a test wants it; this repository does not hold it."""

import re
from pathlib import Path

from newsletter.bundle import bundle_root
from newsletter.content.yaml_file import dump_yaml

NAME = "npm-bulletin-2025-11.txt"
_PLACE = "https://nationalpreventivemechanism.org.uk/{}"


def reference_text() -> Path | None:
    """The file in a folder `shared/reference` beside the repository, or above it; None where there is none."""
    folders = (parent / "shared" / "reference" for parent in bundle_root().parents)
    return next((folder / NAME for folder in folders if (folder / NAME).is_file()), None)


def write_reference_issue(source: Path, folder: Path) -> None:
    """Write `issue.yaml`: one text for each part between blank lines, with the links that the text speaks of."""
    text = source.read_text(encoding="utf-8").split("Published:")[1]
    numbers = iter(range(99))
    text = re.sub(r"\bhere\b(?=\.)", lambda match: f"[{match[0]}]({_PLACE.format(next(numbers))})", text)
    text = text.replace("  •  ", "- ").replace("  • ", "- ")
    parts = [part.strip() for part in re.split(r"\n\n\n+", text) if part.strip()]
    sections = [
        {"type": "letter", "id": "welcome", "text": parts[0], "name": "Head of the NPM"},
        *({"type": "text", "id": f"part-{number}", "text": part} for number, part in enumerate(parts[1:])),
    ]
    issue = {
        "title": "NPM Bulletin – November 2025",
        "preheader": "A conference, a blog and three reports from our bodies",
        "date": "2025-11-07",
        "sections": sections,
    }
    folder.mkdir(parents=True)
    (folder / "issue.yaml").write_text(dump_yaml(issue), encoding="utf-8")
