"""Who is chosen, who is left out, which version each gets."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.errors import ConflictError, InputError
from newsletter.models import Approval, Delivery, Edition, Mailing, Subscriber, SuppressionReason, Variant
from newsletter.services.planning import forecast, plan
from newsletter.services.subscribing import suppress
from newsletter.workspace import Workspace

MakePeople = Callable[..., list[Subscriber]]

pytestmark = pytest.mark.django_db


def test_everybody_subscribed_gets_one_delivery_and_those_on_leave_a_reason(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(3)
    people(1, paused_until=timezone.now() + timedelta(days=30))
    (never,) = people(1)
    suppress(workspace, never.address_compared, SuppressionReason.ERASED)
    people(1, status="unsubscribed")
    people(1, status="pending")
    mailing = plan(workspace, edition)
    assert (mailing.chosen, mailing.skipped_at_plan) == (5, 2)
    reasons = Delivery.objects.filter(state="skipped").order_by("reason").values_list("reason", flat=True)
    assert list(reasons) == ["paused", "suppressed"]


def test_each_reader_gets_the_version_of_their_segments(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(2, nation="scotland")
    people(3, nation="wales")
    plan(workspace, edition)
    keys = sorted(Delivery.objects.values_list("variant__key", flat=True))
    assert keys == ["en", "en", "en", "en+scotland", "en+scotland"]


def test_a_reader_gets_their_language_where_the_issue_is_sent_in_it(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    for audiences in ([], ["scotland"]):
        Variant.objects.create(
            edition=edition,
            key=f"cy{audiences}",
            language="cy",
            audiences=audiences,
            subject="T",
            html_bytes=1,
            text_bytes=1,
        )
    for language in ("cy", "cy-GB", "en", "", "gd"):
        people(1, language=language)
    plan(workspace, edition)
    got = Delivery.objects.order_by("pk").values_list("variant__language", flat=True)
    assert list(got) == ["cy", "cy", "en", "en", "en"]


def test_a_segment_narrows_the_audience_and_an_unknown_one_is_refused(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(1, nation="scotland")
    people(4, nation="wales")
    assert plan(workspace, edition, segment="scotland").chosen == 1
    with pytest.raises(InputError, match="no segment 'wales'"):
        plan(workspace, edition, segment="wales")


def test_the_same_edition_is_not_planned_twice_without_a_reason(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(2)
    plan(workspace, edition)
    with pytest.raises(ConflictError, match="planned for everybody already"):
        plan(workspace, edition)
    assert Mailing.objects.count() == 1
    assert plan(workspace, edition, again="the server lost them").chosen == 2


def test_who_has_the_edition_already_is_left_out_of_a_second_audience(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(1, nation="scotland")
    plan(workspace, edition, segment="scotland")
    people(2)
    mailing = plan(workspace, edition)
    assert (mailing.chosen, mailing.skipped_at_plan) == (3, 1)
    assert Delivery.objects.get(mailing=mailing, state="skipped").reason == "already"


def test_an_edition_with_too_few_approvals_is_not_planned(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(1)
    Approval.objects.get(person="Bob Approver")
    Approval.objects.filter(person="Bob Approver")._raw_delete("default")
    with pytest.raises(ConflictError, match="1 of 2 approvals"):
        plan(workspace, edition)
    assert not Mailing.objects.exists()


def test_an_empty_audience_leaves_nothing_behind(workspace: Workspace, edition: Edition) -> None:
    with pytest.raises(ConflictError, match="Nobody is in this audience"):
        plan(workspace, edition)
    assert not Mailing.objects.exists()


def test_message_ids_differ_and_the_date_is_one(workspace: Workspace, edition: Edition, people: MakePeople) -> None:
    people(3)
    mailing = plan(workspace, edition)
    rows = list(mailing.deliveries.all())
    assert len({row.message_id for row in rows}) == 3
    assert all(row.message_id.startswith(f"<{mailing.uid}.") for row in rows)
    assert {row.date for row in rows} == {mailing.planned_at}


def test_a_forecast_counts_what_a_plan_would_choose_and_writes_nothing(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(2, nation="scotland")
    people(1)
    people(1, paused_until=timezone.now() + timedelta(days=1))
    found = forecast(workspace, edition)
    assert (found.chosen, found.skipped, found.variants) == (4, {"paused": 1}, {"en+scotland": 2, "en": 1})
    assert not Mailing.objects.exists()


def test_a_pause_that_is_over_keeps_nobody_out(workspace: Workspace, edition: Edition, people: MakePeople) -> None:
    people(1, paused_until=timezone.now() - timedelta(days=1))
    assert plan(workspace, edition).skipped_at_plan == 0


def test_a_schedule_waits_in_its_own_state(workspace: Workspace, edition: Edition, people: MakePeople) -> None:
    people(1)
    assert plan(workspace, edition, at=timezone.now() + timedelta(days=1)).state == "scheduled"
