"""Notices that a file was saved, by looking at times and sizes: works on every system and every kind of disk."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Event

from newsletter.rendering.templating import template_folders
from newsletter.rendering.theme import Theme
from newsletter.workspace import CONFIG_NAME

EVERY = 0.05  # seconds between two looks; a save must be on the page within 0.3
_SETTLE = 0.02  # seconds without a change: an editor may empty a file first and fill it after
_MOST_LOOKS = 20  # while files keep changing, a copy in progress for one

Fingerprint = frozenset[tuple[str, int, int]]
Places = Callable[[], Iterable[Path]]


def watched(root: Path, issue_id: str, theme: Theme) -> list[Path]:
    """Every file and folder that a draft is made from."""
    logo = [root / theme.logo] if theme.logo else []
    register = root / "subscribers" / "bodies.toml"
    return [root / "issues" / issue_id, *template_folders(root), root / CONFIG_NAME, register, *logo]


def fingerprint(places: Iterable[Path]) -> Fingerprint:
    """Name, time and size of every file in these places; it differs as soon as one of them was saved."""
    return frozenset(found for place in places for found in _files(place))


def changes(places: Places, seen: Fingerprint, stop: Event) -> Iterator[None]:
    """Yield after each change from what was `seen`, once it has settled, until `stop` is set.

    What changes while the caller is busy is yielded next.
    """
    while not stop.wait(EVERY):
        now = fingerprint(places())
        if now == seen:
            continue
        seen = _settled(now, places, stop)
        yield


def _settled(now: Fingerprint, places: Places, stop: Event) -> Fingerprint:
    for _ in range(_MOST_LOOKS):
        stop.wait(_SETTLE)
        again = fingerprint(places())
        if again == now:
            break
        now = again
    return now


def _files(place: Path) -> Iterator[tuple[str, int, int]]:
    try:
        if not place.is_dir():
            facts = place.stat()
            yield str(place), facts.st_mtime_ns, facts.st_size
            return
        with os.scandir(place) as entries:
            names = [entry.name for entry in entries if not _is_scratch(entry.name)]
    except OSError:
        return  # it went away between two looks, which is itself a change
    for name in names:
        yield from _files(place / name)


def _is_scratch(name: str) -> bool:
    """Files that editors write for themselves beside the one they save."""
    return name.startswith(".") or name.endswith(("~", ".tmp", ".swp", ".bak"))
