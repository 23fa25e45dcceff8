"""The form of one part of an issue: saved by its button or by itself, shown live beside, and never lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse

from newsletter.content.forms.fields import FormField, Input, field_named
from newsletter.content.forms.words import places
from newsletter.content.wording import SECTION_NAMES
from newsletter.errors import ConflictError, InputError
from newsletter.services.commenting import remarks_at
from newsletter.services.editing.changing import Clash, OpenPart, Saved, open_part, problems_of, save_part
from newsletter.services.editing.keeping import forget, keep
from newsletter.services.editing.parts import PartRef, find, form_of
from newsletter.services.editing.picturing import add_picture, pictures
from newsletter.services.editing.saving import read
from newsletter.web.studio.plainly import plainly
from newsletter.web.studio.screen import Screen
from newsletter.web.studio.write.addresses import address, thumbnail_address
from newsletter.web.studio.write.choices import choices_of
from newsletter.web.studio.write.issue import editor_of
from newsletter.web.studio.write.looking import live, view_of
from newsletter.web.studio.write.rows import Words, rearranged

_UPLOAD = ".upload"


@dataclass(frozen=True, kw_only=True)
class _Visit:
    """One request for the form of one part."""

    screen: Screen
    issue: str
    ref: PartRef
    fields: tuple[FormField, ...]

    @property
    def after(self) -> str:
        """The section that a new one goes behind."""
        return str(self.screen.request.POST.get("after") or self.screen.request.GET.get("after") or "")

    @property
    def base(self) -> str:
        """Fingerprint of the part that the posted words were typed over."""
        return str(self.screen.request.POST.get("base", ""))

    @property
    def here(self) -> str:
        """This form's own address."""
        after = f"?{urlencode({'after': self.after})}" if self.after and self.ref.is_new else ""
        return address(self.issue, self.ref) + after


@dataclass(kw_only=True)
class _Wrong:
    """What is wrong with the words, by field, and what no field of this form can mend."""

    fields: dict[str, str] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)


def head(screen: Screen, issue: str) -> HttpResponse:
    """Title, subject, the line after it, and the day."""
    return _answer(screen, issue, PartRef(kind="head"))


def section(screen: Screen, issue: str, part: str) -> HttpResponse:
    """A section."""
    return _answer(screen, issue, PartRef(kind="sections", id=part))


def event(screen: Screen, issue: str, part: str) -> HttpResponse:
    """An event."""
    return _answer(screen, issue, PartRef(kind="events", id=part))


def new_section(screen: Screen, issue: str, kind: str) -> HttpResponse:
    """A section that is in the issue as soon as it can be saved."""
    return _answer(screen, issue, PartRef(kind="sections", type=kind))


def new_event(screen: Screen, issue: str) -> HttpResponse:
    """An event that is in the issue as soon as it can be saved."""
    return _answer(screen, issue, PartRef(kind="events"))


def _answer(screen: Screen, issue: str, ref: PartRef) -> HttpResponse:
    node = {} if ref.is_new else find(read(screen.workspace, issue).data, ref)
    visit = _Visit(screen=screen, issue=issue, ref=ref, fields=form_of(ref, node))
    return _posted(visit) if screen.request.method == "POST" else _shown(visit)


def _posted(visit: _Visit) -> HttpResponse:
    order, wrong = str(visit.screen.request.POST.get("do", "save")), _Wrong()
    words = _words(visit, wrong)
    if order == "preview":
        return live(visit.screen, visit.issue, visit.ref, words, visit.after)
    if order == "discard":
        forget(visit.screen.workspace, visit.issue, visit.ref, editor_of(visit.screen))
        return _to(visit.here)
    if order == "keep":
        return _kept(visit, words)
    if (moved := rearranged(words, order, visit.fields)) is not None:
        return _kept(visit, moved, mark=f"#g-{quote(order.partition(':')[2].partition('.')[0])}")
    return _saved(visit, words, wrong)


def _words(visit: _Visit, wrong: _Wrong) -> Words:
    """What was posted, with pictures that came along put beside the issue."""
    request = visit.screen.request
    apart = {"csrfmiddlewaretoken", "do", "base", "after", "version"}
    words = {name: [str(text) for text in texts] for name, texts in request.POST.lists() if name not in apart}
    for name, sent in request.FILES.items():
        if name.endswith(_UPLOAD) and isinstance(sent, UploadedFile) and sent.size:
            place = name.removesuffix(_UPLOAD) + ".file"
            try:
                words[place] = [add_picture(visit.screen.workspace, visit.issue, sent.read(), sent.name or "").file]
            except InputError as error:
                wrong.fields[place] = "; ".join(problem.message for problem in error.problems)
    return words


