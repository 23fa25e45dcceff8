"""A reader's own settings, behind a mailed link that runs out: language, segments, a break, the address."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from newsletter.content.wording import phrase
from newsletter.errors import ConflictError
from newsletter.models import Mechanism, PostedKind, RequestKind, Subscriber, SubscriberStatus
from newsletter.services.choosing import chosen, tags_after_choice
from newsletter.services.deciding import NOT_HERE, say_yes, take_off
from newsletter.services.personal_links import person_of, request_of
from newsletter.services.posting import post
from newsletter.services.subscribing import change_details, pause, resume
from newsletter.subscribers.details import Details
from newsletter.subscribers.masking import masked
from newsletter.subscribers.tokens import Purpose
from newsletter.web.public.form_page import ALL_ISSUES, BUSY, LOOK_FOR_IT, FormPage, Opened, Said, Words
from newsletter.web.public.forms import KEEP, AddressForm, NewAddressForm, ReaderForm, SettingsForm
from newsletter.web.public.joining import SUBSCRIBE_ANEW
from newsletter.web.public.visit import Visit

_MONTH = timedelta(days=30)


def _ask(visit: Visit, form: ReaderForm) -> Said:
    is_taken = post(visit.workspace, PostedKind.SETTINGS, form.value("address"), visit.sender)
    return _ASKED if is_taken else BUSY


_ASKED = Said(
    title=phrase("Look in your inbox"),
    lines=(phrase("If this address is on our list, the link to your settings is on its way to it."), LOOK_FOR_IT),
    links=(ALL_ISSUES,),
)

ASK = FormPage(
    name="settings",
    form=AddressForm,
    act=_ask,
    words=Words(
        title=phrase("Your settings"),
        lead=(
            phrase("Choose what you get, take a break, or move to another address."),
            phrase("Type the address that {name} comes to, and we mail you a link. There is no password to remember."),
        ),
        button=phrase("Send me the link"),
    ),
)


def _owner(visit: Visit, token: str) -> Subscriber:
    person = person_of(visit.workspace, Purpose.PREFERENCES, token)
    if person.status != SubscriberStatus.SUBSCRIBED:
        raise ConflictError(NOT_HERE)
    return person


_ANEW = ((phrase("Your settings"), "settings"), SUBSCRIBE_ANEW)
_WHOSE = phrase("These are the settings of {address}.")


def _open(visit: Visit, token: str) -> Opened:
    person = _owner(visit, token)
    until = person.paused_until if person.paused_until and person.paused_until > timezone.now() else None
    return Opened(
        notice=visit.say(_WHOSE, address=masked(person.address)),
        initial={
            "language": person.language or visit.workspace.publication.language,
            "segments": chosen(visit.workspace, person.tags),
            "pause": KEEP if until else "0",
            "until": visit.day(until) if until else "",
        },
        values={"token": token},
    )


@transaction.atomic
def _save(visit: Visit, form: ReaderForm, token: str) -> Said:
    person, mechanism = _owner(visit, token), Mechanism.FORM
    wanted = Details(tags=tags_after_choice(visit.workspace, person.tags, form.value("segments", [])))
    if "language" in form.fields:
        wanted["language"] = form.value("language")
    change_details(person, wanted, mechanism=mechanism)
    months = form.value("pause")
    if months == "0":
        resume(person, mechanism=mechanism)
    elif months != KEEP:
        pause(person, timezone.now() + int(months) * _MONTH, mechanism=mechanism)
    until = visit.day(person.paused_until) if person.paused_until and months != "0" else ""
    lines = (_ON_A_BREAK,) if until else (_NEXT_COMES,)
    links = ((phrase("Your settings"), f"settings/{token}"), ALL_ISSUES)
    return Said(title=phrase("Saved"), lines=lines, links=links, values={"until": until})


_ON_A_BREAK = phrase("You get nothing until {until}; then {name} comes again by itself.")
_NEXT_COMES = phrase("The next issue comes as you chose.")

SETTINGS = FormPage(
    name="own-settings",
    anew=_ANEW,
    form=SettingsForm,
    open=_open,
    act=_save,
    template="web/site/settings.html.j2",
    words=Words(title=phrase("Your settings"), button=phrase("Save")),
)


def _new_address(visit: Visit, form: ReaderForm, token: str) -> Said:
    person = _owner(visit, token)
    is_taken = post(visit.workspace, PostedKind.MOVE, form.value("address"), visit.sender, person=person.pk)
    return _ASKED_THERE if is_taken else BUSY


_ASKED_THERE = Said(
    title=phrase("Look in the inbox of your new address"),
    lines=(
        phrase("A mail is on its way there. Press the button in it, and {name} comes to that address from then on."),
        LOOK_FOR_IT,
    ),
    links=(ALL_ISSUES,),
)


def _whose(visit: Visit, token: str) -> Opened:
    return Opened(notice=visit.say(_WHOSE, address=masked(_owner(visit, token).address)))


ADDRESS = FormPage(
    name="address",
    anew=_ANEW,
    form=NewAddressForm,
    open=_whose,
    act=_new_address,
    words=Words(title=phrase("Move to another address"), button=phrase("Ask the new address")),
)


def _go(visit: Visit, _form: ReaderForm, token: str) -> Said:
    take_off(visit.workspace, _owner(visit, token), mechanism=Mechanism.FORM)
    return Said(
        title=phrase("You are off the list"),
        lines=(phrase("{name} does not come to you any more. A short mail says so, with a way back."),),
        links=(ALL_ISSUES,),
    )


GO = FormPage(
    name="go",
    anew=_ANEW,
    open=_whose,
    act=_go,
    words=Words(title=phrase("Do you want to leave {name}?"), button=phrase("Take me off the list")),
)


def _is_asked(visit: Visit, token: str) -> Opened:
    request_of(visit.workspace, RequestKind.MOVE, token)
    return Opened()


def _move(visit: Visit, _form: ReaderForm, token: str) -> Said:
    request = request_of(visit.workspace, RequestKind.MOVE, token)
    say_yes(visit.workspace, request, mechanism=Mechanism.LINK)
    return Said(
        title=phrase("Your address is changed"),
        lines=(phrase("{name} comes to this address from now on."),),
        links=(ALL_ISSUES,),
    )


MOVE = FormPage(
    name="move",
    anew=_ANEW,
    open=_is_asked,
    act=_move,
    words=Words(
        title=phrase("Is this your new address?"),
        lead=(phrase("Press the button, and {name} comes here instead of to your former address."),),
        button=phrase("Yes, this is my address"),
    ),
)
