"""Sets up a private environment below `.venv` and runs the project in it. Needs nothing but Python 3.11 or newer.

    python3 run.py demo        the whole journey on this machine
    python3 run.py test        the tests; a table at the end says what was skipped and why
    python3 run.py setup       only set up; then .venv/bin/newsletter is there
    python3 run.py setup dev   the same with the tools of CONTRIBUTING.md

On Windows: `py run.py demo`. Every package is checked against the hash in `locks/`; what is set up already is kept.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
HOME = ROOT / ".venv"
BIN = HOME / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
# On every core; a file's tests share what is costly to make, so they stay together.
SIDE_BY_SIDE = ("-n", "auto", "--dist", "loadfile")
LOCKS = {"demo": "runtime", "test": "test", "setup": "runtime", "dev": "dev"}


def set_up(lock: str) -> None:
    """Make the environment and install what the lock names, unless that was done before."""
    if not PYTHON.exists():
        print(f"Making a private environment in {HOME.name} ...", flush=True)
        try:
            venv.create(HOME, with_pip=True)
        except subprocess.CalledProcessError:
            sys.exit(
                "This Python can't make environments; on Debian and Ubuntu install the package python3-venv first."
            )
    stamp, wanted = HOME / f"installed-{lock}", _digest(lock)
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    print("Installing the packages that the lock names ...", flush=True)
    # dkimpy, which only tests need, is published as source alone.
    kinds = ("--only-binary", ":all:", "--no-binary", "dkimpy")
    _pip("install", "--require-hashes", *kinds, "-r", str(ROOT / "locks" / f"{lock}.txt"))
    _pip("install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    stamp.write_text(wanted, encoding="ascii")


def _digest(lock: str) -> str:
    content = (ROOT / "locks" / f"{lock}.txt").read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    return hashlib.sha256(content).hexdigest()


def _pip(*arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    if subprocess.run(command, check=False).returncode:  # noqa: S603  (our own arguments)
        sys.exit("The packages could not be installed; see the lines above. Is the package index within reach?")


def main() -> int:
    """Do what was asked and give its exit status."""
    what, *rest = sys.argv[1:] or [""]
    if what not in ("demo", "test", "setup"):
        print(__doc__)
        return 2
    set_up("dev" if "dev" in rest else LOCKS[what])
    if what == "setup":
        print(f"Ready: {BIN / 'newsletter'}")
        return 0
    command = ["-m", "pytest", *SIDE_BY_SIDE, *rest] if what == "test" else ["-m", "newsletter", "demo", *rest]
    return subprocess.run([str(PYTHON), *command], cwd=ROOT, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036  (this file is what people with an older one run first)
        sys.exit("This project needs Python 3.11 or newer.")
    sys.exit(main())
