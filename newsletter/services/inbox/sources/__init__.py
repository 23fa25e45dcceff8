"""Places that keep mail for us, by the address that `[inbox] sources` gives them."""

from urllib.parse import urlsplit

from newsletter.services.inbox.sources.base import Source
from newsletter.services.inbox.sources.imap import Imap
from newsletter.services.inbox.sources.maildir import Maildir
from newsletter.services.inbox.sources.mbox import Mbox
from newsletter.workspace import Workspace

__all__ = ["Imap", "Maildir", "Mbox", "Source", "open_source"]


def open_source(workspace: Workspace, url: str) -> Source:
    """The source that an address names; nothing is connected yet. Raises InputError for a password file's faults."""
    scheme, _, rest = url.partition(":")
    if scheme in ("imap", "imaps"):
        inbox = workspace.config.inbox
        return Imap(
            url,
            workspace.mailbox_password() or "",
            oauth=inbox.oauth,
            done_folder=inbox.done_folder,
            first_days=inbox.first_days,
        )
    path = workspace.root / (urlsplit(url).path or rest)
    return Maildir(path) if scheme == "maildir" else Mbox(path)
