"""A process killed with SIGKILL while it sends: afterwards nobody has two copies and nobody is forgotten.

The mail server's own log is the witness. The sending processes are real, with a database and a lock of their own.
`tests/heavy/test_killed_often.py` does the same two hundred times.
"""

from collections.abc import Callable

import pytest
from killing import prove, scene

from newsletter.workspace import Workspace


@pytest.mark.parametrize(
    ("engine", "window", "kills"),
    [
        ("fast", 1, 3),
        pytest.param("fast", 4, 2, marks=pytest.mark.heavy),
        pytest.param("plain", 1, 2, marks=pytest.mark.heavy),
    ],
)
def test_kill_9_while_sending_leaves_nobody_twice_and_nobody_lost(
    make_workspace: Callable[..., Workspace], engine: str, window: int, kills: int
) -> None:
    with scene(make_workspace().root, people=500, connections=4, engine=engine, window=window) as mailing:
        prove(mailing, kills=kills, seed=7)
