"""The promised Python API: what is exported, that it loads on demand, and that the README's example runs."""

import re
import subprocess
import sys

import pytest

import newsletter
from newsletter.bundle import bundle_root

PROMISED = {"Issue", "Rendered", "Theme", "Variant", "check", "classify", "load_issue", "render"}


def readme_example() -> str:
    """The Python block of the README that loads an issue."""
    readme = (bundle_root() / "README.md").read_text(encoding="utf-8")
    (example,) = [block for block in re.findall(r"```python\n(.*?)```", readme, re.DOTALL) if "load_issue" in block]
    return str(example)


def python(code: str) -> str:
    command = [sys.executable, "-W", "error", "-c", code]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, cwd=bundle_root(), timeout=60)
    return ended.stdout


def test_the_example_of_the_readme_runs_and_is_about_ten_lines() -> None:
    example = readme_example()
    assert len([line for line in example.splitlines() if line.strip()]) <= 12
    printed = python(example).splitlines()
    assert printed[0] == "0 to fix"
    assert printed[1] == "NPM Bulletin November 2025: conference, good practice, new reports"
    assert printed[-1] == "NPM Bulletin \u2013 November 2025"


def test_every_promised_name_is_there_and_none_besides() -> None:
    assert set(newsletter.__all__) == PROMISED | {"__version__"}
    assert all(getattr(newsletter, name) for name in newsletter.__all__)
    assert re.fullmatch(r"\d+\.\d+\.\d+", newsletter.__version__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'classify_everything'"):
        newsletter.classify_everything  # noqa: B018


def test_importing_the_package_loads_nothing_until_a_name_is_used() -> None:
    loaded = python(
        "import sys, newsletter\n"
        "before = {name for name in ('pydantic', 'jinja2', 'premailer', 'django') if name in sys.modules}\n"
        "newsletter.load_issue\n"
        "print(sorted(before), 'pydantic' in sys.modules, 'jinja2' in sys.modules, 'django' in sys.modules)\n"
    )
    assert loaded == "[] True False False\n"


def test_rendering_and_checking_need_no_database() -> None:
    loaded = python(
        "import sys, newsletter\n"
        "issue = newsletter.load_issue('issues/2025-12')\n"
        "newsletter.check(issue)\n"
        "print([name for name in ('django', 'smtplib', 'aiosmtpd', 'click', 'rich') if name in sys.modules])\n"
    )
    assert loaded == "[]\n"
