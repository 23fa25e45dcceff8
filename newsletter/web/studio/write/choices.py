"""What can be chosen in the form of a part: bodies, the issue's own events, segments."""

from newsletter.errors import InputError
from newsletter.services.audience import segments_of
from newsletter.services.editing.outline import outline
from newsletter.workspace import Workspace

Choices = list[tuple[str, str]]


def choices_of(workspace: Workspace, issue_id: str) -> dict[str, Choices]:
    """Values and words by the register that a field chooses from."""
    bodies = sorted(((key, body.name) for key, body in workspace.bodies.items()), key=lambda choice: choice[1])
    events = [(line.ref.id, f"{line.title}, {line.date}") for line in outline(workspace, issue_id).events]
    return {"bodies": bodies, "events": events, "segments": _segments(workspace)}


def _segments(workspace: Workspace) -> Choices:
    try:
        return [(segment.id, segment.name) for segment in segments_of(workspace).values()]
    except InputError:
        return []  # whoever sends is told what is wrong with the file
