"""What would stop a mailing at its first mail, found out beforehand."""

import socket
from collections.abc import Callable

import pytest

from newsletter.errors import ConflictError, InputError, UnavailableError
from newsletter.models import Edition
from newsletter.services.modes import go_live
from newsletter.services.preflight import require_ready
from newsletter.workspace import Workspace

MakeWorkspace = Callable[..., Workspace]

pytestmark = pytest.mark.django_db


def test_all_is_well_in_practice_whatever_is_configured(make_workspace: MakeWorkspace, edition: Edition) -> None:
    require_ready(make_workspace(NEWSLETTER__SENDING__TRANSPORT="smtp://mail.example.org"), edition)


def test_a_server_that_is_not_there(make_workspace: MakeWorkspace, edition: Edition) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = f"smtp://127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(UnavailableError, match="cannot be reached"):
        require_ready(make_workspace(NEWSLETTER__SENDING__TRANSPORT=nobody), edition)


def test_a_live_newsletter_that_goes_nowhere(workspace: Workspace, edition: Edition) -> None:
    go_live(workspace, by="Ann")
    with pytest.raises(ConflictError, match="reaches nobody"):
        require_ready(workspace, edition)


def test_a_damaged_edition(workspace: Workspace, edition: Edition) -> None:
    (workspace.editions / edition.content_hash / "variants" / "en" / "mail.html").write_text("something else")
    with pytest.raises(ConflictError, match="is not what was approved"):
        require_ready(workspace, edition)


def test_a_signing_key_that_is_not_there(make_workspace: MakeWorkspace, edition: Edition) -> None:
    dkim = '{domain="example.org", selector="s", key_file="absent.pem"}'
    with pytest.raises(InputError, match="key_file can't be read"):
        require_ready(make_workspace(NEWSLETTER__DKIM=dkim), edition)
