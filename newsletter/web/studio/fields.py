"""Fields that only staff fill in; those that readers fill in too are in `public.fields`."""

from typing import Any

from django import forms

from newsletter.web.public.fields import COMPLAINTS

ADVICE = "At least twelve letters; three words that do not belong together are easy to keep in mind."


class PasswordField(forms.CharField):
    """A new password, shown as it is typed only where the browser offers that."""

    def __init__(self, *, label: str = "Choose a password", **options: Any) -> None:  # noqa: ANN401
        """Take what it is called."""
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        settings = {"help_text": ADVICE, "max_length": 200, "strip": False, **options}
        super().__init__(label=label, widget=widget, error_messages=COMPLAINTS, **settings)
