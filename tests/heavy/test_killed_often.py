"""`kill -9` at two hundred random moments of one mailing to 20,000 people over eight connections."""

from collections.abc import Callable

import pytest
from killing import prove, scene

from newsletter.workspace import Workspace

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(900)]


@pytest.mark.parametrize("seed", [20251128])
def test_two_hundred_kills_leave_nobody_twice_and_nobody_lost(
    make_workspace: Callable[..., Workspace], seed: int, record_testsuite_property: Callable[[str, object], None]
) -> None:
    with scene(make_workspace().root, people=20_000, connections=8) as mailing:
        for name, value in prove(mailing, kills=200, seed=seed).items():
            record_testsuite_property(name, value)
