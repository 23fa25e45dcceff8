"""Reads the code base itself: every section type has its partials, each library does its job in its place."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.bundle import bundle_root
from newsletter.content.sections import SECTION_TYPES

ROOT = bundle_root()
PACKAGE = ROOT / "newsletter"
TEMPLATES = ROOT / "templates"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_bundle" not in path.parts)
# Which parts of the package may import a library (DESIGN section 5); nothing else may.
HOMES = {
    "jinja2": {"rendering", "web"},
    "mjml": {"rendering"},
    "premailer": {"rendering"},
    "cssutils": {"rendering"},
    "nh3": {"rendering"},
    "PIL": {"rendering"},
    "requests": {"transports", "services"},
    "smtplib": {"transports"},
    "aiosmtpd": {"engine"},
    "django": {"models", "services", "engine", "web", "settings"},
    "click": {"cli"},
    "rich": {"cli"},
    "ruamel": {"content", "checks"},
    "markdown_it": {"content", "checks", "rendering"},
    "markdownify": {"rendering"},
    "filelock": {"content", "services", "engine"},
    "http": {"web", "services"},
    "openpyxl": {"subscribers"},
    "hunspell": {"services"},
    "playwright": {"services"},
    "allauth": {"web", "services"},
    "django_htmx": {"web"},
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    """The packages that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def part_of(path: Path) -> str:
    """Which part of the package a file belongs to: its folder, or its own name."""
    inner = path.relative_to(PACKAGE).parts
    return inner[0].removesuffix(".py")


def users_of(library: str) -> set[str]:
    return {part_of(path) for path in MODULES if library in set(imports(path))}


@pytest.mark.parametrize("kind", SECTION_TYPES)
def test_every_section_type_has_its_three_partials(kind: str) -> None:
    for partial in (f"email/sections/{kind}.mjml.j2", f"email/sections/{kind}.txt.j2", f"web/sections/{kind}.html.j2"):
        assert (TEMPLATES / partial).is_file(), partial


def test_no_partial_is_without_a_section_type() -> None:
    kinds = {path.name.partition(".")[0] for path in TEMPLATES.glob("*/sections/*")}
    assert kinds == set(SECTION_TYPES)


def test_every_template_is_used() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in [*TEMPLATES.rglob("*.j2"), *MODULES]}
    for path in TEMPLATES.rglob("*.j2"):
        name = path.relative_to(TEMPLATES).as_posix()
        used = any(f'"{name}"' in text for other, text in texts.items() if other != path)
        assert used or path.parent.name == "sections", name


@pytest.mark.parametrize("library", ["jinja2", "mjml", "premailer", "requests"])
def test_each_library_that_the_project_is_built_on_is_really_used(library: str) -> None:
    assert users_of(library)


def test_the_tests_are_run_by_pytest() -> None:
    assert sum("pytest" in set(imports(path)) for path in (ROOT / "tests").glob("*/test_*.py")) > 20


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_imported_where_its_job_is_and_nowhere_else(library: str) -> None:
    assert users_of(library) <= HOMES[library]


def test_nothing_uses_fcntl_so_that_it_runs_anywhere() -> None:
    assert users_of("fcntl") == set()


def test_every_import_from_outside_is_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    entries = [*project["dependencies"], *extras["browser"], *extras["spelling"]]
    declared = {re.match(r"[\w.-]+", entry)[0].lower().replace("-", "_") for entry in entries}  # type: ignore[index]
    known_as = {"mjml": "mjml_python", "PIL": "pillow", "ruamel": "ruamel.yaml", "markdown_it": "markdown_it_py"}
    known_as |= {"anymail": "django_anymail", "dns": "dnspython", "hunspell": "chunspell"}
    known_as |= {"anymail": "django_anymail", "dns": "dnspython", "allauth": "django_allauth"}
    known_as |= {
        "markupsafe": "jinja2",
        "pydantic_core": "pydantic",
        "urllib3": "requests",
    }  # they come with these, which return their types
    used = {name for path in MODULES for name in imports(path)} - set(sys.stdlib_module_names) - {"newsletter"}
    assert {known_as.get(name, name).lower() for name in used} <= declared


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    if source.strip() and "migrations" not in path.parts:
        assert ast.get_docstring(ast.parse(source)), name_of(path)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_functions_are_short() -> None:
    lengths = {
        f"{name_of(path)}:{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in MODULES
        if "migrations" not in path.parts
        for function in functions(path)
    }
    assert {name: length for name, length in lengths.items() if length > 40} == {}
    assert sum(length <= 30 for length in lengths.values()) >= 0.9 * len(lengths)


def test_logs_have_names_below_newsletter() -> None:
    asked = [call for path in MODULES for call in re.findall(r"getLogger\((.*?)\)", path.read_text(encoding="utf-8"))]
    assert asked
    assert set(asked) <= {"__name__", '"newsletter"'}


def kept_files() -> list[Path]:
    """Every text file that the repository holds."""
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, cwd=ROOT, check=False).stdout.decode()
    if not listed:
        pytest.skip("this is no clone: there is no list of the repository's files")
    names = [name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    return [ROOT / name for name in names if not name.endswith((".png", ".mo", ".jpg", ".gif", ".zip"))]


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    place = re.compile(r"(?<![\w.])/(?:root|home|Users|work|farm)/\w|[A-Z]:\\\\?Users\\")
    named = [
        f"{name_of(path)}: {line.strip()[:80]}"
        for path in kept_files()
        for line in path.read_text(encoding="utf-8").splitlines()
        if place.search(line) and path != Path(__file__)
    ]
    assert named == []


def test_no_lock_names_an_address_to_fetch_from() -> None:
    for lock in (ROOT / "locks").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|--(?:extra-)?index-url|--find-links", text), lock.name


def test_nothing_is_left_to_be_done_later() -> None:
    later = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|NotImplementedError")
    found = [
        name_of(path)
        for path in MODULES
        if part_of(path) != "checks" and later.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
