"""Colours of the theme that can be read, by day and by night."""

from collections.abc import Iterator

from pydantic import ValidationError

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.rendering.theme import Palette


def look(context: CheckContext) -> Iterator[Fault]:
    """Judge both palettes again: a theme that was made in code has not passed through `newsletter.toml`."""
    if context.theme:
        for name, palette in (("light", context.theme.light), ("dark", context.theme.dark)):
            try:
                Palette.model_validate(palette.model_dump())
            except ValidationError as error:
                for problem in error.errors(include_url=False):
                    yield Fault(message=f"in the {name} theme, {problem['msg'].removeprefix('Value error, ')}")


RULE = Rule(
    id="theme-contrast",
    title="Colours of the theme",
    severity=Severity.BLOCKS,
    looks_at=Sight.SETTINGS,
    why="WCAG 2.2 SC 1.4.3: text against what lies behind it, 4.5 to 1.",
    remedy="Choose a darker or lighter colour in [theme.light] or [theme.dark] of newsletter.toml.",
    look=look,
    needs=("theme",),
)
