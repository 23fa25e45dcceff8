"""A workspace: the folder of one newsletter, with its `newsletter.toml` and what the environment sets over it."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from newsletter.content.bodies import Bodies, load_bodies
from newsletter.content.check_config import CheckConfig, own_words
from newsletter.content.fields import OneLine, OptionalEmailAddress
from newsletter.content.inbox_config import Inbox
from newsletter.content.issue import FILE_NAME, Issue, load_issue
from newsletter.content.problems import explain
from newsletter.errors import InputError, Problem
from newsletter.open_id import Studio
from newsletter.rendering.site import Pages
from newsletter.rendering.theme import Publication, Theme
from newsletter.secret_file import Secret, read_secrets
from newsletter.subscribers.verp import LONGEST_LOCAL_PART

if TYPE_CHECKING:
    from newsletter.rendering.dkim import Signer  # only who signs loads cryptography

CONFIG_NAME = "newsletter.toml"
PREFIX = "NEWSLETTER__"
_LONGEST_NAME = 100  # letters; file systems end at 255 bytes

_SECRET = ("key", "token", "secret", "password")  # how names of secrets end


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Approval(_Table):
    """Who must agree before an issue is sent."""

    people: Literal[1, 2] = Field(2, description="How many different named people approve an issue.")


class Rate(_Table):
    """How much mail may leave at most; what is left out is not limited."""

    per_second: float | None = Field(None, gt=0, description="Mails a second; 0.5 is one in two seconds.")
    per_minute: int | None = Field(None, gt=0, description="Mails a minute.")
    per_hour: int | None = Field(None, gt=0, description="Mails within any sixty minutes.")
    per_day: int | None = Field(None, gt=0, description="Mails within any 24 hours.")


class Pace(Rate):
    """How fast mail leaves, all in all and to single domains."""

    domains: dict[str, Rate] = Field({}, description='Limits of single domains, such as domains."example.org".')


class InDoubtPolicy(StrEnum):
    """What to do about a mail of which nobody knows whether it arrived."""

    HOLD = "hold"  # a person decides
    RESEND_ONCE = "resend_once"  # rather twice than never, after a while
    AUTOMATIC = "automatic"  # again where the provider is known to recognise a repeat, else a person decides


def _without_password(url: str) -> str:
    if re.search(r"//[^/@]*:[^/@]*@", url):
        raise ValueError("a password does not belong in the address; set it by environment, or name a password_file")
    return url


class Sending(_Table):
    """How mails leave."""

    transport: Annotated[OneLine, AfterValidator(_without_password)] = Field(
        "outbox:", description="outbox:, smtp://user@host:587, smtps://user@host:465 or provider:NAME."
    )
    password: OneLine = Field("", description="SMTP password; set it by environment or password_file only.", repr=False)
    password_file: OneLine = Field("", description="File that holds the SMTP password.")
    provider: OneLine = Field("", description="Whose limits hold, such as microsoft-365; found by its host if empty.")
    pace: Pace = Field(Pace(), description="How fast; what stands here goes before the provider's known limits.")
    breaker: int = Field(5, ge=1, description="Refusals on policy in a row that pause a mailing.")
    engine: Literal["fast", "plain"] = Field(
        "fast", description="How SMTP is spoken: fast, or one command a round trip by the standard library."
    )
    connections: int = Field(8, ge=1, le=64, description="Connections at once.")
    window: int = Field(
        1, ge=1, le=64, description="Mails of one connection that may be in doubt after a crash; above 1 with CHUNKING."
    )
    verp: bool = Field(
        default=False, description="Each mail has a bounce address of its own, so bounces name their delivery."
    )
    bounce_address: OptionalEmailAddress = Field(None, description="Where bounces go; the From address if left out.")
    batch_size: int = Field(200, ge=1, le=1000, description="Deliveries claimed together.")
    in_doubt: InDoubtPolicy = Field(
        InDoubtPolicy.HOLD, description="Mails that may or may not have arrived: hold, resend_once or automatic."
    )
    resend_after_hours: float = Field(24, gt=0, description="How long resend_once waits for a sign first.")
    grace: int = Field(120, ge=0, description="Minutes a schedule may be overdue before somebody must say it may go.")

    @model_validator(mode="after")
    def _bounces_have_room(self) -> Self:
        local = (self.bounce_address or "").partition("@")[0]
        if self.verp and not 0 < len(local) <= LONGEST_LOCAL_PART:
            raise ValueError(
                "verp needs a bounce_address such as bounces@example.org, with at most "
                f"{LONGEST_LOCAL_PART} characters before the @"
            )
        return self


class Dkim(_Table):
    """How mails are signed here; where the table is left out, the mail server signs."""

    domain: OneLine = Field(description="Domain that signs, the From address's own.")
    selector: OneLine = Field(description="The public key stands in the DNS at SELECTOR._domainkey.DOMAIN.")
    key_file: OneLine = Field(description="File with the private key in PEM: RSA of 2048 bits, or Ed25519.")


class Subscribers(_Table):
    """The list, and why we may write to the people on it."""

    bases: tuple[OneLine, ...] = Field(
        ("consent", "public task", "legitimate interests", "corporate address"),
        min_length=1,
        description="Why you may write to people: the lawful bases that an import, a form or staff may name.",
    )


class Bounces(_Table):
    """When an address is given up because mail to it comes back. Spam filters' refusals never count."""

    gone: int = Field(2, ge=1, description="Mailings in a row, on different days, for which there was no such mailbox.")
    closed: int = Field(4, ge=1, description="The same for a mailbox that is full or switched off.")


