"""Bounces, complaints and programs that answer: each lands where it belongs, and no loop goes on."""

from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

import pytest
from inbox_player import Inbox
from letters import letter
from reader import text_of

from newsletter.models import Bounce, Delivery, DeliveryEvent, Edition, Reply, Subscriber, Suppression, TrustLevel
from newsletter.services.inbox import desk
from newsletter.services.keys import key_of
from newsletter.services.planning import plan
from newsletter.subscribers.verp import verp_address
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db(transaction=True)

DSN = """\
From: MAILER-DAEMON@mx.cqc.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: {own}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x

I could not deliver your message.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.cqc.example

Final-Recipient: rfc822; {address}
Action: failed
Status: {status}
Diagnostic-Code: smtp; 550 {status} {words}

--x
Content-Type: text/rfc822-headers

From: bulletin@example.org
To: {address}
Message-ID: {original}
Subject: November

--x--
"""
ARF = """\
From: feedback@mail.example
To: bulletin@example.org
Subject: A complaint
Message-ID: {own}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=x

--x

This is a complaint.
--x
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: test/1
Version: 1
Original-Rcpt-To: {address}

--x
Content-Type: text/rfc822-headers

From: bulletin@example.org
Message-ID: {original}

--x--
"""


def filled(form: str, **values: str) -> bytes:
    return form.format(own=make_msgid(domain="mx.cqc.example"), **values).encode()


@pytest.fixture
def site(workspace: Workspace) -> Workspace:
    return workspace


@pytest.fixture
def copies(site: Workspace, edition: Edition, people: Any) -> list[Delivery]:
    """Two copies that were accepted."""
    people(2)
    mailing = plan(site, edition)
    Delivery.objects.update(state="accepted")
    type(mailing).objects.update(practice=False)
    return list(Delivery.objects.select_related("subscriber").order_by("pk"))


def bounce(copy: Delivery, *, original: str = "", to: str = "bulletin@example.org", status: str = "5.1.1") -> bytes:
    words = "no such user" if status == "5.1.1" else "mailbox full"
    return filled(
        DSN, to=to, address="reader0@example.org", status=status, words=words, original=original or copy.message_id
    )


@pytest.mark.parametrize("way", ["its own address", "message-id"])
def test_a_bounce_lands_on_its_delivery(inbox: Inbox, site: Workspace, copies: list[Delivery], way: str) -> None:
    inbox.trust()
    first, _ = copies
    own = verp_address("bounces@example.org", first.pk, key_of(site).for_tokens)
    raw = bounce(first) if way == "message-id" else bounce(first, to=own, original="<lost@elsewhere.example>")
    for _again in range(2):
        reply = inbox.bring(raw)
    assert (reply.kind, reply.act, reply.state) == ("bounce_hard", "bounce", "done")
    told = Bounce.objects.get()
    assert (told.delivery_id, told.cause, told.source) == (first.pk, "gone", "mail")
    assert DeliveryEvent.objects.count() == 1
    assert Subscriber.objects.filter(status="subscribed").count() == 2  # one is not enough
    desk.undo(site, reply.pk, by="Mia")
    assert not Bounce.objects.exists()


def test_a_full_mailbox_is_not_a_gone_one(inbox: Inbox, copies: list[Delivery]) -> None:
    inbox.trust()
    assert inbox.bring(bounce(copies[0], status="5.2.2")).kind == "bounce_soft"
    assert Bounce.objects.get().cause == "closed"


def test_a_bounce_that_names_no_copy_is_believed_by_nobody(
    inbox: Inbox, site: Workspace, copies: list[Delivery]
) -> None:
    """Anybody can write one; it would take readers off the list."""
    inbox.trust()
    reply = inbox.bring(bounce(copies[0], original="<made.up@example.org>"))
    assert reply.state == "waiting_for_staff"
    assert not Bounce.objects.exists()
    desk.do(site, reply.pk, by="Mia")
    assert Bounce.objects.get().delivery_id == copies[0].pk


def test_a_complaint_takes_its_reader_off_for_good(inbox: Inbox, copies: list[Delivery]) -> None:
    inbox.trust()
    forged = inbox.bring(filled(ARF, address="reader1@example.org", original="<made.up@example.org>"))
    assert forged.state == "waiting_for_staff"
    reply = inbox.bring(filled(ARF, address="reader0@example.org", original=copies[0].message_id))
    assert (reply.kind, reply.state) == ("complaint", "done")
    assert list(Subscriber.objects.order_by("pk").values_list("status", flat=True)) == ["complained", "subscribed"]
    assert Suppression.objects.get().reason == "complained"
    assert not inbox.mails()


def test_an_absence_is_put_away_and_a_leaver_is_told_to_people(inbox: Inbox, copies: list[Delivery]) -> None:
    inbox.trust(TrustLevel.SUGGEST)
    away = inbox.write(
        "I am away until Monday.", sender="reader0@example.org", subject="Out of office", Auto_Submitted="auto-replied"
    )
    assert (away.act, away.state) == ("put_away", "classified")
    left = inbox.write(
        "I have left the organisation. Please contact my colleague.",
        sender="reader0@example.org",
        subject="Automatic reply: November",
        Auto_Submitted="auto-replied",
    )
    assert (left.act, left.state) == ("hand_over", "waiting_for_staff")
    assert Subscriber.objects.filter(status="subscribed").count() == len(copies)


def answered_by_program(mail: EmailMessage, *, marked: bool) -> bytes:
    """What a simple autoresponder writes to whatever it gets."""
    marks = {"Auto_Submitted": "auto-replied"} if marked else {}
    return letter(
        "Thank you. Please add me to your mailing list.",
        sender="robot@home.example",
        subject=f"Re: {mail['Subject']}",
        In_Reply_To=str(mail["Message-ID"]),
        **marks,
    )


@pytest.mark.parametrize("marked", [True, False])
def test_fault_68_two_programs_that_answer_each_other_stop_by_themselves(inbox: Inbox, marked: bool) -> None:
    """Fault 68, also with one that hides what it is. It is even taken for somebody who joins; it gets silence then."""
    inbox.trust()
    inbox.write("Please add me to your mailing list.", sender="robot@home.example")
    answered = 0
    for _round in range(12):
        for mail in inbox.mails()[answered:]:
            answered += 1
            inbox.bring(answered_by_program(mail, marked=marked))
    assert len(inbox.mails()) == answered <= 3
    assert inbox.bring(answered_by_program(inbox.mails()[-1], marked=marked)).state in ("done", "waiting_for_staff")
    assert len(inbox.mails()) == answered


def test_fault_68_our_own_mail_back_is_no_reply(inbox: Inbox) -> None:
    inbox.trust()
    inbox.write("Please add me to your mailing list.", sender="vera@home.example")
    (confirming,) = inbox.mails()
    reply = inbox.bring(confirming.as_bytes())
    assert (reply.kind, reply.state) == ("auto_reply", "done")
    assert len(inbox.mails()) == 1
    assert "bulletin" in text_of(confirming)
    assert Reply.objects.count() == 2
