"""Pictures that are dropped, pasted or chosen, and rich text that is pasted."""

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, JsonResponse

from newsletter.errors import InputError
from newsletter.rendering.rich_text import to_markdown
from newsletter.services.editing.picturing import add_picture, thumbnail
from newsletter.web.studio.screen import Screen
from newsletter.web.studio.write.addresses import thumbnail_address
from newsletter.web.studio.write.looking import image_answer


def upload(screen: Screen, issue: str) -> HttpResponse:
    """A picture that a script sends; says what it is called now."""
    sent = screen.request.FILES.get("picture")
    if screen.request.method != "POST" or not isinstance(sent, UploadedFile):
        raise Http404
    try:
        picture = add_picture(screen.workspace, issue, sent.read(), sent.name or "")
    except InputError as error:
        return JsonResponse({"problem": "; ".join(problem.message for problem in error.problems)})
    return JsonResponse({"file": picture.file, "thumbnail": thumbnail_address(issue, picture.file)})


def small(screen: Screen, issue: str, name: str) -> HttpResponse:
    """A small copy of a picture of the issue."""
    found = thumbnail(screen.workspace, issue, name)
    if found is None:
        raise Http404
    return image_answer(found.content, found.content_type)


def pasted(screen: Screen) -> HttpResponse:
    """Rich text as Markdown."""
    if screen.request.method != "POST":
        raise Http404
    return JsonResponse({"text": to_markdown(screen.request.POST.get("html", ""))})
