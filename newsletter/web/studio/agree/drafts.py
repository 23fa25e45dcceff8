"""Drafts for comment, and what came back on them."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpResponse

from newsletter.content.issue import Issue
from newsletter.errors import InputError
from newsletter.services.commenting import remarks_on, send_draft, settle_remark
from newsletter.subscribers.addresses import Address, parse_address
from newsletter.web.public.fields import TextField
from newsletter.web.studio.posted import posted
from newsletter.web.studio.screen import Screen


class AddressesField(TextField):
    """Several addresses, one a line or with commas between them."""

    def clean(self, value: Any) -> list[Address]:  # noqa: ANN401
        """Each as typed and as compared, once."""
        typed = [part.strip() for part in str(super().clean(value)).replace(",", "\n").splitlines() if part.strip()]
        found = dict(self._each(typed))
        return list(found.values())

    def _each(self, typed: list[str]) -> Iterator[tuple[str, Address]]:
        for text in typed:
            try:
                address = parse_address(text, allow_smtputf8=True)
            except InputError as error:
                raise forms.ValidationError(f"{text[:80]}: {error}") from None
            yield address.compared, address


class DraftForm(forms.Form):
    """To whom a draft goes."""

    to = AddressesField(label="E-mail addresses", help_text="One a line. Nobody here needs an account.", rows=4)
    note = TextField(
        label="A note to them",
        help_text="Such as until when you want their answer.",
        longest=500,
        rows=3,
        required=False,
    )


def draft(screen: Screen, issue: str) -> HttpResponse:
    """Send a draft round, and read what came back."""
    loaded, form = screen.workspace.load_issue(issue), screen.form(DraftForm)
    if screen.done(form, lambda: _send(screen, issue, form)):
        people = len(form.cleaned_data["to"])
        notice = f"The draft went to {people} {'person' if people == 1 else 'people'}. Their answers appear here."
        return screen.go("studio-draft", issue=issue, notice=notice)
    remarks = [(place_name(loaded, place), remark) for place, remark in remarks_on(issue)]
    title = f"Comments: {loaded.title}"
    return screen.show("web/studio/draft.html.j2", title=title, form=form, issue=issue, remarks=remarks)


def _send(screen: Screen, issue: str, form: forms.Form) -> None:
    filled, member = form.cleaned_data, screen.member
    send_draft(screen.workspace, issue, filled["to"], by=member.name, note=filled["note"], user=member)


@posted
def settle(screen: Screen, issue: str, number: int) -> HttpResponse:
    """A remark is dealt with."""
    settle_remark(issue, number, by=screen.member.name)
    return screen.go("studio-draft", issue=issue, notice="Marked as dealt with.")


def place_name(issue: Issue, place: str) -> str:
    """A part of an issue as people know it; its ids where it is gone since."""
    if not place:
        return "The whole issue"
    section_id, _, item_id = place.partition("/")
    section = next((each for each in issue.sections if each.id == section_id), None)
    inner = [*getattr(section, "items", ()), *issue.events] if section and item_id else []
    item = next((each for each in inner if each.id == item_id), None)
    return ", ".join(filter(None, (_name(section) or section_id, _name(item) or item_id)))


def _name(part: object) -> str:
    return next((words for name in ("heading", "title") if (words := str(getattr(part, name, "") or ""))), "")
