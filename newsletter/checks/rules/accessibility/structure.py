"""An issue that opens with something and whose headings can be told apart."""

from collections.abc import Iterator, Sequence

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.spot import Spot
from newsletter.content.sections import Section
from newsletter.content.sections.updates import Updates


def look(context: CheckContext) -> Iterator[Fault]:
    """Find a bare beginning, missing headings and headings told twice."""
    shown = context.issue.shown
    if shown and not shown[0][1].heading and shown[0][1].type != "letter":
        spot = Spot(location=("sections", shown[0][0]), section=shown[0][1].id)
        yield Fault(message="the issue begins without a letter or a heading", spot=spot, severity=Severity.NOTES)
    yield from _missing(context)
    yield from _repeated(shown)


def _missing(context: CheckContext) -> Iterator[Fault]:
    for number, section in context.issue.shown:
        if isinstance(section, Updates) and not section.heading:
            spot = Spot(location=("sections", number), section=section.id)
            yield Fault(message="this list of titled items has no heading above it", spot=spot)
    for passage in context.passages:
        if passage.heading and not passage.text:
            yield Fault(message="a heading in this text has no words", spot=passage.spot)


def _repeated(sections: Sequence[tuple[int, Section]]) -> Iterator[Fault]:
    seen: list[Section] = []
    for number, section in sections:
        twin = next((other for other in seen if _same_heading(section, other)), None)
        if twin is not None:
            spot = Spot(location=("sections", number, "heading"), section=section.id)
            yield Fault(message=f"the heading '{section.heading}' stands over section '{twin.id}' too", spot=spot)
        seen.append(section)


def _same_heading(one: Section, other: Section) -> bool:
    """Whether some reader meets the same heading twice; what only others see does not count."""
    apart = _differ(one.only, other.only) or _differ(one.audience, other.audience)
    return bool(one.heading) and not apart and one.heading.casefold() == other.heading.casefold()


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other and one != other)


RULE = Rule(
    id="structure",
    title="Headings of the issue",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="WCAG 2.2 SC 2.4.6: headings describe what follows; the table of contents is made of them.",
    remedy="Give each section a heading of its own.",
    look=look,
)
