"""Segments that readers choose themselves: each stands for one tag, which choosing adds and leaving takes away."""

from collections.abc import Collection

from newsletter.errors import InputError, Problem
from newsletter.subscribers.segments import Segment, load_segments
from newsletter.workspace import CONFIG_NAME, Workspace


def segments_on_offer(workspace: Workspace) -> list[Segment]:
    """In the order of `[pages] segments`. Raises InputError for one that is unknown or asks for more than one tag."""
    wanted = workspace.config.pages.segments
    if not wanted:
        return []
    known = load_segments(workspace.subscribers / "segments.toml", bodies=set(workspace.bodies))
    if wrong := [name for name in wanted if name not in known or _tag(known[name]) is None]:
        message = f"[pages] segments names '{wrong[0]}', which is no segment of segments.toml with one tag and no more"
        raise InputError([Problem(message=message, file=str(workspace.root / CONFIG_NAME))])
    return [known[name] for name in wanted]


def chosen(workspace: Workspace, tags: Collection[str]) -> list[str]:
    """Ids of the segments on offer that somebody with these tags is in."""
    return [segment.id for segment in segments_on_offer(workspace) if _tag(segment) in tags]


def tags_after_choice(workspace: Workspace, tags: Collection[str], wanted: Collection[str]) -> list[str]:
    """The tags of somebody who now wants these segments of those on offer; tags of staff's own are left alone."""
    on_offer = segments_on_offer(workspace)
    kept = set(tags) - {str(_tag(segment)) for segment in on_offer}
    return sorted(kept | {str(_tag(segment)) for segment in on_offer if segment.id in wanted})


def _tag(segment: Segment) -> str | None:
    """The one tag that makes somebody a member, if that is all there is to it."""
    asks = segment.model_dump(exclude={"id", "name"}, exclude_defaults=True)
    return segment.tag[0] if set(asks) == {"tag"} and len(segment.tag) == 1 else None
