"""A run under watch: what earlier runs used, and the mailing that is held before everybody is refused."""

import logging
import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import islice

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsletter.errors import InputError, RouteRefusedError
from newsletter.models import Attempt, AuditRecord, Delivery, Edition, Mailing, Subscriber
from newsletter.services.guarding import guard_of
from newsletter.services.holding import hold, why_held
from newsletter.services.planning import plan
from newsletter.services.quotas import limits_of, pacer_of, used_today
from newsletter.services.receipts import receipt_of
from newsletter.services.sending import Dispatch, JobTable, send_mailing
from newsletter.services.steering import pause, resume, start
from newsletter.transports.base import Accepted, Envelope, Journal, Pause, Refused
from newsletter.transports.memory import MemoryTransport
from newsletter.workspace import Workspace

ROUTE = "SMTP smtp.office365.com:587"
URL = "smtp://smtp.office365.com:587"

pytestmark = pytest.mark.django_db


class InlineJobs:
    """Runs each job in this thread as soon as it is deferred."""

    def __init__(self, table: JobTable) -> None:
        self._table = table

    def defer(self, job: str, **ids: int) -> None:
        self._table[job](**ids)

    def join(self, _seconds: float | None = None) -> bool:
        return True


class SignInLost(MemoryTransport):
    """Takes three copies; then the server will have no more from us."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence

    def deliver(self, envelopes: Iterable[Envelope | Pause], journal: Journal) -> None:
        super().deliver(islice(envelopes, 3), journal)
        raise RouteRefusedError(self.sentence)


@pytest.fixture
def mailing(workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]) -> Mailing:
    people(12)
    mailing = plan(workspace, edition)
    start(mailing)
    return mailing


def attempts(mailing: Mailing, *, hours_ago: float, outcome: str = "accepted", route: str = ROUTE) -> None:
    """One attempt for each delivery of the mailing."""
    at = timezone.now() - timedelta(hours=hours_ago)
    for row in Delivery.objects.filter(mailing=mailing):
        Attempt.objects.create(delivery=row, number=1, at=at, outcome=outcome, transport=route)


def test_the_days_use_is_read_from_what_was_taken_or_may_have_been(mailing: Mailing) -> None:
    attempts(mailing, hours_ago=2)
    attempts(mailing, hours_ago=3, outcome="in_doubt")
    attempts(mailing, hours_ago=4, outcome="refused")
    attempts(mailing, hours_ago=25)
    attempts(mailing, hours_ago=2, route="outbox")
    assert used_today(ROUTE) == 24


@pytest.mark.parametrize("old", [0, 1, 5])
def test_the_days_use_is_looked_up_without_reading_what_is_older(mailing: Mailing, old: int) -> None:
    for days in range(old, 0, -1):
        attempts(mailing, hours_ago=24 * days + 2)
    attempts(mailing, hours_ago=24.5)  # within the leeway, and still not of this day
    attempts(mailing, hours_ago=2)
    with CaptureQueriesContext(connection) as queries:
        assert used_today(ROUTE) == 12
    (first,) = re.findall(r'"id" >= (\d+)', queries[-1]["sql"])
    assert Attempt.objects.filter(pk__gte=int(first)).count() == 24
    assert len(queries) < 12


def test_numbers_that_are_missing_do_not_matter(mailing: Mailing) -> None:
    attempts(mailing, hours_ago=30)
    attempts(mailing, hours_ago=2)
    with connection.cursor() as cursor:  # as where the rows of a mailing were removed by hand
        cursor.execute("DELETE FROM newsletter_attempt WHERE id % 3 = 0")
    assert used_today(ROUTE) == Attempt.objects.filter(at__gt=timezone.now() - timedelta(hours=3)).count() == 8
    Attempt.objects.all()._raw_delete("default")
    assert used_today(ROUTE) == 0


def test_a_restart_knows_the_days_use(make_workspace: Callable[..., Workspace], mailing: Mailing) -> None:
    workspace = make_workspace(NEWSLETTER__SENDING__PACE__PER_DAY="14")
    attempts(mailing, hours_ago=2)
    pacer = pacer_of(limits_of(workspace, "smtp://mail.example.org"), ROUTE)
    assert [pacer.admit("example.org") for _ in range(2)] == [0.0, 0.0]
    assert 21.95 * 3_600 < pacer.pause() < 22.3 * 3_600


def test_a_domains_own_day_is_known_as_well(make_workspace: Callable[..., Workspace], mailing: Mailing) -> None:
    workspace = make_workspace(NEWSLETTER__SENDING__PACE='{domains={"Example.org"={per_day=12}}}')
    attempts(mailing, hours_ago=2)
    pacer = pacer_of(limits_of(workspace, "smtp://mail.example.org"), ROUTE)
    assert pacer.admit("example.org") > 20 * 3_600
    assert pacer.admit("example.net") == 0


def test_settings_and_the_providers_known_limits_meet(make_workspace: Callable[..., Workspace]) -> None:
    workspace = make_workspace(NEWSLETTER__SENDING__PACE__PER_DAY="500")
    pace = limits_of(workspace, URL).pace
    assert (pace.per_minute, pace.per_day) == (30, 500)


def test_the_outbox_has_no_limits(make_workspace: Callable[..., Workspace]) -> None:
    workspace = make_workspace(NEWSLETTER__SENDING__PACE__PER_DAY="500")
    assert limits_of(workspace, "outbox:").pace.per_day is None


def test_a_provider_that_is_not_known_is_refused(make_workspace: Callable[..., Workspace]) -> None:
    workspace = make_workspace(NEWSLETTER__SENDING__PROVIDER="mailgum")
    with pytest.raises(InputError, match="mailgun"):
        limits_of(workspace, URL)


def test_refusals_on_policy_in_a_row_hold_the_mailing_and_tell_staff(
    workspace: Workspace, mailing: Mailing, caplog: pytest.LogCaptureFixture
) -> None:
    guard = guard_of(workspace, mailing, ROUTE)
    guard.hear("example.org", Accepted(code=250))
    with caplog.at_level(logging.ERROR):
        for _ in range(workspace.config.sending.breaker):
            guard.hear("example.org", Refused(code=550, enhanced="5.7.1", text="reader1@example.org is spam"))
    mailing.refresh_from_db()
    assert mailing.state == "paused"
    assert "550 5.7.1" in why_held(mailing)
    assert why_held(mailing) in caplog.text
    assert "@" not in caplog.text
    assert AuditRecord.objects.filter(action="hold", subject=f"mailing {mailing.pk}").count() == 1


def test_an_issue_that_is_too_big_is_held_at_the_first_answer(workspace: Workspace, mailing: Mailing) -> None:
    guard_of(workspace, mailing, ROUTE).hear("example.org", Refused(code=552, enhanced="5.3.4"))
    mailing.refresh_from_db()
    assert (mailing.state, "too big" in why_held(mailing)) == ("paused", True)


def test_a_mailing_held_once_is_not_held_again_and_resumes(mailing: Mailing) -> None:
    assert hold(mailing.pk, "The sign-in is refused.")
    assert not hold(mailing.pk, "Something else.")
    mailing.refresh_from_db()
    assert why_held(mailing) == "The sign-in is refused."
    resume(mailing, by="Ann Approver")
    assert (mailing.state, why_held(mailing)) == ("sending", "")


def test_a_pause_by_a_person_is_not_told_as_a_fault(mailing: Mailing) -> None:
    hold(mailing.pk, "The sign-in is refused.")
    mailing.refresh_from_db()
    resume(mailing, by="Ann Approver")
    pause(mailing, by="Ann Approver")
    assert why_held(mailing) == ""


@pytest.mark.parametrize("sentence", ["SMTP refuses the sign-in (535)", "SMTP refuses to take mail from us (552)"])
def test_a_server_that_refuses_us_holds_the_mailing_until_a_person_has_mended_it(
    workspace: Workspace, mailing: Mailing, sentence: str
) -> None:
    """Faults 6, 9 and 10: nobody is marked, what was claimed waits again."""
    transport = SignInLost(sentence)
    dispatch = Dispatch(workspace=workspace, mailing=mailing, open_transport=lambda: transport)
    with pytest.raises(RouteRefusedError):
        send_mailing(dispatch, InlineJobs(dispatch.jobs))
    mailing.refresh_from_db()
    assert (mailing.state, why_held(mailing)) == ("paused", sentence)
    assert receipt_of(mailing).sentence == "12 chosen = 3 accepted + 9 waiting"
