"""Coming in: the first link, invitations, sign-in with a one-time code, throttling, and what must not work twice."""

import base64
import hmac
import re
import struct
import time
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from newsletter.errors import ConflictError, InputError
from newsletter.models import AuditRecord, AutomaticMail, LinkPurpose, OneTimeLink, Role, User
from newsletter.services import accounts
from newsletter.services.one_time_links import address_of, make_link, token_of
from newsletter.workspace import Workspace

PASSWORD = "three cabbages dancing"
Browser = Callable[..., Client]
MakeUser = Callable[..., User]


def path_of(workspace: Workspace, link: OneTimeLink) -> str:
    return f"/studio/link/{token_of(workspace, link)}"


def code_for(secret: str) -> str:
    """The code that a telephone shows now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def page_of(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def sign_in(client: Client, user: User, password: str = PASSWORD) -> object:
    return client.post("/studio/sign-in", {"login": user.email, "password": password})


def test_the_first_link_makes_an_administrator_who_sets_up_a_code_and_gets_in(
    workspace: Workspace, browser_of: Browser
) -> None:
    link = accounts.first_link()
    assert link is not None
    client = browser_of()
    assert "You are the first here" in page_of(client.get(path_of(workspace, link)))
    answer = client.post(
        path_of(workspace, link), {"name": "Ada", "address": "Ada@Example.org", "password": PASSWORD}, follow=True
    )
    assert answer.request["PATH_INFO"] == "/studio/settings/code", "no page before the code is set up"
    assert client.get("/studio/settings/accounts/")["Location"] == "/studio/settings/code"
    secret = re.findall(r"<code>(\w+)</code>", page_of(answer))[0]
    answer = client.post("/studio/settings/code", {"code": code_for(secret)}, follow=True)
    assert "not shown again" in page_of(answer)
    assert "You have 10 left" in page_of(client.get("/studio/settings/code/spare"))
    assert client.get("/studio/").status_code == 200
    user = User.objects.get()
    assert (user.role, user.email) == (Role.ADMINISTRATOR, "ada@example.org")
    assert accounts.first_link() is None
    stored = Authenticator.objects.get(user=user, type="totp").data
    assert secret not in str(stored), "the database alone makes no codes"


def test_who_has_a_code_is_asked_for_it(browser_of: Browser, make_user: MakeUser) -> None:
    user = make_user(password=PASSWORD)
    client = browser_of()
    sign_in(client, user)
    secret = re.findall(r"<code>(\w+)</code>", page_of(client.get("/studio/settings/code")))[0]
    client.post("/studio/settings/code", {"code": code_for(secret)})
    other = browser_of()
    assert sign_in(other, user)["Location"] == "/studio/sign-in/code"  # type: ignore[index]
    assert other.get("/studio/").status_code == 303, "the password alone opens nothing"
    assert "does not fit" in page_of(other.post("/studio/sign-in/code", {"code": "000000"}))
    assert other.post("/studio/sign-in/code", {"code": code_for(secret)})["Location"] == "/studio/"
    assert other.get("/studio/").status_code == 200


def test_an_invitation_works_once(workspace: Workspace, browser_of: Browser, make_user: MakeUser) -> None:
    by = make_user(Role.ADMINISTRATOR)
    link = accounts.invite(workspace, name="Ben", address="ben@example.org", role=Role.EDITOR, by=by)
    path = path_of(workspace, link)
    scanner = browser_of()
    assert all(scanner.get(path).status_code == 200 for _ in range(3)), "opening uses nothing up"
    assert "too short" in page_of(scanner.post(path, {"password": "short"}))
    assert browser_of().post(path, {"password": PASSWORD}).status_code == 302
    again = browser_of().post(path, {"password": "another three words"})
    assert again.status_code == 410
    assert "was used before" in page_of(again)
    assert User.objects.get(email="ben@example.org").check_password(PASSWORD)


def test_two_at_once_with_one_link_are_one(workspace: Workspace, make_user: MakeUser) -> None:
    link = accounts.invite(workspace, name="Ben", address="ben@example.org", role=Role.EDITOR, by=make_user())
    twin = OneTimeLink.objects.get(pk=link.pk)
    accounts.come_in(link, password=PASSWORD)
    with pytest.raises(ConflictError, match="was used before"):
        accounts.come_in(twin, password="four other words here")


def test_an_invitation_runs_out_and_a_new_one_ends_the_old_one(
    workspace: Workspace, browser_of: Browser, make_user: MakeUser
) -> None:
    by = make_user(Role.ADMINISTRATOR)
    first = accounts.invite(workspace, name="Ben", address="ben@example.org", role=Role.EDITOR, by=by)
    second = accounts.invite_again(workspace, User.objects.get(email="ben@example.org"), by=by)
    assert browser_of().get(path_of(workspace, first)).status_code == 410
    assert browser_of().get(path_of(workspace, second)).status_code == 200
    OneTimeLink.objects.filter(pk=second.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert browser_of().post(path_of(workspace, second), {"password": PASSWORD}).status_code == 410
    assert not User.objects.get(email="ben@example.org").has_usable_password()


@pytest.mark.parametrize("token", ["x", "x~y", "~", "a" * 300, "é~é"])
def test_a_made_up_link_tells_nothing(token: str, browser_of: Browser) -> None:
    answer = browser_of().get(f"/studio/link/{token}")
    assert answer.status_code == 410
    assert "was used before, or has run out" in page_of(answer)


def test_what_the_database_holds_opens_nothing(workspace: Workspace, browser_of: Browser, make_user: MakeUser) -> None:
    link = make_link(LinkPurpose.RECOVERY, make_user())
    assert browser_of().get(f"/studio/link/{link.nonce}").status_code == 410
    other = address_of(workspace, link).rpartition("/")[2][:-1] + "x"
    assert browser_of().get(f"/studio/link/{other}").status_code == 410


def test_invitations_go_by_mail_where_there_is_a_public_address(
    make_workspace: Callable[..., Workspace], make_user: MakeUser
) -> None:
    public = make_workspace(NEWSLETTER__NEWSLETTER__BASE_URL="https://news.example.org/b")
    link = accounts.invite(public, name="Ben", address="ben@example.org", role=Role.EDITOR, by=make_user())
    assert address_of(public, link).startswith("https://news.example.org/b/studio/link/")
    mail = AutomaticMail.objects.get()
    assert (mail.kind, mail.address) == ("invitation", "ben@example.org")
    assert token_of(public, link) not in str(mail.facts), "the link is made when the mail leaves"


def test_fault_82_guessing_is_slowed_down_for_everybody_at_that_account(
    browser_of: Browser, make_user: MakeUser
) -> None:
    user = make_user(password=PASSWORD)
    for _ in range(5):
        assert "do not belong together" in page_of(sign_in(browser_of(), user, "wrong wrong wrong"))
    assert "Too many attempts" in page_of(sign_in(browser_of(), user, "wrong wrong wrong"))
    assert "Too many attempts" in page_of(sign_in(browser_of(), user)), "also with the right one"
    assert AuditRecord.objects.filter(action="wrong password", subject=f"account {user.pk}").count() == 5


def test_fault_82_one_place_that_tries_many_accounts_is_slowed_down(browser_of: Browser, make_user: MakeUser) -> None:
    users = [make_user(name=f"user {number}", password=PASSWORD) for number in range(11)]
    answers = [page_of(sign_in(browser_of(), user, "wrong wrong wrong")) for user in users]
    assert "Too many attempts" in answers[-1]


def test_fault_82_another_password_ends_every_other_session(browser_of: Browser, make_user: MakeUser) -> None:
    user = make_user(password=PASSWORD)
    here, there = browser_of(), browser_of()
    for client in (here, there):
        sign_in(client, user)
    form = {"oldpassword": PASSWORD, "password1": "four new words here", "password2": "four new words here"}
    assert here.post("/studio/settings/password", form)["Location"] == "/studio/"
    assert here.get("/studio/settings/password").status_code == 200
    assert there.get("/studio/settings/password").status_code == 303
    assert AuditRecord.objects.filter(action="password").exists()


def test_somebody_s_session_before_sign_in_is_not_the_one_after(browser_of: Browser, make_user: MakeUser) -> None:
    """Session fixation: a cookie that was planted before is worth nothing afterwards."""
    user = make_user(password=PASSWORD)
    victim, thief = browser_of(), browser_of()
    victim.get("/studio/sign-in")
    planted = victim.cookies["studio"].value
    sign_in(victim, user)
    assert victim.cookies["studio"].value != planted
    thief.cookies["studio"] = planted
    assert thief.get("/studio/settings/password").status_code == 303


def test_the_cookie_is_for_staff_s_pages_alone(make_workspace: Callable[..., Workspace], browser_of: Browser) -> None:
    from newsletter.web.site import place_of

    public = make_workspace(NEWSLETTER__NEWSLETTER__BASE_URL="https://news.example.org/b")
    plain = browser_of().get("/studio/sign-in").cookies["studio"]
    assert (plain["path"], plain["httponly"], plain["samesite"]) == ("/studio/", True, "Lax")
    secure = browser_of(at=public).get("/studio/sign-in", **place_of(public)).cookies["studio"]
    assert (secure["path"], bool(secure["secure"])) == ("/b/studio/", True)


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/x", "/\\evil.example", "javascript:alert(1)"]
)
def test_after_sign_in_nobody_is_led_elsewhere(elsewhere: str, browser_of: Browser, make_user: MakeUser) -> None:
    user = make_user(password=PASSWORD)
    answer = browser_of().post("/studio/sign-in", {"login": user.email, "password": PASSWORD, "next": elsewhere})
    assert urlsplit(answer["Location"]).netloc == ""
    assert answer["Location"].startswith("/studio/")


def test_sign_in_leads_back_to_where_one_was(browser_of: Browser, make_user: MakeUser) -> None:
    user = make_user(password=PASSWORD)
    client = browser_of()
    asked = client.get("/studio/settings/live/")["Location"]
    assert 'value="/studio/settings/live/"' in page_of(client.get(asked))
    answer = client.post(
        "/studio/sign-in", {"login": user.email, "password": PASSWORD, "next": "/studio/settings/live/"}
    )
    assert answer["Location"] == "/studio/settings/live/"


def test_nobody_can_make_an_account_of_their_own(browser_of: Browser) -> None:
    for path in ("signup", "sign-up", "accounts/signup/", "password/reset", "sign-in/with/other"):
        assert browser_of().get(f"/studio/{path}").status_code == 404


def test_the_last_administrator_stays(make_user: MakeUser) -> None:
    only = make_user(Role.ADMINISTRATOR, "Ada")
    make_user(Role.ADMINISTRATOR, "Invited", last_login=None)
    for act in (lambda: accounts.remove(only, by=only), lambda: accounts.change_role(only, Role.EDITOR, by=only)):
        with pytest.raises(ConflictError, match="Ada is the last administrator"):
            act()
    second = make_user(Role.ADMINISTRATOR, "Second")
    accounts.remove(only, by=second)
    assert not User.objects.get(pk=only.pk).is_active
    with pytest.raises(ConflictError, match="last administrator"):
        accounts.change_role(second, Role.APPROVER, by=second)


def test_who_is_removed_is_out_at_once(browser_of: Browser, make_user: MakeUser) -> None:
    make_user(Role.ADMINISTRATOR)
    user = make_user(password=PASSWORD)
    client = browser_of()
    sign_in(client, user)
    assert client.get("/studio/settings/password").status_code == 200
    accounts.remove(user, by=None)
    assert client.get("/studio/settings/password").status_code == 303
    sign_in(client, user)
    assert client.get("/studio/settings/password").status_code == 303


def test_a_role_taken_away_in_the_middle_holds_at_once(browser_of: Browser, make_user: MakeUser) -> None:
    user = make_user(Role.ADMINISTRATOR, "First")
    second = make_user(Role.ADMINISTRATOR, "Second")
    client = browser_of(user)
    assert client.get("/studio/settings/accounts/").status_code == 200
    accounts.change_role(user, Role.EDITOR, by=second)
    answer = client.post(
        "/studio/settings/accounts/invite", {"name": "Cy", "address": "cy@example.org", "role": "editor"}
    )
    assert answer.status_code == 403
    assert "cy@example.org" in page_of(answer), "what was typed is not lost"
    assert not User.objects.filter(email="cy@example.org").exists()


def test_a_way_back_in_ends_sessions_and_forgets_the_code(
    workspace: Workspace, browser_of: Browser, make_user: MakeUser
) -> None:
    user = make_user(password=PASSWORD)
    lost = browser_of()
    sign_in(lost, user)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    link = accounts.recovery_link(user, by=None)
    answer = browser_of().post(path_of(workspace, link), {"password": "four new words here"})
    assert answer.status_code == 302
    assert lost.get("/studio/settings/password").status_code == 303
    assert not Authenticator.objects.exists()


def test_passwords_that_are_easy_to_guess_are_refused(make_user: MakeUser) -> None:
    link = accounts.recovery_link(make_user(name="Ada Prosser"), by=None)
    for easy in ("short", "ada.prosser@example.org", "qwerty123456"):
        with pytest.raises(InputError):
            accounts.come_in(OneTimeLink.objects.get(pk=link.pk), password=easy)
    assert OneTimeLink.objects.get(pk=link.pk).used_at is None, "and the link is not used up"


def test_inviting_somebody_who_is_here_already_says_so(workspace: Workspace, make_user: MakeUser) -> None:
    user = make_user(name="Ada")
    with pytest.raises(ConflictError, match="Ada has an account"):
        accounts.invite(workspace, name="Ada", address=user.email, role=Role.ADMINISTRATOR, by=None)
    assert User.objects.get(pk=user.pk).role == Role.EDITOR


def test_sessions_are_listed_and_end_one_by_one_or_all(browser_of: Browser, make_user: MakeUser) -> None:
    make_user(Role.ADMINISTRATOR)
    user, other = make_user(password=PASSWORD), make_user(name="Other", password=PASSWORD)
    clients = [browser_of() for _ in range(3)]
    for client in clients:
        client.post("/studio/sign-in", {"login": user.email, "password": PASSWORD}, HTTP_USER_AGENT="Firefox Windows")
    stranger = browser_of()
    sign_in(stranger, other)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    Authenticator.objects.create(user=other, type="totp", data={"secret": "x"})
    page = page_of(clients[0].get("/studio/settings/"))
    assert page.count("Firefox on Windows") >= 3
    ends = re.findall(r'action="(/studio/settings/sessions/\d+/end)"', page)
    assert len(ends) == 2
    assert stranger.post(ends[0]).status_code == 409, "somebody else's session is not theirs to end"
    assert clients[0].post(ends[0]).status_code == 303
    assert sum(client.get("/studio/settings/").status_code == 200 for client in clients) == 2
    clients[0].post("/studio/settings/sessions/end")
    assert [client.get("/studio/settings/").status_code for client in clients] == [200, 303, 303]
    assert stranger.get("/studio/settings/").status_code == 200
