"""Something is wrong: what can still be done about a mailing that is under way or out."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse

from newsletter.errors import ConflictError
from newsletter.models import Mailing
from newsletter.services import mending, steering
from newsletter.services.approvals import standing_of
from newsletter.services.copies import plan_copy
from newsletter.services.drafting import draft_correction
from newsletter.services.overview import at_a_glance
from newsletter.web.public.fields import AddressField, LineField, OneOf, TextField
from newsletter.web.studio.mailings.one import found, have_it
from newsletter.web.studio.posted import posted
from newsletter.web.studio.screen import Screen


class NoteForm(forms.Form):
    """What readers of the web copy are told."""

    note = TextField(
        label="What was wrong, for readers",
        help_text="It stands at the top of the web copy, with today's date.",
        longest=1000,
        rows=4,
    )


class PictureForm(forms.Form):
    """Which picture, and why."""

    picture = OneOf(label="Which picture")
    reason = LineField(label="Why it is withdrawn", help_text="It is recorded; readers do not see it.")


class CopyForm(forms.Form):
    """Who gets a copy, and why."""

    address = AddressField(label="Their e-mail address", help_text="They must be on the list.")
    reason = LineField(label="Why", help_text="Such as: it never arrived. It is recorded.", longest=190)


def wrong(screen: Screen, number: int) -> HttpResponse:
    """What there is to do."""
    mailing = found(number)
    view = at_a_glance(screen.workspace, mailing)
    values: dict[str, Any] = {
        "mailing": mailing,
        "view": view,
        "have_it": have_it(view),
        "is_open": steering.is_open(mailing),
    }
    return screen.show("web/studio/wrong.html.j2", title="Something is wrong", **values)


def web_copy(screen: Screen, number: int) -> HttpResponse:
    """A dated note, and the text as it is approved now."""
    mailing, form = found(number), screen.form(NoteForm)
    issue = mailing.edition.issue_id
    if screen.done(form, lambda: _correct_web(screen, issue, form)):
        return screen.go("studio-mailing", number=number, notice="The web copy is corrected, with your note.")
    values: dict[str, Any] = {"form": form, "mailing": mailing, "standing": standing_of(screen.workspace, issue)}
    return screen.show("web/studio/wrong_web.html.j2", title="Correct the web copy", **values)


def _correct_web(screen: Screen, issue: str, form: forms.Form) -> None:
    standing = standing_of(screen.workspace, issue)
    if standing is None or not standing.complete:
        raise ConflictError("The corrected text is not approved yet. Approve it first, then come back here.")
    member = screen.member
    mending.correct_web(screen.workspace, issue, note=form.cleaned_data["note"], by=member.name, user=member)


@posted
def correction(screen: Screen, number: int) -> HttpResponse:
    """Begin a short issue that puts this one right."""
    path = draft_correction(screen.workspace, found(number).edition.issue_id)
    name = path.parent.name
    notice = (
        "A short correction is begun. Say in it what was wrong and what is right; then it is approved like any issue."
    )
    where = "studio-issue" if screen.find("studio-issue", issue=name) else "studio-agree"
    return screen.go(where, issue=name, notice=notice)


def picture(screen: Screen, number: int) -> HttpResponse:
    """A neutral picture takes its place."""
    mailing, form = found(number), screen.form(PictureForm)
    issue = mailing.edition.issue_id
    pictures = mending.pictures_of(screen.workspace, issue)
    shown = [(each.name, each.name) for each in pictures if not each.is_withdrawn]
    form.fields["picture"].choices = shown  # type: ignore[attr-defined]
    if screen.done(form, lambda: _withdraw(screen, issue, form)):
        return screen.go("studio-wrong-picture", number=number, notice="A neutral picture stands in its place now.")
    values: dict[str, Any] = {"form": form, "mailing": mailing, "pictures": pictures}
    return screen.show("web/studio/wrong_picture.html.j2", title="Withdraw a picture", **values)


def _withdraw(screen: Screen, issue: str, form: forms.Form) -> None:
    filled, member = form.cleaned_data, screen.member
    mending.withdraw_picture(
        screen.workspace, issue, filled["picture"], reason=filled["reason"], by=member.name, user=member
    )


def copy(screen: Screen, number: int) -> HttpResponse:
    """One more copy for somebody."""
    mailing, form = found(number), screen.form(CopyForm)
    made: list[Mailing] = []
    if screen.done(form, lambda: made.append(_copy(screen, mailing, form))):
        return screen.go("studio-mailing", number=made[0].pk, notice="The copy leaves within half a minute.")
    title = "Send a copy to somebody"
    return screen.show("web/studio/wrong_copy.html.j2", title=title, form=form, mailing=mailing)


@transaction.atomic
def _copy(screen: Screen, mailing: Mailing, form: forms.Form) -> Mailing:
    filled = form.cleaned_data
    planned = plan_copy(
        screen.workspace,
        mailing.edition.issue_id,
        filled["address"].typed,
        reason=filled["reason"],
        by=screen.member.name,
    )
    steering.start(planned)  # `newsletter serve` takes it up
    return planned
