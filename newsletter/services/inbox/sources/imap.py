"""A mailbox by IMAP (RFC 3501): read without marking, told of new mail by IDLE (RFC 2177), tidied when all is done.

A mail is named by UIDVALIDITY and UID. Where UIDVALIDITY changes, all UIDs mean other mails: they are looked through
anew, and what had arrived before is known by its content.
"""

import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any
from urllib.parse import unquote, urlsplit

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from newsletter.errors import UnavailableError
from newsletter.replies.limits import Limits
from newsletter.services.inbox.arriving import Found
from newsletter.services.inbox.sources.base import LastKey, Unseen

_PATIENCE = 60  # seconds for an answer
_GLANCE = 1  # seconds between two looks at the stop event
_FLAG = rb"\Seen"
_KEYWORD = b"$Newsletter"  # mail programs ignore keywords that they do not know
_AT_ONCE = 50  # mails whose sizes are asked for together
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Imap:
    """One folder of one account, connected when it is first looked at."""

    def __init__(self, url: str, password: str, *, oauth: bool, done_folder: str, first_days: int) -> None:
        """Take `imaps://user@host:port/FOLDER` and what is needed to use it."""
        parts = urlsplit(url)
        self._host, self._port, self._secure = parts.hostname or "", parts.port, parts.scheme == "imaps"
        self._user, self._folder = unquote(parts.username or ""), unquote(parts.path.lstrip("/")) or "INBOX"
        self._password, self._oauth = password, oauth
        self._done_folder, self._first_days = done_folder, first_days
        self.name = f"{parts.scheme}://{parts.username}@{parts.netloc.rpartition('@')[2]}/{self._folder}"
        self._client: IMAPClient | None = None
        self._epoch = ""

    def new(self, unseen: Unseen, last: LastKey) -> Iterator[Found]:
        """What has not arrived yet, each fetched whole unless it is too large."""
        with self._answering() as client:
            self._look_again(client)
            uids = self._candidates(client, last(self._epoch))
            fresh = unseen(self._epoch, [str(uid) for uid in sorted(uids)])
            for start in range(0, len(fresh), _AT_ONCE):
                yield from self._fetch(client, [int(key) for key in fresh[start : start + _AT_ONCE]])

    def file(self, epoch: str, keys: Iterable[str]) -> bool:
        """Move to the folder for it, or flag as read."""
        uids = [int(key) for key in keys]
        with self._answering() as client:
            if epoch != self._epoch:
                return False
            if uids and self._done_folder:
                self._move(client, uids)
            elif uids:
                client.add_flags(uids, [_FLAG, _KEYWORD], silent=True)
        return True

    def wait(self, seconds: float, stop: Event) -> bool:
        """Wait until the server tells of something new, at most so long. False at once where it knows no IDLE."""
        with self._answering() as client:
            if not client.has_capability("IDLE"):
                return False
            ends = datetime.now(UTC) + timedelta(seconds=seconds)
            client.idle()
            try:
                while not stop.is_set() and datetime.now(UTC) < ends and not _tells(client.idle_check(_GLANCE)):
                    pass
            finally:
                client.idle_done()
        return True

    def close(self) -> None:
        """Say goodbye; a connection that is gone already is let go."""
        client, self._client = self._client, None
        if client is not None:
            try:
                client.logout()
            except (IMAPClientError, OSError):
                client.shutdown()

    @contextmanager
    def _answering(self) -> Iterator[IMAPClient]:
        """The connection; whatever breaks it closes it, so that the next use begins with a new one."""
        try:
            if self._client is None:
                self._client = self._connect()
            yield self._client
        except LoginError:
            self._drop()
            raise UnavailableError(f"The mailbox {self.name} refuses our sign-in; look at its password.") from None
        except (IMAPClientError, OSError) as error:
            self._drop()
            raise UnavailableError(f"The mailbox {self.name} does not answer ({type(error).__name__}).") from None

    def _connect(self) -> IMAPClient:
        client = IMAPClient(self._host, port=self._port, ssl=self._secure, timeout=_PATIENCE, use_uid=True)
        try:
            if not self._secure and self._host not in _LOOPBACK:
                client.starttls(ssl.create_default_context())  # a password never goes out in clear
            (client.oauth2_login if self._oauth else client.login)(self._user, self._password)
            self._epoch = str(client.select_folder(self._folder)[b"UIDVALIDITY"])
        except BaseException:
            client.shutdown()
            raise
        return client

    def _look_again(self, client: IMAPClient) -> None:
        """Servers tell of new mail only when spoken to; UIDVALIDITY may have changed since."""
        self._epoch = str(client.select_folder(self._folder)[b"UIDVALIDITY"])

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.shutdown()

    def _candidates(self, client: IMAPClient, last: str | None) -> list[int]:
        if last is None:
            since = (datetime.now(UTC) - timedelta(days=self._first_days)).date()
            return list(client.search(["SINCE", since]))
        # "n:*" always holds the newest mail, also where that is older than n (RFC 3501 section 6.4.8).
        return [uid for uid in client.search(["UID", f"{int(last) + 1}:*"]) if uid > int(last)]

    def _fetch(self, client: IMAPClient, uids: list[int]) -> Iterator[Found]:
        sizes = client.fetch(uids, ["RFC822.SIZE"])
        for uid in uids:
            size = sizes.get(uid, {}).get(b"RFC822.SIZE")
            if size is None:
                continue  # somebody deleted it in between
            is_whole = size <= Limits().message_bytes
            section = "BODY.PEEK[]" if is_whole else f"BODY.PEEK[HEADER]<0.{Limits().header_bytes}>"
            raw = _content(client.fetch([uid], [section]).get(uid, {}))
            if raw is not None:
                yield Found(key=str(uid), epoch=self._epoch, raw=raw, is_whole=is_whole, size=size)

    def _move(self, client: IMAPClient, uids: list[int]) -> None:
        if not client.folder_exists(self._done_folder):
            client.create_folder(self._done_folder)
        if client.has_capability("MOVE"):
            client.move(uids, self._done_folder)
            return
        client.copy(uids, self._done_folder)
        client.add_flags(uids, [rb"\Deleted"], silent=True)
        if client.has_capability("UIDPLUS"):
            client.uid_expunge(uids)  # a plain EXPUNGE would also remove what people marked


def _tells(answers: list[Any]) -> bool:
    return any(len(answer) > 1 and answer[1] in (b"EXISTS", b"RECENT") for answer in answers)


def _content(parts: dict[bytes, Any]) -> bytes | None:
    return next((value for name, value in parts.items() if name.startswith(b"BODY[")), None)
