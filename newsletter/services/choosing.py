"""Segments that readers choose themselves: each stands for one tag, which choosing adds and leaving takes away."""

from collections.abc import Collection

from newsletter.services.audience import segments_of
from newsletter.subscribers.segments import Segment
from newsletter.workspace import Workspace


def segments_on_offer(workspace: Workspace) -> tuple[Segment, ...]:
    """In the order of the file. Raises InputError where `segments.toml` is wrong."""
    return segments_of(workspace).on_offer


def chosen(workspace: Workspace, tags: Collection[str]) -> list[str]:
    """Ids of the segments on offer that somebody with these tags is in."""
    return [segment.id for segment in segments_on_offer(workspace) if segment.tag[0] in tags]


def tags_after_choice(workspace: Workspace, tags: Collection[str], wanted: Collection[str]) -> list[str]:
    """The tags of somebody who now wants these segments of those on offer; tags of staff's own are left alone."""
    on_offer = segments_on_offer(workspace)
    kept = set(tags) - {segment.tag[0] for segment in on_offer}
    return sorted(kept | {segment.tag[0] for segment in on_offer if segment.id in wanted})
