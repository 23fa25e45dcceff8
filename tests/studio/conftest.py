"""What tests of the studio share: members of staff, each with a browser of their own."""

from collections.abc import Callable

import pytest
from staff import Staff

from newsletter.workspace import Workspace


@pytest.fixture
def staff(workspace: Workspace, db: None) -> Callable[..., Staff]:  # noqa: ARG001
    """Makes one: `staff("approver")`, or `staff("")` for nobody."""

    def make(role: str = "editor", name: str = "") -> Staff:
        return Staff(workspace, role, name)

    return make
