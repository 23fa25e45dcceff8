"""Where replies come in and who must hear of them: the `[inbox]` table of `newsletter.toml`."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from newsletter.content.fields import EmailAddress, OneLine
from newsletter.content.reply_flags import Flag

PULLED = ("imap", "imaps", "maildir", "mbox")  # somebody else keeps the mail, and we look there
PUSHED = ("lmtp", "smtp")  # a mail server hands it to us


def _source(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in (*PULLED, *PUSHED):
        raise ValueError(
            f"a source of replies begins with one of {', '.join((*PULLED, *PUSHED))}, such as maildir:PATH"
        )
    if parts.password is not None:
        raise ValueError("a password does not belong in the address; set it by environment, or name a password_file")
    if parts.scheme.startswith("imap") and not (parts.username and parts.hostname):
        raise ValueError("a mailbox is written as imaps://user@host/FOLDER; an @ in the user's name as %40")
    return url


class Inbox(BaseModel):
    """The `[inbox]` table of `newsletter.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: tuple[Annotated[OneLine, AfterValidator(_source)], ...] = Field(
        (),
        description="Where replies come in: imaps://user@host/INBOX, maildir:PATH, mbox:PATH, lmtp://127.0.0.1:PORT, "
        "lmtp:SOCKET or smtp://127.0.0.1:PORT.",
    )
    password: OneLine = Field("", description="The mailbox's; set it by environment or password_file only.", repr=False)
    password_file: OneLine = Field("", description="File that holds the mailbox's password, or its access token.")
    oauth: bool = Field(default=False, description="The password is an OAuth 2.0 access token (XOAUTH2).")
    webhook: bool = Field(
        default=False,
        description="Take replies that the provider of [sending] transport posts to /hooks/NAME/inbound/.",
    )
    poll_seconds: int = Field(60, ge=1, description="How often to look where nobody tells us of new mail.")
    first_days: int = Field(30, ge=0, description="How old mail may be that is read when a mailbox is first seen.")
    done_folder: OneLine = Field(
        "", description="Folder of the mailbox that dealt-with replies are moved to; flagged as read if empty."
    )
    receiver: OneLine = Field(
        "",
        description="Name of your own mail server in Authentication-Results, or microsoft-365. It must remove forged "
        "ones. Without it no From is believed.",
    )
    trusted_domains: tuple[OneLine, ...] = Field(
        (), description="Domains whose people join at once where your receiver says that DMARC passed."
    )
    named: dict[Flag, EmailAddress] = Field(
        {}, description="Who is told of replies that must reach a person, such as welfare_concern; staff if left out."
    )
    classifier: OneLine = Field(
        "",
        description="Your own second reading as module:function; it gets a letter and our verdict, and gives one.",
    )
    kept_days: int = Field(365, ge=1, description="How long the letters themselves are kept; what was done stays.")
