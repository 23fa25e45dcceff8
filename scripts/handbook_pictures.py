"""Takes the pictures of docs/handbook.md: the test that plays a month leaves one of each step, and some are kept.

`python scripts/handbook_pictures.py` needs the extra `dev` and Chromium; with a folder it keeps those that the test has
left there. Look at every picture before it is kept.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from take_pictures import keep

from newsletter.bundle import bundle_root

WIDE = 960  # pixels; the pages are 1280 wide, and still to be read at this size
# The picture in the handbook, the step of the test, and from where to where the window is shown.
KEPT = (
    ("month", "home", 0, 700),
    ("begun", "begun", 0, 900),
    ("write", "edit-Letter", 0, 900),
    ("fix", "deal", 0, 900),
    ("comments", "comment", 470, 790),
    ("agree", "agree", 0, 680),
    ("numbers", "numbers", 0, 700),
    ("stop", "held", 0, 560),
    ("sent", "sent", 0, 560),
    ("wrong", "wrong", 0, 760),
    ("people", "people", 0, 800),
    ("practice", "practice", 0, 520),
)


def month_into(folder: str) -> None:
    """Play the month with a camera."""
    test = bundle_root() / "tests" / "heavy" / "test_whole_month.py"
    command = [sys.executable, "-m", "pytest", "-q", "-m", "heavy", str(test)]
    subprocess.run(command, check=True, env={**os.environ, "NEWSLETTER_PICTURES": folder})


def keep_of(folder: Path) -> None:
    """Make them small, and keep them."""
    for name, step, top, end in KEPT:
        picture = Image.open(min(folder.glob(f"[0-9][0-9]-{step}.png"))).convert("RGB")
        part = picture.crop((0, top, picture.width, end))
        keep(f"handbook-{name}", part.resize((WIDE, part.height * WIDE // part.width), Image.Resampling.LANCZOS))


def main(folders: list[str]) -> None:
    """Take them first, unless they are there."""
    with tempfile.TemporaryDirectory() as scratch:
        if not folders:
            month_into(scratch)
        keep_of(Path(folders[0] if folders else scratch))


if __name__ == "__main__":
    main(sys.argv[1:])
