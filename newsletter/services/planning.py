"""Fixes an audience: one delivery for each person chosen, in one transaction, never to change again.

That happens at the first moment of sending. A schedule until then holds an edition and a segment, and nobody: who
joins before it fires is in, who leaves is out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Min
from django.utils import timezone

from newsletter.errors import ConflictError
from newsletter.models import ENDED, OPEN, Delivery, DeliveryState, Edition, Mailing, MailingState
from newsletter.rendering.message import make_message_id
from newsletter.services import ledger_sql as sql
from newsletter.services.approvals import require_may_leave
from newsletter.services.audience import Audience
from newsletter.services.audit import record_act
from newsletter.services.modes import is_practice
from newsletter.services.routing import route_url
from newsletter.services.sweeping import sweep
from newsletter.workspace import Workspace

COPY = "copy: "  # how the reason of a mailing begins that is one reader's copy on request


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
    correcting: Mailing | None = None,
) -> Mailing:
    """Choose the people and write their deliveries. With `at` it is scheduled, and they are chosen when it fires.

    `again` is the reason for sending the same edition to the same segment once more; without it that is refused, and
    who has this edition already is left out. `correcting` chooses exactly those who have that mailing's edition, or may
    have. Raises ConflictError, or InputError for an unknown segment.
    """
    require_may_leave(workspace, edition, at)
    Audience(workspace, edition, segment)  # an unknown segment is told now, not when a schedule fires
    if correcting is not None:
        sweep(workspace)  # what a crash left counts among those who may have it
    with transaction.atomic():
        if correcting is not None:
            _require_at_rest(correcting, practice=is_practice(workspace))
        mailing = new_mailing(workspace, edition, segment=segment, reason=again, at=at, corrects=correcting)
        if at is None:
            fix_audience(workspace, mailing, by=by)
        else:
            record_act("schedule", f"mailing {mailing.pk}", by=by, at=at.isoformat(), segment=segment, again=again)
    return mailing


def new_mailing(
    workspace: Workspace,
    edition: Edition,
    *,
    segment: str = "",
    reason: str = "",
    at: datetime | None = None,
    corrects: Mailing | None = None,
) -> Mailing:
    """Write a mailing without anybody in it. Raises ConflictError where there is one like it and no reason is given."""
    practice = is_practice(workspace)
    require_new(workspace, edition, segment=segment, again=reason, correcting=corrects)
    try:
        with transaction.atomic():
            return Mailing.objects.create(
                edition=edition,
                segment=segment,
                reason=reason,
                corrects=corrects,
                practice=practice,
                transport=route_url(workspace, practice=practice),
                state=MailingState.SCHEDULED if at else MailingState.PLANNED,
                scheduled_for=at,
                planned_at=timezone.now(),
            )
    except IntegrityError:  # somebody else did the same at this moment
        require_new(workspace, edition, segment=segment, again=reason, correcting=corrects)
        raise


def require_new(
    workspace: Workspace, edition: Edition, *, segment: str = "", again: str = "", correcting: Mailing | None = None
) -> None:
    """Raise ConflictError where there is a mailing like this one already and no reason for another is given."""
    if again:
        return
    practice = is_practice(workspace)
    sent = None if correcting else of_another_text(edition, practice=practice)
    if sent:  # it would reach everybody a second time; that must be somebody's wish
        raise ConflictError(
            f"Issue {edition.issue_id} went out before its text was changed (mailing {sent.pk}); give a reason with "
            f"--again to send it to everybody once more, or --correcting {sent.pk} to those who have it."
        )
    if twin := twin_of(edition, segment=segment, practice=practice, correcting=correcting):
        raise _planned_already(twin)


def of_another_text(edition: Edition, *, practice: bool) -> Mailing | None:
    """The last mailing of the same issue with another text, if it was not stopped."""
    others = Mailing.objects.filter(edition__issue_id=edition.issue_id, practice=practice, corrects=None)
    others = others.exclude(edition=edition).exclude(state=MailingState.CANCELLED)
    return others.exclude(reason__startswith=COPY).last() or others.last()  # one reader's copy is not what to correct


def twin_of(edition: Edition, *, segment: str, practice: bool, correcting: Mailing | None = None) -> Mailing | None:
    """The mailing of this edition to this audience, if there is one that was not stopped."""
    twins = Mailing.objects.filter(edition=edition, segment=segment, practice=practice, corrects=correcting, reason="")
    return twins.exclude(state=MailingState.CANCELLED).last()


@transaction.atomic
def fix_audience(workspace: Workspace, mailing: Mailing, *, person: int | None = None, by: str = "") -> None:
    """Choose the people of a mailing, now and for good; `person` is the one subscriber of a copy on request.

    Raises ConflictError where that is nobody.
    """
    if mailing.chosen:
        return
    mailing.planned_at = timezone.now()
    audience = Audience(workspace, mailing.edition, mailing.segment)
    before, after = make_message_id(mailing.uid, "-", audience.domain).split("-")
    values = {**_values(mailing, mailing.planned_at, audience), "person": person, "before": before, "after": after}
    mailing.chosen = sql.write_plan(
        values,
        whom=sql.ONE_PERSON if person else _whom(mailing.corrects_id),
        already=sql.NOBODY if mailing.reason else sql.HAVE_IT,
        place=audience.place,
        hasher=audience.hasher,
        answers=audience.conditions.sql,
    )
    if mailing.chosen == 0:
        raise ConflictError("Nobody is in this audience; import subscribers, or choose another segment.")
    skipped = Delivery.objects.filter(mailing=mailing, state=DeliveryState.SKIPPED)
    mailing.skipped_at_plan = skipped.count()
    _note_what_was_written(mailing)
    fixed = ["chosen", "skipped_at_plan", "versions", "first_delivery", "last_delivery", "planned_at"]
    mailing.save(update_fields=fixed)
    subject = f"mailing {mailing.pk}"
    record_act("plan", subject, by=by, chosen=mailing.chosen, segment=mailing.segment, again=mailing.reason)


def _note_what_was_written(mailing: Mailing) -> None:
    rows = Delivery.objects.filter(mailing=mailing).values_list("variant")
    versions = list(rows.annotate(Count("pk"), Min("pk"), Max("pk")).order_by())
    mailing.versions = {str(variant): count for variant, count, _first, _last in versions}
    mailing.first_delivery = min(first for _variant, _count, first, _last in versions)
    mailing.last_delivery = max(last for _variant, _count, _first, last in versions)


def forecast(
    workspace: Workspace, edition: Edition, *, segment: str = "", again: str = "", correcting: Mailing | None = None
) -> Forecast:
    """Count what `plan` would choose now, writing nothing.

    Where no rule asks about each reader singly nobody is looked at who simply gets it: of each kind of people it is
    known how many there are (`Headcount`), and only those are looked up who are left out.
    """
    audience = Audience(workspace, edition, segment)
    mailing = Mailing(edition=edition, practice=is_practice(workspace), corrects=correcting)
    values = _values(mailing, timezone.now(), audience)
    already = sql.NOBODY if again else sql.HAVE_IT
    keys = dict(edition.variants.values_list("pk", "key"))
    if correcting or audience.conditions.asked:
        return _tallied(_judged(audience, values, whom=_whom(mailing.corrects_id), already=already), keys)
    held = [row for row in _judged(audience, values, whom=sql.HELD.format(already=already), already=already) if row[1]]
    back = [(variant, "", -count) for variant, _reason, count in held]
    return _tallied([*audience.headcount(), *held, *back], keys)


def _judged(audience: Audience, values: Mapping[str, Any], *, whom: str, already: str) -> list[tuple[int, str, int]]:
    return sql.outlook(
        values,
        whom=whom,
        already=already,
        place=audience.place,
        hasher=audience.hasher,
        answers=audience.conditions.sql,
    )


def _tallied(rows: Iterable[tuple[int, str, int]], keys: Mapping[int, str]) -> Forecast:
    """Sum up (variant, reason or empty, how many)."""
    skipped, variants = Counter[str](), Counter[str]()
    for variant, reason, count in rows:
        tally, name = (skipped, reason) if reason else (variants, keys[variant])
        tally[name] += count
    return Forecast(chosen=skipped.total() + variants.total(), skipped=dict(skipped), variants=dict(+variants))


def _values(mailing: Mailing, now: datetime, audience: Audience) -> dict[str, Any]:
    """What the statements of planning ask for."""
    return {
        **audience.conditions.values,
        "mailing": mailing.pk or 0,
        "edition": mailing.edition_id,
        "practice": mailing.practice,
        "corrected": mailing.corrects_id,
        "copies": f"{COPY}%",
        "now": sql.stamp(now),
    }


def _whom(corrected: int | None) -> str:
    return sql.HOLDERS if corrected else sql.EVERYBODY


def _require_at_rest(corrected: Mailing, *, practice: bool) -> None:
    """Nobody must get what was wrong after those who have it were chosen."""
    corrected.refresh_from_db()
    if corrected.practice != practice:
        kind = "in practice" if corrected.practice else "live"
        raise ConflictError(f"Mailing {corrected.pk} was sent {kind}, and this workspace is not {kind} now.")
    if corrected.state not in ENDED:
        raise ConflictError(
            f"Mailing {corrected.pk} is still {corrected.get_state_display()}; stop it first with newsletter cancel "
            f"{corrected.pk}, then correct it."
        )
    if Delivery.objects.filter(mailing=corrected, state__in=OPEN).exists():
        raise ConflictError(f"The last mails of mailing {corrected.pk} are still leaving; try again in a minute.")


def _planned_already(twin: Mailing) -> ConflictError:
    whom = f"segment {twin.segment}" if twin.segment else "everybody"
    whom = f"the readers of mailing {twin.corrects_id}" if twin.corrects_id else whom
    return ConflictError(_TWINS.get(MailingState(twin.state), _GOES_ON).format(number=twin.pk, whom=whom))


_GOES_ON = "This edition is on its way to {whom} already (mailing {number}); newsletter resume {number} goes on."
_HAS_A_TIME = (
    "This edition is scheduled for {whom} already (mailing {number}); newsletter cancel {number} first, to send it now "
    "or at another time."
)
_TWINS = {
    MailingState.SCHEDULED: _HAS_A_TIME,
    MailingState.NEEDS_APPROVAL: _HAS_A_TIME,
    MailingState.FINISHED: "This edition went out to {whom} already (mailing {number}); give a reason with --again to "
    "send it to all of them once more, or --copy-to ADDRESS for one reader.",
}
