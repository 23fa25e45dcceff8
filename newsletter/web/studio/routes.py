"""Every screen of the studio: its path below `studio/`, its view, and the role that it takes."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from newsletter.models import Role
from newsletter.web.studio import doors, home
from newsletter.web.studio.shift import staff_page

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One line of the table."""

    path: str
    view: View
    name: str
    role: Role


def _sees(path: str, view: View, name: str, role: Role = Role.EDITOR) -> Screen:
    """A page that only shows."""
    return Screen(path=path, view=require_safe(staff_page(view, role)), name=name, role=role)


def _does(path: str, view: View, name: str, role: Role = Role.EDITOR) -> Screen:
    """An act, by POST alone."""
    return Screen(path=path, view=require_POST(staff_page(view, role)), name=name, role=role)


def _form(path: str, view: View, name: str, role: Role = Role.EDITOR) -> Screen:
    """A page with a form: GET shows it, POST acts."""
    return Screen(path=path, view=staff_page(view, role), name=name, role=role)


SCREENS = (
    _sees("", home.home, "this-month"),
    _does("leave", doors.leave, "sign-out"),
)
