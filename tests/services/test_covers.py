"""Covers: an editor may approve between two days, and on no other."""

from datetime import date, timedelta

import pytest

from newsletter.errors import ConflictError, InputError
from newsletter.models import AuditRecord, Role, User
from newsletter.services.covers import arrange_cover, covers, end_cover, may_approve, require_may_approve, today_in
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def user(role: str = Role.EDITOR, **more: object) -> User:
    return User.objects.create_user(f"{role}@example.org", name=role, role=role, **more)


@pytest.mark.parametrize(("first", "last", "may"), [(-1, 0, True), (0, 1, True), (1, 2, False)])
def test_both_days_are_included_and_no_other(workspace: Workspace, first: int, last: int, may: bool) -> None:
    eve, today = user(), today_in(workspace)
    arrange_cover(workspace, eve, today + first * DAY, today + last * DAY, by=user(Role.ADMINISTRATOR))
    assert may_approve(workspace, eve) is may


def test_a_cover_ends_before_its_last_day_once(workspace: Workspace) -> None:
    eve, boss, today = user(), user(Role.ADMINISTRATOR), today_in(workspace)
    cover = arrange_cover(workspace, eve, today, today + DAY, by=boss)
    end_cover(cover.pk, by=boss)
    with pytest.raises(ConflictError, match="over already"):
        end_cover(cover.pk, by=boss)
    with pytest.raises(ConflictError, match="does not let you approve"):
        require_may_approve(workspace, eve)
    assert list(covers(workspace)) == []
    assert list(AuditRecord.objects.values_list("action", flat=True)) == ["cover", "end cover"]


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [(date(2999, 1, 2), date(2999, 1, 1), "before the first"), (date(2020, 1, 1), date(2020, 1, 2), "past")],
)
def test_days_that_make_no_sense_are_refused(workspace: Workspace, first: date, last: date, why: str) -> None:
    with pytest.raises(InputError, match=why):
        arrange_cover(workspace, user(), first, last, by=user(Role.ADMINISTRATOR))


def test_who_needs_no_cover_or_has_no_account_gets_none(workspace: Workspace) -> None:
    today, boss = today_in(workspace), user(Role.ADMINISTRATOR)
    with pytest.raises(InputError, match="may approve anyway"):
        arrange_cover(workspace, user(Role.APPROVER), today, today, by=boss)
    with pytest.raises(InputError, match="no account"):
        arrange_cover(workspace, user(is_active=False), today, today, by=boss)
