"""Where in an issue something stands: a path that both a person and the YAML file can follow."""

from dataclasses import dataclass
from typing import Any

from ruamel.yaml.scalarstring import LiteralScalarString

from newsletter.content.problems import Location, Place


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
        """Line in the YAML file that was read as `tree`, 1 for the first."""
        line = Place(tree, self.location).line
        # Only a text after | keeps its own lines; elsewhere the field's first line is as near as can be told.
        literal = isinstance(_node(tree, self.location), LiteralScalarString)
        return line + 1 + self.row if line is not None and literal else line


def _node(tree: object, location: Location) -> object:
    node: Any = tree
    for step in location:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return None
    return node
