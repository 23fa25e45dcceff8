"""The tabs of Settings, each shown to those who may open it."""

from newsletter.models import Role
from newsletter.web.studio.screen import Screen

_TABS = (
    ("Your account", "studio-settings", Role.EDITOR),
    ("Practice and live", "studio-live", Role.EDITOR),
    ("Practice mails", "studio-practice", Role.EDITOR),
    ("Accounts", "studio-accounts", Role.ADMINISTRATOR),
    ("Log", "studio-log", Role.ADMINISTRATOR),
)


def tabs(screen: Screen) -> list[tuple[str, str, bool]]:
    """Words, address, and whether it is here or above here."""
    here, own = screen.request.path, screen.url("studio-settings")
    shown = [(words, screen.url(name)) for words, name, role in _TABS if screen.may(role)]
    return [(words, url, here == url or (url != own and here.startswith(url))) for words, url in shown]
