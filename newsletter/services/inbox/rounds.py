"""One round of the inbox: fetch, deal with, tidy; for the command and for the timetable of `serve`."""

from dataclasses import dataclass
from threading import Event

from newsletter.content.inbox_config import PULLED
from newsletter.services.inbox.collecting import collect, tidy
from newsletter.services.inbox.handling import handle_received
from newsletter.services.inbox.sources import Imap, Source, open_source
from newsletter.workspace import Workspace

_IDLE = (
    300.0  # seconds that we wait to be told of new mail before we look ourselves; RFC 2177 wants less than 29 minutes
)


@dataclass(frozen=True, kw_only=True)
class Round:
    """What one round did."""

    collected: int = 0  # mails that are new
    handled: int = 0
    tidied: int = 0  # in the mailbox


def pulled(workspace: Workspace) -> list[str]:
    """The sources that somebody else keeps mail in."""
    return [url for url in workspace.config.inbox.sources if url.partition(":")[0] in PULLED]


def look_once(workspace: Workspace, source: Source, stop: Event | None = None) -> Round:
    """Look into one source. Raises UnavailableError where it does not answer; what it gave before is dealt with."""
    try:
        collected = collect(workspace, source, stop)
    finally:
        handled = handle_all(workspace, stop)
    return Round(collected=collected, handled=handled, tidied=tidy(source))


def handle_all(workspace: Workspace, stop: Event | None = None) -> int:
    """Deal with whatever came in, by whatever way; returns how many replies there were."""
    count = 0
    while not (stop and stop.is_set()) and (handled := handle_received(workspace, stop)):
        count += handled
    return count


def watch(workspace: Workspace, url: str, stop: Event) -> None:
    """Look into one source, and again each time the server tells of new mail; returns where it can't tell."""
    source = open_source(workspace, url)
    try:
        look_once(workspace, source, stop)
        while not stop.is_set() and isinstance(source, Imap) and source.wait(_IDLE, stop):
            look_once(workspace, source, stop)
    finally:
        source.close()
