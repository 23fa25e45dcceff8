"""A mailbox on a real Dovecot: read without a mark, told of new mail, tidied after, and begun anew without harm."""

import smtplib
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from imapclient import IMAPClient
from letters import letter
from private_dovecot import Dovecot, dovecot
from private_postfix import postfix

from newsletter.engine.receiving import receiving
from newsletter.errors import UnavailableError
from newsletter.models import Reply
from newsletter.replies.limits import Limits
from newsletter.services.inbox.collecting import collect, tidy
from newsletter.services.inbox.letters import read_letter
from newsletter.services.inbox.sources import Imap, open_source
from newsletter.workspace import Workspace

pytestmark = [pytest.mark.heavy, pytest.mark.django_db(transaction=True)]

USER, PASSWORD = "bulletin@example.org", "not a secret"


@pytest.fixture(scope="module")
def server(require: Callable[[str], str]) -> Iterator[Dovecot]:
    require("dovecot")
    with dovecot({USER: PASSWORD}) as running:
        yield running


@pytest.fixture
def client(server: Dovecot) -> Iterator[IMAPClient]:
    """What people see of the mailbox."""
    with IMAPClient("127.0.0.1", port=server.imap, ssl=False) as theirs:
        theirs.login(USER, PASSWORD)
        for _flags, _mark, folder in theirs.list_folders():
            if folder != "INBOX":
                theirs.delete_folder(folder)
        theirs.create_folder("Replies")
        theirs.select_folder("Replies")
        yield theirs


@pytest.fixture
def make_source(server: Dovecot, make_workspace: Callable[..., Workspace]) -> Iterator[Callable[..., Imap]]:
    opened = []

    def make(**settings: str) -> Imap:
        url = f"imap://bulletin%40example.org@127.0.0.1:{server.imap}/Replies"
        workspace = make_workspace(NEWSLETTER__INBOX__PASSWORD=PASSWORD, **settings)
        source = open_source(workspace, url)
        assert isinstance(source, Imap)
        opened.append(source)
        return source

    yield make
    for source in opened:
        source.close()


def flags(client: IMAPClient) -> list[set[bytes]]:
    client.select_folder("Replies")
    told = client.get_flags(client.search())
    return [{flag for flag in marks if flag != rb"\Recent"} for marks in told.values()]


def test_it_is_read_without_a_mark_and_flagged_when_dealt_with(
    workspace: Workspace, client: IMAPClient, make_source: Callable[..., Imap]
) -> None:
    source = make_source()
    for text in ("one", "two"):
        client.append("Replies", letter(text))
    assert collect(workspace, source) == 2
    assert collect(workspace, source) == 0
    assert tidy(source) == 0
    assert flags(client) == [set(), set()]
    Reply.objects.order_by("pk").filter(pk=Reply.objects.earliest("pk").pk).update(state="done")
    assert tidy(source) == 1
    assert flags(client) == [{rb"\Seen", b"$Newsletter"}, set()]
    client.append("Replies", letter("three"))
    assert collect(workspace, source) == 1
    assert "bulletin%40example.org" in source.name
    assert PASSWORD not in source.name


def test_it_is_moved_where_a_folder_is_named(
    workspace: Workspace, client: IMAPClient, make_source: Callable[..., Imap]
) -> None:
    source = make_source(NEWSLETTER__INBOX__DONE_FOLDER="Dealt with")
    client.append("Replies", letter("one"))
    assert collect(workspace, source) == 1
    Reply.objects.update(state="done")
    assert tidy(source) == 1
    assert flags(client) == []
    assert client.select_folder("Dealt with")[b"EXISTS"] == 1


