"""Who may come in, and what each may open: the table of screens is read, and each tried as everybody."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from staff import Staff, page, words

from newsletter.models import AuditRecord, Role, User
from newsletter.services.accounts import add_account, entry_path
from newsletter.web.site import ROUTES, Access
from newsletter.web.studio.routes import SCREENS
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db
MakeStaff = Callable[..., Staff]
ROLES = ("editor", "approver", "administrator")
PLACE = {"issue": "2025-11", "name": "x.png", "number": "1"}


def address(path: str) -> str:
    """A path with something for each of its parts."""
    for kind in ("int", "str", "slug", "issue", "file", "path"):
        for part, value in PLACE.items():
            path = path.replace(f"<{kind}:{part}>", value)
    return path


def test_every_screen_names_its_role_and_is_on_the_table() -> None:
    routes = {route.path: route.role for route in ROUTES if route.access is Access.STAFF}
    assert routes == {f"studio/{screen.path}": screen.role for screen in SCREENS}
    assert all(isinstance(screen.role, Role) for screen in SCREENS)


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_sees_and_does_nothing(staff: MakeStaff, method: str) -> None:
    nobody = staff("")
    for screen in SCREENS:
        answer = getattr(nobody.client, method)(f"/studio/{address(screen.path)}")
        assert answer.status_code in ((302, 405) if method == "get" else (403, 405)), screen.name
        assert answer.status_code != 302 or answer["Location"].startswith("/studio/sign-in?next="), screen.name


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_let_in_where_the_table_says(staff: MakeStaff, role: str) -> None:
    person = staff(role)
    for screen in SCREENS:
        if screen.name == "sign-out":
            continue
        for answer in (person.get(address(screen.path)), person.post(address(screen.path))):
            allowed = ROLES.index(role) >= ROLES.index(screen.role)
            assert (answer.status_code == 403) == (not allowed) or answer.status_code == 405, (screen.name, role)
            assert answer.status_code < 500, (screen.name, role)


def test_a_form_without_the_studios_own_field_does_nothing(staff: MakeStaff) -> None:
    person = staff("administrator")
    for screen in SCREENS:
        answer = person.client.post(f"/studio/{address(screen.path)}", {"text": "My long letter"})
        assert answer.status_code in (403, 405), screen.name
        if answer.status_code == 403:
            assert "My long letter" in answer.content.decode()


def test_who_is_signed_out_meanwhile_keeps_what_they_typed(staff: MakeStaff) -> None:
    person = staff()
    page(person.get())
    Session.objects.all().delete()
    answer = person.client.post("/studio/leave", {"text": "My long letter", "password": "hidden-one"})
    assert answer.status_code == 403
    assert "My long letter" in answer.content.decode()
    assert "hidden-one" not in answer.content.decode()


def test_a_one_time_link_lets_in_once_and_only_when_its_button_is_pressed(workspace: Workspace) -> None:
    user = add_account("ann@example.org", "Ann Approver", "approver", by="the tests")
    path = "/" + entry_path(user)
    browser = Client(**{"newsletter.workspace": workspace})
    for _ in range(3):  # a scanner looks
        assert "Welcome, Ann Approver" in words(browser.get(path))
    assert browser.get("/studio/").status_code == 302
    planted = browser.session.session_key
    assert browser.post(path).status_code == 302
    assert browser.get("/studio/").status_code == 200
    assert browser.session.session_key != planted
    assert Client(**{"newsletter.workspace": workspace}).post(path).status_code == 410
    assert AuditRecord.objects.filter(action="enter by link", user=user).count() == 1


@pytest.mark.parametrize(
    "token", ["", "1-", "x-y", "999-dimowt-abc", "1-dimowt-0123456789abcdef0123456789abcdef", "²-a-b"]
)
def test_an_invented_link_lets_nobody_in(workspace: Workspace, token: str) -> None:
    add_account("ann@example.org", "Ann Approver", "approver", by="the tests")
    answer = Client(**{"newsletter.workspace": workspace}).post(f"/studio/enter/{token}")
    assert answer.status_code in (404, 410)


def test_a_role_or_an_account_taken_away_counts_at_once(staff: MakeStaff) -> None:
    person = staff("administrator")
    User.objects.update(is_active=False)
    assert person.get().status_code == 302


def test_signing_out_ends_the_session(staff: MakeStaff) -> None:
    person = staff()
    assert "Sign in" in words(person.press("", "Sign out"))
    assert person.get().status_code == 302


def test_pages_allow_no_script_or_style_but_our_own_and_are_kept_by_nobody(staff: MakeStaff) -> None:
    answer = staff().get()
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    assert not page(answer).xpath("//script[not(@src)] | //style | //@style | //@*[starts-with(name(), 'on')]")


def test_readers_pages_are_given_no_cookie_also_to_staff(staff: MakeStaff) -> None:
    person = staff()
    assert person.client.get("/").cookies == {}


def test_the_banner_says_practice(staff: MakeStaff) -> None:
    assert "Nothing leaves this computer." in page(staff().get()).xpath("string(//*[@class='practice'])")
