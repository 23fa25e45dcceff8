"""Where in an issue something stands: a path that both a person and the YAML file can follow."""

from dataclasses import dataclass
from typing import Any

from ruamel.yaml.scalarstring import LiteralScalarString

from newsletter.content.problems import Location, child_line, line_of


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A place in an issue."""

    location: Location = ()  # steps from the root of issue.yaml, such as ("sections", 0, "heading")
    section: str = ""  # id of the section or event
    row: int = 0  # lines down inside a text of several lines

    @property
    def field(self) -> str:
        """Dotted path inside the section."""
        steps = self.location[2:] if self.section else self.location
        return ".".join(str(step) for step in steps)

    def line_in(self, tree: object) -> int | None:
        """Line in the YAML file that was read as `tree`, 1 for the first; a field left out has its group's line."""
        line, node = line_of(tree), tree
        for step in self.location:
            line = child_line(node, step) or line
            node = _child(node, step)
        # Only a text after | keeps its own lines; elsewhere the field's first line is as near as can be told.
        return line + 1 + self.row if line is not None and isinstance(node, LiteralScalarString) else line


def _child(node: Any, step: int | str) -> object:  # noqa: ANN401  (a YAML tree)
    try:
        return node[step]
    except (KeyError, IndexError, TypeError):
        return None
