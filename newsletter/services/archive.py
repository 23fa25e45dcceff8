"""What the public may read: editions that were sent to everybody, of each issue the last, without parts for some."""

import logging
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from newsletter.errors import ConflictError
from newsletter.models import Mailing, Variant, WebCorrection, WithdrawnPicture
from newsletter.rendering.neutral_picture import neutral_picture
from newsletter.services.frozen import FrozenEdition, FrozenFolder, read_edition
from newsletter.services.modes import is_practice
from newsletter.services.planning import COPY
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Version:
    """One published issue in one language, as everybody may read it."""

    key: str  # of its variant
    language: str
    title: str
    summary: str


@dataclass(frozen=True, kw_only=True)
class Note:
    """What readers are told of a correction."""

    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class Published:
    """One issue of the archive."""

    issue_id: str
    edition: str  # hash, and name of its folder
    dated: date  # its day of publication
    sent_at: datetime  # when it began to be sent
    updated_at: datetime  # when what stands there now came to stand there
    versions: tuple[Version, ...]  # the issue's own language first
    notes: tuple[Note, ...] = ()  # on what was corrected here, oldest first

    def version(self, language: str = "") -> Version:
        """In this language, or in the issue's own."""
        return next((version for version in self.versions if version.language == language), self.versions[0])

    def others(self, shown: Version) -> list[Version]:
        """In every other language."""
        return [version for version in self.versions if version != shown]


def published(workspace: Workspace) -> list[Published]:
    """Every issue that began to be sent to everybody, the newest first by its day of publication.

    What was sent to a segment alone stays between it and us; a correction takes the place of what it corrects.
    """
    began = Mailing.objects.filter(started_at__isnull=False, practice=is_practice(workspace), segment="")
    first: dict[str, datetime] = {}
    shown: dict[str, _Shown] = {}
    for mailing in began.exclude(reason__startswith=COPY).select_related("edition").order_by("pk"):
        issue_id, name, at = mailing.edition.issue_id, mailing.edition.content_hash, mailing.started_at
        if at and mailing.corrects_id is None:
            first.setdefault(issue_id, at)
        if at and issue_id in first and (issue_id not in shown or shown[issue_id][1] != name):
            shown[issue_id] = (at, name)
    notes = _corrected_here(shown)
    issues = [
        _published(workspace, issue_id, sent_at, shown[issue_id], tuple(notes.get(issue_id, ())))
        for issue_id, sent_at in first.items()
    ]
    return sorted(filter(None, issues), key=lambda issue: (issue.dated, issue.sent_at), reverse=True)


_Shown = tuple[datetime, str]  # since when, and which edition


def _corrected_here(shown: dict[str, _Shown]) -> dict[str, list[Note]]:
    """Notes by issue; what was corrected on its page alone stands there until a later mailing."""
    notes = dict[str, list[Note]]()
    for correction in WebCorrection.objects.filter(issue_id__in=shown).select_related("edition").order_by("pk"):
        here = (correction.at, correction.edition.content_hash)
        shown[correction.issue_id] = max(shown[correction.issue_id], here)
        notes.setdefault(correction.issue_id, []).append(Note(at=correction.at, text=correction.note))
    return notes


def published_issue(workspace: Workspace, issue_id: str) -> Published:
    """One issue of the archive. Raises ConflictError where it is not there."""
    found = next((issue for issue in published(workspace) if issue.issue_id == issue_id), None)
    if found is None:
        raise ConflictError(f"Issue {issue_id} is not in the archive: it has not been sent to everybody.")
    return found


def edition_of(workspace: Workspace, issue: Published) -> FrozenEdition:
    """The issue as approved, but for pictures that were withdrawn. Raises ConflictError where it is not."""
    frozen = read_edition(workspace.editions, issue.edition)
    gone = _withdrawn(issue.issue_id) & set(frozen.files)
    return replace(frozen, files={**frozen.files, **{path: neutral_picture(frozen.files[path], path) for path in gone}})


def around(issues: list[Published], issue_id: str) -> tuple[Published | None, Published | None]:
    """The issue before this one and the issue after it, in order of time."""
    place = [issue.issue_id for issue in issues].index(issue_id)
    return issues[place + 1] if place + 1 < len(issues) else None, issues[place - 1] if place else None


