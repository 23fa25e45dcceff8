"""One reply with everything: its card, what was done about it and by whom, handing on, an answer."""

from django import forms
from django.http import HttpResponse

from newsletter.services.inbox.replying import ANSWERS, answer, written_answer
from newsletter.services.inbox.showing import shown
from newsletter.web.public.fields import TextField
from newsletter.web.studio.replies.deciding import HandForm
from newsletter.web.studio.replies.places import back_to, reply_at
from newsletter.web.studio.screen import Screen

_ANSWERS = {
    "joining": "How to join",
    "on-the-list": "You are on the list",
    "thanks": "Thank you for your news",
    "passed-on": "A colleague will write",
}


class AnswerForm(forms.Form):
    """The words of an answer."""

    text = TextField(label="Your answer", rows=12, longest=10_000)


def reply(screen: Screen, number: int) -> HttpResponse:
    """Its page."""
    row = reply_at(number)
    one = shown(screen.workspace, row)
    title = f"A reply from {row.sender_name or row.sender or 'nobody named'}"
    hand = screen.form(HandForm) if one.is_open else None
    return screen.show("web/studio/replies/reply.html.j2", title=title, one=one, hand=hand)


def answer_it(screen: Screen, number: int) -> HttpResponse:
    """An answer by mail, which stands below theirs in their mail program; its words may begin with written ones."""
    row = reply_at(number)
    name = str(screen.request.GET.get("with", ""))
    begun = written_answer(screen.workspace, row, name) if name in ANSWERS else ""
    form = screen.form(AnswerForm, initial={"text": begun})
    who = screen.member
    if screen.done(form, lambda: answer(screen.workspace, number, form.cleaned_data["text"], by=who.name, user=who)):
        return back_to(screen, settled=[number])
    choices = [(key, _ANSWERS.get(key, key), key == name) for key in ANSWERS]
    one = shown(screen.workspace, row)
    title = f"Answer {row.sender_name or row.sender or 'them'}"
    return screen.show("web/studio/replies/answer.html.j2", title=title, one=one, form=form, choices=choices)
