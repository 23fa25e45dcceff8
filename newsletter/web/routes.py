"""What a line of the table of routes is: a path, who may use it, and the view that answers."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpResponseBase


class Access(StrEnum):
    """Who may use a route. The last three are roles of staff; each may do what those before it may."""

    OPEN = "open"  # anybody; reads alone, and tells nothing of people
    FORM = "form"  # anybody, by a form of our own: what an address does follows by a mail to it
    LINK = "link"  # who holds a personal link
    PROVED = "proved"  # a provider, by its signature or a shared secret
    DOOR = "door"  # anybody who is about to sign in
    MEMBER = "member"  # who is signed in, also before the one-time code is set up
    EDITOR = "editor"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"


STAFF = (Access.EDITOR, Access.APPROVER, Access.ADMINISTRATOR)


@dataclass(frozen=True, kw_only=True)
class Route:
    """One line of the table."""

    path: str
    view: Callable[..., HttpResponseBase]
    name: str
    access: Access
    is_translated: bool = False  # also stands below each language's own prefix
