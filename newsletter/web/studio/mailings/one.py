"""One mailing: where it stands, live, and the buttons that hold it, let it go and stop it."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse

from newsletter.content.wording import about
from newsletter.errors import ConflictError
from newsletter.models import Mailing, MailingState
from newsletter.services import steering
from newsletter.services.audience import segments_of
from newsletter.services.overview import MailingView, at_a_glance
from newsletter.services.schedules import is_missed, local
from newsletter.web.studio.plainly import plainly
from newsletter.web.studio.posted import posted
from newsletter.web.studio.screen import Screen

_LIVE = (MailingState.SCHEDULED, MailingState.SENDING, MailingState.PLANNED)


def found(number: int) -> Mailing:
    """The mailing with this number; 404 where there is none."""
    mailing = Mailing.objects.select_related("edition", "corrects").filter(pk=number).first()
    if mailing is None:
        raise Http404
    return mailing


def mailing(screen: Screen, number: int) -> HttpResponse:
    """The page of one mailing."""
    row = found(number)
    values = _values(screen, row)
    title = f"Mailing {row.pk}: {row.edition.subject}"
    whom = whom_in_words(screen, row)
    approved = ", ".join(row.edition.approvals.order_by("at", "pk").values_list("person", flat=True))
    return screen.show("web/studio/mailing.html.j2", title=title, whom=whom, approved=approved, **values)


def whom_in_words(screen: Screen, row: Mailing) -> str:
    """Whom a mailing is for."""
    if row.corrects_id:
        return f"Those who have mailing {row.corrects_id}"
    segment = segments_of(screen.workspace).get(row.segment)
    return segment.name if segment else row.segment or "Everybody on the list"


def now(screen: Screen, number: int) -> HttpResponse:
    """The numbers alone, asked for every few seconds; a new state wants the whole page, whose buttons are others."""
    row = found(number)
    part = screen.fill("web/studio/mailing_now.html.j2", **_values(screen, row))
    answer = screen.protected(HttpResponse(part))
    if screen.request.GET.get("state") != row.state:
        answer["HX-Refresh"] = "true"
    return answer


def _values(screen: Screen, row: Mailing) -> dict[str, Any]:
    view = at_a_glance(screen.workspace, row)
    return {
        "mailing": row,
        "view": view,
        "is_live": row.state in _LIVE,
        "is_missed": row.state in (MailingState.NEEDS_APPROVAL, MailingState.PAUSED) and is_missed(row),
        "leaves": local(screen.workspace, row.scheduled_for) if row.scheduled_for else None,
        "have_it": have_it(view),
        "left": about(view.seconds_left) if view.seconds_left else "",
        "held": plainly(view.held),
        "is_going": steering.is_going(row),
        "is_open": steering.is_open(row),
        "is_held": steering.is_held(row),
    }


def have_it(view: MailingView) -> int:
    """How many have it, as far as anybody knows."""
    return view.receipt.count("accepted")


@posted
def pause(screen: Screen, number: int) -> HttpResponse:
    """Hold it for now."""
    notice = "It is paused. Nobody gets anything until somebody lets it go on."
    return _steer(screen, number, lambda row: steering.pause(row, by=screen.member.name), lambda _: notice)


@posted
def resume(screen: Screen, number: int) -> HttpResponse:
    """Let it go on from exactly where it was."""
    return _steer(
        screen,
        number,
        lambda row: steering.resume(row, by=screen.member.name),
        lambda _: "It goes on within half a minute.",
    )


@posted
def stop(screen: Screen, number: int) -> HttpResponse:
    """Stop it for good."""
    return _steer(screen, number, lambda row: steering.cancel(row, by=screen.member.name), _stopped)


def _stopped(stopped: object) -> str:
    return f"It is stopped. {stopped:,} people get nothing of it." if stopped else "It is stopped. Nobody got anything."


def _steer(
    screen: Screen, number: int, act: Callable[[Mailing], object], said: Callable[[object], str]
) -> HttpResponse:
    """Do it; a button of a page that is out of date does nothing and says so."""
    row = found(number)
    try:
        notice = said(act(row))
    except ConflictError:
        row.refresh_from_db()
        notice = f"Nothing was done: this mailing is {row.get_state_display()} now."
    return screen.go("studio-mailing", number=number, notice=notice)
