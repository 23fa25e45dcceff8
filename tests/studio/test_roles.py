"""The table of the studio's routes, each tried as nobody, editor, approver and administrator."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from newsletter.models import Role, User
from newsletter.web.routes import STAFF, Access, Route
from newsletter.web.site import ROUTES
from newsletter.web.studio.table import STUDIO

SAMPLE = {"issue": "2025-11", "file": "dot.png", "int": "1", "str": "x", "slug": "organisation", "path": "x"}
BEHIND = [route for route in STUDIO if route.access in (*STAFF, Access.MEMBER)]
MAY = {
    Access.MEMBER: set(Role),
    Access.EDITOR: set(Role),
    Access.APPROVER: {Role.APPROVER, Role.ADMINISTRATOR},
    Access.ADMINISTRATOR: {Role.ADMINISTRATOR},
}
TYPED = {"words": "what I typed"}


def address(route: Route) -> str:
    return "/" + re.sub(r"<(\w+):\w+>", lambda found: SAMPLE[found[1]], route.path)


def is_refused(client: Client, route: Route, method: str) -> bool:
    answer = getattr(client, method)(address(route))
    return answer.status_code == 403 and "This is not open to you" in answer.content.decode()


def test_staff_s_pages_are_below_their_own_path_and_say_who_may_enter() -> None:
    for route in ROUTES:
        assert (route.path.split("/")[0] == "studio") == (route in STUDIO), route.name
        if route in STUDIO:
            assert route.access in (*STAFF, Access.MEMBER, Access.DOOR, Access.LINK, Access.OPEN), route.name
    assert [route.name for route in STUDIO if route.access is Access.OPEN] == ["studio-asset"]


def test_nobody_is_asked_to_sign_in_first_and_what_they_typed_is_shown_again(browser_of: Callable[..., Client]) -> None:
    for route in BEHIND:
        answer = browser_of().get(address(route))
        assert answer.status_code == 303, route.name
        assert answer["Location"].startswith("/studio/sign-in?next=%2Fstudio"), route.name
        posted = browser_of().post(address(route), TYPED)
        assert posted.status_code == 401, route.name
        assert "what I typed" in posted.content.decode(), route.name


@pytest.mark.parametrize("role", Role)
def test_each_role_comes_where_it_may_and_nowhere_else(
    role: Role, browser_of: Callable[..., Client], make_user: Callable[..., User]
) -> None:
    user = make_user(role)
    for route in BEHIND:
        may = role in MAY[route.access]
        assert is_refused(browser_of(user), route, "get") == (not may), route.name
        assert may or is_refused(browser_of(user), route, "post"), route.name


def test_no_form_is_taken_without_its_mark(browser_of: Callable[..., Client], make_user: Callable[..., User]) -> None:
    user = make_user(Role.ADMINISTRATOR)
    for route in STUDIO:
        if route.access is not Access.OPEN:
            answer = browser_of(user, strict=True).post(address(route), TYPED)
            assert answer.status_code == 403, route.name
            page = answer.content.decode()
            assert "This page is out of date" in page, route.name
            assert "what I typed" in page, route.name


def test_no_script_stands_in_a_page_and_none_could_run(
    browser_of: Callable[..., Client], make_user: Callable[..., User]
) -> None:
    user = make_user(Role.ADMINISTRATOR)
    for route in BEHIND:
        answer = browser_of(user).get(address(route))
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in (policy.replace("style-src 'unsafe-inline'", "") if "sandbox" in policy else policy)
        assert "allow-scripts" not in policy
        if answer.headers.get("Content-Type", "").startswith("text/html") and "sandbox" not in policy:
            assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", answer.content.decode()), route.name


def test_readers_pages_get_no_cookie_and_no_session(browser_of: Callable[..., Client]) -> None:
    client = browser_of()
    for route in ROUTES:
        if route not in STUDIO and "<" not in route.path:
            answer = client.get("/" + route.path)
            assert not answer.cookies
            assert "Cookie" not in answer.get("Vary", "")
            assert not hasattr(answer.wsgi_request, "session"), route.name
