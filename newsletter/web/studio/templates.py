"""How pages of the sign-in library come to look like ours: Django asks here for a template by the library's name."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.backends.base import BaseEngine
from django.utils.safestring import SafeString, mark_safe

from newsletter.web.studio.screen import Screen

# The library's name of a page, our template for it, and its title.
_PAGES: Mapping[str, tuple[str, str]] = {
    "account/login.html": ("web/studio/sign_in.html.j2", "Sign in"),
    "account/logout.html": ("web/studio/sign_out.html.j2", "Sign out"),
    "account/account_inactive.html": ("web/studio/closed.html.j2", "This account is closed"),
    "account/signup_closed.html": ("web/studio/no_account.html.j2", "There is no account for you here"),
    "account/password_change.html": ("web/studio/password.html.j2", "Choose another password"),
    "mfa/authenticate.html": ("web/studio/code.html.j2", "Your one-time code"),
    "mfa/totp/activate_form.html": ("web/studio/code_set_up.html.j2", "Set up your one-time code"),
    "mfa/recovery_codes/index.html": ("web/studio/code_spares.html.j2", "Keep these codes"),
    "socialaccount/authentication_error.html": ("web/studio/no_account.html.j2", "You could not be signed in"),
    "429.html": ("web/studio/too_often.html.j2", "Too many attempts"),
}


class _Page:
    """One page of the library."""

    def __init__(self, template: str, title: str) -> None:
        """Take our template, and what the page is called."""
        self._template, self._title = template, title

    def render(self, context: Mapping[str, Any] | None = None, request: HttpRequest | None = None) -> SafeString:
        """The page, within our frame."""
        assert request is not None  # noqa: S101  (all of the library's pages answer a request)
        given = {name: value for name, value in (context or {}).items() if name not in ("view", "request")}
        page = Screen.of(request).fill(self._template, **{"title": self._title, **given})
        return mark_safe(page)  # noqa: S308  (Jinja2 has escaped what was put in)


class StudioTemplates(BaseEngine):
    """Finds our page for the library's name; there are no other templates of Django's kind."""

    def __init__(self, params: dict[str, Any]) -> None:
        """Take what Django's settings say."""
        params = {name: value for name, value in params.items() if name != "OPTIONS"}
        super().__init__({"APP_DIRS": False, **params})

    def get_template(self, template_name: str) -> _Page:
        """The page; TemplateDoesNotExist for one that we do not show."""
        if template_name not in _PAGES:
            raise TemplateDoesNotExist(template_name, backend=self)
        return _Page(*_PAGES[template_name])
