"""The mails of practice: what would have left, to be looked at as its reader would get it."""

from django.core.paginator import Paginator
from django.http import HttpResponse

from newsletter.services.practice_mails import practice_folders, practice_heads, practice_mail, practice_names
from newsletter.web.studio.screen import Screen
from newsletter.web.studio.tabs import tabs

_ON_A_PAGE = 50


def folders(screen: Screen) -> HttpResponse:
    """Where there are mails."""
    found = practice_folders(screen.workspace)
    return screen.show("web/studio/practice.html.j2", title="Practice mails", tabs=tabs(screen), folders=found)


def mails(screen: Screen, folder: str) -> HttpResponse:
    """The mails of one mailing, or of one kind."""
    page = Paginator(practice_names(screen.workspace, folder), _ON_A_PAGE).get_page(screen.request.GET.get("page"))
    words = next(found.words for found in practice_folders(screen.workspace) if found.name == folder)
    heads = practice_heads(screen.workspace, folder, list(page))
    return screen.show("web/studio/practice_mails.html.j2", title=words, mails=heads, page=page)


def mail(screen: Screen, folder: str, name: str) -> HttpResponse:
    """One mail: what it says, and its headers."""
    found = practice_mail(screen.workspace, folder, name)
    return screen.show("web/studio/practice_mail.html.j2", title=found.header("Subject") or "A mail", mail=found)


def mail_html(screen: Screen, folder: str, name: str) -> HttpResponse:
    """Its HTML, for the frame on the page before: nothing in it runs."""
    return screen.framed(practice_mail(screen.workspace, folder, name).html)
