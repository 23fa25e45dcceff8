"""What tests of several areas share: a workspace in a scratch folder, an approved edition, invented people."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connections
from editions import approved_edition

from newsletter.models import Edition, Subscriber, SubscriberStatus
from newsletter.workspace import Workspace, load_workspace

TOML = """
[newsletter]
name = "The Example Bulletin"
organisation = "Example Organisation"
from_address = "bulletin@example.org"
list_id = "bulletin.example.org"

[sending]
connections = 2
batch_size = 20
"""

SEGMENTS = """
[[segment]]
id = "scotland"
name = "Readers in Scotland"
nation = ["scotland"]
"""


BODIES = """
[[body]]
id = "cqc"
name = "Care Quality Commission"
nation = "england"

[[body]]
id = "imb"
name = "Independent Monitoring Boards"
nation = "england-and-wales"
"""


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A file, not memory: threads need connections of their own, and WAL works on files only."""
    connections["default"].settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("db") / "test.sqlite3")


@pytest.fixture
def make_workspace(tmp_path: Path) -> Callable[..., Workspace]:
    """Makes a workspace in a scratch folder; keyword arguments are settings such as NEWSLETTER__SENDING__TRANSPORT."""

    def make(name: str = "workspace", **environment: str) -> Workspace:
        root = tmp_path / name
        (root / "subscribers").mkdir(parents=True, exist_ok=True)
        (root / "newsletter.toml").write_text(TOML)
        (root / "subscribers" / "segments.toml").write_text(SEGMENTS)
        (root / "subscribers" / "bodies.toml").write_text(BODIES)
        return load_workspace(root, environment)

    return make


@pytest.fixture
def workspace(make_workspace: Callable[..., Workspace]) -> Workspace:
    return make_workspace()


@pytest.fixture
def edition(workspace: Workspace, db: None) -> Edition:  # noqa: ARG001  (fixtures take no marks)
    """An edition that two people approved: English, and English for Scotland."""
    return approved_edition(workspace)


@pytest.fixture
def people(db: None) -> Callable[..., list[Subscriber]]:  # noqa: ARG001
    """Makes subscribed people at example.org; returns them in order."""

    def make(count: int, **details: object) -> list[Subscriber]:
        start = Subscriber.objects.count()
        made = [
            Subscriber(
                address=f"reader{number}@example.org",
                address_compared=f"reader{number}@example.org",
                **{
                    "name": f"Reader {number}",
                    "status": SubscriberStatus.SUBSCRIBED,
                    "basis": "consent",
                    **details,
                },
            )
            for number in range(start, start + count)
        ]
        return Subscriber.objects.bulk_create(made)

    return make