def _kept(visit: _Visit, words: Words, mark: str = "") -> HttpResponse:
    keep(visit.screen.workspace, visit.issue, visit.ref, editor_of(visit.screen), words, visit.base)
    return _to(visit.here + mark)


def _saved(visit: _Visit, words: Words, wrong: _Wrong) -> HttpResponse:
    wants_json = "application/json" in visit.screen.request.headers.get("Accept", "")
    try:
        result = save_part(
            visit.screen.workspace,
            visit.issue,
            visit.ref,
            words,
            base=visit.base,
            editor=editor_of(visit.screen),
            after=visit.after,
        )
    except InputError as error:
        fields, wrong.elsewhere = problems_of(error, visit.ref)
        wrong.fields = {name: _plainly(words, name, said) for name, said in fields.items()} | wrong.fields
    except ConflictError as error:
        wrong.elsewhere = [plainly(str(error))]
    else:
        return _told(visit, result) if wants_json else _done(visit, result, wrong)
    if wants_json:
        return JsonResponse({"state": "problems", "fields": wrong.fields, "elsewhere": wrong.elsewhere})
    return _shown(visit, wrong=wrong, posted=words)


def _plainly(words: Words, name: str, said: str) -> str:
    """What is wrong with a field, for people who see an empty box and no file."""
    inside = (texts for key, texts in words.items() if key == name or key.startswith(f"{name}."))
    return said if any(text.strip() for texts in inside for text in texts) else "please fill this in"


def _told(visit: _Visit, result: Saved | Clash) -> HttpResponse:
    if isinstance(result, Clash):
        return JsonResponse({"state": "clash", "by": result.by, "at": visit.here})
    where = address(visit.issue, result.ref)
    return JsonResponse({"state": "saved", "base": result.base, "at": where})


def _done(visit: _Visit, result: Saved | Clash, wrong: _Wrong) -> HttpResponse:
    if isinstance(result, Clash):
        return _shown(visit, clash=result)
    if wrong.fields:  # a picture was no picture; all else is saved
        return _shown(visit, wrong=wrong)
    return visit.screen.go("studio-issue", issue=visit.issue, notice="Saved.")


def _shown(
    visit: _Visit, *, wrong: _Wrong | None = None, posted: Words | None = None, clash: Clash | None = None
) -> HttpResponse:
    found = open_part(visit.screen.workspace, visit.issue, visit.ref, editor_of(visit.screen))
    if clash:
        found = OpenPart(ref=visit.ref, words=clash.mine, base=clash.base, is_unsaved=True)
    elif posted is not None:
        found = OpenPart(ref=visit.ref, words=posted, base=visit.base)
    wrong = wrong or _Wrong()
    _begin_groups(visit, found.words)
    return visit.screen.show(
        "web/studio/write/part.html.j2",
        title=_title(visit, found.words),
        status=409 if clash else 400 if wrong.fields or wrong.elsewhere else 200,
        issue_id=visit.issue,
        part=found,
        fields=visit.fields,
        wrong=wrong,
        label=lambda name: _label(visit, name),
        clash=clash,
        after=visit.after,
        here=visit.here,
        pictures=pictures(visit.screen.workspace, visit.issue),
        choices=choices_of(visit.screen.workspace, visit.issue),
        view=view_of(visit.screen, visit.issue),
        remarks=remarks_at(visit.issue, visit.ref.id) if visit.ref.id else [],
        places=lambda name: places(found.words, name),
        thumbnail=lambda name: thumbnail_address(visit.issue, name),
    )


def _begin_groups(visit: _Visit, words: Words) -> None:
    """What has at least one entry begins with an empty one."""
    for each in visit.fields:
        if each.input is Input.GROUPS and each.is_required and not places(words, each.name):
            words[f"{each.name}.0.new"] = [""]


def _title(visit: _Visit, words: Mapping[str, Sequence[str]]) -> str:
    if visit.ref.kind == "head":
        return "Title, subject and date"
    kind = "Event" if visit.ref.kind == "events" else SECTION_NAMES.get(_type(visit), "Section")
    name = next((words[key][0] for key in ("heading", "title") if words.get(key) and words[key][0]), "")
    return f"New: {kind.lower()}" if visit.ref.is_new else f"{kind}: {name}" if name else kind


def _label(visit: _Visit, name: str) -> str:
    found = field_named(visit.fields, name)
    return found.label if found else name.rpartition(".")[2]


def _type(visit: _Visit) -> str:
    return visit.ref.type if visit.ref.is_new else str(_node(visit).get("type", ""))


def _node(visit: _Visit) -> Mapping[str, Any]:
    return {} if visit.ref.is_new else find(read(visit.screen.workspace, visit.issue).data, visit.ref)


def _to(where: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": where})
