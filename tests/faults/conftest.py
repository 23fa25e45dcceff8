"""A mailing to a few people, sent by each SMTP engine in turn."""

from collections.abc import Callable
from pathlib import Path

import pytest
from desk import PLAIN, Desk, Steady
from django.db import connection
from smtp_misbehaving import CHUNKING, PIPELINING

from newsletter.models import Edition, Subscriber
from newsletter.services.planning import plan
from newsletter.workspace import Pace, Workspace

PEOPLE = 9


@pytest.fixture(
    params=[(PLAIN, {}), ("fast", {}), ("fast", PIPELINING), ("fast", CHUNKING)],
    ids=["plain", "fast", "pipelined", "chunking"],
)
def desk(
    request: pytest.FixtureRequest, workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]
) -> Desk:
    people(PEOPLE)
    engine, usual = request.param
    return Desk(workspace, plan(workspace, edition), engine, usual, Steady(Pace()))


@pytest.fixture
def fast_desk(
    request: pytest.FixtureRequest, workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]
) -> Desk:
    """By the fast engine alone, where the engine is not what is tried."""
    people(getattr(request, "param", PEOPLE))
    return Desk(workspace, plan(workspace, edition), "fast", PIPELINING, Steady(Pace()))


@pytest.fixture
def ledger_file(db: None) -> Path:  # noqa: ARG001
    """Where the tests' database lies."""
    return Path(connection.settings_dict["NAME"])
