"""Who is chosen, who is left out, which version each gets."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from newsletter.errors import ConflictError, InputError
from newsletter.models import Approval, Delivery, Edition, Mailing, Subscriber, SuppressionReason, Variant
from newsletter.services.copies import plan_copy
from newsletter.services.frozen import read_edition, write_edition
from newsletter.services.planning import fix_audience, forecast, plan
from newsletter.services.steering import cancel, start
from newsletter.services.subscribing import suppress
from newsletter.workspace import Workspace

MakePeople = Callable[..., list[Subscriber]]

pytestmark = pytest.mark.django_db


def second_edition(workspace: Workspace, edition: Edition, letter: str = "f") -> Edition:
    """The same issue, corrected and approved."""
    frozen = replace(read_edition(workspace.editions, edition.content_hash), source_hash=letter * 64)
    name = write_edition(workspace.editions, frozen)
    row = Edition.objects.create(issue_id=edition.issue_id, content_hash=name, source_hash=letter * 64, folder=name)
    for variant in edition.variants.all():
        Variant.objects.create(
            edition=row, key=variant.key, language="en", audiences=variant.audiences, html_bytes=1, text_bytes=1
        )
    for person in ("ann", "bob"):
        Approval.objects.create(edition=row, person=person, person_key=person, at=timezone.now())
    return row


def test_everybody_subscribed_gets_one_delivery_and_those_on_leave_a_reason(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(3)
    people(1, paused_until=timezone.now() + timedelta(days=30))
    (never,) = people(1)
    suppress(workspace, never.address_compared, SuppressionReason.ERASED)
    people(1, status="unsubscribed")
    mailing = plan(workspace, edition)
    assert (mailing.chosen, mailing.skipped_at_plan) == (5, 2)
    reasons = Delivery.objects.filter(state="skipped").order_by("reason").values_list("reason", flat=True)
    assert list(reasons) == ["paused", "suppressed"]


def test_a_plan_writes_nothing_that_the_database_would_have_refused(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    """Its rows are not checked one by one; to check them afterwards finds nothing, and then checking is on again."""
    rows = people(8)
    wrong = plan(workspace, edition)
    Delivery.objects.update(state="accepted")
    Mailing.objects.update(state="finished")
    for row, status in zip(rows, ("unsubscribed", "bounced", "complained", "subscribed"), strict=False):
        Subscriber.objects.filter(pk=row.pk).update(status=status)
    Subscriber.objects.filter(pk=rows[4].pk).update(paused_until=timezone.now() + timedelta(days=30))
    suppress(workspace, rows[5].address_compared, SuppressionReason.ERASED)
    mailing = plan(workspace, second_edition(workspace, edition), correcting=wrong)
    reasons = mailing.deliveries.order_by("subscriber").values_list("reason", flat=True)
    assert list(reasons) == ["left", "unreachable", "suppressed", "", "paused", "suppressed", "", ""]
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with pytest.raises(IntegrityError), transaction.atomic():
        mailing.deliveries.update(state="skipped", reason="")


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
    got = Delivery.objects.order_by("subscriber").values_list("variant__language", flat=True)
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
    with pytest.raises(ConflictError, match=r"on its way to everybody already .*newsletter resume"):
        plan(workspace, edition)
    Mailing.objects.update(state="finished")
    with pytest.raises(ConflictError, match=r"went out to everybody already .*--again"):
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


def test_a_schedule_holds_nobody_until_it_is_sent(workspace: Workspace, edition: Edition, people: MakePeople) -> None:
    people(1)
    mailing = plan(workspace, edition, at=timezone.now() + timedelta(days=1))
    assert (mailing.state, mailing.chosen, Delivery.objects.count()) == ("scheduled", 0, 0)
    people(2)
    fix_audience(workspace, mailing)
    assert (mailing.chosen, Delivery.objects.count()) == (3, 3)
    fix_audience(workspace, mailing)
    assert Delivery.objects.count() == 3


def test_a_schedule_that_was_stopped_stands_in_nobodys_way(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(1)
    tomorrow = timezone.now() + timedelta(days=1)
    cancel(plan(workspace, edition, at=tomorrow), by="Ann")
    assert plan(workspace, edition, at=tomorrow).state == "scheduled"
    with pytest.raises(ConflictError, match=r"scheduled for everybody already .*newsletter cancel"):
        plan(workspace, edition)


@pytest.mark.parametrize("state", ["accepted", "in_doubt"])
def test_after_a_mailing_was_stopped_the_next_reaches_those_who_have_not_got_it(
    workspace: Workspace, edition: Edition, people: MakePeople, state: str
) -> None:
    people(3)
    stopped = plan(workspace, edition)
    first = stopped.deliveries.earliest("pk")
    Delivery.objects.filter(pk=first.pk).update(state=state)
    assert cancel(stopped, by="Ann") == 2
    mailing = plan(workspace, edition)
    assert (mailing.chosen, mailing.skipped_at_plan) == (3, 1)
    assert mailing.deliveries.get(subscriber=first.subscriber).reason == "already"
    with pytest.raises(ConflictError, match="on its way to everybody already"):
        plan(workspace, edition)


def test_a_correction_goes_to_exactly_those_who_have_the_edition_or_may_have(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(6)
    wrong = plan(workspace, edition)
    rows = list(Delivery.objects.order_by("subscriber"))
    for row, state in zip(rows, ("accepted", "in_doubt", "refused", "accepted", "skipped", "accepted"), strict=True):
        Delivery.objects.filter(pk=row.pk).update(state=state, reason="left" if state == "skipped" else "")
    Subscriber.objects.filter(pk=rows[3].subscriber_id).update(status="unsubscribed")
    Mailing.objects.update(state="finished")
    people(1)  # who joined since has nothing to be corrected
    right = second_edition(workspace, edition)
    assert forecast(workspace, right, correcting=wrong).chosen == 4
    mailing = plan(workspace, right, correcting=wrong)
    chosen = mailing.deliveries.order_by("subscriber").values_list("subscriber", "state", "reason")
    assert list(chosen) == [
        (rows[0].subscriber_id, "pending", ""),
        (rows[1].subscriber_id, "pending", ""),
        (rows[3].subscriber_id, "skipped", "left"),
        (rows[5].subscriber_id, "pending", ""),
    ]
    with pytest.raises(ConflictError, match="readers of mailing"):
        plan(workspace, right, correcting=wrong)


def test_what_was_sent_in_practice_is_not_corrected_live(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(2)
    wrong = plan(workspace, edition)
    Delivery.objects.update(state="accepted")
    Mailing.objects.update(state="finished", practice=False)
    with pytest.raises(ConflictError, match="was sent live, and this workspace is not live now"):
        plan(workspace, second_edition(workspace, edition), correcting=wrong)


def test_a_copy_on_request_is_a_mailing_of_one_with_its_reason(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(3)
    with pytest.raises(ConflictError, match="not been sent yet"):
        plan_copy(workspace, "2025-11", "reader1@example.org", reason="never came")
    start(plan(workspace, edition))
    Delivery.objects.update(state="accepted")
    mailing = plan_copy(workspace, "2025-11", "READER1@example.org", reason="never  came", by="Ann")
    assert (mailing.chosen, mailing.skipped_at_plan, mailing.reason) == (1, 0, "copy: never came")
    assert mailing.deliveries.get().subscriber == Subscriber.objects.get(address="reader1@example.org")
    mailing.deliveries.update(state="accepted")
    assert plan_copy(workspace, "2025-11", "reader1@example.org", reason="again").pk != mailing.pk


def test_a_copy_is_refused_without_a_reason_and_for_who_is_not_to_be_written_to(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(2)
    start(plan(workspace, edition))
    Subscriber.objects.filter(address="reader1@example.org").update(status="unsubscribed")
    suppress(workspace, "reader0@example.org", SuppressionReason.ASKED)
    for address, reason, error in (
        ("reader1@example.org", " ", InputError),
        ("reader1@example.org", "asked", ConflictError),
        ("reader0@example.org", "asked", ConflictError),
        ("stranger@example.org", "asked", InputError),
    ):
        with pytest.raises(error) as told:
            plan_copy(workspace, "2025-11", address, reason=reason)
        assert address not in str(told.value)
    assert Mailing.objects.count() == 1


def test_another_text_is_a_correction_of_what_went_to_everybody_and_not_of_a_copy(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(3)
    everybody = plan(workspace, edition)
    Delivery.objects.update(state="accepted")
    Mailing.objects.update(state="finished", started_at=timezone.now())
    plan_copy(workspace, "2025-11", "reader1@example.org", reason="never came", by="Ann")
    with pytest.raises(ConflictError, match=f"--correcting {everybody.pk} to those who have it"):
        plan(workspace, second_edition(workspace, edition))


def test_a_copy_does_not_stand_in_the_way_of_everybody(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(2, nation="scotland")
    people(2)
    start(plan(workspace, edition, segment="scotland"))
    Delivery.objects.update(state="accepted")
    plan_copy(workspace, "2025-11", "reader0@example.org", reason="asked")
    assert plan(workspace, edition).skipped_at_plan == 2


def test_segments_changed_since_approval_move_nobody_to_another_version(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(2, nation="scotland")
    people(1, nation="wales")
    toml = workspace.subscribers / "segments.toml"
    toml.write_text(toml.read_text().replace('nation = ["scotland"]', 'nation = ["wales"]'))
    assert forecast(workspace, edition).variants == {"en": 1, "en+scotland": 2}
    toml.write_text("")
    mailing = plan(workspace, edition)
    versions = Delivery.objects.filter(mailing=mailing).order_by("pk").values_list("variant__key", flat=True)
    assert list(versions) == ["en+scotland", "en+scotland", "en"]


def test_who_a_mailing_is_for_is_decided_when_it_is_sent(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(2, nation="scotland")
    people(1, nation="wales")
    toml = workspace.subscribers / "segments.toml"
    toml.write_text(toml.read_text().replace('nation = ["scotland"]', 'nation = ["wales"]'))
    mailing = plan(workspace, edition, segment="scotland")
    assert [row.variant.key for row in mailing.deliveries.all()] == ["en"]


def test_an_edition_frozen_before_segments_were_takes_them_as_they_stand(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(1, nation="scotland")
    old = replace(read_edition(workspace.editions, edition.content_hash), segments=None)
    Edition.objects.update(content_hash=write_edition(workspace.editions, old))
    edition.refresh_from_db()
    assert forecast(workspace, edition).variants == {"en+scotland": 1}
