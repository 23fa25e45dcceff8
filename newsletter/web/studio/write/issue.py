"""One issue: its sections as cards, its events, what is to fix, and how it looks."""

from django.http import Http404, HttpResponse

from newsletter.content.sections import SECTION_TYPES
from newsletter.content.wording import SECTION_NAMES
from newsletter.errors import InputError
from newsletter.services.editing.arranging import ACTS, arrange, place
from newsletter.services.editing.outline import Outline, outline, to_fix
from newsletter.services.editing.parts import Editor, PartRef
from newsletter.web.studio.screen import Screen
from newsletter.web.studio.write.addresses import address
from newsletter.web.studio.write.looking import view_of

_SAID = {
    "up": "Moved up.",
    "down": "Moved down.",
    "place": "Moved.",
    "copy": "Duplicated; the copy stands below.",
    "hide": "Hidden: it stays here, and readers do not get it.",
    "show": "Readers get it again.",
    "remove": "Taken out. The issue's history still has it.",
}


def editor_of(screen: Screen) -> Editor:
    """Who edits."""
    return Editor(name=screen.member.name, key=str(screen.member.pk))


def issue(screen: Screen, issue: str) -> HttpResponse:
    """The issue."""
    return _page(screen, issue)


def arranged(screen: Screen, issue: str) -> HttpResponse:
    """Something was done to a section or event as a whole; with htmx the page is drawn at once."""
    if screen.request.method != "POST":
        raise Http404
    posted = screen.request.POST
    act, kind = posted.get("act", ""), posted.get("kind", "")
    if act not in _SAID or kind not in ("sections", "events"):
        raise Http404
    ref = PartRef(kind=kind, id=posted.get("part", ""))  # type: ignore[arg-type]  # looked at just above
    if act in ACTS:
        ref = arrange(screen.workspace, issue, ref, act, editor=editor_of(screen))
    else:
        place(screen.workspace, issue, ref, posted.get("after", ""), editor=editor_of(screen))
    if getattr(screen.request, "htmx", False):
        return _page(screen, issue, said=_SAID[act])
    answer = screen.go("studio-issue", issue=issue, notice=_SAID[act])
    answer["Location"] += f"#{kind}-{ref.id}"
    return answer


def add(screen: Screen, issue: str) -> HttpResponse:
    """Which kind of section."""
    kinds = [
        (name, SECTION_NAMES[name], " ".join((kind.__doc__ or "").split())) for name, kind in SECTION_TYPES.items()
    ]
    after = screen.request.GET.get("after", "")
    title = "Add a section"
    return screen.show("web/studio/write/add.html.j2", title=title, issue_id=issue, kinds=kinds, after=after)


def fixes(screen: Screen, issue: str) -> HttpResponse:
    """What is to fix, as a part of a page."""
    found = to_fix(screen.workspace, issue)
    template = "web/studio/write/fix_part.html.j2"
    part = screen.fill(template, fixes=found, address=lambda ref, field="": address(issue, ref, field))
    return screen.protected(HttpResponse(part))


def _page(screen: Screen, issue_id: str, said: str = "") -> HttpResponse:
    try:
        known = outline(screen.workspace, issue_id)
    except InputError as error:
        return _broken(screen, issue_id, error)
    return screen.show(
        "web/studio/write/issue.html.j2",
        title=known.title or issue_id,
        issue_id=issue_id,
        outline=known,
        names=SECTION_NAMES,
        counts=_counts(screen, issue_id, known),
        said=said,
        view=view_of(screen, issue_id),
        fixes=to_fix(screen.workspace, issue_id),
        address=lambda ref, field="": address(issue_id, ref, field),
    )


def _counts(screen: Screen, issue_id: str, known: Outline) -> dict[str, int]:
    """How many things keep each part from being approved."""
    grave = [found for found in to_fix(screen.workspace, issue_id) if found.severity == "blocks" and not found.accepted]
    lines = (*known.sections, *known.events)
    return {line.ref.path: sum(found.ref == line.ref for found in grave) for line in lines}


def _broken(screen: Screen, issue_id: str, error: InputError) -> HttpResponse:
    if not screen.workspace.issue_path(issue_id).is_dir():
        raise Http404
    return screen.show(
        "web/studio/write/broken.html.j2",
        title=f"Issue {issue_id}",
        issue_id=issue_id,
        problems=error.problems,
        status=409,
    )
