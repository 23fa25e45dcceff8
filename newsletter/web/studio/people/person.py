"""One person: the whole story, and what may be done about it."""

from collections.abc import Callable

from django import forms
from django.http import Http404, HttpResponse

from newsletter.models import Mechanism, Subscriber, SubscriberStatus
from newsletter.services.deciding import ask_new_address, take_off
from newsletter.services.erasing import erase
from newsletter.services.story import story_of
from newsletter.services.subscribing import stop
from newsletter.subscribers.addresses import parse_address
from newsletter.web.public.fields import AddressField, LineField
from newsletter.web.studio.screen import Screen


class ReasonForm(forms.Form):
    """Why; it is recorded."""

    reason = LineField(label="Why", help_text="Such as: asked by telephone. It is recorded in their story.")


class MoveForm(forms.Form):
    """Where to."""

    address = AddressField(label="The new address")
    reason = LineField(label="Who said so")


def person(screen: Screen, number: int) -> HttpResponse:
    """All that is known, chapter by chapter."""
    found = _person(number)
    story = story_of(screen.workspace, parse_address(found.address))
    return screen.show(
        "web/studio/people/person.html.j2",
        title=found.name or found.address,
        person=found,
        story=story,
        on_the_list=found.status == SubscriberStatus.SUBSCRIBED,
    )


def remove(screen: Screen, number: int) -> HttpResponse:
    """Take somebody off; a short mail tells them, with a way back."""
    return _act(
        screen, number, "remove", lambda found, reason: _take_off(screen, found, reason), "They are off the list."
    )


def never(screen: Screen, number: int) -> HttpResponse:
    """Never write to somebody again, whatever is imported."""
    done = "Nothing is sent there any more, whatever a list says."
    return _act(screen, number, "never", lambda found, reason: _stop(screen, found, reason), done)


def move(screen: Screen, number: int) -> HttpResponse:
    """Ask at another address whether the newsletter shall go there."""
    found = _person(number)
    form = screen.form(MoveForm)

    def act() -> None:
        filled = form.cleaned_data
        how = {"by": screen.member.name, "reason": filled["reason"]}
        ask_new_address(screen.workspace, found, filled["address"], mechanism=Mechanism.STAFF, **how)

    if screen.done(form, act):
        notice = "The new address is asked. Until its owner says yes, nothing changes."
        return screen.go("studio-person", number=number, notice=notice)
    return screen.show("web/studio/people/act.html.j2", title="Another address", form=form, person=found, kind="move")


def erased(screen: Screen, number: int) -> HttpResponse:
    """Remove all that is kept about somebody."""
    found = _person(number)
    form = screen.form(forms.Form)
    if screen.request.method == "POST":
        done = erase(screen.workspace, found, by=screen.member.name)
        notice = f"Erased. Waiting mails that will not be sent: {done.skipped:,}."
        return screen.go("studio-people", notice=notice)
    return screen.show(
        "web/studio/people/act.html.j2", title="Erase this person", form=form, person=found, kind="erase"
    )


def _act(screen: Screen, number: int, kind: str, act: Callable[[Subscriber, str], None], done: str) -> HttpResponse:
    found = _person(number)
    form = screen.form(ReasonForm)
    if screen.done(form, lambda: act(found, form.cleaned_data["reason"])):
        return screen.go("studio-person", number=number, notice=done)
    return screen.show("web/studio/people/act.html.j2", title=_TITLES[kind], form=form, person=found, kind=kind)


_TITLES = {"remove": "Take off the list", "never": "Never write to them again"}


def _take_off(screen: Screen, found: Subscriber, reason: str) -> None:
    take_off(screen.workspace, found, mechanism=Mechanism.STAFF, by=screen.member.name, reason=reason)


def _stop(screen: Screen, found: Subscriber, reason: str) -> None:
    stop(screen.workspace, found, mechanism=Mechanism.STAFF, by=screen.member.name, reason=reason)


def _person(number: int) -> Subscriber:
    found = Subscriber.objects.filter(pk=number).first()
    if found is None:
        raise Http404
    return found
