"""The list: searched, added to, taken out as a file; and the segments, with whom they pick."""

import tempfile
from pathlib import Path

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse

from newsletter.models import SubscriberStatus
from newsletter.services.exporting import EVERYBODY, export_subscribers
from newsletter.services.finding import find_people
from newsletter.services.segmenting import preview_segment, preview_segments
from newsletter.services.subscribing import add_subscriber, count_by_status
from newsletter.services.tracing import Trace, whose
from newsletter.web.public.fields import LineField, OneOf, TextField
from newsletter.web.studio.screen import Screen
from newsletter.workspace import Workspace

_ON_A_PAGE = 50


def bodies_of(workspace: Workspace) -> list[tuple[str, str]]:
    """The register, for a list to choose from; none first."""
    return [("", "No body"), *((body.id, body.name) for body in workspace.bodies.values())]


def bases_of(workspace: Workspace) -> list[tuple[str, str]]:
    """Why we may write to people."""
    return [(basis, basis[0].upper() + basis[1:]) for basis in workspace.config.subscribers.bases]


def people(screen: Screen) -> HttpResponse:
    """Everybody, or those whom some words find."""
    asked = screen.request.GET
    words, body, status = asked.get("q", "")[:320], asked.get("body", ""), asked.get("status", "")
    found = find_people(words, body=body, status=status)
    pages = Paginator(found.people, _ON_A_PAGE)
    pages.count = found.count
    page = pages.get_page(asked.get("page"))
    return screen.show(
        "web/studio/people/people.html.j2",
        title="People",
        counts=count_by_status(),
        page=page,
        is_more=found.is_more,
        asked={"q": words, "body": body, "status": status},
        bodies=bodies_of(screen.workspace)[1:],
        statuses=SubscriberStatus.choices,
        names=dict(bodies_of(screen.workspace)),
    )


class AddForm(forms.Form):
    """One person, taken in by hand."""

    address = LineField(label="E-mail address", help_text="With the name, if you know it: Ann Other <ann@example.org>")
    body = OneOf(label="Body", opens=True, choices=[], required=False)
    basis = OneOf(label="Why we may write to them", choices=[])
    reason = LineField(label="How they asked", help_text="Such as: by telephone on 3 March. It is recorded.")

    def __init__(self, workspace: Workspace, *arguments: object, **options: object) -> None:
        """Offer the workspace's own bodies and bases."""
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        self.fields["body"].choices = bodies_of(workspace)  # type: ignore[attr-defined]
        self.fields["basis"].choices = bases_of(workspace)  # type: ignore[attr-defined]


def add(screen: Screen) -> HttpResponse:
    """Take one person in."""
    form = screen.form(AddForm, screen.workspace)

    def act() -> None:
        filled = form.cleaned_data
        add_subscriber(
            screen.workspace,
            filled["address"],
            basis=filled["basis"],
            by=screen.member.name,
            reason=filled["reason"],
            body=filled["body"],
        )

    if screen.done(form, act):
        return screen.go("studio-people", notice="Added. The next issue goes there too.")
    return screen.show("web/studio/people/add.html.j2", title="Add somebody", form=form)


def export(screen: Screen) -> HttpResponse:
    """The list as a file; who took it is recorded."""
    status = screen.request.POST.get("status") or EVERYBODY
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        body = screen.request.POST.get("body", "")
        export_subscribers(screen.workspace, path, by=screen.member.name, status=status, body=body)
        answer = HttpResponse(path.read_bytes(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="people.csv"'
    return screen.protected(answer)


def segments(screen: Screen) -> HttpResponse:
    """Every rule of segments.toml, and how many people it picks now."""
    found = preview_segments(screen.workspace, walk=False)
    return screen.show("web/studio/people/segments.html.j2", title="Segments", previews=found)


def segment(screen: Screen, name: str) -> HttpResponse:
    """One of them, with some of the people whom it picks."""
    found = preview_segment(screen.workspace, name)
    return screen.show("web/studio/people/segment.html.j2", title=found.segment.name, preview=found)


class WhoseForm(forms.Form):
    """A mail that somebody received."""

    mail = TextField(
        label="The mail, or its header",
        longest=500_000,
        rows=12,
        help_text="In their mail program: View source, Show original or Properties. Copy all of it and paste it here.",
    )


def trace(screen: Screen) -> HttpResponse:
    """Which subscription a mail came by: for somebody who wants to leave and is not on the list."""
    form = screen.form(WhoseForm)
    found: list[Trace] = []
    screen.done(form, lambda: found.extend(whose(screen.workspace, form.cleaned_data["mail"].encode())))
    return screen.show("web/studio/people/trace.html.j2", title="Which address did it reach?", form=form, traces=found)
