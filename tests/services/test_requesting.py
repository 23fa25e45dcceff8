"""Wishes that the owner of an address confirms: to join, to come back, to get the newsletter at another address."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.errors import ConflictError, InputError
from newsletter.models import (
    ConsentRecord,
    FormerAddress,
    Mechanism,
    RequestKind,
    Subscriber,
    SubscriptionRequest,
    Suppression,
    SuppressionReason,
)
from newsletter.services.confirming import Confirmation, confirm
from newsletter.services.consent import keep_wording, wording_shown
from newsletter.services.erasing import erase
from newsletter.services.personal_links import (
    person_of,
    renew_links,
    request_of,
    revoke,
    token_for,
    token_for_request,
)
from newsletter.services.requesting import ask_to_join, ask_to_move, purge_requests, waiting_requests
from newsletter.services.subscribing import (
    add_subscriber,
    count_by_status,
    find_subscriber,
    leave,
    stop,
    undo_leave,
)
from newsletter.services.suppressing import is_suppressed, suppress
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.tokens import Purpose
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db

FORM, REPLY, STAFF = Mechanism.FORM, Mechanism.REPLY, Mechanism.STAFF


def asked(workspace: Workspace, address: str = "Ann <ann@example.org>", **facts: str) -> SubscriptionRequest:
    return ask_to_join(workspace, parse_address(address), mechanism=FORM, **facts)


def joined(workspace: Workspace, address: str = "ann@example.org") -> Subscriber:
    person = confirm(workspace, asked(workspace, address), mechanism=REPLY).person
    assert person is not None
    return person


def moved(workspace: Workspace, person: Subscriber, address: str) -> Confirmation:
    return confirm(workspace, ask_to_move(person, parse_address(address), mechanism=FORM), mechanism=FORM)


def test_a_request_makes_nobody_a_subscriber_until_it_is_confirmed(workspace: Workspace) -> None:
    version = keep_wording("You will get one mail a month.")
    request = asked(workspace, wording=version)
    assert not Subscriber.objects.exists()
    assert count_by_status()["pending"] == 1
    result = confirm(workspace, request, mechanism=REPLY, source="<1@example.org>")
    assert result.changed
    ann = find_subscriber("ANN@example.org")
    assert (ann.name, ann.status, ann.basis) == ("Ann", "subscribed", "consent")
    rows = ann.consent.order_by("pk").values_list("event", "mechanism", "wording", "source")
    assert list(rows) == [("requested", "form", version, ""), ("confirmed", "reply", "", "<1@example.org>")]
    assert wording_shown(version) == "You will get one mail a month."
    assert count_by_status()["pending"] == 0


def test_confirming_twice_or_after_leaving_again_changes_nothing(workspace: Workspace) -> None:
    request = asked(workspace)
    assert confirm(workspace, request, mechanism=FORM).changed
    assert not confirm(workspace, request, mechanism=FORM).changed
    leave(find_subscriber("ann@example.org"), mechanism=FORM)
    assert not confirm(workspace, request, mechanism=FORM).changed
    assert find_subscriber("ann@example.org").status == "unsubscribed"


def test_leaving_forgets_what_was_asked_and_not_confirmed(workspace: Workspace) -> None:
    ann = joined(workspace)
    old = asked(workspace)
    leave(ann, mechanism=FORM)
    with pytest.raises(ConflictError, match="out of time"):
        confirm(workspace, old, mechanism=FORM)
    assert find_subscriber("ann@example.org").status == "unsubscribed"


def test_a_request_out_of_time_is_refused_and_then_removed(workspace: Workspace) -> None:
    request = asked(workspace)
    SubscriptionRequest.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(ConflictError, match="out of time"):
        confirm(workspace, request, mechanism=FORM)
    assert waiting_requests("ann@example.org") == []
    assert (purge_requests(), SubscriptionRequest.objects.count()) == (1, 0)


@pytest.mark.parametrize("status", ["unsubscribed", "bounced", "complained"])
def test_who_left_comes_back_by_a_fresh_confirmed_request(workspace: Workspace, status: str) -> None:
    ann = joined(workspace)
    Subscriber.objects.update(status=status, joined_at=timezone.now() - timedelta(days=400))
    assert confirm(workspace, asked(workspace), mechanism=FORM).changed
    ann.refresh_from_db()
    assert (ann.status, ann.consent.latest("pk").event) == ("subscribed", "returned")
    assert timezone.now() - ann.joined_at < timedelta(hours=1)


@pytest.mark.parametrize("reason", ["erased", "asked", "complained", "bounced"])
def test_a_fresh_confirmed_request_lifts_a_suppression_and_nothing_else_does(workspace: Workspace, reason: str) -> None:
    suppress(workspace, "ann@example.org", SuppressionReason(reason))
    request = asked(workspace)
    assert is_suppressed(workspace, "ann@example.org")
    with pytest.raises(ConflictError, match="never to be written to"):
        confirm(workspace, request, mechanism=STAFF, by="Staff")
    assert confirm(workspace, request, mechanism=REPLY).changed
    assert not Suppression.objects.exists()


def test_what_staff_decided_no_request_lifts(workspace: Workspace) -> None:
    suppress(workspace, "ann@example.org", SuppressionReason.STAFF)
    with pytest.raises(ConflictError):
        confirm(workspace, asked(workspace), mechanism=REPLY)
    assert not Subscriber.objects.exists()


def test_a_basis_must_be_one_of_the_workspaces_own(workspace: Workspace) -> None:
    assert asked(workspace).basis == "consent"
    with pytest.raises(InputError, match="public task"):
        ask_to_join(workspace, parse_address("a@example.org"), basis="we like them", mechanism=FORM)


def test_a_change_of_address_keeps_the_person_and_remembers_the_old_address(workspace: Workspace) -> None:
    ann = joined(workspace)
    result = moved(workspace, ann, "Ann@new.example")
    assert (result.changed, result.former_address) == (True, "ann@example.org")
    ann.refresh_from_db()
    assert (ann.address, ann.address_compared) == ("Ann@new.example", "ann@new.example")
    assert find_subscriber("ann@example.org") == ann
    with pytest.raises(ConflictError, match="on the list already"):
        add_subscriber(workspace, "ann@example.org", basis="consent", by="Staff")
    assert moved(workspace, ann, "ann@example.org").former_address == "Ann@new.example"
    assert FormerAddress.objects.get().address_compared == "ann@new.example"


def test_moving_to_an_address_that_is_here_goes_on_with_one_subscription(workspace: Workspace) -> None:
    ann, there = joined(workspace), joined(workspace, "ann@new.example")
    leave(there, mechanism=FORM)
    result = moved(workspace, ann, "ann@new.example")
    assert result.person == there
    assert dict(Subscriber.objects.values_list("address", "status")) == {
        "ann@example.org": "unsubscribed",
        "ann@new.example": "subscribed",
    }


def test_a_new_address_ends_a_bounce_but_not_a_leaving(workspace: Workspace) -> None:
    ann = joined(workspace)
    Subscriber.objects.update(status="bounced")
    ann.refresh_from_db()
    request = ask_to_move(ann, parse_address("ann@new.example"), mechanism=FORM)
    confirm(workspace, request, mechanism=FORM)
    ann.refresh_from_db()
    assert ann.status == "subscribed"
    leave(ann, mechanism=FORM)
    moved(workspace, ann, "ann@third.example")
    ann.refresh_from_db()
    assert ann.status == "unsubscribed"


def test_an_address_given_up_can_be_somebody_elses_after_their_own_request(workspace: Workspace) -> None:
    ann = joined(workspace)
    moved(workspace, ann, "ann@new.example")
    bob = joined(workspace, "ann@example.org")
    assert bob != ann
    assert not FormerAddress.objects.exists()


def test_undo_works_once_and_never_against_a_wish_to_be_left_alone(workspace: Workspace) -> None:
    ann = joined(workspace)
    assert not undo_leave(workspace, ann, mechanism=FORM)
    leave(ann, mechanism=FORM)
    assert undo_leave(workspace, ann, mechanism=FORM)
    assert ann.consent.latest("pk").event == "returned"
    assert stop(workspace, ann, mechanism=REPLY)
    assert not stop(workspace, ann, mechanism=REPLY)
    assert not undo_leave(workspace, ann, mechanism=FORM)
    ann.refresh_from_db()
    assert ann.status == "unsubscribed"


def test_stopping_and_erasing_reach_earlier_addresses_too(workspace: Workspace) -> None:
    ann = joined(workspace)
    moved(workspace, ann, "ann@new.example")
    ann.refresh_from_db()
    asked(workspace)
    result = erase(workspace, ann, by="Staff")
    assert (result.addresses, result.skipped, result.under_way) == (2, 0, 0)
    assert is_suppressed(workspace, "ann@example.org")
    assert is_suppressed(workspace, "ann@new.example")
    assert not Subscriber.objects.exists()
    assert not ConsentRecord.objects.exists()
    assert not SubscriptionRequest.objects.exists()


def test_a_personal_link_names_its_person_and_can_be_revoked_alone(workspace: Workspace) -> None:
    ann = joined(workspace)
    token = token_for(workspace, Purpose.UNSUBSCRIBE, ann)
    other = token_for(workspace, Purpose.PREFERENCES, ann)
    assert person_of(workspace, Purpose.UNSUBSCRIBE, token.upper()) == ann
    assert revoke(token, by="Staff", reason="posted on a forum")
    assert not revoke(token.upper(), by="Staff")
    with pytest.raises(InputError, match="no longer works"):
        person_of(workspace, Purpose.UNSUBSCRIBE, token)
    assert person_of(workspace, Purpose.PREFERENCES, other) == ann


def test_all_links_of_a_person_can_be_renewed(workspace: Workspace) -> None:
    ann = joined(workspace)
    old = token_for(workspace, Purpose.UNSUBSCRIBE, ann)
    renew_links(ann, by="Staff")
    with pytest.raises(InputError):
        person_of(workspace, Purpose.UNSUBSCRIBE, old)
    assert person_of(workspace, Purpose.UNSUBSCRIBE, token_for(workspace, Purpose.UNSUBSCRIBE, ann)) == ann


def test_a_requests_token_confirms_that_kind_of_request_only(workspace: Workspace) -> None:
    request = asked(workspace)
    token = token_for_request(workspace, request)
    assert request_of(workspace, RequestKind.JOIN, token) == request
    with pytest.raises(InputError):
        request_of(workspace, RequestKind.MOVE, token)
    request.delete()
    with pytest.raises(InputError, match="no longer works"):
        request_of(workspace, RequestKind.JOIN, token)
