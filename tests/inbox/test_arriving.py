"""A mail is one reply, however often and by whatever way it arrives, and its bytes are kept as they came."""

from collections.abc import Callable
from pathlib import Path

import pytest
from letters import letter, on_the_way

from newsletter.errors import InputError, UnavailableError
from newsletter.models import Arrival, Reply
from newsletter.replies.limits import Limits
from newsletter.services.inbox.arriving import Found, arrive
from newsletter.services.inbox.collecting import collect, tidy
from newsletter.services.inbox.letters import letter_path, read_letter
from newsletter.services.inbox.sources import open_source
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db(transaction=True)


def maildir(root: Path) -> Path:
    for part in ("new", "cur", "tmp"):
        (root / "mail" / part).mkdir(parents=True)
    return root / "mail"


def test_fault_61_two_ways_and_many_times_are_one_reply(workspace: Workspace) -> None:
    raw = letter("Please add me")
    first, is_new = arrive(workspace, Found(key="1", raw=raw), source="one")
    assert is_new
    for key, source, bytes_ in (("1", "one", raw), ("2", "one", raw), ("1", "two", on_the_way(raw))):
        again, is_new = arrive(workspace, Found(key=key, raw=bytes_), source=source)
        assert (again.pk, is_new) == (first.pk, False)
    assert Arrival.objects.filter(reply=first).count() == 3
    assert read_letter(workspace, first.fingerprint) == raw
    assert letter_path(workspace, first.fingerprint).stat().st_mode & 0o077 == 0


def test_another_mail_under_the_same_message_id_is_another_reply(workspace: Workspace) -> None:
    """Else whoever knows a Message-ID could have the true mail thrown away."""
    theirs = letter("Please add me", Message_ID="<a@cqc.example>")
    forged = letter("Something else", Message_ID="<a@cqc.example>")
    replies = {arrive(workspace, Found(key=raw.hex()[:9], raw=raw), source="x")[0].pk for raw in (forged, theirs)}
    assert len(replies) == 2


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0\0\0",
        b"no header at all",
        b"From: \xff\xfe <a@\xff>\nSubject: =?utf-8?q?a=00=0d=0aBcc:_x?=\nDate: never\n\nx",
        b"Message-ID: <[..@microsoft.com]>\nTo: ((((((((\nFrom: a@b.example, c@d.example\n\n",
        b"From: " + b"a" * 100_000 + b"\n\n",
        b"Subject: " + b"=?utf-8?q?" + b"a" * 70_000 + b"?=\n\nx",
    ],
)
def test_fault_67_whatever_it_is_it_is_kept(workspace: Workspace, raw: bytes) -> None:
    """Fault 67: NUL, lone surrogates, wrong charsets and broken structure raise nowhere."""
    reply, _ = arrive(workspace, Found(key="1", raw=raw), source="x")
    reply.refresh_from_db()
    assert read_letter(workspace, reply.fingerprint) == raw
    assert "\n" not in reply.subject


def test_a_maildir_is_read_without_marks_and_tidied_when_all_is_done(
    make_workspace: Callable[..., Workspace], tmp_path: Path
) -> None:
    folder = maildir(tmp_path)
    workspace = make_workspace(NEWSLETTER__INBOX__SOURCES=f'["maildir:{folder}"]')
    (folder / "new" / "100.a").write_bytes(letter("one"))
    (folder / "cur" / "101.b:2,R").write_bytes(letter("two"))
    source = open_source(workspace, workspace.config.inbox.sources[0])
    assert collect(workspace, source) == 2
    assert collect(workspace, source) == 0
    assert tidy(source) == 0
    assert {path.name for path in folder.rglob("*.*")} == {"100.a", "101.b:2,R"}
    Reply.objects.update(state="done")
    assert tidy(source) == 2
    assert tidy(source) == 0
    assert {path.name for path in folder.rglob("*.*")} == {"100.a:2,S", "101.b:2,RS"}
    assert collect(workspace, source) == 0


def test_fault_63_a_huge_mail_is_kept_by_its_header_alone(
    make_workspace: Callable[..., Workspace], tmp_path: Path
) -> None:
    """Fault 63."""
    folder = maildir(tmp_path)
    workspace = make_workspace()
    size = Limits().message_bytes + 1
    (folder / "new" / "1").write_bytes(letter("huge").ljust(size, b"x"))
    assert collect(workspace, open_source(workspace, f"maildir:{folder}")) == 1
    reply = Reply.objects.get()
    assert (reply.size, reply.is_whole) == (size, False)
    assert "larger" in reply.problem
    assert letter_path(workspace, reply.fingerprint).stat().st_size <= Limits().header_bytes


def test_an_mbox_is_read_once_and_never_written(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "old.mbox"
    mails = [letter("one"), letter("two"), letter("three")]
    path.write_bytes(b"".join(b"From a@b.example Thu Jan  1 00:00:00 2026\n" + mail + b"\n" for mail in mails))
    before = path.read_bytes()
    source = open_source(workspace, f"mbox:{path}")
    assert collect(workspace, source) == 3
    assert collect(workspace, source) == 0
    assert path.read_bytes() == before


def test_a_place_that_is_not_there_is_told(workspace: Workspace, tmp_path: Path) -> None:
    for url in (f"maildir:{tmp_path}/none", f"mbox:{tmp_path}/none"):
        with pytest.raises(UnavailableError, match="none"):
            collect(workspace, open_source(workspace, url))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("pop3://a@b.example", "begins with one of"),
        ("imaps://a:secret@b.example/INBOX", "password does not belong"),
        ("imaps://b.example", "imaps://user@host"),
    ],
)
def test_a_source_that_can_not_be_is_told_in_a_sentence(
    make_workspace: Callable[..., Workspace], url: str, words: str
) -> None:
    with pytest.raises(InputError, match=words) as told:
        make_workspace(NEWSLETTER__INBOX__SOURCES=f'["{url}"]')
    assert "secret" not in str(told.value)
