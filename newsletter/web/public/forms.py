"""What readers can fill in, one class a form. Fields that depend on the workspace are given their choices here."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms

from newsletter.content.wording import LANGUAGE_NAMES, phrase
from newsletter.services.archive import issue_languages
from newsletter.services.choosing import segments_on_offer
from newsletter.web.public.fields import AddressField, AnyOf, LineField, LinkField, OneOf, PictureField, TextField
from newsletter.web.public.visit import Visit

Choices = list[tuple[str, str]]

NO_BODY = phrase("None of these")


class ReaderForm(forms.Form):
    """Base of all forms: made for a visit, so that its choices are those of the workspace, in the visit's language."""

    use_required_attribute = False  # our own complaints come in the reader's language and beside the field

    def __init__(self, visit: Visit, initial: Mapping[str, Any] | None = None, *, posted: bool = False) -> None:
        """Show the form, or read what was posted."""
        data, files = (visit.request.POST, visit.request.FILES) if posted else (None, None)
        super().__init__(data, files, initial=dict(initial or {}), label_suffix="")
        for name, choices_in in self.choices().items():
            if name in self.fields:
                self._offer(name, choices_in(visit))

    def _offer(self, name: str, choices: Choices) -> None:
        if len(choices) > (0 if isinstance(self.fields[name], AnyOf) else 1):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields[name]  # where there is nothing to choose nothing is asked

    def choices(self) -> dict[str, Callable[[Visit], Choices]]:
        """What finds the choices of a field, by its name."""
        return {"body": _bodies, "language": _languages, "segments": _segments}

    def value(self, name: str, otherwise: Any = "") -> Any:  # noqa: ANN401
        """What was filled in, or something else where it was not asked for."""
        return self.cleaned_data.get(name) or otherwise


def _bodies(visit: Visit) -> Choices:
    bodies = visit.workspace.bodies
    named = [(key, body.name_in(visit.language)) for key, body in bodies.items()]
    return [("", NO_BODY), *sorted(named, key=lambda choice: choice[1])] if named else []


def _languages(visit: Visit) -> Choices:
    return [(name, LANGUAGE_NAMES.get(name, name)) for name in issue_languages(visit.workspace)]


def _segments(visit: Visit) -> Choices:
    on_offer = segments_on_offer(visit.workspace)
    return [(segment.id, f"{segment.name}: {segment.about}" if segment.about else segment.name) for segment in on_offer]


class NothingForm(ReaderForm):
    """A button alone."""


class AddressForm(ReaderForm):
    """An address alone."""

    address = AddressField(label=phrase("Your e-mail address"))


class SubscribeForm(AddressForm):
    """Joining."""

    body = OneOf(
        label=phrase("Your organisation"),
        help_text=phrase("Some parts of an issue are for single organisations or nations."),
        required=False,
        opens=True,
    )
    language = OneOf(label=phrase("Language of your issues"))
    segments = AnyOf(label=phrase("What else would you like to get?"))


KEEP = "keep"  # the break that is on
_PAUSES: Choices = [
    ("0", phrase("No break: send me every issue")),
    ("1", phrase("A break of one month")),
    ("3", phrase("A break of three months")),
    ("6", phrase("A break of six months")),
]


class SettingsForm(ReaderForm):
    """One's own settings."""

    language = OneOf(label=phrase("Language of your issues"))
    segments = AnyOf(label=phrase("What else would you like to get?"))
    pause = OneOf(label=phrase("Would you like a break?"))

    def choices(self) -> dict[str, Callable[[Visit], Choices]]:
        """Those of a break stand here too."""
        return {**super().choices(), "pause": self._pauses}

    def _pauses(self, visit: Visit) -> Choices:
        """A break that was agreed on already can be kept as it is."""
        until = self.initial.get("until", "")
        kept = [(KEEP, visit.say(phrase("The break I have now, until {until}"), until=until))] if until else []
        return [*kept, *_PAUSES]


class NewAddressForm(ReaderForm):
    """Moving to another address."""

    address = AddressField(label=phrase("Your new e-mail address"))


class FeedbackForm(ReaderForm):
    """Three questions."""

    useful = OneOf(
        label=phrase("How useful was the last issue to you?"),
        choices=[
            ("very", phrase("Very useful")),
            ("fairly", phrase("Fairly useful")),
            ("little", phrase("Of little use")),
            ("none", phrase("Of no use")),
        ],
    )
    best = TextField(label=phrase("What was most useful, and why?"), required=False)
    change = TextField(label=phrase("What should we do differently?"), required=False)
    address = AddressField(
        label=phrase("Your e-mail address"),
        help_text=phrase("Only if you would like an answer."),
        required=False,
    )


class NewsForm(ReaderForm):
    """News for the next issue."""

    headline = LineField(label=phrase("What is it about?"), help_text=phrase("One line."))
    text = TextField(
        label=phrase("Your news"), help_text=phrase("About a hundred words; we may shorten it."), longest=8000, rows=9
    )
    link = LinkField(label=phrase("Where people can read more"), help_text=phrase("A web address."), required=False)
    picture = PictureField(
        label=phrase("A picture"), help_text=phrase("JPEG or PNG, at most 10 megabytes."), required=False
    )
    alt = LineField(
        label=phrase("What the picture shows"),
        help_text=phrase("In words, for people who do not see it."),
        longest=300,
        required=False,
    )
    body = OneOf(label=phrase("Your organisation"), required=False, opens=True)
    credit = LineField(label=phrase("Whom we should thank"), help_text=phrase("As it should be printed."))
    address = AddressField(label=phrase("Your e-mail address"), help_text=phrase("We may have a question."))

    def clean(self) -> dict[str, Any]:
        """A picture without words shuts people out."""
        found = super().clean() or self.cleaned_data
        if found.get("picture") and not found.get("alt"):
            self.add_error("alt", phrase("Please say in words what the picture shows."))
        return found
