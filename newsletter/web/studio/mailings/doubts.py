"""Mails of which nobody knows whether they arrived: each with our advice, for a person to settle."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse

from newsletter.services import resolving
from newsletter.services.schedules import local
from newsletter.web.public.fields import COMPLAINTS, OneOf
from newsletter.web.studio.mailings.one import found
from newsletter.web.studio.screen import Screen

_PER_PAGE = 50


class SettleForm(forms.Form):
    """Which, and what is to become of them."""

    ids = forms.TypedMultipleChoiceField(
        label="Which", coerce=int, widget=forms.CheckboxSelectMultiple(), error_messages=COMPLAINTS
    )
    act = OneOf(
        label="What is to become of them",
        choices=[
            ("accept", "Leave them: count them as accepted"),
            ("again", "Send them again; some may get a second copy"),
        ],
    )


def doubts(screen: Screen, number: int) -> HttpResponse:
    """The open questions."""
    mailing = found(number)
    page = Paginator(range(resolving.count_doubts(mailing)), _PER_PAGE).get_page(screen.request.GET.get("page"))
    first = (page.number - 1) * _PER_PAGE
    form = screen.form(SettleForm)
    # Which of them are open questions is asked where they are settled: others may be shown by then.
    form.fields["ids"].choices = [(number, number) for number in screen.request.POST.getlist("ids")]  # type: ignore[attr-defined]
    if screen.done(form, lambda: _settle(screen, number, form)):
        return screen.go("studio-mailing", number=number, notice="Settled, in your name.")
    shown = resolving.doubts(mailing, range(first, first + _PER_PAGE))
    rows = [(doubt, local(screen.workspace, doubt.since)) for doubt in shown]
    title = f"Mailing {number}: we can't tell"
    return screen.show("web/studio/doubts.html.j2", title=title, form=form, mailing=mailing, rows=rows, page=page)


def _settle(screen: Screen, number: int, form: forms.Form) -> None:
    mailing, ids, by = found(number), form.cleaned_data["ids"], screen.member.name
    if form.cleaned_data["act"] == "accept":
        resolving.accept(mailing, ids, by=by)
    else:
        resolving.send_again(screen.workspace, mailing, ids, by=by)