def test_fault_61_another_uidvalidity_does_no_harm(
    workspace: Workspace, client: IMAPClient, make_source: Callable[..., Imap]
) -> None:
    """Fault 61: the same mails under other names are the same replies, and old names touch no new mail."""
    source = make_source()
    mails = [letter("one"), letter("two")]
    for mail in mails:
        client.append("Replies", mail)
    assert collect(workspace, source) == 2
    Reply.objects.update(state="done")
    client.select_folder("INBOX")
    client.delete_folder("Replies")
    time.sleep(1.1)  # UIDVALIDITY is a time in seconds
    client.create_folder("Replies")
    for mail in [letter("three"), *reversed(mails)]:
        client.append("Replies", mail)
    assert collect(workspace, source) == 1
    assert Reply.objects.count() == 3
    tidy(source)
    tidy(source)
    assert flags(client) == [set(), {rb"\Seen", b"$Newsletter"}, {rb"\Seen", b"$Newsletter"}]


def test_old_mail_of_a_mailbox_that_is_new_to_us_is_left_alone(
    workspace: Workspace, client: IMAPClient, make_source: Callable[..., Imap]
) -> None:
    from datetime import UTC, datetime

    client.append("Replies", letter("long ago"), msg_time=datetime(2020, 1, 1, tzinfo=UTC))
    client.append("Replies", letter("now"))
    assert collect(workspace, make_source()) == 1


def test_a_huge_mail_is_fetched_by_its_header_alone(
    workspace: Workspace, client: IMAPClient, make_source: Callable[..., Imap]
) -> None:
    """Fault 63."""
    size = Limits().message_bytes + 1000
    client.append("Replies", letter("huge").replace(b"\n", b"\r\n").ljust(size, b"x"))
    client.append("Replies", letter("small"))
    assert collect(workspace, make_source()) == 2
    huge = Reply.objects.earliest("pk")
    assert (huge.is_whole, huge.size, huge.sender) == (False, size, "ada@cqc.example")


def test_idle_tells_of_new_mail_at_once_and_lets_go_when_told_to_stop(
    workspace: Workspace, client: IMAPClient, make_source: Callable[..., Imap]
) -> None:
    source, stop = make_source(), threading.Event()
    assert collect(workspace, source) == 0
    threading.Timer(0.5, client.append, ("Replies", letter("hello"))).start()
    assert source.wait(60, stop)
    assert collect(workspace, source) == 1
    threading.Timer(0.5, stop.set).start()
    assert source.wait(60, stop)


def test_fault_61_a_connection_that_is_cut_is_told_and_made_anew(
    workspace: Workspace, client: IMAPClient, make_source: Callable[..., Imap]
) -> None:
    source = make_source()
    assert collect(workspace, source) == 0
    client.append("Replies", letter("one"))
    assert source._client is not None
    source._client.socket().shutdown(2)
    with pytest.raises(UnavailableError, match="does not answer"):
        collect(workspace, source)
    assert collect(workspace, source) == 1


def test_a_wrong_password_is_told_in_a_sentence(workspace: Workspace, make_source: Callable[..., Imap]) -> None:
    source = make_source()
    source._password = "wrong"
    with pytest.raises(UnavailableError, match="refuses our sign-in") as told:
        collect(workspace, source)
    assert "wrong" not in str(told.value)


def test_postfix_hands_replies_to_us_by_lmtp(
    require: Callable[[str], str], make_workspace: Callable[..., Workspace]
) -> None:
    """Two of our addresses in one transaction: one answer for each, one reply, and the envelope on top of it."""
    require("postfix")
    workspace = make_workspace(NEWSLETTER__INBOX__SOURCES='["lmtp://127.0.0.1:0"]')
    with receiving(workspace) as (door,), postfix(lmtp=int(door.rpartition(":")[2])) as port:
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.sendmail("ada@cqc.example", [USER, f"bounces+{'a' * 48}@example.org"], letter("Please add me"))
        ends = time.monotonic() + 30
        while not Reply.objects.exists() and time.monotonic() < ends:
            time.sleep(0.1)
    kept = read_letter(workspace, Reply.objects.get().fingerprint) or b""
    assert kept.startswith(b"Return-Path: <ada@cqc.example>")
    assert f"+{'a' * 48}@".encode() in kept
