"""A mailing from its plan to its receipt, over a transport that keeps what it is given."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest
from filelock import FileLock

from newsletter.errors import ConflictError, UnavailableError
from newsletter.models import Delivery, Edition, Mailing, Subscriber
from newsletter.services.holding import hold, why_held
from newsletter.services.planning import plan
from newsletter.services.receipts import receipt_of
from newsletter.services.retrying import RetryPolicy
from newsletter.services.sending import Dispatch, JobTable, send_mailing
from newsletter.services.steering import cancel, pause, resume
from newsletter.transports.base import Accepted, Envelope, InDoubt, Outcome, Refused, TryLater
from newsletter.transports.memory import MemoryTransport
from newsletter.workspace import Workspace

MakePeople = Callable[..., list[Subscriber]]

pytestmark = pytest.mark.django_db

AT_ONCE = RetryPolicy(first=timedelta())


class InlineJobs:
    """Runs each job in this thread as soon as it is deferred: the smallest engine there is."""

    def __init__(self, table: JobTable) -> None:
        self._table = table

    def defer(self, job: str, **ids: int) -> None:
        self._table[job](**ids)

    def join(self, _seconds: float | None = None) -> bool:
        return True


def accept(_envelope: Envelope) -> Outcome:
    return Accepted(code=250, text="taken")


@pytest.fixture
def mailing(workspace: Workspace, edition: Edition, people: MakePeople) -> Mailing:
    people(45)
    return plan(workspace, edition)


@pytest.fixture
def send(workspace: Workspace, mailing: Mailing) -> Callable[..., tuple[str, list[Envelope]]]:
    """Sends with a rule that answers each envelope; returns the receipt and what was accepted."""

    def run(
        answer: Callable[[Envelope], Outcome] = accept, stop: Event | None = None, retry: RetryPolicy = AT_ONCE
    ) -> tuple[str, list[Envelope]]:
        transport = MemoryTransport(answer)
        dispatch = Dispatch(
            workspace=workspace,
            mailing=mailing,
            open_transport=lambda: transport,
            retry=retry,
            stop=stop or Event(),
        )
        receipt = send_mailing(dispatch, InlineJobs(dispatch.jobs), patience=timedelta())
        return receipt.sentence, transport.delivered

    return run


Send = Callable[..., tuple[str, list[Envelope]]]


def test_everybody_gets_one_copy_and_the_mailing_ends(send: Send, mailing: Mailing) -> None:
    sentence, delivered = send()
    assert sentence == "45 chosen = 45 accepted"
    assert len({envelope.recipient for envelope in delivered}) == len(delivered) == 45
    mailing.refresh_from_db()
    assert (mailing.state, mailing.finished_at is not None) == ("finished", True)
    assert Delivery.objects.filter(address_key=None).count() == 45


def test_each_fate_is_counted_in_its_own_part(send: Send) -> None:
    fates = iter([Refused(code=550), Refused(code=550), InDoubt()])
    Subscriber.objects.filter(address="reader44@example.org").update(status="unsubscribed")
    sentence, _ = send(lambda _envelope: next(fates, Accepted(code=250)))
    assert sentence == ("45 chosen = 41 accepted + 2 sent back by their mail system + 1 left in time + 1 we can't tell")


def test_what_is_in_doubt_is_never_sent_again_unasked(send: Send) -> None:
    first = iter([InDoubt()])
    _, before = send(lambda _envelope: next(first, Accepted(code=250)))
    doubtful = Delivery.objects.get(state="in_doubt")
    assert doubtful.pk not in {envelope.delivery_id for envelope in before}
    with pytest.raises(ConflictError):
        send()


def test_a_server_that_asks_to_try_later_gets_another_try(send: Send) -> None:
    first = iter([TryLater(code=450)] * 3)
    sentence, delivered = send(lambda _envelope: next(first, Accepted(code=250)))
    assert sentence == "45 chosen = 45 accepted"
    assert len({envelope.delivery_id for envelope in delivered}) == 45


def test_a_try_far_away_is_left_for_the_next_run(send: Send, mailing: Mailing) -> None:
    first = iter([TryLater(code=450)])
    sentence, _ = send(lambda _envelope: next(first, Accepted(code=250)), retry=RetryPolicy())
    assert sentence == "45 chosen = 44 accepted + 1 trying again"
    mailing.refresh_from_db()
    assert mailing.state == "sending"
    Delivery.objects.filter(state="deferred").update(next_at="2020-01-01T00:00:00Z")
    assert send()[0] == "45 chosen = 45 accepted"


def test_a_route_that_fails_marks_nobody_and_the_next_run_goes_on(send: Send) -> None:
    answers = iter([Accepted(code=250)] * 7)

    def fail(_envelope: Envelope) -> Outcome:
        if (answer := next(answers, None)) is None:
            raise UnavailableError("The mail server does not answer.")
        return answer

    with pytest.raises(UnavailableError):
        send(fail)
    # The eighth body may have left when the route failed, so it is in doubt; nobody else is touched.
    states = sorted(Delivery.objects.values_list("state", flat=True))
    assert (states.count("accepted"), states.count("in_doubt"), states.count("pending")) == (7, 1, 37)
    assert send()[0] == "45 chosen = 44 accepted + 1 we can't tell"


def test_a_killed_run_is_recovered_with_nobody_twice_and_nobody_lost(send: Send) -> None:
    stop = Event()
    _, before = send(lambda _envelope: stop.set() or Accepted(code=250), stop)
    ids = list(Delivery.objects.filter(state="pending").values_list("pk", flat=True)[:3])
    # What a process killed with SIGKILL leaves: two rows claimed, one body on the wire.
    Delivery.objects.filter(pk__in=ids[:2]).update(state="claimed", owner="dead", fence=1)
    Delivery.objects.filter(pk=ids[2]).update(state="transmitting", owner="dead", fence=1, attempt=1)
    sentence, after = send()
    assert sentence == "45 chosen = 44 accepted + 1 we can't tell"
    assert len({envelope.recipient for envelope in before + after}) == len(before + after) == 44


def test_a_stop_takes_effect_before_the_next_mail(send: Send) -> None:
    stop = Event()

    def answer(_envelope: Envelope) -> Outcome:
        stop.set()
        return Accepted(code=250)

    sentence, _ = send(answer, stop)
    assert sentence == "45 chosen = 1 accepted + 44 waiting"


def test_a_pause_holds_the_mailing_within_one_batch_and_resuming_ends_it(send: Send, mailing: Mailing) -> None:
    def answer(_envelope: Envelope) -> Outcome:
        if Mailing.objects.get(pk=mailing.pk).state == "sending":
            pause(Mailing.objects.get(pk=mailing.pk), by="Ann")
        return Accepted(code=250)

    send(answer)
    mailing.refresh_from_db()
    receipt = receipt_of(mailing)
    assert receipt.count("accepted") <= 20
    assert receipt.count("accepted") + receipt.count("waiting") == 45
    resume(mailing, by="Ann")
    assert send()[0] == "45 chosen = 45 accepted"


@pytest.mark.parametrize("reason", ["", "the server refuses all"])
def test_a_pause_while_the_last_mail_is_on_the_wire_ends_the_mailing_unless_the_program_held_it(
    send: Send, mailing: Mailing, reason: str
) -> None:
    """Nothing is left to resume; but why it was held must be seen by somebody."""
    left = [45]

    def answer(_envelope: Envelope) -> Outcome:
        left[0] -= 1
        if left[0] == 0:
            hold(mailing.pk, reason) if reason else pause(Mailing.objects.get(pk=mailing.pk), by="Ann")
        return Accepted(code=250)

    assert send(answer)[0] == "45 chosen = 45 accepted"
    mailing.refresh_from_db()
    assert mailing.state == ("paused" if reason else "finished")
    assert Delivery.objects.filter(address_key=None).exists() is not bool(reason)
    if reason:
        assert why_held(mailing) == reason
        resume(mailing, by="Ann")
        send()
        mailing.refresh_from_db()
        assert mailing.state == "finished"


def test_a_cancelled_mailing_stops_and_never_starts_again(send: Send, mailing: Mailing) -> None:
    calls: list[int] = []

    def answer(_envelope: Envelope) -> Outcome:
        calls.append(1)
        if len(calls) == 1:
            cancel(Mailing.objects.get(pk=mailing.pk), by="Ann")
            return TryLater(code=451)
        return Accepted(code=250)

    send(answer)
    receipt = receipt_of(mailing)
    assert receipt.count("accepted") <= 19
    assert receipt.count("accepted") + receipt.count("cancelled") == 45
    with pytest.raises(ConflictError, match="stopped"):
        send()
    assert Delivery.objects.filter(address_key=None).count() == 45


def test_one_process_sends_at_a_time(send: Send, workspace: Workspace) -> None:
    workspace.data.mkdir(exist_ok=True)
    with (
        FileLock(workspace.data / "sending.lock", is_singleton=False),
        pytest.raises(ConflictError, match="Another process"),
    ):
        send()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"pending"}


def test_an_edition_changed_on_disk_is_not_sent(send: Send, workspace: Workspace, edition: Edition) -> None:
    mail = workspace.editions / edition.content_hash / "variants" / "en" / "mail.html"
    mail.write_text(mail.read_text() + " ")
    with pytest.raises(ConflictError, match="not what was approved"):
        send()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"pending"}


def test_a_mail_bears_its_own_token_and_message_id_and_the_common_date(send: Send, mailing: Mailing) -> None:
    _, delivered = send()
    row = Delivery.objects.get(pk=delivered[0].delivery_id)
    message = delivered[0].message.decode()
    assert f"Message-ID: {row.message_id}\r\n" in message
    assert "List-Unsubscribe: <mailto:bulletin@example.org?subject=unsubscribe%20" in message.replace("\r\n ", " ")
    assert f"{mailing.planned_at:%d %b %Y %H:%M:%S}".lstrip("0") in message
    assert delivered[0].message.partition(b"\r\n\r\n")[2] == delivered[1].message.partition(b"\r\n\r\n")[2]


def test_a_name_that_could_break_a_header_costs_the_name_and_not_the_copy(send: Send) -> None:
    Subscriber.objects.filter(address="reader7@example.org").update(name="Eve\r\nBcc: all@example.org")
    sentence, delivered = send()
    assert sentence == "45 chosen = 45 accepted"
    (mail,) = (envelope.message for envelope in delivered if envelope.recipient == "reader7@example.org")
    assert b"Bcc" not in mail


def test_progress_is_told_as_the_same_sum(workspace: Workspace, mailing: Mailing) -> None:
    told: list[str] = []
    dispatch = Dispatch(workspace=workspace, mailing=mailing, open_transport=MemoryTransport)
    send_mailing(dispatch, InlineJobs(dispatch.jobs), progress=lambda receipt: told.append(receipt.sentence))
    assert told[-1] == "45 chosen = 45 accepted"
