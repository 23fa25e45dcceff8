"""Fixes an audience: one delivery for each person chosen, in one transaction, never to change again."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from newsletter.errors import ConflictError
from newsletter.models import Delivery, DeliveryState, Edition, Mailing, MailingState
from newsletter.rendering.message import make_message_id
from newsletter.services.approving import approval_of
from newsletter.services.audience import Audience, Person, chunks
from newsletter.services.audit import record_act
from newsletter.services.modes import is_practice
from newsletter.services.routing import route_url
from newsletter.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What a plan would do, for `send --dry-run` and the page before sending."""

    chosen: int
    skipped: Mapping[str, int]  # reason to count
    variants: Mapping[str, int]  # variant key to count


def plan(
    workspace: Workspace,
    edition: Edition,
    *,
    segment: str = "",
    again: str = "",
    by: str = "",
    at: datetime | None = None,
) -> Mailing:
    """Choose the people and write their deliveries; `at` schedules it instead of leaving it ready to go.

    `again` is the reason for sending the same edition to the same segment once more; without it that is refused, and
    who has this edition already is left out. Raises ConflictError, or InputError for an unknown segment.
    """
    _require_approval(workspace, edition)
    audience = Audience(workspace, edition, segment)
    with transaction.atomic():
        mailing = _new_mailing(workspace, edition, segment=segment, again=again, at=at)
        already = frozenset[int]() if again else _have_it(edition, practice=mailing.practice)
        for people in chunks(audience.people()):
            _write(mailing, audience, people, already)
        _fix_counters(mailing)
        record_act("plan", f"mailing {mailing.pk}", by=by, chosen=mailing.chosen, segment=segment, again=again)
    return mailing


def forecast(workspace: Workspace, edition: Edition, *, segment: str = "") -> Forecast:
    """Count what `plan` would choose now, writing nothing."""
    audience = Audience(workspace, edition, segment)
    already = _have_it(edition, practice=is_practice(workspace))
    skipped: dict[str, int] = {}
    variants: dict[str, int] = {}
    for people in chunks(audience.people()):
        for person, _key, reason in audience.judged(people, already):
            tally, name = (skipped, str(reason.value)) if reason else (variants, audience.variant(person).key)
            tally[name] = tally.get(name, 0) + 1
    return Forecast(chosen=sum(skipped.values()) + sum(variants.values()), skipped=skipped, variants=variants)


def _require_approval(workspace: Workspace, edition: Edition) -> None:
    result = approval_of(workspace, edition)
    if not result.complete:
        raise ConflictError(f"{edition} has {len(result.people)} of {result.needed} approvals and can't be sent yet.")


def _new_mailing(workspace: Workspace, edition: Edition, *, segment: str, again: str, at: datetime | None) -> Mailing:
    practice = is_practice(workspace)
    twin = Mailing.objects.filter(edition=edition, segment=segment, practice=practice).last()
    if twin and not again:
        whom = f"segment {segment}" if segment else "everybody"
        raise ConflictError(
            f"This edition was planned for {whom} already (mailing {twin.pk}); resume that one, or give a reason with "
            "--again to send it once more."
        )
    return Mailing.objects.create(
        edition=edition,
        segment=segment,
        reason=again,
        practice=practice,
        transport=route_url(workspace, practice=practice),
        state=MailingState.SCHEDULED if at else MailingState.PLANNED,
        scheduled_for=at,
        planned_at=timezone.now(),
    )


def _have_it(edition: Edition, *, practice: bool) -> frozenset[int]:
    """People who got this very edition in another mailing, or may have, or still will."""
    rows = Delivery.objects.filter(mailing__edition=edition, mailing__practice=practice, subscriber__isnull=False)
    rest = rows.exclude(state__in=(DeliveryState.SKIPPED, DeliveryState.REFUSED))
    return frozenset(rest.values_list("subscriber_id", flat=True))


def _write(mailing: Mailing, audience: Audience, people: Sequence[Person], already: frozenset[int]) -> None:
    Delivery.objects.bulk_create(
        Delivery(
            mailing=mailing,
            subscriber_id=person.id,
            variant=audience.variant(person),
            address_key=key,
            message_id=make_message_id(mailing.uid, secrets.token_hex(8), audience.domain),
            date=mailing.planned_at,
            state=DeliveryState.SKIPPED if reason else DeliveryState.PENDING,
            reason=reason or "",
            updated_at=mailing.planned_at,
        )
        for person, key, reason in audience.judged(people, already)
    )


def _fix_counters(mailing: Mailing) -> None:
    rows = Delivery.objects.filter(mailing=mailing)
    mailing.chosen = rows.count()
    mailing.skipped_at_plan = rows.filter(state=DeliveryState.SKIPPED).count()
    if mailing.chosen == 0:
        raise ConflictError("Nobody is in this audience; import subscribers, or choose another segment.")
    mailing.save(update_fields=["chosen", "skipped_at_plan"])
