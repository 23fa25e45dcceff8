"""What is meant to break the inbox, or to make it do something for somebody else."""

import logging
from collections.abc import Callable

import pytest
from inbox_player import Inbox
from letters import letter

from newsletter.errors import InputError
from newsletter.models import QueueItem, Reply, Subscriber
from newsletter.replies import classify
from newsletter.services.inbox import desk, handling
from newsletter.services.inbox.arriving import Found, arrive
from newsletter.services.inbox.cards import card_of, cards
from newsletter.services.inbox.plugged import with_plugged
from newsletter.services.inbox.replying import answer
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db(transaction=True)

ADD_ME = "Could you please add me to the mailing list for the bulletin?"


@pytest.mark.parametrize(
    "subject", ["=?utf-8?q?a=0d=0aBcc:_eve@evil.example?=", "=?utf-8?q?a=0aBcc:_eve@evil.example?= b"]
)
def test_fault_70_a_subject_with_line_breaks_makes_no_header_of_ours(
    inbox: Inbox, site: Workspace, subject: str
) -> None:
    """Fault 70."""
    inbox.trust()
    raw = letter("When is the next issue due?", sender="vera@home.example")
    raw = raw.replace(b"From: ", b"From: =?utf-8?q?V=0d=0aBcc:_eve@evil.example?= <", 1).replace(
        b"\nTo: ", b">\nTo: ", 1
    )
    reply = inbox.bring(raw.replace(b"Subject: Hello", f"Subject: {subject}".encode()))
    answer(site, reply.pk, "Soon.", by="Mia")
    inbox.wait()
    (mail,) = inbox.mails()
    assert mail["Bcc"] is None
    assert mail["To"] == "vera@home.example"


def test_a_message_id_with_more_than_an_id_in_it_threads_nothing_harmful(inbox: Inbox) -> None:
    inbox.trust()
    reply = inbox.bring(
        letter(ADD_ME, sender="vera@home.example").replace(b"Message-ID: <", b"Message-ID: <a b>\n\tBcc: <")
    )
    assert reply.state in ("done", "waiting_for_staff")
    assert all(mail["Bcc"] is None for mail in inbox.mails())


@pytest.mark.parametrize(
    "header", ["Subject: " + "=?utf-8?q?" + "a" * 1_000_000 + "?=", "To: " + "a@b.example, " * 20_000]
)
def test_endless_headers_are_quarantined(inbox: Inbox, header: str) -> None:
    """Fault 64."""
    reply = inbox.bring(f"{header}\nFrom: vera@home.example\n\n{ADD_ME}\n".encode())
    assert reply.state == "quarantined"


def test_fault_66_an_attachment_stays_shut(inbox: Inbox, site: Workspace) -> None:
    """Fault 66: a bomb in a zip is bytes among others; only what may be a picture of news is looked into."""
    inbox.trust()
    bomb = "UEsDBBQAAAAIAAAAIQ" + "A" * 400_000
    raw = (
        b"From: vera@home.example\nSubject: News for the bulletin\n"
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\n"
        b"Please include our news in the next bulletin: our report is out.\n--x\n"
        b'Content-Type: application/zip; name="a.zip"\nContent-Transfer-Encoding: base64\n\n'
        + bomb.encode()
        + b"\n--x--\n"
    )
    reply = inbox.bring(raw + b"\n--x--\n")
    assert reply.act == "contribution"
    assert QueueItem.objects.get().picture == ""
    assert not list(site.root.rglob("*.zip"))


def test_what_breaks_the_program_is_put_aside_and_seen(
    inbox: Inbox, site: Workspace, ada: Subscriber, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_of: object) -> None:
        raise ValueError("ada@cqc.example")

    inbox.trust()
    with monkeypatch.context() as broken, caplog.at_level(logging.ERROR):
        broken.setattr(handling, "propose", breaks)
        reply = inbox.write(ADD_ME)
    assert "ada@cqc.example" not in caplog.text
    assert reply.state == "quarantined"
    assert cards(site)[0].understood.startswith("The program failed at it")
    desk.close(reply.pk, by="Mia")
    ada.refresh_from_db()
    assert ada.status == "subscribed"


@pytest.mark.parametrize(("name", "intent"), [("knows_better", "question"), ("breaks", ""), ("says_nonsense", "")])
def test_a_workspace_plugs_in_a_reading_of_its_own(make_site: Callable[..., Workspace], name: str, intent: str) -> None:
    raw = letter(ADD_ME)
    read = with_plugged(make_site(NEWSLETTER__INBOX__CLASSIFIER=f"second_readings:{name}"), classify)
    assert read(raw).intent == (intent or classify(raw).intent)


def test_a_reading_that_is_not_there_is_told(make_site: Callable[..., Workspace]) -> None:
    for name in ("second_readings:nothing", "nowhere:read", "nowhere"):
        with pytest.raises(InputError, match="module:function"):
            with_plugged(make_site(NEWSLETTER__INBOX__CLASSIFIER=name), classify)


def test_two_that_deal_with_one_reply_at_once_do_it_once(inbox: Inbox, site: Workspace) -> None:
    inbox.trust()
    reply, _ = arrive(site, Found(key="1", raw=letter(ADD_ME)), source="x")
    stale = Reply.objects.get(pk=reply.pk)
    verdict = classify(letter(ADD_ME))
    handling._deal(site, reply, verdict)
    handling._deal(site, stale, verdict)
    inbox.wait()
    assert reply.steps.count() == 1
    assert len(inbox.mails()) == 1
    assert card_of(site, Reply.objects.get()).done
