"""`[provider]`: secrets come by environment or file, and the route is opened with them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.errors import InputError
from newsletter.services.routing import route_name
from newsletter.workspace import CONFIG_NAME, Workspace, load_workspace

MakeWorkspace = Callable[..., Workspace]


def written(root: Path, lines: str) -> Path:
    path = root / CONFIG_NAME
    path.write_text(path.read_text() + lines)
    return root


@pytest.mark.parametrize(
    ("lines", "remedy"),
    [
        ('[provider]\napi_key = "k"\n', "set NEWSLETTER__PROVIDER__API_KEY, or api_key_file to"),
        (
            '[provider.client_params]\naws_session_token = "k"\n',
            "set NEWSLETTER__PROVIDER__CLIENT_PARAMS__AWS_SESSION_TOKEN, or aws_session_token_file to",
        ),
    ],
)
def test_a_secret_in_newsletter_toml_is_refused_with_the_remedy(workspace: Workspace, lines: str, remedy: str) -> None:
    with pytest.raises(InputError, match=remedy):
        load_workspace(written(workspace.root, lines), {})


def test_a_secret_comes_from_its_file_also_in_an_inner_table(workspace: Workspace) -> None:
    (workspace.root / "key").write_text("hidden\n")
    lines = '[provider]\napi_key_file = "key"\n[provider.client_params]\naws_secret_access_key_file = "key"\n'
    read = load_workspace(written(workspace.root, lines), {})
    assert read.provider_options() == {"api_key": "hidden", "client_params": {"aws_secret_access_key": "hidden"}}
    assert "hidden" not in repr(read)


def test_a_file_that_is_not_there_is_named_by_its_option(workspace: Workspace) -> None:
    read = load_workspace(written(workspace.root, '[provider]\napi_key_file = "away"\n'), {})
    with pytest.raises(InputError, match=r"\[provider\] api_key_file can't be read"):
        read.provider_options()


@pytest.mark.django_db
def test_a_route_to_a_provider_has_its_options(make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace(
        NEWSLETTER__SENDING__TRANSPORT="provider:mailgun", NEWSLETTER__PROVIDER__API_KEY="from the environment"
    )
    assert "outbox" in route_name(workspace, practice=True)
    assert route_name(workspace, practice=False) == "Mailgun API"
    assert "from the environment" not in repr(workspace)
