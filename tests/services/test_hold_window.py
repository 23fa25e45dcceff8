"""The minutes before the first mail."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.errors import ConflictError
from newsletter.models import Approval, Edition, Mailing
from newsletter.services.hold_window import first_moment, send_after_window
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("minutes", [0, 5, 60])
def test_as_long_as_the_workspace_says(
    make_workspace: Callable[..., Workspace], edition: Edition, minutes: int
) -> None:
    workspace = make_workspace(NEWSLETTER__STUDIO__HOLD=str(minutes))
    before = timezone.now()
    mailing = send_after_window(workspace, edition, by="Ann")
    assert mailing.scheduled_for is not None
    assert minutes * MINUTE <= mailing.scheduled_for - before < (minutes + 1) * MINUTE
    assert mailing.state == "scheduled"


def test_what_one_person_approved_alone_waits_longer(workspace: Workspace, edition: Edition) -> None:
    kept = edition.approvals.earliest("pk")
    Approval.objects.filter(edition=edition)._raw_delete("default")
    at = timezone.now() - 10 * MINUTE
    Approval.objects.create(edition=edition, person="Ann", person_key="ann", at=at, alone_because="ill")
    assert kept.person == "Ann Approver"
    assert first_moment(workspace, edition) == at + 30 * MINUTE
    with pytest.raises(ConflictError, match="at the earliest"):
        send_after_window(workspace, edition, by="Ann", at=timezone.now() + 10 * MINUTE)
    assert not Mailing.objects.exists()
    assert send_after_window(workspace, edition, by="Ann").scheduled_for == at + 30 * MINUTE
