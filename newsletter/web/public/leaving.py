"""The pages by which readers leave and come back, and the address that mail programs post to (RFC 8058).

The link that everybody sees asks for the address: it stands in every copy, and a copy that was forwarded must not take
off who forwarded it. A personal link comes from a header, or from a mail of our own to that one reader.
"""

from django.http import HttpResponse

from newsletter.content.wording import phrase
from newsletter.errors import InputError
from newsletter.models import Mechanism, PostedKind
from newsletter.rendering.personal import ONE_CLICK
from newsletter.services.deciding import come_back, take_off
from newsletter.services.personal_links import person_of
from newsletter.services.posting import post
from newsletter.subscribers.masking import masked
from newsletter.subscribers.tokens import Purpose
from newsletter.web.public.form_page import ALL_ISSUES, BUSY, FormPage, Opened, Said, Words
from newsletter.web.public.forms import AddressForm, ReaderForm
from newsletter.web.public.joining import SUBSCRIBE_ANEW
from newsletter.web.public.visit import Visit

_FIELD, _, _VALUE = ONE_CLICK.partition("=")


def _ask(visit: Visit, form: ReaderForm, **_parts: str) -> Said:
    is_taken = post(visit.workspace, PostedKind.LEAVE, form.value("address"), visit.sender)
    return _LEFT if is_taken else BUSY


_LEFT = Said(
    title=phrase("We are taking this address off the list"),
    lines=(
        phrase("If it is on our list, it is taken off now, and gets a short mail that says so, with a way back."),
        phrase("Where unusually many people of one organisation leave on the same day, the mail asks first."),
        phrase("No mail after ten minutes? Then we know you by another address: an issue says which, in its To line."),
    ),
    links=(ALL_ISSUES,),
)
_HINT = phrase("You came here from a mail that was sent to {address}.")
_WORDS = Words(
    title=phrase("Leave {name}"),
    lead=(phrase("Type the address that {name} comes to. It is taken off the list at once."),),
    button=phrase("Take this address off the list"),
    after=(phrase("Why we ask: people forward {name}, and a link in it must not take off whoever forwarded it."),),
)

UNSUBSCRIBE = FormPage(name="unsubscribe", form=AddressForm, words=_WORDS, act=_ask)


def _hint(visit: Visit, token: str) -> Opened:
    person = person_of(visit.workspace, Purpose.UNSUBSCRIBE, token)
    return Opened(notice=visit.say(_HINT, address=masked(person.address)))


_ANEW = ((phrase("Unsubscribe"), "unsubscribe"),)
_MANUAL = FormPage(name="unsubscribe", form=AddressForm, words=_WORDS, act=_ask, open=_hint, by_token=False, anew=_ANEW)


def personal_link(visit: Visit, token: str) -> HttpResponse:
    """The address in List-Unsubscribe: a press in the mail program posts to it, and that alone takes its reader off.

    No cookie, no redirect, both encodings; who opens it in a browser gets the page that asks for the address.
    """
    if visit.request.method == "POST" and visit.request.POST.get(_FIELD) == _VALUE:
        return _one_click(visit, token)
    return _MANUAL(visit, token=token)


def _one_click(visit: Visit, token: str) -> HttpResponse:
    try:
        person = person_of(visit.workspace, Purpose.UNSUBSCRIBE, token)
    except InputError as error:
        return HttpResponse(f"{error}\n", status=400, content_type="text/plain; charset=utf-8")
    take_off(visit.workspace, person, mechanism=Mechanism.LINK)
    return HttpResponse("You are off the list.\n", content_type="text/plain; charset=utf-8")


def _is_personal(visit: Visit, token: str) -> Opened:
    person_of(visit.workspace, Purpose.UNSUBSCRIBE, token)
    return Opened()


def _leave(visit: Visit, _form: ReaderForm, token: str) -> Said:
    person = person_of(visit.workspace, Purpose.UNSUBSCRIBE, token)
    take_off(visit.workspace, person, mechanism=Mechanism.LINK)
    return Said(title=phrase("You are off the list"), lines=(_FAREWELL,), links=(ALL_ISSUES,))


_FAREWELL = phrase("{name} does not come to you any more. A short mail says so, with a way back.")

LEAVE = FormPage(
    name="leave",
    anew=_ANEW,
    open=_is_personal,
    act=_leave,
    words=Words(title=phrase("Do you want to leave {name}?"), button=phrase("Take me off the list")),
)


def _has_left(visit: Visit, token: str) -> Opened:
    person_of(visit.workspace, Purpose.UNDO, token)
    return Opened()


def _undo(visit: Visit, _form: ReaderForm, token: str) -> Said:
    come_back(visit.workspace, token, mechanism=Mechanism.LINK)
    return Said(
        title=phrase("You are on the list"),
        lines=(phrase("{name} comes to you as before."),),
        links=(ALL_ISSUES,),
    )


UNDO = FormPage(
    name="undo",
    anew=(SUBSCRIBE_ANEW,),
    open=_has_left,
    act=_undo,
    words=Words(
        title=phrase("Do you want {name} back?"),
        lead=(phrase("Press the button, and everything is as it was before."),),
        button=phrase("Put me back on the list"),
    ),
)
