"""Practice and live, practice mails, the log, and inviting from the page."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from newsletter.errors import ConflictError
from newsletter.models import AuditRecord, Role, User
from newsletter.models.append_only import AppendOnlyError
from newsletter.services.audit import record_act
from newsletter.services.going_live import take_live
from newsletter.services.modes import is_practice
from newsletter.services.probes.dns import Resolver
from newsletter.settings import begin
from newsletter.workspace import Workspace

MAIL = b"""From: The Example Bulletin <bulletin@example.org>\r
To: reader@example.org\r
Subject: =?utf-8?q?Caf=C3=A9_=3Cscript=3E?=\r
Date: Fri, 7 Nov 2025 09:30:00 +0000\r
MIME-Version: 1.0\r
Content-Type: multipart/alternative; boundary=x\r
\r
--x\r
Content-Type: text/plain; charset=utf-8\r
\r
Hello <script>alert(1)</script>\r
--x\r
Content-Type: text/html; charset=utf-8\r
\r
<p>Hello</p><script>alert(1)</script>\r
--x--\r
"""


class NoDns(Resolver):
    """Answers nothing: what the DNS says is then told as not looked at, or as missing."""

    def txt(self, name: str) -> tuple[str, ...]:
        raise ConflictError(name)

    mx = addresses = txt


@pytest.fixture
def kept_mail(workspace: Workspace) -> Path:
    folder = workspace.outbox / "test"
    folder.mkdir(parents=True)
    (folder / "0001-1.eml").write_bytes(MAIL)
    return folder / "0001-1.eml"


def page_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_in_practice_every_page_says_so(browser: Client) -> None:
    for path in ("/studio/", "/studio/settings/", "/studio/sign-in"):
        answer = browser.get(path, follow=True)
        assert "Nothing leaves this computer." in answer.content.decode()


@pytest.mark.usefixtures("kept_mail")
def test_practice_mails_are_shown_and_nothing_in_them_runs(browser: Client) -> None:
    assert "Test copies" in page_of(browser, "/studio/settings/practice/")
    assert "Café &lt;script&gt;" in page_of(browser, "/studio/settings/practice/test/")
    page = page_of(browser, "/studio/settings/practice/test/0001-1.eml")
    assert "Hello &lt;script&gt;" in page
    assert "<script>alert" not in page
    framed = browser.get("/studio/settings/practice/test/0001-1.eml/html")
    policy = framed["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert framed["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize(
    "path", ["test/0002-1.eml", "nothing/0001-1.eml", "nothing/", "../data/", "test/..%2f..%2fsecret.key"]
)
@pytest.mark.usefixtures("kept_mail")
def test_nothing_but_practice_mails_can_be_read_there(path: str, browser: Client) -> None:
    assert browser.get(f"/studio/settings/practice/{path}").status_code in (400, 404)


def test_going_live_is_an_administrator_s_and_needs_a_way_out_and_all_in_order(
    make_workspace: Callable[..., Workspace], make_user: Callable[..., User], browser_of: Callable[..., Client]
) -> None:
    user = make_user(Role.ADMINISTRATOR, "Ada")
    local = make_workspace("local")
    answer = browser_of(user, at=local).post("/studio/settings/live/begin")
    assert answer.status_code == 409
    assert "reach nobody" in answer.content.decode()
    assert is_practice(local)

    wide = make_workspace("wide", NEWSLETTER__SENDING__TRANSPORT="smtp://mail.example.org:587")
    (wide.secret_path.parent).mkdir(parents=True)
    wide.secret()
    wide.secret_path.chmod(0o644)
    with pytest.raises(ConflictError, match="First mend what is not in order"):
        take_live(wide, by="Ada", user=user, resolver=NoDns())
    with pytest.raises(ConflictError, match="Only an administrator"):
        take_live(wide, by="Ann", user=make_user(Role.APPROVER), resolver=NoDns())
    assert is_practice(wide)


def test_live_is_recorded_and_so_is_the_way_back(
    make_workspace: Callable[..., Workspace],
    make_user: Callable[..., User],
    browser_of: Callable[..., Client],
) -> None:
    workspace = make_workspace(
        NEWSLETTER__SENDING__TRANSPORT="smtp://127.0.0.1:2525", NEWSLETTER__NEWSLETTER__FROM_ADDRESS="b@x.example"
    )
    client = browser_of(make_user(Role.ADMINISTRATOR, "Ada"), at=workspace)
    begin(workspace)
    assert "Go live" in page_of(client, "/studio/settings/live/?look=yes")
    assert client.post("/studio/settings/live/begin").status_code == 303
    assert not is_practice(workspace)
    assert "Nothing leaves this computer." not in page_of(client, "/studio/settings/live/")
    assert client.post("/studio/settings/live/end").status_code == 303
    assert is_practice(workspace)
    acts = AuditRecord.objects.filter(action="mode").order_by("pk")
    assert [(act.by, act.detail["mode"], act.user_id is not None) for act in acts] == [
        ("Ada", "live", True),
        ("Ada", "practice", True),
    ]


def test_the_log_is_only_added_to(db: None, browser: Client) -> None:  # noqa: ARG001
    record_act("invite", "account 1", by="Ada <b>", role="editor")
    row = AuditRecord.objects.get(action="invite")
    for change in (row.save, row.delete, AuditRecord.objects.all().delete, lambda: AuditRecord.objects.update(by="x")):
        with pytest.raises(AppendOnlyError):
            change()
    page = page_of(browser, "/studio/settings/log/?q=Ada")
    assert "Ada &lt;b&gt;" in page
    assert "role: editor" in page
    assert "Nothing like it was found" in page_of(browser, "/studio/settings/log/?q=nobody")
    assert browser.post("/studio/settings/log/").status_code == 200, "a form that is not there changes nothing"


def test_inviting_shows_the_link_once_and_the_account_as_invited(
    browser: Client, browser_of: Callable[..., Client]
) -> None:
    form = {"name": "Ben <b>", "address": "ben@example.org", "role": "approver"}
    page = browser.post("/studio/settings/accounts/invite", form).content.decode()
    link = re.findall(r"http://testserver(/studio/link/\S+?)<", page)[0]
    assert "you are invited" in browser_of().get(link).content.decode()
    listed = page_of(browser, "/studio/settings/accounts/")
    assert "Ben &lt;b&gt;" in listed
    assert "Invited" in listed
    again = browser.post("/studio/settings/accounts/invite", {**form, "role": "owner", "address": "no address"})
    assert again.status_code == 400
    assert User.objects.filter(email="ben@example.org", role=Role.APPROVER).exists()


def test_fault_92_only_what_the_form_asks_is_taken(browser: Client) -> None:
    """Mass assignment: columns that no field names are not set, whatever is posted."""
    extra = {"is_superuser": "1", "is_staff": "1", "password": "x", "id": "99", "is_active": "0"}
    browser.post(
        "/studio/settings/accounts/invite", {"name": "Ben", "address": "ben@example.org", "role": "editor", **extra}
    )
    user = User.objects.get(email="ben@example.org")
    assert (user.is_superuser, user.is_staff, user.is_active, user.has_usable_password()) == (False, False, True, False)


@pytest.mark.parametrize("query", ["' OR 1=1 --", "%", "\\", "x'); DROP TABLE newsletter_user; --", "\u0000"])
def test_fault_92_what_is_searched_for_is_no_sql(query: str, browser: Client) -> None:
    record_act("invite", "account 1", by="Ada", role="editor")
    answer = browser.get("/studio/settings/log/", {"q": query})
    assert answer.status_code == 200
    assert "Ada" not in answer.content.decode().split("<main", 1)[1] or query == "\0"
    assert User.objects.exists()


def test_closing_one_s_own_account_as_the_last_administrator_is_one_sentence(browser: Client) -> None:
    user = User.objects.get()
    answer = browser.post(f"/studio/settings/accounts/{user.pk}/close")
    assert answer.status_code == 409
    assert "is the last administrator" in answer.content.decode()
    answer = browser.post(f"/studio/settings/accounts/{user.pk}/", {"role": "editor"})
    assert answer.status_code == 400
    assert "is the last administrator" in answer.content.decode()
