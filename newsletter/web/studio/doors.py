"""Coming in and going: sign-in, the one-time code, and links that let somebody in once."""

from collections.abc import Callable

from allauth.account.utils import perform_login
from allauth.account.views import LoginView, LogoutView, PasswordChangeView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.socialaccount.providers.openid_connect.views import callback, login
from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse

from newsletter.errors import ConflictError, NewsletterError
from newsletter.models import LinkPurpose, OneTimeLink
from newsletter.services.accounts import come_in, record_password
from newsletter.services.one_time_links import open_link
from newsletter.services.second_factor import has_code
from newsletter.web.public.fields import AddressField, LineField
from newsletter.web.studio.fields import PasswordField
from newsletter.web.studio.plainly import plainly
from newsletter.web.studio.screen import Screen

View = Callable[..., HttpResponseBase]

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _library(view: View) -> View:
    """A view of the sign-in library as a screen; its pages are drawn by `templates`."""
    return lambda screen, **parts: view(screen.request, **parts)


class _SetUpCode(ActivateTOTPView):  # type: ignore[misc]  # the library publishes no types
    def get_success_url(self) -> str:
        """To the codes that stand in for a lost telephone, which are shown once."""
        return reverse("mfa_view_recovery_codes")


class _ChangePassword(PasswordChangeView):  # type: ignore[misc]
    def form_valid(self, form: forms.Form) -> HttpResponseBase:
        """Saved, and written down; every other session ends, because it was begun with the former password."""
        super().form_valid(form)
        record_password(self.request.user)
        return Screen.of(self.request).go("studio-home", notice="Your new password is saved.")


activate_code: View = _SetUpCode.as_view()
change_password: View = _ChangePassword.as_view()
enter: View = perform_login
sign_in = _library(LoginView.as_view())
sign_out = _library(LogoutView.as_view())
code = _library(AuthenticateView.as_view())
spare_codes = _library(ViewRecoveryCodesView.as_view())
openid = _library(login)
openid_answer = _library(callback)


def set_up_code(screen: Screen) -> HttpResponseBase:
    """The one-time code, with a picture for the telephone."""
    if has_code(screen.member):
        return screen.go("studio-home")
    return activate_code(screen.request)


def password(screen: Screen) -> HttpResponseBase:
    """Another password, for who has one."""
    if not screen.member.has_usable_password():
        raise ConflictError("Your account has no password: others vouch for you when you sign in.")
    return change_password(screen.request)


def closed(screen: Screen) -> HttpResponse:
    """To somebody whose account was closed."""
    return screen.show("web/studio/closed.html.j2", title="This account is closed", status=403)


def cancelled(screen: Screen) -> HttpResponse:
    """Back from the organisation's sign-in page without having signed in."""
    line = "You came back without having signed in. Nothing was changed."
    return screen.show("web/studio/said.html.j2", title="You are not signed in", lines=[line])


def root(screen: Screen) -> HttpResponse:
    """`/studio`, as it is typed."""
    return screen.go("studio-home")


def nowhere(_screen: Screen, anything: str) -> HttpResponse:
    """An address that is no page of ours."""
    raise Http404(anything)


class _PasswordForm(forms.Form):
    password = PasswordField()


class _FirstForm(_PasswordForm):
    name = LineField(label="Your name", help_text="As colleagues know you.", autocomplete="name")
    address = AddressField(label="Your e-mail address", help_text="You sign in with it.")
    field_order = ("name", "address", "password")


_LINKS: dict[str, tuple[str, str, type[forms.Form]]] = {
    LinkPurpose.FIRST: ("Welcome to the studio", "Make my account", _FirstForm),
    LinkPurpose.INVITATION: ("Welcome to the studio", "Accept the invitation", _PasswordForm),
    LinkPurpose.RECOVERY: ("Choose a new password", "Save and sign in", _PasswordForm),
    LinkPurpose.ENTRANCE: ("Welcome to the studio", "Come in", forms.Form),
}


def link(screen: Screen, token: str) -> HttpResponseBase:
    """A link that lets somebody in once: opening it does nothing, its button does."""
    try:
        found = open_link(screen.workspace, token)
    except NewsletterError as error:
        return screen.show(
            "web/studio/said.html.j2", title="This link does not work", status=410, lines=[plainly(str(error))]
        )
    title, button, kind = _LINKS[found.purpose]
    form = screen.form(kind)
    if screen.done(form, lambda: _enter(found, form)):
        return enter(screen.request, found.user, email_verification="none")
    return screen.show("web/studio/link.html.j2", title=title, form=form, button=button, link=found)


def _enter(found: OneTimeLink, form: forms.Form) -> None:
    filled = form.cleaned_data
    address = filled["address"].compared if "address" in filled else ""
    found.user = come_in(found, password=filled.get("password", ""), name=filled.get("name", ""), address=address)
    found.user.backend = _BACKEND
