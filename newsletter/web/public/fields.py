"""The kinds of fields that readers fill in. Labels, hints and complaints are phrases, translated when shown."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator

from newsletter.content.wording import phrase
from newsletter.errors import InputError
from newsletter.rendering.images import LARGEST_UPLOAD, reencode
from newsletter.rendering.rendered import RenderedImage
from newsletter.subscribers.addresses import parse_address

_EMPTY = phrase("Please fill this in.")
_LONG = phrase("This is longer than we can take; please shorten it.")
_NO_CHOICE = phrase("Please choose one of these.")
_MARKS = phrase("This holds a character that is no text; please type it again.")

COMPLAINTS = {
    "required": _EMPTY,
    "max_length": _LONG,
    "invalid_choice": _NO_CHOICE,
    "invalid_list": _NO_CHOICE,
    "null_characters_not_allowed": _MARKS,
    "invalid": phrase("This is no web address; copy it from your browser's address bar."),
    "missing": phrase("Please choose a picture."),
    "empty": phrase("The picture is empty; choose it again."),
}


class AddressField(forms.CharField):
    """An e-mail address; what comes out of it is a `newsletter.subscribers.addresses.Address`."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        """Say to browsers what is asked for, so that they can fill it in."""
        attributes = {"autocomplete": "email", "inputmode": "email", "spellcheck": "false", "autocapitalize": "none"}
        widget = forms.TextInput(attrs=attributes)
        super().__init__(max_length=320, widget=widget, error_messages=COMPLAINTS, **options)

    def clean(self, value: Any) -> Any:  # noqa: ANN401  (an Address, or None where nothing was asked for)
        """The address as typed and as compared."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_address(text)
        except InputError as error:
            raise forms.ValidationError(str(error)) from None


class LineField(forms.CharField):
    """One line of text."""

    def __init__(self, *, longest: int = 200, autocomplete: str = "off", **options: Any) -> None:  # noqa: ANN401
        """Take how long it may be, in letters, and what browsers may fill in."""
        widget = forms.TextInput(attrs={"autocomplete": autocomplete})
        super().__init__(max_length=longest, widget=widget, error_messages=COMPLAINTS, **options)

    def to_python(self, value: Any) -> Any:  # noqa: ANN401
        """On one line, whatever was pasted."""
        return " ".join(str(super().to_python(value)).split())


class TextField(forms.CharField):
    """Several lines of text."""

    def __init__(self, *, longest: int = 4000, rows: int = 5, **options: Any) -> None:  # noqa: ANN401
        """Take how long it may be, in letters, and how high it is shown."""
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(max_length=longest, widget=widget, error_messages=COMPLAINTS, **options)

    def to_python(self, value: Any) -> Any:  # noqa: ANN401
        """With plain line ends: browsers send CR LF, and count one."""
        return str(super().to_python(value)).replace("\r\n", "\n")


class LinkField(forms.CharField):
    """The address of a page on the web."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        """Anything but http and https is refused: `javascript:` would run on the staff's own page."""
        validator = URLValidator(schemes=["https", "http"], message=COMPLAINTS["invalid"])
        widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url", "spellcheck": "false"})
        super().__init__(max_length=2000, widget=widget, validators=[validator], error_messages=COMPLAINTS, **options)


class OneOf(forms.ChoiceField):
    """One of a few, as radio buttons; a long list is shown as one that opens."""

    def __init__(self, *, opens: bool = False, **options: Any) -> None:  # noqa: ANN401
        """Take how it is shown."""
        widget = forms.Select() if opens else forms.RadioSelect()
        super().__init__(widget=widget, error_messages=COMPLAINTS, **options)


class AnyOf(forms.MultipleChoiceField):
    """Any of a few, as boxes to tick."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        """None ticked is fine."""
        super().__init__(widget=forms.CheckboxSelectMultiple(), required=False, error_messages=COMPLAINTS, **options)


class PictureField(forms.FileField):
    """A picture; what comes out was drawn anew from its points, so nothing else that was in the file is left."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        """Ask phones for the kinds that can be read."""
        widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/gif,image/webp"})
        super().__init__(widget=widget, error_messages=COMPLAINTS, **options)

    def clean(self, data: Any, initial: Any = None) -> RenderedImage | None:  # noqa: ANN401
        """The picture as it is kept."""
        file: UploadedFile[Any] | None = super().clean(data, initial)
        if file is None:
            return None
        if (file.size or 0) > LARGEST_UPLOAD:
            raise forms.ValidationError(phrase("The picture is larger than 10 megabytes; please send a smaller one."))
        try:
            return reencode(file.read())
        except InputError:
            raise forms.ValidationError(
                phrase("This is no picture that we can read; please save it as JPEG or PNG.")
            ) from None
