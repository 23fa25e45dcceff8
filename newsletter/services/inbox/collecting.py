"""Fetches what is new from the places that keep mail for us, and tidies there what was dealt with, in that order.

What a crash leaves in between does no harm: a mail fetched twice is one reply, and one that was dealt with and not
tidied is tidied the next time.
"""

from collections import defaultdict
from functools import partial
from threading import Event

from newsletter.models import Arrival, ReplyState
from newsletter.services.inbox.arriving import arrive, last_key, unseen
from newsletter.services.inbox.sources import Source
from newsletter.workspace import Workspace

_SETTLED = (ReplyState.DONE,)  # in watch nothing is; what waits for a person stays where people see it
_AT_ONCE = 200


def collect(workspace: Workspace, source: Source, stop: Event | None = None) -> int:
    """Keep what is new; returns how many mails were. Raises UnavailableError where the source does not answer."""
    count = 0
    for found in source.new(partial(unseen, source.name), partial(last_key, source.name)):
        _reply, is_new = arrive(workspace, found, source=source.name)
        count += is_new
        if stop is not None and stop.is_set():
            break
    return count


def tidy(source: Source) -> int:
    """Flag or move what was dealt with; returns how many mails. Raises UnavailableError as `collect` does."""
    rows = Arrival.objects.filter(source=source.name, is_filed=False, reply__state__in=_SETTLED).order_by("pk")
    epochs: dict[str, dict[int, str]] = defaultdict(dict)
    for pk, epoch, key in rows.values_list("pk", "epoch", "key")[:_AT_ONCE]:
        epochs[epoch][pk] = key
    for epoch, keys in epochs.items():
        source.file(epoch, keys.values())  # where it is over, these names mean other mails now: nothing is left to do
        Arrival.objects.filter(pk__in=keys).update(is_filed=True)
    return sum(map(len, epochs.values()))
