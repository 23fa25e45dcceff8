"""Jinja2 environments: one for MJML and web pages, which escapes, one for text; the workspace's files come first."""

import traceback
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError

from newsletter.bundle import bundle_root
from newsletter.errors import InputError, Problem
from newsletter.rendering.mjml_escape import attr_safe
from newsletter.rendering.plaintext import underlined, wrap
from newsletter.rendering.time_limit import TimeIsUpError, time_limit

LONGEST = 60.0  # seconds for one template, pictures made smaller among it; the whole frame takes a hundredth of one

# What Python says of a slip in a template, such as a sum of words and numbers, or a file that is not in UTF-8.
_SLIPS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def fill(root: Path | None, name: str, context: Mapping[str, Any], *, plain: bool = False) -> str:
    """Fill a template. Raises InputError with the template's file and line where it is broken or never ends."""
    try:
        with time_limit(LONGEST):
            return _environment(root, plain).get_template(name).render(context)
    except (TemplateError, TimeIsUpError, *_SLIPS) as error:
        raise InputError([_problem(error)]) from error


class _FirstFound(FileSystemLoader):
    """Sees a new file of the workspace that covers one of the package's; Jinja2's own watches only what it read."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, path, unchanged = super().get_source(environment, template)
        found, candidates = Path(path), [Path(folder, template) for folder in self.searchpath]

        def is_current() -> bool:
            return unchanged() and next((file for file in candidates if file.is_file()), None) == found

        return source, path, is_current


@lru_cache(maxsize=16)
def _environment(root: Path | None, plain: bool) -> Environment:  # noqa: FBT001
    folders = [*([root / "templates"] if root else []), bundle_root() / "templates"]
    environment = Environment(
        loader=_FirstFound(folders),
        autoescape=not plain,  # noqa: S701  (the text part is no markup; escaping would show &amp; to readers)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        extensions=["jinja2.ext.do"],
    )
    environment.filters |= {"attr": attr_safe, "wrap": wrap, "underlined": underlined}
    return environment


def template_folders(root: Path | None) -> list[Path]:
    """Where templates are looked up, file by file, first to last."""
    return [
        folder for folder in ([root / "templates"] if root else []) + [bundle_root() / "templates"] if folder.is_dir()
    ]


def _problem(error: Exception) -> Problem:
    if isinstance(error, TemplateSyntaxError):
        return Problem(message=f"the template is broken: {error.message}", file=error.filename or "", line=error.lineno)
    if isinstance(error, TemplateNotFound):
        return Problem(message=f"the template '{error.name}' is missing; put it into the workspace's templates folder")
    # Jinja2 rewrites the traceback so that these frames stand in templates.
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    place = frames[-1] if frames else None
    message = f"the template can't be filled: {error}; compare it with the one that comes with the program"
    if isinstance(error, TimeIsUpError):
        message = f"the template is not done after {LONGEST:g} seconds; look for a loop here that never ends"
    return Problem(message=message, file=place.filename if place else "", line=place.lineno if place else None)
