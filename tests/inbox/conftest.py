"""What tests of the inbox share: a workspace, and somebody who plays the post and the people who write."""

from collections.abc import Callable
from pathlib import Path

import pytest
from inbox_player import Inbox

from newsletter.models import Subscriber, SubscriberStatus
from newsletter.workspace import Workspace, load_workspace

TOML = """\
[newsletter]
name = "The Example Bulletin"
organisation = "Example Organisation"
from_address = "bulletin@example.org"
list_id = "bulletin.example.org"

[approval]
people = 1

[inbox]
sources = ["maildir:mail"]
receiver = "mx.example.org"
trusted_domains = ["cqc.example"]

[sending]
bounce_address = "bounces@example.org"
"""
BODIES = """
[[body]]
id = "cqc"
name = "Care Quality Commission"
domains = ["cqc.example"]
nation = "england"
"""


@pytest.fixture
def make_site(tmp_path: Path) -> Callable[..., Workspace]:
    def make(**settings: str) -> Workspace:
        root = tmp_path / "site"
        (root / "subscribers").mkdir(parents=True, exist_ok=True)
        (root / "newsletter.toml").write_text(TOML)
        (root / "subscribers" / "bodies.toml").write_text(BODIES)
        (root / "subscribers" / "segments.toml").write_text("")
        return load_workspace(root, settings)

    return make


@pytest.fixture
def site(make_site: Callable[..., Workspace]) -> Workspace:
    return make_site()


@pytest.fixture
def inbox(site: Workspace, db: None) -> Inbox:  # noqa: ARG001
    return Inbox(site)


@pytest.fixture
def ada(db: None) -> Subscriber:  # noqa: ARG001
    address = "ada@cqc.example"
    return Subscriber.objects.create(
        address=address, address_compared=address, basis="consent", status=SubscriberStatus.SUBSCRIBED
    )
