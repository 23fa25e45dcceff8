"""What tests of readers' pages share: a workspace with a public address, issues that were sent, and a reader."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image
from reader import Reader

from newsletter.models import Mailing
from newsletter.services.approvals import sendable_edition
from newsletter.services.approving import approve
from newsletter.services.planning import new_mailing
from newsletter.web.public import protection
from newsletter.workspace import Workspace, load_workspace

BASE = "https://news.example.org"
TEXT = "Hello to everybody. A café is open."
TOML = """\
[newsletter]
name = "The Example Bulletin"
organisation = "Example Organisation"
postal_address = "1 Example Street"
from_address = "bulletin@example.org"
list_id = "bulletin.example.org"

[approval]
people = 1
"""
BODIES = """
[[body]]
id = "cqc"
name = "Care Quality Commission"
domains = ["cqc.example"]
nation = "england"
[[body]]
id = "hmips"
name = "Inspectorate of Prisons for Scotland"
domains = ["hmips.example"]
nation = "scotland"
"""
SEGMENTS = """
[[segment]]
id = "scotland"
name = "Readers in Scotland"
nation = ["scotland"]
[[segment]]
id = "training"
name = "News of training"
tag = ["training"]
on_offer = true
about = "twice a year"
"""
ISSUE = """\
title: {title}
preheader: What is in {title}.
date: {day}
languages: [en, cy]
events:
  - id: visit
    title: The visit
    date: 2025-11-28
    starts: 10:00
  - id: secret-visit
    title: The visit that some alone know of
    date: 2025-11-29
sections:
  - type: letter
    id: welcome
    text: {text}
    name: Ada Invented
    translations: {{cy: {{text: Helo bawb.}}}}
  - type: text
    id: north
    heading: Only for Scotland
    audience: scotland
    text: A secret among Scots.
  - type: events
    id: secret-events
    heading: Dates for Scotland
    audience: scotland
    show: [secret-visit]
  - type: image
    id: picture
    image: {{file: dot.png, alt: A dot on a wall}}
  - type: events
    id: events
    heading: Dates
    show: [visit]
"""


@pytest.fixture
def make_site(tmp_path: Path) -> Callable[..., Workspace]:
    """Makes the workspace; keyword arguments are settings, as the environment sets them."""

    def make(name: str = "site", **settings: str) -> Workspace:
        root = tmp_path / name
        (root / "subscribers").mkdir(parents=True, exist_ok=True)
        (root / "newsletter.toml").write_text(TOML)
        (root / "subscribers" / "bodies.toml").write_text(BODIES)
        (root / "subscribers" / "segments.toml").write_text(SEGMENTS)
        return load_workspace(root, {"NEWSLETTER__NEWSLETTER__BASE_URL": BASE, **settings})

    return make


@pytest.fixture
def site(make_site: Callable[..., Workspace]) -> Workspace:
    return make_site()


@pytest.fixture
def publish(site: Workspace) -> Callable[..., Mailing]:
    """Approves an issue and begins to send it; nobody has to be on the list."""

    def published(
        issue_id: str,
        title: str = "",
        workspace: Workspace = site,
        day: str = "2025-11-07",
        text: str = TEXT,
        **how: object,
    ) -> Mailing:
        write_issue(workspace, issue_id, title=title or f"Bulletin {issue_id}", day=day, text=text)
        approve(workspace, issue_id, by="Ann Approver", gate=lambda _issue, _rendered: [])
        mailing = new_mailing(workspace, sendable_edition(workspace, issue_id), **how)  # type: ignore[arg-type]
        Mailing.objects.filter(pk=mailing.pk).update(started_at=timezone.now())
        return mailing

    return published


def write_issue(workspace: Workspace, issue_id: str, **facts: str) -> None:
    folder = workspace.issues / issue_id
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "issue.yaml").write_text(ISSUE.format(**facts))
    Image.new("RGB", (80, 40), "#0f4c5c").save(folder / "images" / "dot.png")


@pytest.fixture
def read_by(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Reader]:  # noqa: ARG001
    """Makes readers, who may type as fast as they like; the trap for haste has a test of its own."""
    monkeypatch.setattr(protection, "_HASTE", timedelta(seconds=-1))
    return Reader


@pytest.fixture
def reader(site: Workspace, read_by: Callable[..., Reader]) -> Reader:
    return read_by(site)
