"""How an issue looks: the frames of the live preview, and the unsaved words that they show.

A frame is a document of its own in which nothing runs. It may name this server's pictures, which its browser fetches
with the session of whoever looks; so it keeps our origin, and gets no script by two policies and an attribute.
"""

from dataclasses import dataclass
from html import escape

from django.http import Http404, HttpResponse, JsonResponse

from newsletter.errors import InputError
from newsletter.rendering.links import Links
from newsletter.services.editing.parts import PartRef
from newsletter.services.editing.previewing import Preview, preview, preview_words, shelved
from newsletter.web.preview.looks import look_named
from newsletter.web.preview.measures import Measure, measure
from newsletter.web.preview.treatments import framed
from newsletter.web.studio.screen import Screen

# Words of a tab, look of the preview, and the width of its frame in CSS pixels.
TABS = (
    ("Phone", "light", 360),
    ("Computer", "light", 600),
    ("Dark", "dark", 360),
    ("Forced dark", "forced-dark", 360),
    ("Pictures off", "images-off", 360),
    ("Plain text", "text", 600),
    ("Web page", "web", 600),
)
_POLICY = (
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src {images}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_TEXT = """<!DOCTYPE html><html lang="{language}"><meta charset="utf-8"><title>Plain text</title>
<style>body {{ margin: 1rem; background: #ffffff; color: #16222a; }}
pre {{ font: 0.875rem/1.5 monospace; white-space: pre-wrap; }}</style><pre>{text}</pre></html>"""


@dataclass(frozen=True, kw_only=True)
class Looking:
    """What the pane of the preview begins with."""

    shown: Preview | None  # None where the issue as saved can't be shown
    measures: list[Measure]
    tabs: tuple[tuple[str, str, int], ...] = TABS


def view_of(screen: Screen, issue_id: str) -> Looking:
    """The saved issue, rendered."""
    try:
        shown = preview(screen.workspace, issue_id, variant=screen.request.GET.get("version", ""))
    except InputError:
        return Looking(shown=None, measures=[])
    return Looking(shown=shown, measures=measure(shown.rendered))


def live(screen: Screen, issue: str, ref: PartRef, words: dict[str, list[str]], after: str) -> HttpResponse:
    """Render unsaved words; says which frame to show, or at which fields they can't be shown."""
    version = screen.request.POST.get("version", "")
    try:
        shown = preview_words(screen.workspace, issue, ref, words, variant=version, after=after)
    except InputError as error:
        fields = {
            problem.field: problem.message for problem in error.problems if problem.section == ref.id or ref.is_new
        }
        return JsonResponse({"state": "problems", "fields": fields})
    sizes = [{"name": each.name, "size": each.size, "verdict": each.verdict} for each in measure(shown.rendered)]
    return JsonResponse({"state": "shown", "key": shown.key, "subject": shown.rendered.subject, "sizes": sizes})


def frame(screen: Screen, issue: str, key: str, look: str) -> HttpResponse:
    """The document of a frame."""
    shown = shelved(screen.workspace, issue, key).rendered
    if look == "text":
        document = _TEXT.format(language=escape(shown.variant.language), text=escape(shown.text))
    else:
        found = look_named(look)
        if found is None or not found.framed:
            raise Http404
        document = framed(shown, found, Links(screen.workspace.publication, issue))
    answer = screen.framed(document)
    # Blocked in the browser they show what readers get then: the alt text in the picture's place.
    answer["Content-Security-Policy"] = _POLICY.format(images="'none'" if look == "images-off" else "'self'")
    return answer


def picture(screen: Screen, issue: str, key: str, name: str) -> HttpResponse:
    """A picture of a frame's document."""
    images = shelved(screen.workspace, issue, key).rendered.images
    found = next((image for image in images if image.name == name), None)
    if found is None:
        raise Http404
    return image_answer(found.content, found.content_type)


def image_answer(content: bytes, content_type: str) -> HttpResponse:
    """A picture, for whoever is signed in; nothing in it could run, whatever it held."""
    answer = HttpResponse(content, content_type=content_type)
    answer["Cache-Control"] = "private, max-age=3600"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
