"""Who comes onto the list, who stays off it, and what is written down about it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.errors import ConflictError, InputError
from newsletter.models import Mechanism, SuppressionReason
from newsletter.services.subscribing import (
    add_subscriber,
    change_details,
    count_by_status,
    find_subscriber,
    leave,
    pause,
    resume,
    suppress,
)
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db


def test_leaving_works_once_and_is_written_down(workspace: Workspace) -> None:
    ann = add_subscriber(workspace, "Ann <Ann@example.org>", basis="consent", by="Staff")
    assert leave(ann, mechanism=Mechanism.LINK)
    assert not leave(ann, mechanism=Mechanism.LINK)
    assert list(ann.consent.order_by("pk").values_list("event", "mechanism")) == [("added", "staff"), ("left", "link")]
    assert count_by_status() == {"pending": 0, "subscribed": 0, "unsubscribed": 1, "bounced": 0, "complained": 0}


def test_staff_cannot_add_who_left_or_is_never_to_be_written_to(workspace: Workspace) -> None:
    ann = add_subscriber(workspace, "ann@example.org", basis="consent", by="Staff")
    leave(ann, mechanism=Mechanism.STAFF, by="Staff")
    suppress(workspace, "bob@example.org", SuppressionReason.ASKED)
    for address in ("ann@example.org", "bob@example.org"):
        with pytest.raises(ConflictError) as caught:
            add_subscriber(workspace, address, basis="consent", by="Staff")
        assert address not in str(caught.value)


def test_an_unknown_address_gets_a_sentence_without_the_address() -> None:
    with pytest.raises(InputError) as caught:
        find_subscriber("nobody@example.org")
    assert "nobody" not in str(caught.value)


def test_a_pause_ends_on_its_day_and_can_be_ended_before(workspace: Workspace) -> None:
    ann = add_subscriber(workspace, "ann@example.org", basis="consent", by="Staff")
    until = timezone.now() + timedelta(days=30)
    assert pause(ann, until, mechanism=Mechanism.FORM)
    assert not pause(ann, until, mechanism=Mechanism.FORM)
    assert resume(ann, mechanism=Mechanism.FORM)
    assert not resume(ann, mechanism=Mechanism.FORM)
    for days in (-1, 400):
        with pytest.raises(InputError, match="within a year"):
            pause(ann, timezone.now() + timedelta(days=days), mechanism=Mechanism.FORM)
    events = ann.consent.order_by("pk").values_list("event", "reason")
    assert list(events)[1:] == [("paused", f"until {until:%Y-%m-%d}"), ("resumed", "")]


def test_changed_details_are_recorded_by_name_and_never_by_value(workspace: Workspace) -> None:
    ann = add_subscriber(workspace, "ann@example.org", basis="consent", by="Staff")
    changed = change_details(ann, {"language": "cy", "tags": ["press"], "name": ""}, mechanism=Mechanism.FORM)
    assert changed == ["language", "tags"]
    assert change_details(ann, {"language": "cy"}, mechanism=Mechanism.FORM) == []
    ann.refresh_from_db()
    assert (ann.language, ann.tags) == ("cy", ["press"])
    assert ann.consent.latest("pk").reason == "language, tags"
