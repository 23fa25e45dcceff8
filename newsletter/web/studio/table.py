"""The table of staff's pages: each line names its path below `/studio/`, its screen, its name, and who may enter."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from newsletter.web.routes import Access, Route
from newsletter.web.studio import assets, doors, home
from newsletter.web.studio.guard import guarded


def screen(path: str, view: Callable[..., HttpResponseBase], name: str, access: Access) -> Route:
    """One line."""
    return Route(path=f"studio/{path}", view=guarded(view, access), name=name, access=access)


STUDIO = (
    Route(
        path="studio/static/<file:name>", view=require_safe(assets.serve_asset), name="studio-asset", access=Access.OPEN
    ),
    Route(path="studio", view=guarded(doors.root, Access.DOOR), name="studio-root", access=Access.DOOR),
    # Doors. Names that begin with account, mfa or openid are those by which the sign-in library finds its pages.
    screen("sign-in", doors.sign_in, "account_login", Access.DOOR),
    screen("sign-in/code", doors.code, "mfa_authenticate", Access.DOOR),
    screen("sign-in/closed", doors.closed, "account_inactive", Access.DOOR),
    screen("sign-in/with/<slug:provider_id>", doors.openid, "openid_connect_login", Access.DOOR),
    screen("sign-in/with/<slug:provider_id>/answer", doors.openid_answer, "openid_connect_callback", Access.DOOR),
    screen("link/<str:token>", doors.link, "studio-link", Access.LINK),
    screen("sign-out", doors.sign_out, "account_logout", Access.MEMBER),
    screen("settings/code", doors.set_up_code, "mfa_activate_totp", Access.MEMBER),
    screen("settings/code/spare", doors.spare_codes, "mfa_view_recovery_codes", Access.MEMBER),
    screen("settings/password", doors.password, "account_change_password", Access.MEMBER),
    # Home.
    screen("", home.home, "studio-home", Access.EDITOR),
    # Write.
    # Agree and send.
    # People.
    # After.
    # Replies.
    # Settings.
)
