"""The mails that practice has left in the local outbox, to be looked at: nothing here changes or sends anything."""

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from newsletter.errors import InputError
from newsletter.models import Mailing
from newsletter.workspace import Workspace

_WORDS = {
    "automatic": "Short mails that the program writes by itself",
    "drafts": "Drafts for comment",
    "test": "Test copies",
}
_HEADERS = 65_536  # bytes at the head of a file that a list reads
_CID = re.compile(r"cid:([^\"'\s)>]+)")


@dataclass(frozen=True, kw_only=True)
class MailFolder:
    """The mails of one mailing, or of one kind."""

    name: str
    words: str
    count: int
    latest: datetime

    @property
    def is_mailing(self) -> bool:
        """Whether it holds the copies of a mailing."""
        return self.name not in _WORDS


@dataclass(frozen=True, kw_only=True)
class PracticeMail:
    """One mail as its reader would get it."""

    folder: str
    name: str  # of its file
    message: EmailMessage

    def header(self, name: str) -> str:
        """One header in words; empty where it is not there."""
        return str(self.message.get(name, ""))

    @property
    def headers(self) -> list[tuple[str, str]]:
        """All of them, in order."""
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def text(self) -> str:
        """The plain text."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part else ""

    @property
    def html(self) -> str:
        """The HTML, with the pictures that travel inside the mail put in where they are named."""
        part = self.message.get_body(("html",))
        pictures = dict(self._pictures())
        page = str(part.get_content()) if part else ""
        return _CID.sub(lambda found: pictures.get(found[1], found[0]), page)

    def _pictures(self) -> Iterator[tuple[str, str]]:
        for part in self.message.walk():
            name = str(part.get("Content-ID", "")).strip("<> ")
            if name and part.get_content_maintype() == "image":
                content = part.get_payload(decode=True)
                assert isinstance(content, bytes)  # noqa: S101  (an image is no multipart)
                yield name, f"data:{part.get_content_type()};base64,{b64encode(content).decode()}"


def practice_folders(workspace: Workspace) -> list[MailFolder]:
    """Where there are mails, latest first."""
    issues = dict(Mailing.objects.values_list("uid", "edition__issue_id"))
    found = (_folder(path, issues) for path in workspace.outbox.glob("*/") if path.is_dir())
    return sorted((folder for folder in found if folder), key=lambda folder: folder.latest, reverse=True)


def practice_names(workspace: Workspace, folder: str) -> list[str]:
    """The files of a folder, latest first. Raises InputError where there is none."""
    path = workspace.outbox / folder
    if path.resolve().parent != workspace.outbox.resolve() or not path.is_dir():
        raise InputError("There are no mails of practice here; they may have been removed.")
    return sorted((file.name for file in path.glob("*.eml")), reverse=True)


def practice_heads(workspace: Workspace, folder: str, names: Sequence[str]) -> list[PracticeMail]:
    """Some mails of a folder, their headers alone."""
    return [_read(workspace, folder, name, _HEADERS) for name in names]


def practice_mail(workspace: Workspace, folder: str, name: str) -> PracticeMail:
    """One mail. Raises InputError where there is none."""
    if name not in practice_names(workspace, folder):
        raise InputError("This mail is not in the outbox any more.")
    return _read(workspace, folder, name, -1)


def _folder(path: Path, issues: dict[str, str]) -> MailFolder | None:
    files = [file.stat().st_mtime for file in path.glob("*.eml")]
    words = _WORDS.get(path.name) or f"Mailing of {issues.get(path.name, 'an issue that is gone')}"
    latest = datetime.fromtimestamp(max(files, default=0), UTC)
    return MailFolder(name=path.name, words=words, count=len(files), latest=latest) if files else None


def _read(workspace: Workspace, folder: str, name: str, most: int) -> PracticeMail:
    with (workspace.outbox / folder / name).open("rb") as stream:
        message = message_from_bytes(stream.read(most), policy=default)
    return PracticeMail(folder=folder, name=name, message=message)
