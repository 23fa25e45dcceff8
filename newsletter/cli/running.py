"""Runs a mailing in this terminal: progress, an orderly stop, and looking on where another process sends."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING

import click

from newsletter.cli.progress import progress_bar
from newsletter.cli.session import Session
from newsletter.errors import SendingElsewhereError, UnavailableError

if TYPE_CHECKING:
    from newsletter.models import Mailing
    from newsletter.services.receipts import Receipt

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def run_mailing(session: Session, mailing: "Mailing") -> None:
    """Send a mailing, at its time if it has one; print the receipt, and what to do about what is left."""
    from newsletter.services.waiting import wait_for

    with stopped_by_signals() as stop:
        _say_when(session, mailing)
        wait_for(session.workspace, mailing, stop)
        try:
            with progress_bar() as show:
                receipt = None if stop.is_set() else _sent(session, mailing, stop, show)
        except UnavailableError as error:
            remedy = f"Nothing is lost: `newsletter resume {mailing.pk}` goes on from exactly there."
            raise type(error)(f"{error} {remedy}") from None
    if receipt is None:
        _say_stopped(mailing)
        return
    click.echo(receipt.sentence)
    if receipt.count("in_doubt"):
        click.echo(f"`newsletter resolve {mailing.pk}` says more of those we can't tell.")
    if receipt.open:
        click.echo(f"{receipt.open:,} still wait{_until(session, mailing)}; `newsletter resume {mailing.pk}` goes on.")


def _say_when(session: Session, mailing: "Mailing") -> None:
    from newsletter.content.wording import at_moment
    from newsletter.models import MailingState
    from newsletter.services.schedules import local

    if mailing.state == MailingState.SCHEDULED and mailing.scheduled_for:
        moment = at_moment(local(session.workspace, mailing.scheduled_for))
        click.echo(f"Mailing {mailing.pk} waits until {moment}; leave this window open, or `newsletter serve` running.")


def _say_stopped(mailing: "Mailing") -> None:
    from newsletter.content.wording import NEXT_STEPS
    from newsletter.models import MailingState

    mailing.refresh_from_db()
    if mailing.state == MailingState.SCHEDULED:
        click.echo(f"Not waited for any more. {NEXT_STEPS['scheduled'].format(mailing=mailing.pk)}")
    else:
        click.echo(f"Stopped; `newsletter resume {mailing.pk}` takes mailing {mailing.pk} up again.")


def _until(session: Session, mailing: "Mailing") -> str:
    """Before which moment nobody of them is due, if that is to come."""
    from newsletter.content.wording import at_moment
    from newsletter.services.overview import next_try
    from newsletter.services.schedules import local

    due = next_try(mailing)
    return f", the first until {at_moment(local(session.workspace, due))}" if due else ""


@contextmanager
def stopped_by_signals() -> Iterator[Event]:
    """An event that SIGTERM and the first Ctrl-C set, so that what is on the wire gets its answer.

    A second Ctrl-C interrupts at once.
    """
    stop = Event()

    def ask(number: int, frame: FrameType | None) -> None:
        if stop.is_set() and number == signal.SIGINT:
            signal.default_int_handler(number, frame)
        stop.set()

    if threading.current_thread() is not threading.main_thread():
        yield stop  # signals are the main thread's alone
        return
    before = {number: signal.signal(number, ask) for number in _SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _sent(session: Session, mailing: "Mailing", stop: Event, show: "Show") -> "Receipt | None":
    """Send it here, or watch another process do so and take over when that one ends."""
    from newsletter.engine.local import send_here
    from newsletter.services.waiting import look_on

    told = False
    while not stop.is_set():
        try:
            return send_here(session.workspace, mailing, progress=show, stop=stop)
        except SendingElsewhereError:
            if not told:
                click.echo("Another window or `newsletter serve` is sending; this one looks on.", err=True)
            told = True
            if receipt := look_on(session.workspace, mailing, stop, show):
                return receipt
    return None


if TYPE_CHECKING:
    from newsletter.services.sending import Progress as Show
