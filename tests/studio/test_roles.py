"""The table of the studio's routes, each tried as nobody, editor, approver and administrator."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from newsletter.models import Role, User
from newsletter.web.routes import STAFF, Access, Route
from newsletter.web.site import ROUTES
from newsletter.web.studio.table import STUDIO

SAMPLE = {"issue": "2025-11", "file": "dot.png", "int": "1", "str": "x", "slug": "organisation"}
IDS = [route.name for route in STUDIO]
BEHIND = [route for route in STUDIO if route.access in (*STAFF, Access.MEMBER)]
MAY = {
    Access.MEMBER: set(Role),
    Access.EDITOR: set(Role),
    Access.APPROVER: {Role.APPROVER, Role.ADMINISTRATOR},
    Access.ADMINISTRATOR: {Role.ADMINISTRATOR},
}


def address(route: Route) -> str:
    return "/" + re.sub(r"<(\w+):\w+>", lambda found: SAMPLE[found[1]], route.path)


def is_refused(client: Client, route: Route, method: str) -> bool:
    answer = getattr(client, method)(address(route))
    return answer.status_code == 403 and "This is not open to you" in answer.content.decode()


def test_staff_s_pages_are_below_their_own_path_and_say_who_may_enter() -> None:
    for route in ROUTES:
        assert route.path.split("/")[0].startswith("studio") == (route in STUDIO), route.name
        if route in STUDIO:
            assert route.access in (*STAFF, Access.MEMBER, Access.DOOR, Access.LINK, Access.OPEN), route.name
    assert [route.name for route in STUDIO if route.access is Access.OPEN] == ["studio-asset"]


@pytest.mark.parametrize("route", BEHIND, ids=lambda route: route.name)
def test_nobody_is_asked_to_sign_in_first(route: Route, browser_of: Callable[..., Client]) -> None:
    answer = browser_of().get(address(route))
    assert answer.status_code == 303
    assert answer["Location"].startswith("/studio/sign-in?next=%2Fstudio")
    posted = browser_of().post(address(route), {"words": "what I typed"})
    assert posted.status_code == 401
    assert "what I typed" in posted.content.decode(), "what was typed is shown again"


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("route", BEHIND, ids=lambda route: route.name)
def test_each_role_comes_where_it_may_and_nowhere_else(
    route: Route, role: Role, browser_of: Callable[..., Client], make_user: Callable[..., User]
) -> None:
    client = browser_of(make_user(role))
    assert is_refused(client, route, "get") == (role not in MAY[route.access])
    if role not in MAY[route.access]:
        assert is_refused(client, route, "post")


@pytest.mark.parametrize("route", BEHIND, ids=lambda route: route.name)
def test_no_form_is_taken_without_its_mark(
    route: Route, browser_of: Callable[..., Client], make_user: Callable[..., User]
) -> None:
    answer = browser_of(make_user(Role.ADMINISTRATOR), strict=True).post(address(route), {"words": "what I typed"})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "This page is out of date" in page
    assert "what I typed" in page


@pytest.mark.parametrize("route", BEHIND, ids=lambda route: route.name)
def test_no_script_stands_in_a_page_and_none_could_run(
    route: Route, browser_of: Callable[..., Client], make_user: Callable[..., User]
) -> None:
    answer = browser_of(make_user(Role.ADMINISTRATOR)).get(address(route))
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy.replace("style-src 'unsafe-inline'", "" if "sandbox" in policy else "!")
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", answer.content.decode()) or "sandbox" in policy


def test_readers_pages_get_no_cookie_and_no_session(browser_of: Callable[..., Client]) -> None:
    client = browser_of()
    for route in ROUTES:
        if route not in STUDIO and "<" not in route.path:
            answer = client.get("/" + route.path)
            assert not answer.cookies
            assert "Cookie" not in answer.get("Vary", "")
            assert not hasattr(answer.wsgi_request, "session"), route.name
