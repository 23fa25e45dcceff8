"""Sign-in with an organisation's own accounts: OpenID Connect with a real exchange on loopback."""

import json
import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from newsletter.errors import InputError
from newsletter.models import Role, User
from newsletter.services import accounts
from newsletter.workspace import Workspace, load_workspace

KEY = "a key of the organisation's, of which the studio knows nothing"
Entra = Callable[..., None]


def introduce(httpserver: HTTPServer) -> None:
    """The organisation's server says where its pages are."""
    issuer = httpserver.url_for("/tenant/v2.0")
    httpserver.expect_request("/tenant/v2.0/.well-known/openid-configuration").respond_with_json(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }
    )


@pytest.fixture
def openid(make_workspace: Callable[..., Workspace], httpserver: HTTPServer) -> Workspace:
    issuer = httpserver.url_for("/tenant/v2.0")
    introduce(httpserver)
    return make_workspace(
        NEWSLETTER__STUDIO__OPENID__ISSUER=issuer,
        NEWSLETTER__STUDIO__OPENID__CLIENT_ID="the-studio",
        NEWSLETTER__STUDIO__OPENID__CLIENT_SECRET="not told",
    )


@pytest.fixture
def vouches_for(openid: Workspace, httpserver: HTTPServer) -> Entra:
    """The organisation says who it is that signs in."""

    def says(address: str, number: str = "n1", audience: str = "the-studio") -> None:
        issuer = openid.config.studio.openid.issuer  # type: ignore[union-attr]
        told = {
            "iss": issuer,
            "aud": audience,
            "sub": number,
            "email": address,
            "exp": time.time() + 60,
            "iat": time.time(),
        }

        def token(request: Request) -> Response:
            assert request.form["client_secret"] == "not told"
            assert request.form["code_verifier"]
            body = {"access_token": "x", "token_type": "Bearer", "id_token": jwt.encode(told, KEY, "HS256")}
            return Response(status=200, response=json.dumps(body), content_type="application/json")

        httpserver.expect_request("/tenant/v2.0/token", method="POST").respond_with_handler(token)

    return says


def begin(client: Client) -> tuple[str, dict[str, list[str]]]:
    answer = client.post("/studio/sign-in/with/organisation")
    assert answer.status_code == 302
    asked = urlsplit(answer["Location"])
    return asked.path, parse_qs(asked.query)


def come_back(client: Client, **changes: str) -> str:
    _path, asked = begin(client)
    sent = {"code": "c", "state": asked["state"][0], **changes}
    answer = client.get("/studio/sign-in/with/organisation/answer", sent, follow=True)
    return answer.content.decode()


def test_the_button_stands_on_the_sign_in_page_and_leads_there(
    openid: Workspace, browser_of: Callable[..., Client]
) -> None:
    client = browser_of(at=openid)
    page = client.get("/studio/sign-in")
    assert "Sign in with Microsoft" in page.content.decode()
    origin = openid.config.studio.openid.origin  # type: ignore[union-attr]
    assert f"form-action 'self' {origin};" in page["Content-Security-Policy"]
    path, asked = begin(client)
    assert path == "/tenant/v2.0/authorize"
    assert asked["client_id"] == ["the-studio"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://testserver/studio/sign-in/with/organisation/answer"]
    assert "Sign in with" not in browser_of().get("/studio/sign-in").content.decode()


def test_who_was_invited_comes_in_without_a_password_or_a_code(
    openid: Workspace, vouches_for: Entra, browser_of: Callable[..., Client]
) -> None:
    accounts.invite(openid, name="Ben", address="ben@example.org", role=Role.EDITOR, by=None)
    vouches_for("Ben@Example.org")
    client = browser_of(at=openid)
    assert "<h1>This month</h1>" in come_back(client)
    assert not User.objects.get(email="ben@example.org").has_usable_password()


def test_after_the_first_time_it_is_the_organisation_s_number_that_counts(
    openid: Workspace, vouches_for: Entra, browser_of: Callable[..., Client], httpserver: HTTPServer
) -> None:
    accounts.invite(openid, name="Ben", address="ben@example.org", role=Role.EDITOR, by=None)
    vouches_for("ben@example.org", "n1")
    come_back(browser_of(at=openid))
    accounts.invite(openid, name="Ada", address="ada@example.org", role=Role.ADMINISTRATOR, by=None)
    httpserver.clear_all_handlers()
    introduce(httpserver)
    vouches_for("ada@example.org", "n1")
    client = browser_of(at=openid)
    assert "Ben" in come_back(client), "another address does not make another person of them"


@pytest.mark.parametrize("address", ["stranger@example.org", "", "closed@example.org"])
def test_nobody_else_comes_in(
    address: str,
    openid: Workspace,
    vouches_for: Entra,
    browser_of: Callable[..., Client],
    make_user: Callable[..., User],
) -> None:
    make_user(name="closed", is_active=False)
    vouches_for(address)
    client = browser_of(at=openid)
    assert "There is no account for you here" in come_back(client)
    assert client.get("/studio/").status_code == 303
    assert User.objects.count() == 1


@pytest.mark.parametrize("changes", [{"state": "made-up"}, {"error": "access_denied"}])
def test_an_answer_that_was_not_asked_for_lets_nobody_in(
    changes: dict[str, str], openid: Workspace, vouches_for: Entra, browser_of: Callable[..., Client]
) -> None:
    accounts.invite(openid, name="Ben", address="ben@example.org", role=Role.EDITOR, by=None)
    vouches_for("ben@example.org")
    client = browser_of(at=openid)
    come_back(client, **changes)
    assert client.get("/studio/").status_code == 303


def test_a_token_for_another_application_lets_nobody_in(
    openid: Workspace, vouches_for: Entra, browser_of: Callable[..., Client]
) -> None:
    accounts.invite(openid, name="Ben", address="ben@example.org", role=Role.EDITOR, by=None)
    vouches_for("ben@example.org", audience="another application")
    client = browser_of(at=openid)
    come_back(client)
    assert client.get("/studio/").status_code == 303


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        (
            {"NEWSLETTER__STUDIO__OPENID__ISSUER": "https://login.microsoftonline.com/common/v2.0"},
            "your own organisation's",
        ),
        ({"NEWSLETTER__STUDIO__OPENID__ISSUER": "http://login.example/v2.0"}, "begins with https://"),
    ],
)
def test_only_one_organisation_s_issuer_is_taken(
    setting: dict[str, str], told: str, make_workspace: Callable[..., Workspace]
) -> None:
    with pytest.raises(InputError, match=told):
        make_workspace(NEWSLETTER__STUDIO__OPENID__CLIENT_ID="x", **setting)


def test_the_secret_stands_in_no_file_that_is_shared(workspace: Workspace) -> None:
    path = workspace.root / "newsletter.toml"
    openid = '\n[studio.openid]\nissuer = "https://x.example/1"\nclient_id = "x"\n'
    path.write_text(path.read_text() + openid + 'client_secret = "told"\n')
    with pytest.raises(InputError, match="client_secret is a secret: set NEWSLETTER__STUDIO__OPENID__CLIENT_SECRET"):
        load_workspace(workspace.root, {})
    path.write_text(path.read_text().replace('client_secret = "told"', 'client_secret_file = "secret.txt"'))
    found = load_workspace(workspace.root, {}).config.studio.openid
    assert found is not None
    with pytest.raises(InputError, match="can't be read"):
        found.secret(workspace.root)
    (workspace.root / "secret.txt").write_text("told\n")
    assert found.secret(workspace.root) == "told"
