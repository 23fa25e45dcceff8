"""A workspace: the folder of one newsletter, with its `newsletter.toml` and what the environment sets over it."""

import os
import secrets
import tempfile
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from newsletter.content.bodies import Bodies, load_bodies
from newsletter.content.fields import OneLine
from newsletter.content.issue import FILE_NAME, Issue, load_issue
from newsletter.content.problems import explain
from newsletter.errors import InputError, Problem
from newsletter.rendering.theme import Publication, Theme

CONFIG_NAME = "newsletter.toml"
PREFIX = "NEWSLETTER__"
_LONGEST_NAME = 100  # letters; file systems end at 255 bytes


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Approval(_Table):
    """Who must agree before an issue is sent."""

    people: Literal[1, 2] = Field(2, description="How many different named people approve an issue.")


class Sending(_Table):
    """How mails leave."""

    transport: OneLine = Field("outbox:", description="outbox:, smtp://user@host:587 or smtps://user@host:465.")
    password: OneLine = Field("", description="SMTP password; set it by environment or password_file only.", repr=False)
    password_file: OneLine = Field("", description="File that holds the SMTP password.")
    connections: int = Field(4, ge=1, le=64, description="Connections at once.")
    batch_size: int = Field(50, ge=1, le=1000, description="Deliveries claimed together.")


class Database(_Table):
    """Where the ledger and the subscribers live."""

    url: OneLine = Field("", description="sqlite:///path; data/newsletter.sqlite3 if empty.")


class Config(_Table):
    """All of `newsletter.toml`."""

    newsletter: Publication = Field(Publication(), description="Who sends it.")
    theme: Theme = Field(Theme(), description="How it looks.")
    approval: Approval = Field(Approval(), description="Who must agree.")
    sending: Sending = Field(Sending(), description="How mails leave.")
    database: Database = Field(Database(), description="Where data is kept.")


class Workspace(BaseModel):
    """One newsletter: its folder and its settings, frozen."""

    model_config = ConfigDict(frozen=True, ignored_types=(cached_property,))

    root: Path
    config: Config

    @property
    def publication(self) -> Publication:
        """Who sends it."""
        return self.config.newsletter

    @cached_property
    def theme(self) -> Theme:
        """How it looks, with the publication and the workspace's own templates in reach."""
        return self.config.theme.model_copy(update={"publication": self.config.newsletter, "root": self.root})

    @cached_property
    def bodies(self) -> Bodies:
        """The register of bodies."""
        return load_bodies(self.subscribers / "bodies.toml")

    @property
    def issues(self) -> Path:
        """Where issues are written."""
        return self.root / "issues"

    @property
    def subscribers(self) -> Path:
        """Where segments, bodies and lists lie."""
        return self.root / "subscribers"

    @property
    def data(self) -> Path:
        """What the program writes; git ignores it."""
        return self.root / "data"

    @property
    def editions(self) -> Path:
        """Frozen editions."""
        return self.data / "editions"

    @property
    def outbox(self) -> Path:
        """Where mails land in practice."""
        return self.data / "outbox"

    @property
    def database_url(self) -> str:
        """Where the ledger lives."""
        return self.config.database.url or f"sqlite:///{(self.data / 'newsletter.sqlite3').as_posix()}"

    def issue_path(self, issue_id: str) -> Path:
        """The folder of an issue, also where it is still to be made; refuses a name that leads elsewhere."""
        folder = self.issues / issue_id
        if folder.resolve().parent != self.issues.resolve() or len(issue_id) > _LONGEST_NAME:
            raise InputError(f"'{issue_id[:60]}' is no issue's name; give the folder's name alone, such as 2025-11")
        return folder

    def load_issue(self, issue_id: str) -> Issue:
        """Read one issue. Raises InputError with every problem."""
        return load_issue(self.issue_path(issue_id), self.bodies)

    def issue_ids(self) -> list[str]:
        """Ids of all issues, oldest first."""
        return sorted(path.parent.name for path in self.issues.glob(f"*/{FILE_NAME}"))

    def smtp_password(self) -> str | None:
        """The SMTP password, from the environment or from its file; InputError where the file can't be read."""
        sending = self.config.sending
        if sending.password or not sending.password_file:
            return sending.password or None
        try:
            return (self.root / sending.password_file).read_text(encoding="utf-8").strip()
        except OSError as error:
            message = f"the file named by [sending] password_file can't be read: {error.strerror}"
            raise InputError([Problem(message=message, file=str(self.root / CONFIG_NAME))]) from None

    def secret(self) -> bytes:
        """The key of tokens and hashed addresses, made at first use; it is kept outside the database."""
        path = self.data / "secret.key"
        if not path.exists():
            _write_secret(path)
        return bytes.fromhex(path.read_text(encoding="ascii"))


def _write_secret(path: Path) -> None:
    """Written whole beside its place, then linked there: another process finds all of a key or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # readable by its owner only
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(32))
        with suppress(FileExistsError):  # another process was first; its key is the key
            os.link(draft, path)
    finally:
        Path(draft).unlink()


def load_workspace(root: Path, environment: Mapping[str, str] | None = None) -> Workspace:
    """Read the workspace in a folder. Raises InputError with every problem in `newsletter.toml` or the environment."""
    path = root / CONFIG_NAME
    if not path.is_file():
        message = f"there is no {CONFIG_NAME} here; name the workspace with -C, or make one with `newsletter init`"
        raise InputError([Problem(message=message, file=str(root))])
    table = _overlay(_read_toml(path), os.environ if environment is None else environment)
    try:
        config = Config.model_validate(table)
    except ValidationError as error:
        raise InputError(explain(error, file=str(path), model=Config)) from None
    return Workspace(root=root.resolve(), config=config)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        message = "this file is not in UTF-8; save it again with the encoding UTF-8"
    except tomllib.TOMLDecodeError as error:
        message = f"this is not valid TOML: {error}"
    raise InputError([Problem(message=message, file=str(path))])


def _overlay(table: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """Set each NEWSLETTER__TABLE__KEY over the file's own; numbers and lists are written as in TOML."""
    for name, value in environment.items():
        if name.startswith(PREFIX):
            *tables, key = name.removeprefix(PREFIX).lower().split("__")
            place = table
            for step in tables:
                place = place.setdefault(step, {})
                if not isinstance(place, dict):
                    raise InputError(f"{name} in the environment goes into [{step}], which is no table; mend its name")
            place[key] = _toml_value(value)
    return table


def _toml_value(text: str) -> Any:  # noqa: ANN401
    if not text.lstrip().startswith(("[", "{")) and not text.strip().isdigit() and text not in ("true", "false"):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
