"""Attacks on who is who: forged forms, planted hosts and ways on, links of people who left, codes used twice."""

import base64
import hmac
import struct
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from furnished import House
from hostile import MARKUP, runs

from newsletter.models import AuditRecord, DraftRemark, Edition, Role, User
from newsletter.services import accounts
from newsletter.services.one_time_links import token_of
from newsletter.web.routes import STAFF
from newsletter.web.site import place_of
from newsletter.web.studio.table import STUDIO
from newsletter.workspace import Workspace

PASSWORD = "three cabbages dancing"
EVIL = "evil.example"
ELSEWHERE = (
    f"https://{EVIL}/",
    f"//{EVIL}",
    f"///{EVIL}",
    f"/\\{EVIL}",
    f"\\\\{EVIL}",
    f"/\t/{EVIL}",
    f"https:{EVIL}",
    f"http:///{EVIL}",
    f"//testserver@{EVIL}",
    "javascript:alert(1)",
    "data:text/html,x",
)
Browser = Callable[..., Client]
MakeUser = Callable[..., User]


def secret_of(client: Client) -> str:
    page = client.get("/studio/settings/code").content.decode()
    return page.partition("<code>")[2].partition("</code>")[0]


def code_at(secret: str, moment: float) -> str:
    """The code that a telephone shows (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(moment) // 30), "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def is_here(answer: Any) -> bool:
    parts = urlsplit(answer.get("Location", ""))
    return not parts.netloc and not parts.scheme and (not parts.path or parts.path.startswith("/studio"))


@pytest.mark.parametrize("host", ["testserver", EVIL])
def test_no_way_on_leads_to_another_website(
    workspace: Workspace, browser_of: Browser, make_user: MakeUser, host: str
) -> None:
    user = make_user(password=PASSWORD)
    for place in ELSEWHERE:
        link = f"/studio/link/{token_of(workspace, accounts.entrance_link(user))}"
        known = {"login": user.email, "password": PASSWORD, "next": place}
        client = browser_of()
        answers = [
            client.get("/studio/sign-in", {"next": place}, headers={"host": host}),
            client.post("/studio/sign-in", known, headers={"host": host}),
            client.get("/studio/sign-in", {"next": place}, headers={"host": host}),  # signed in already
            client.post("/studio/sign-out", {"next": place}, headers={"host": host}),
            browser_of().post(link, {"next": place}, headers={"host": host}),
            browser_of().get("/studio/settings/", {"next": place}, headers={"host": host}),
        ]
        assert [answer.status_code for answer in answers] == [200, 302, 302, 302, 302, 303], place
        assert all(map(is_here, answers)), place


def test_a_planted_host_stands_in_no_page_and_in_no_way_on(house: House, browser: Client) -> None:
    planted = {"host": EVIL, "X-Forwarded-Host": EVIL, "Forwarded": f"host={EVIL}", "X-Original-URL": "/studio/link/x"}
    for route in STUDIO:
        answer = browser.get(house.address(route), headers=planted)
        assert EVIL not in f"{dict(answer.headers)}{b''.join(answer)!r}", route.name


def test_links_are_made_of_the_public_address_and_not_of_the_host(
    make_workspace: Callable[..., Workspace], browser_of: Browser, make_user: MakeUser
) -> None:
    public = make_workspace(NEWSLETTER__NEWSLETTER__BASE_URL="https://news.example.org")
    client = browser_of(make_user(Role.ADMINISTRATOR), at=public)
    wish = {"name": "Ben", "address": "ben@example.org", "role": "editor"}
    placed = {**place_of(public), "HTTP_ORIGIN": "https://news.example.org"}
    page = client.post("/studio/settings/accounts/invite", wish, **placed).content.decode()
    assert "https://news.example.org/studio/link/" in page


@pytest.mark.parametrize("origin", [f"https://{EVIL}", "null", "http://testserver.evil.example", "https://testserver"])
def test_no_form_is_taken_from_another_website_even_with_its_mark(
    house: House, browser_of: Browser, origin: str
) -> None:
    client = browser_of(User.objects.get(name="Ann Example"), strict=True)
    page = client.get("/studio/settings/").content.decode()
    mark = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert client.post("/studio/settings/sessions/end", {"csrfmiddlewaretoken": mark}).status_code == 303
    before = AuditRecord.objects.count()
    for route in STUDIO:
        if route.access in STAFF:
            sent = {"csrfmiddlewaretoken": mark, "do": "do"}
            answer = client.post(house.address(route), sent, headers={"Origin": origin})
            assert answer.status_code == 403, route.name
    assert AuditRecord.objects.count() == before


def test_one_person_s_mark_is_worth_nothing_in_another_s_browser(house: House, browser_of: Browser) -> None:
    ann, ben = (browser_of(User.objects.get(name=f"{name} Example"), strict=True) for name in ("Ann", "Ben"))
    page = ben.get("/studio/settings/").content.decode()
    mark = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    ann.get("/studio/settings/")
    sent = {"csrfmiddlewaretoken": mark}
    assert ann.post("/studio/settings/sessions/end", sent, headers={"X-CSRFToken": mark}).status_code == 403
    assert house.workspace.root.is_dir()


def test_what_htmx_says_opens_nothing_and_is_not_repeated(house: House, browser_of: Browser) -> None:
    said = {"HX-Request": "true", "HX-Current-URL": MARKUP, "HX-Prompt": MARKUP, "HX-Target": MARKUP, "HX-Boosted": "x"}
    ann = browser_of(User.objects.get(name="Ann Example"), strict=True)
    for route in STUDIO:
        if route.access in STAFF:
            place = house.address(route)
            assert browser_of().get(place, headers=said).status_code == 401, route.name
            assert ann.post(place, headers=said).status_code == 403, route.name
            assert runs(ann.get(place, headers=said)) == [], route.name


def test_links_of_somebody_who_was_removed_let_nobody_in_again(
    workspace: Workspace, browser_of: Browser, make_user: MakeUser
) -> None:
    admin, user = make_user(Role.ADMINISTRATOR), make_user(name="Ben", password=PASSWORD)
    links = [accounts.recovery_link(user, by=admin), accounts.entrance_link(user)]
    paths = [f"/studio/link/{token_of(workspace, link)}" for link in links]
    accounts.remove(user, by=admin)
    assert [browser_of().post(path, {"password": PASSWORD}).status_code for path in paths] == [410, 410]
    accounts.invite(workspace, name="Ben", address=user.email, role=Role.EDITOR, by=admin)
    assert [browser_of().post(path, {"password": PASSWORD}).status_code for path in paths] == [410, 410]


def test_a_new_password_ends_the_links_that_were_lying_about(
    workspace: Workspace, browser_of: Browser, make_user: MakeUser
) -> None:
    user = make_user(name="Ben", password=PASSWORD)
    lying = f"/studio/link/{token_of(workspace, accounts.entrance_link(user))}"
    way_back = f"/studio/link/{token_of(workspace, accounts.recovery_link(user, by=None))}"
    assert browser_of().post(way_back, {"password": "four other words here"}).status_code == 302
    assert browser_of().post(lying).status_code == 410


def test_fault_82_codes_are_not_guessed_and_work_once(browser_of: Browser, make_user: MakeUser) -> None:
    user = make_user(password=PASSWORD)
    client = browser_of()
    known = {"login": user.email, "password": PASSWORD}
    client.post("/studio/sign-in", known)
    secret = secret_of(client)
    client.post("/studio/settings/code", {"code": code_at(secret, time.time())})
    owner, thief = browser_of(), browser_of()
    for each in (owner, thief):
        each.post("/studio/sign-in", known)
    code = code_at(secret, time.time())
    assert owner.post("/studio/sign-in/code", {"code": code}).status_code == 302
    assert thief.post("/studio/sign-in/code", {"code": code}).status_code == 200, "it was used a moment ago"
    for _ in range(6):
        thief.post("/studio/sign-in/code", {"code": "000000"})
    answer = thief.post("/studio/sign-in/code", {"code": code_at(secret, time.time() + 30)})
    assert "Too many attempts" in answer.content.decode()
    assert thief.get("/studio/").status_code == 303


def test_fault_92_a_remark_is_settled_from_its_own_issue_alone(house: House, edition: Edition, browser: Client) -> None:
    number = DraftRemark.objects.get().pk
    assert browser.post(f"/studio/issues/2025-12/comments/{number}").status_code in (404, 409)
    assert DraftRemark.objects.get().settled_at is None
    assert browser.post(f"/studio/issues/{edition.issue_id}/comments/{number}").status_code == 303
    assert house.workspace.root.is_dir()


@pytest.mark.parametrize(
    "path",
    [
        "issues/2025-12/look/{key}/light",  # a rendering of another issue
        "issues/2025-12/look/{key}/images/dot.png",
        "issues/2025-11/look/{key}/images/issue.yaml",
        "issues/2025-11/pictures/..%2Fissue.yaml",
        "issues/2025-11/pictures/issue.yaml",
        "issues/..%2F..%2Fsecret.key/",
        "issues/2025-11/history/..%2F..%2Fsecret",
        "settings/practice/..%2F..%2Fdata/secret.key",
        "settings/practice/automatic/..%2F..%2F..%2Fnewsletter.toml",
        "people/bring/{token}/nobody",  # a body that is none
        "people/bring/{other}/imb",
        "people/compare/{token}/nobody",
        "mailings/999999999999999999999999/",
        "people/999999999999999999999999/",
        "replies/999999999999999999999999/",
        "replies/items/1/picture",  # an item without one
        "mailings/1/list/subscribers",
        "static/..%2Fbase.html.j2",
        "static/base.html.j2",
    ],
)
def test_fault_92_what_is_somebody_else_s_or_no_thing_of_ours_is_not_shown(
    house: House, browser: Client, path: str
) -> None:
    parts = {**house.parts[""], "other": f"{'0' * 32}.csv"}
    for look in (browser.get, browser.head):
        answer = look(f"/studio/{path.format(**parts)}", follow=True)
        assert answer.status_code in (400, 404, 409), answer.content.decode()[-2000:]
