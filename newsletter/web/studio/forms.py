"""The forms of the sign-in library in our words: what they ask and check is the library's."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms

from newsletter.web.public.fields import COMPLAINTS
from newsletter.web.studio.fields import ADVICE


class _OurWords:
    """Puts labels, hints and complaints of ours over the library's."""

    labels: dict[str, tuple[str, str]]  # label and hint by the name of the field
    fields: dict[str, forms.Field]

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401
        """As the library has it, then in our words."""
        super().__init__(*arguments, **options)
        self.label_suffix, self.use_required_attribute = "", False
        for name, (label, hint) in self.labels.items():
            field = self.fields[name]
            field.label, field.help_text = label, hint
            field.error_messages |= {"required": COMPLAINTS["required"]}
            field.widget.attrs.pop("placeholder", None)


class SignInForm(_OurWords, LoginForm):  # type: ignore[misc]  # the library publishes no types
    """Who it is."""

    labels = {"login": ("E-mail address", ""), "password": ("Password", "")}  # noqa: RUF012  (never changed)


class NewPasswordForm(_OurWords, ChangePasswordForm):  # type: ignore[misc]
    """Another password."""

    labels = {  # noqa: RUF012
        "oldpassword": ("Your present password", ""),
        "password1": ("Your new password", ADVICE),
        "password2": ("The new password once more", ""),
    }


class _Digits(_OurWords):
    labels = {"code": ("Code", "Six digits.")}  # noqa: RUF012

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **options)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "spellcheck": "false"}


class CodeForm(_Digits, AuthenticateForm):  # type: ignore[misc]
    """The code when somebody signs in; a spare one will do."""


class FirstCodeForm(_Digits, ActivateTOTPForm):  # type: ignore[misc]
    """The code when it is set up."""
