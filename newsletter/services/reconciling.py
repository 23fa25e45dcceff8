"""A body's own list of its people beside ours: who is new, who is missing, who seems to have another address.

Nothing is decided here. Who is new comes in by an import; who is missing is asked whether to stay and stays until they
answer; an address that seems to have changed is asked at the new address. Who left earlier stays out whatever a body's
list says.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from newsletter.models import Subscriber
from newsletter.services import import_sql as sql
from newsletter.services.deciding import ask_to_stay
from newsletter.services.importing import Fate, Line, open_import
from newsletter.services.subscribing import said_by
from newsletter.subscribers.details import known_body
from newsletter.subscribers.importing import ImportFile
from newsletter.workspace import Workspace

_T = TypeVar("_T")
_MOST_SHOWN = 10_000  # people of one body; more are an import


@dataclass(frozen=True, kw_only=True)
class Joiner:
    """Somebody on the body's list who is not on ours."""

    row: int
    address: str = field(repr=False)
    name: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Move:
    """Somebody who is missing and somebody who is new, and seem to be the same person."""

    leaver: Subscriber
    joiner: Joiner
    why: str


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """What a body's list says that ours does not."""

    staying: int  # people on both
    joiners: tuple[Joiner, ...]  # on theirs alone, without those who seem to have moved
    leavers: tuple[Subscriber, ...]  # on ours alone, likewise
    moves: tuple[Move, ...]
    stayed_out: tuple[Line, ...]  # on theirs, but they left us, or are never to be written to
    unread: tuple[Line, ...]  # rows that are broken


def reconcile(workspace: Workspace, body: str, file: ImportFile) -> Reconciliation:
    """Lay a body's list beside ours, writing nothing. Raises InputError for a body that is not in the register."""
    body = known_body(body, workspace.bodies)
    with open_import(workspace, file, body=body) as theirs:
        new = [Joiner(row=row, address=address, name=name) for row, address, name in sql.newcomers(_MOST_SHOWN)]
        shown = Subscriber.objects.only("address", "name")  # whole rows would take longest of all this
        missing = list(shown.in_bulk(sql.missing(body, _MOST_SHOWN)).values())
        staying = theirs.counts[Fate.SAME] + theirs.counts[Fate.CHANGED]
        stayed_out = theirs.lines(Fate.STAYED_OUT, Fate.SUPPRESSED)
        unread = theirs.lines(Fate.BROKEN)
    moves = _moves(new, missing)
    rows, people = {move.joiner.row for move in moves}, {move.leaver.pk for move in moves}
    return Reconciliation(
        staying=staying,
        joiners=tuple(one for one in new if one.row not in rows),
        leavers=tuple(person for person in missing if person.pk not in people),
        moves=tuple(moves),
        stayed_out=tuple(stayed_out),
        unread=tuple(unread),
    )


def ask_leavers(workspace: Workspace, body: str, file: ImportFile, *, by: str) -> int:
    """Ask everybody whom the body's list does not name whether to stay, once each; returns how many were asked."""
    by, found = said_by(by), reconcile(workspace, body, file)
    people = Subscriber.objects.in_bulk([person.pk for person in found.leavers]).values()
    return sum(ask_to_stay(workspace, person, by=by, source=file.name) for person in people)


def _moves(new: Sequence[Joiner], missing: Sequence[Subscriber]) -> list[Move]:
    """Pairs in which a name, or else what stands before the @, is on both sides exactly once."""
    found: list[Move] = []
    for why, sign in (("the same name", _name), ("the same beginning of the address", _local_part)):
        rows, people = {move.joiner.row for move in found}, {move.leaver.pk for move in found}
        theirs = _once((sign(one), one) for one in new if one.row not in rows)
        ours = _once((sign(person), person) for person in missing if person.pk not in people)
        found += [Move(leaver=ours[key], joiner=theirs[key], why=why) for key in ours if key in theirs]
    return found


def _name(one: Joiner | Subscriber) -> str:
    return " ".join(one.name.casefold().split())


def _local_part(one: Joiner | Subscriber) -> str:
    return one.address.partition("@")[0].casefold()


def _once(pairs: Iterable[tuple[str, _T]]) -> dict[str, _T]:
    """What has a sign that nobody else has."""
    kept = [(sign, one) for sign, one in pairs if sign]
    counts = Counter(sign for sign, _one in kept)
    return {sign: one for sign, one in kept if counts[sign] == 1}
