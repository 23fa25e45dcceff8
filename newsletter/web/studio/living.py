"""Practice and live, and the log of who did what."""

from django.core.paginator import Paginator
from django.http import HttpResponse

from newsletter.services.going_live import look, take_back, take_live
from newsletter.services.log import act_in_words, detail_in_words, log, subjects_in_words
from newsletter.web.studio.screen import Screen
from newsletter.web.studio.tabs import tabs

_ON_A_PAGE = 50


def practice_or_live(screen: Screen) -> HttpResponse:
    """Which of the two it is; with `look` what `newsletter doctor` says."""
    lines = look(screen.workspace) if "look" in screen.request.GET else None
    transport = screen.workspace.config.sending.transport
    return screen.show(
        "web/studio/live.html.j2", title="Practice and live", tabs=tabs(screen), lines=lines, transport=transport
    )


def go_live(screen: Screen) -> HttpResponse:
    """Mail leaves from now on."""
    take_live(screen.workspace, by=screen.member.name, user=screen.member)
    return screen.go("studio-live", notice="Live. From now on mail really leaves.")


def go_practice(screen: Screen) -> HttpResponse:
    """Mail stays here from now on."""
    take_back(screen.member)
    return screen.go("studio-live", notice="Practice. From now on nothing leaves this computer.")


def acts(screen: Screen) -> HttpResponse:
    """Who did what, latest first."""
    query = screen.request.GET.get("q", "").replace("\0", "").strip()
    page = Paginator(log(query), _ON_A_PAGE).get_page(screen.request.GET.get("page"))
    subjects = subjects_in_words(list(page))
    rows = [
        [act.at, act.by, act_in_words(act), subjects.get(act.subject, act.subject), detail_in_words(act)]
        for act in page
    ]
    return screen.show("web/studio/log.html.j2", title="Log", tabs=tabs(screen), rows=rows, page=page, query=query)