class Database(_Table):
    """Where the ledger and the subscribers live."""

    url: OneLine = Field("", description="sqlite:///path; data/newsletter.sqlite3 if empty.")


class Config(_Table):
    """All of `newsletter.toml`."""

    newsletter: Publication = Field(Publication(), description="Who sends it.")
    theme: Theme = Field(Theme(), description="How it looks.")
    approval: Approval = Field(Approval(), description="Who must agree.")
    sending: Sending = Field(Sending(), description="How mails leave.")
    dkim: Dkim | None = Field(None, description="How mails are signed, where the mail server does not.")
    provider: dict[str, Any] = Field(
        {}, repr=False, description="Options of the API that provider:NAME names, such as api_key_file."
    )
    pages: Pages = Field(Pages(), description="The public pages.")
    checks: CheckConfig = Field(CheckConfig(), description="What must hold before an issue leaves.")
    subscribers: Subscribers = Field(Subscribers(), description="The list.")
    bounces: Bounces = Field(Bounces(), description="When an address is given up.")
    inbox: Inbox = Field(Inbox(), description="Where replies come in.")
    database: Database = Field(Database(), description="Where data is kept.")
    studio: Studio = Field(Studio(), description="Staff's own pages.")


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

    @cached_property
    def checks(self) -> CheckConfig:
        """What it says about its checks, with the words of `words.txt`."""
        config = self.config.checks
        return config.model_copy(update={"words": (*config.words, *own_words(self.words_file))})

    @property
    def words_file(self) -> Path:
        """Names and initials that are right here, one a line."""
        return self.root / "words.txt"

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

    @property
    def takes_replies(self) -> bool:
        """Whether replies come in here by themselves."""
        return bool(self.config.inbox.sources) or self.config.inbox.webhook

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
        return self._password("sending", self.config.sending)

    def mailbox_password(self) -> str | None:
        """The password of the mailbox that replies come to, in the same way."""
        return self._password("inbox", self.config.inbox)

    def _password(self, table: str, given: Sending | Inbox) -> str | None:
        if given.password or not given.password_file:
            return given.password or None
        try:
            return (self.root / given.password_file).read_text(encoding="utf-8").strip()
        except OSError as error:
            message = f"the file named by [{table}] password_file can't be read: {error.strerror}"
            raise InputError([Problem(message=message, file=str(self.root / CONFIG_NAME))]) from None

    def provider_options(self) -> dict[str, Any]:
        """`[provider]` with every `NAME_file` read as NAME; InputError where one can't be read."""
        return {key: value for name, given in self.config.provider.items() for key, value in self._option(name, given)}

    def _option(self, name: str, given: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
        if isinstance(given, dict):
            yield name, {key: value for inner, deeper in given.items() for key, value in self._option(inner, deeper)}
        elif not name.endswith("_file"):
            yield name, given
        else:
            try:
                yield name.removesuffix("_file"), (self.root / str(given)).read_text(encoding="utf-8").strip()
            except OSError as error:
                message = f"the file named by [provider] {name} can't be read: {error.strerror}"
                raise InputError([Problem(message=message, file=str(self.root / CONFIG_NAME))]) from None

    def signer(self) -> "Signer | None":
        """What signs mails by `[dkim]`, or None; InputError where the file can't be read or holds no fit key."""
        if self.config.dkim is None:
            return None
        from newsletter.rendering.dkim import Signer

        dkim = self.config.dkim
        try:
            pem = (self.root / dkim.key_file).read_bytes()
            return Signer.from_pem(domain=dkim.domain, selector=dkim.selector, pem=pem)
        except OSError as error:
            message = f"the file named by [dkim] key_file can't be read: {error.strerror}"
        except InputError as error:
            message = str(error)
        raise InputError([Problem(message=message, file=str(self.root / CONFIG_NAME), field="dkim")])

    @property
    def secret_path(self) -> Path:
        """Where the key of tokens and hashed addresses lies."""
        return self.data / "secret.key"

    def secret(self) -> bytes:
        """The key of tokens and hashed addresses, made at first use; it is kept outside the database.

        Raises InputError where the file holds none.
        """
        return self.secrets()[0].secret

    def secrets(self) -> tuple[Secret, ...]:
        """The key itself, and those that came to sign links since."""
        return read_secrets(self.secret_path)


def load_workspace(root: Path, environment: Mapping[str, str] | None = None) -> Workspace:
    """Read the workspace in a folder. Raises InputError with every problem in `newsletter.toml` or the environment."""
    path = root / CONFIG_NAME
    if not path.is_file():
        message = f"there is no {CONFIG_NAME} here; name the workspace with -C, or make one with `newsletter init`"
        raise InputError([Problem(message=message, file=str(root))])
    written = _read_toml(path)
    for table in ("provider", "studio"):
        _refuse_secrets(written.get(table), str(path), table)
    settings = _overlay(written, os.environ if environment is None else environment)
    try:
        config = Config.model_validate(settings)
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


def _refuse_secrets(options: object, file: str, *tables: str) -> None:
    """Keys of an API stand in no file that is shared; `NAME_file` and the environment are for them."""
    for name, value in options.items() if isinstance(options, dict) else ():
        _refuse_secrets(value, file, *tables, name)
        if isinstance(value, str) and name.endswith(_SECRET):
            variable = PREFIX + "__".join((*tables, name)).upper()
            message = f"{name} is a secret: set {variable}, or {name}_file to the file that holds it"
            raise InputError([Problem(message=message, file=file, field=".".join((*tables, name)))])


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
