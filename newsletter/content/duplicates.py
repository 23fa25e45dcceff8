"""Finds ids that stand twice: a link into the page would lead to the wrong one."""

from collections.abc import Iterator
from typing import Any

from newsletter.content.problems import child_line
from newsletter.errors import Problem


def duplicate_ids(data: dict[str, Any], file: str) -> list[Problem]:
    """A problem for each id of a section, item or event that another one has already."""
    seen: set[str] = set()
    problems = []
    for section, part in _parts(data):
        name = str(part["id"])
        if name in seen:
            message = f"the id '{name}' stands twice in this issue; give this one another"
            line = child_line(part, "id")
            problems.append(Problem(message=message, file=file, line=line, section=section, field="id"))
        seen.add(name)
    return problems


def _parts(data: dict[str, Any], section: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that has an id, with the id of the section or event that it is or lies in."""
    for key in ("events", "sections", "items"):
        for part in data.get(key) or [] if isinstance(data.get(key), list) else []:
            if isinstance(part, dict):
                whole = section or str(part.get("id", ""))
                if "id" in part:
                    yield whole, part
                yield from _parts(part, whole)