def search(workspace: Workspace, issues: Iterable[Published], words: str) -> list[Published]:
    """The issues in which every one of these words occurs, in any language; case and accents do not count."""
    wanted = _folded(words).split()
    return [issue for issue in issues if all(word in _text_of(workspace, issue) for word in wanted)]


def page_of(workspace: Workspace, issue: Published, version: Version) -> str:
    """The web edition, byte for byte as approved. Raises ConflictError where it is not."""
    return _folder(workspace.editions, issue.edition).read(f"variants/{version.key}/web.html").decode()


def file_of(workspace: Workspace, issue: Published, path: str) -> bytes | None:
    """A picture or a calendar file that everybody's issue shows; None where it shows none of this name.

    Those of a part for some alone lie in the same folder, and a calendar's name is easily guessed.
    """
    keys = tuple(version.key for version in issue.versions)
    if path not in _files_shown(workspace.editions, issue.edition, keys):
        return None
    content = _folder(workspace.editions, issue.edition).read(path)
    return neutral_picture(content, path) if path in _withdrawn(issue.issue_id) else content


def _withdrawn(issue_id: str) -> set[str]:
    names = WithdrawnPicture.objects.filter(issue_id=issue_id).values_list("name", flat=True)
    return {f"images/{name}" for name in names}


def issue_languages(workspace: Workspace) -> list[str]:
    """Languages in which issues have been approved, the newsletter's own first: what a reader may ask for."""
    own = workspace.publication.language
    known = Variant.objects.order_by("language").values_list("language", flat=True).distinct()
    return [own, *(language for language in known if language != own)]


@lru_cache(maxsize=256)
def _folder(editions: Path, name: str) -> FrozenFolder:
    return FrozenFolder(editions, name)


@lru_cache(maxsize=256)
def _files_shown(editions: Path, name: str, keys: tuple[str, ...]) -> frozenset[str]:
    folder = _folder(editions, name)
    pages = (folder.read(f"variants/{key}/web.html").decode() for key in keys)
    return frozenset(path for page in pages for path in _FILE.findall(page)) & folder.files.keys()


_FILE = re.compile(r'"((?:images|events)/[^"]+)"')


def _published(
    workspace: Workspace, issue_id: str, sent_at: datetime, shown: _Shown, notes: tuple[Note, ...]
) -> Published | None:
    """None where the edition is missing or not what was approved: the others are still shown."""
    since, name = shown
    try:
        folder = _folder(workspace.editions, name)
    except ConflictError as error:
        logger.error("an edition is left out of the archive: %s", error)  # noqa: TRY400  (the sentence says it all)
        return None
    versions = _versions(folder)
    if not versions:
        return None
    return Published(
        issue_id=issue_id,
        edition=name,
        dated=folder.dated or sent_at.astimezone(ZoneInfo(workspace.publication.timezone)).date(),
        sent_at=sent_at,
        updated_at=since,
        versions=versions,
        notes=notes,
    )


def _versions(folder: FrozenFolder) -> tuple[Version, ...]:
    """The variants that everybody may read."""
    return tuple(
        Version(key=facts["key"], language=facts["language"], title=facts["subject"], summary=facts["preheader"])
        for facts in folder.variants
        if not facts["audiences"]
    )


def _text_of(workspace: Workspace, issue: Published) -> str:
    try:
        return "\n".join(_folded_text(workspace.editions, issue.edition, version.key) for version in issue.versions)
    except ConflictError as error:
        logger.error("an edition can't be searched: %s", error)  # noqa: TRY400
        return ""


@lru_cache(maxsize=512)
def _folded_text(editions: Path, name: str, key: str) -> str:
    return _folded(_folder(editions, name).read(f"variants/{key}/mail.txt").decode())


_TYPED = str.maketrans("’‘‐–—", "''---", "\u00ad")  # noqa: RUF001  (as they are set)


def _folded(text: str) -> str:
    """Letters as anybody types them: without case, without marks above and below, plain apostrophes and dashes."""
    apart = unicodedata.normalize("NFKD", text.casefold()).translate(_TYPED)
    return "".join(mark for mark in apart if not unicodedata.combining(mark))
