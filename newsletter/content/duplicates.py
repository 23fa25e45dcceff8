"""Finds ids that stand twice: a link into the page would lead to the wrong one."""

from collections.abc import Iterator
from typing import Any

from newsletter.content.problems import child_line
from newsletter.errors import Problem


def duplicate_ids(data: dict[str, Any], file: str) -> list[Problem]:
    """A problem for each id of a section, item or event that another one has already."""
    seen: set[str] = set()
    problems = []
    for part in _parts(data):
        name = str(part["id"])
        if name in seen:
            message = f"the id '{name}' stands twice in this issue; give this one another"
            problems.append(Problem(message=message, file=file, line=child_line(part, "id"), field="id"))
        seen.add(name)
    return problems


def _parts(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for key in ("events", "sections", "items"):
        for part in data.get(key) or [] if isinstance(data.get(key), list) else []:
            if isinstance(part, dict):
                if "id" in part:
                    yield part
                yield from _parts(part)
