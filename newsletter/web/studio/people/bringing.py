"""Lists that come in: sent up, looked at beside ours, and only then taken; and a body's list laid beside ours."""

from django import forms
from django.http import HttpResponse

from newsletter.errors import InputError
from newsletter.services import list_uploads as uploads
from newsletter.services.importing import KEPT_OUT, Fate, ImportReport, import_subscribers
from newsletter.services.reconciling import ask_leavers, reconcile
from newsletter.subscribers.importing import ImportFile
from newsletter.web.public.fields import COMPLAINTS, AnyOf, OneOf, TextField
from newsletter.web.studio.people.listing import bases_of, bodies_of
from newsletter.web.studio.screen import Screen
from newsletter.workspace import Workspace


class ListForm(forms.Form):
    """A file, or addresses pasted."""

    file = forms.FileField(
        label="A file",
        required=False,
        help_text="CSV or Excel (.xlsx), up to 10 megabytes.",
        error_messages=COMPLAINTS,
    )
    pasted = TextField(label="Or addresses, pasted", required=False, longest=500_000, rows=4)
    body = OneOf(label="Whose people these are", opens=True, choices=[], required=False)

    def __init__(self, workspace: Workspace, *arguments: object, **options: object) -> None:
        """Offer the workspace's own bodies."""
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        self.fields["body"].choices = bodies_of(workspace)  # type: ignore[attr-defined]

    def content(self) -> tuple[str, bytes]:
        """Name and bytes of what was given. Raises InputError for nothing."""
        if file := self.cleaned_data["file"]:
            return str(file.name), file.read()
        if text := self.cleaned_data["pasted"].strip():
            return "pasted.txt", text.encode()
        raise InputError("Choose a file, or paste some addresses.")


class TakeForm(forms.Form):
    """The word that takes a list in."""

    basis = OneOf(label="Why we may write to these people", choices=[])
    skip = AnyOf(label="", choices=[("yes", "Leave out the rows that can't be read, and take the others")])

    def __init__(self, workspace: Workspace, *arguments: object, **options: object) -> None:
        """Offer the workspace's own bases."""
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        self.fields["basis"].choices = bases_of(workspace)  # type: ignore[attr-defined]


def bring(screen: Screen) -> HttpResponse:
    """Send a list up; nothing is taken in yet."""
    return _sent_up(screen, "studio-import-look", title="Bring in a list", kind="import")


def beside(screen: Screen) -> HttpResponse:
    """Send a body's own list up, to be laid beside ours."""
    return _sent_up(screen, "studio-reconcile-look", title="Compare with a body's own list", kind="reconcile")


def _sent_up(screen: Screen, then: str, *, title: str, kind: str) -> HttpResponse:
    form, kept = screen.form(ListForm, screen.workspace), list[str]()

    def act() -> None:
        if kind == "reconcile" and not form.cleaned_data["body"]:
            raise InputError("Say whose list this is.")
        name, content = form.content()
        token = uploads.keep_upload(screen.workspace, name, content)
        _opened(screen, token)  # what is no list is told now
        kept.append(token)

    if screen.done(form, act):
        return screen.go(then, token=kept[0], body=form.cleaned_data["body"] or "-")
    return screen.show("web/studio/people/bring.html.j2", title=title, form=form, kind=kind)


def look(screen: Screen, token: str, body: str) -> HttpResponse:
    """What would change; the button below takes it in."""
    form = screen.form(TakeForm, screen.workspace)
    body = "" if body == "-" else body

    def act() -> None:
        skip = bool(form.cleaned_data["skip"])
        _imported(screen, token, body, basis=form.cleaned_data["basis"], skip_errors=skip)
        uploads.forget_upload(screen.workspace, token)

    if screen.done(form, act):
        return screen.go("studio-people", notice="The list is taken in.")
    report = _imported(screen, token, body, basis=screen.workspace.config.subscribers.bases[0], dry_run=True)
    return screen.show(
        "web/studio/people/look.html.j2",
        title="What would change",
        form=form,
        report=report,
        counts=[(fate, report.counts[fate]) for fate in Fate if report.counts[fate]],
        takes=sum(count for fate, count in report.counts.items() if fate not in KEPT_OUT),
        broken=report.counts[Fate.BROKEN],
    )


def _imported(screen: Screen, token: str, body: str, **how: object) -> ImportReport:
    file = _opened(screen, token)
    return import_subscribers(screen.workspace, file, by=screen.member.name, body=body, **how)  # type: ignore[arg-type]


def compare(screen: Screen, token: str, body: str) -> HttpResponse:
    """Who is new, who is missing, whose address seems changed; the button asks who is missing whether to stay."""
    if screen.request.method == "POST":
        asked = ask_leavers(screen.workspace, body, _opened(screen, token), by=screen.member.name)
        return screen.go("studio-people", notice=f"Asked whether to stay: {asked:,}. They stay until they answer.")
    found = reconcile(screen.workspace, body, _opened(screen, token))
    name = dict(bodies_of(screen.workspace)).get(body, body)
    return screen.show(
        "web/studio/people/compare.html.j2",
        title=f"The list of {name} beside ours",
        found=found,
        token=token,
        body=body,
    )


def _opened(screen: Screen, token: str) -> ImportFile:
    path = uploads.kept_upload(screen.workspace, token)
    bodies = screen.workspace.bodies
    if path.suffix == ".txt":
        from newsletter.subscribers.pasted import Pasted

        return ImportFile(Pasted(path.read_text(encoding="utf-8")), bodies=bodies)
    file = ImportFile(path, bodies=bodies)
    file.name = uploads.name_of(screen.workspace, token)
    return file
