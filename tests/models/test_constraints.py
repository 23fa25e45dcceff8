"""What the database refuses to hold, whoever asks."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from newsletter.models import (
    Approval,
    AuditRecord,
    ConsentRecord,
    Delivery,
    DeliveryEvent,
    Edition,
    Mailing,
    Subscriber,
    Suppression,
    User,
    WorkspaceState,
)
from newsletter.models.append_only import AppendOnlyError

MakePeople = Callable[..., list[Subscriber]]

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailing(edition: Edition) -> Mailing:
    return Mailing.objects.create(edition=edition, transport="outbox:", practice=True, planned_at=timezone.now())


@pytest.fixture
def delivery(mailing: Mailing, people: MakePeople) -> Delivery:
    return make_delivery(mailing, people(1)[0], "a" * 64)


def make_delivery(mailing: Mailing, person: Subscriber, address_key: str | None, **values: object) -> Delivery:
    now = timezone.now()
    return Delivery.objects.create(
        mailing=mailing,
        subscriber=person,
        variant=mailing.edition.variants.first(),
        address_key=address_key,
        message_id="<1.2@example.org>",
        date=now,
        updated_at=now,
        **values,
    )


def refused(act: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            act()
    except IntegrityError:
        return True
    return False


def test_migrations_say_what_the_models_say() -> None:
    call_command("makemigrations", "newsletter", check=True, dry_run=True, verbosity=0)


def test_a_fresh_database_is_durable_and_checks_foreign_keys() -> None:
    with connection.cursor() as cursor:
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
        foreign_keys = cursor.execute("PRAGMA foreign_keys").fetchone()[0]
        busy = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
    assert found == {"journal_mode": "wal", "synchronous": 2}
    assert (foreign_keys, busy) == (1, 20_000)


def test_one_subscriber_has_one_delivery_in_a_mailing(delivery: Delivery) -> None:
    assert refused(lambda: make_delivery(delivery.mailing, delivery.subscriber, "b" * 64))


def test_one_address_has_one_delivery_in_a_mailing(delivery: Delivery, people: MakePeople) -> None:
    assert refused(lambda: make_delivery(delivery.mailing, people(1)[0], "a" * 64))


def test_ended_mailings_without_address_keys_do_not_collide(delivery: Delivery, people: MakePeople) -> None:
    Delivery.objects.update(address_key=None)
    assert make_delivery(delivery.mailing, people(1)[0], None).pk


@pytest.mark.parametrize(
    "values",
    [
        {"state": "sent"},
        {"reason": "because"},
        {"state": "skipped", "reason": ""},
        {"state": "skipped", "reason": "expired"},
        {"state": "deferred", "next_at": None},
    ],
)
def test_a_delivery_in_an_impossible_state_is_refused(delivery: Delivery, values: dict[str, object]) -> None:
    assert refused(lambda: Delivery.objects.filter(pk=delivery.pk).update(**values))


def test_the_same_edition_goes_to_the_same_audience_once_unless_a_reason_is_written(mailing: Mailing) -> None:
    values = {"edition": mailing.edition, "transport": "outbox:", "practice": True, "planned_at": timezone.now()}
    assert refused(lambda: Mailing.objects.create(**values))
    assert Mailing.objects.create(**values, reason="the first one stopped").pk
    assert Mailing.objects.create(**values, segment="scotland").pk
    assert Mailing.objects.create(**{**values, "practice": False}).pk


@pytest.mark.usefixtures("delivery")
def test_unknown_states_are_refused() -> None:
    assert refused(lambda: Mailing.objects.update(state="somewhere"))
    assert refused(lambda: Subscriber.objects.update(status="somewhere"))


def test_a_person_approves_an_edition_once(edition: Edition) -> None:
    again = {"edition": edition, "person": "ANN  approver", "person_key": "ann approver", "at": timezone.now()}
    assert refused(lambda: Approval.objects.create(**again))


def test_an_event_is_recorded_once_however_often_it_arrives(delivery: Delivery) -> None:
    event = {"provider": "ses", "event_id": "1", "kind": "bounced", "at": timezone.now(), "delivery": delivery}
    DeliveryEvent.objects.create(**event)
    assert refused(lambda: DeliveryEvent.objects.create(**event))


def test_a_subscriber_without_basis_or_address_is_refused(people: MakePeople) -> None:
    people(1)
    assert refused(lambda: Subscriber.objects.update(basis=""))
    assert refused(lambda: Subscriber.objects.update(address_compared=""))


def test_an_address_is_on_the_list_once(people: MakePeople) -> None:
    first, second = people(2)
    same = Subscriber.objects.filter(pk=second.pk)
    assert refused(lambda: same.update(address_compared=first.address_compared))


def test_suppressions_are_unique() -> None:
    values = {"address_key": "c" * 64, "key_id": "1", "reason": "erased"}
    Suppression.objects.create(**values)
    assert refused(lambda: Suppression.objects.create(**values))


def test_a_workspace_has_one_state() -> None:
    WorkspaceState.objects.create(pk=1)
    assert refused(lambda: WorkspaceState.objects.create(pk=2))


def test_an_account_is_found_by_its_address_in_any_case() -> None:
    user = User.objects.create_user("Ann@Example.org", "a long password", name="Ann")
    assert User.objects.get_by_natural_key("ann@example.org") == user
    assert refused(lambda: User.objects.filter(pk=user.pk).update(email="Ann@Example.org"))
    assert refused(lambda: User.objects.filter(pk=user.pk).update(role="emperor"))


def test_history_is_added_to_and_never_changed() -> None:
    record = AuditRecord.objects.create(at=timezone.now(), by="Ann", action="test", subject="workspace 1")
    record.by = "Bob"
    for act in (
        record.save,
        record.delete,
        AuditRecord.objects.all().delete,
        lambda: AuditRecord.objects.update(by="Bob"),
    ):
        with pytest.raises(AppendOnlyError):
            act()


def test_erasing_a_person_takes_their_consent_record_and_unlinks_their_deliveries(delivery: Delivery) -> None:
    person = delivery.subscriber
    ConsentRecord.objects.create(subscriber=person, at=timezone.now(), event="imported", mechanism="import")
    person.delete()
    delivery.refresh_from_db()
    assert delivery.subscriber is None
    assert not ConsentRecord.objects.exists()


def test_names_of_rows_hold_no_personal_data(delivery: Delivery) -> None:
    person = delivery.subscriber
    assert person.address not in f"{person} {delivery} {delivery.mailing}"
    assert person.name not in f"{person} {delivery}"


def test_the_queue_is_read_by_its_index_and_never_scanned(mailing: Mailing) -> None:
    due = Delivery.objects.filter(mailing=mailing, state="pending").order_by("next_at")[:20]
    assert "delivery_claim" in due.explain()
    assert "TEMP B-TREE" not in due.explain()
