"""The pages by which readers join."""

from newsletter.content.wording import phrase
from newsletter.models import Mechanism, PostedKind, RequestKind
from newsletter.services.choosing import tags_after_choice
from newsletter.services.deciding import say_yes
from newsletter.services.personal_links import request_of
from newsletter.services.posting import post
from newsletter.web.public.form_page import ALL_ISSUES, BUSY, LOOK_FOR_IT, FormPage, Opened, Said, Words
from newsletter.web.public.forms import ReaderForm, SubscribeForm
from newsletter.web.public.visit import Visit


def _ask(visit: Visit, form: ReaderForm) -> Said:
    choices = {
        "body": form.value("body"),
        "language": form.value("language"),
        "tags": tags_after_choice(visit.workspace, [], form.value("segments", [])),
    }
    is_taken = post(
        visit.workspace,
        PostedKind.JOIN,
        form.value("address"),
        visit.sender,
        wording=_WORDS.text(visit),
        **{name: choice for name, choice in choices.items() if choice},
    )
    return _ASKED if is_taken else BUSY


_WORDS = Words(
    title=phrase("Subscribe to {name}"),
    lead=(phrase("Every issue comes to you by e-mail. It is free, and you can leave at any time."),),
    button=phrase("Subscribe"),
    after=(
        phrase("First we send one mail to this address, and you say yes in it. Without your yes nothing else comes."),
        phrase(
            "We send you every issue, and short mails about your subscription. We keep your address, what you choose "
            "here, and when and how you joined. When you leave, we keep a note that you left, until you ask us to "
            "erase it. We do not track whether you open a mail or what you click."
        ),
    ),
)
_ASKED = Said(
    title=phrase("One more step: look in your inbox"),
    lines=(
        phrase("A mail is on its way to the address that you typed. Press the button in it, and you are on the list."),
        LOOK_FOR_IT,
    ),
    links=(ALL_ISSUES,),
)


def _in_this_language(visit: Visit) -> Opened:
    return Opened(initial={"language": visit.language})


SUBSCRIBE = FormPage(name="subscribe", form=SubscribeForm, words=_WORDS, act=_ask, open=_in_this_language)


def _is_asked(visit: Visit, token: str) -> Opened:
    request_of(visit.workspace, RequestKind.JOIN, token)
    return Opened()


def _confirm(visit: Visit, _form: ReaderForm, token: str) -> Said:
    request = request_of(visit.workspace, RequestKind.JOIN, token)
    say_yes(visit.workspace, request, mechanism=Mechanism.LINK, language=visit.language)
    return _WELCOME


SUBSCRIBE_ANEW = (phrase("Subscribe"), "subscribe")

_WELCOME = Said(
    title=phrase("You are on the list"),
    lines=(phrase("Thank you. {name} comes to you from now on, and a mail to welcome you is on its way."),),
    links=(ALL_ISSUES,),
)

CONFIRM = FormPage(
    name="confirm",
    anew=(SUBSCRIBE_ANEW,),
    open=_is_asked,
    act=_confirm,
    words=Words(
        title=phrase("Do you want to get {name}?"),
        lead=(phrase("Press the button to say yes. You can leave at any time."),),
        button=phrase("Yes, send me {name}"),
    ),
)
