"""One's own account: password, one-time code, and where one is signed in."""

from django.http import HttpResponse

from newsletter.services.second_factor import has_code
from newsletter.services.staff_sessions import end_other_sessions, end_session, sessions_of
from newsletter.web.studio.screen import Screen
from newsletter.web.studio.tabs import tabs

# How browsers and systems name themselves, the telling name first: Edge says Chrome too, and Chrome says Safari.
_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac": "Mac",
    "Linux": "Linux",
}


def own_account(screen: Screen) -> HttpResponse:
    """All of it."""
    user = screen.member
    here = screen.request.session.session_key
    sessions = [
        (session, browser_in_words(session.user_agent), session.session_key == here) for session in sessions_of(user)
    ]
    return screen.show(
        "web/studio/own_account.html.j2",
        title="Your account",
        tabs=tabs(screen),
        has_password=user.has_usable_password(),
        has_code=has_code(user),
        sessions=sessions,
    )


def end_one(screen: Screen, number: int) -> HttpResponse:
    """Sign out in another browser."""
    end_session(screen.member, number)
    return screen.go("studio-settings", notice="You are signed out there.")


def end_others(screen: Screen) -> HttpResponse:
    """Sign out in all other browsers."""
    count = end_other_sessions(screen.member, screen.request.session.session_key or "")
    places = "1 other place" if count == 1 else f"{count} other places"
    return screen.go("studio-settings", notice=f"You are signed out in {places}.")


def browser_in_words(agent: str) -> str:
    """Firefox on Windows; as good as a browser tells us."""
    browser = next((name for sign, name in _BROWSERS.items() if sign in agent), "A browser")
    system = next((name for sign, name in _SYSTEMS.items() if sign in agent), "")
    return f"{browser} on {system}" if system else browser
