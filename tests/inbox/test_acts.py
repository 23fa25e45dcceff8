"""What the inbox does when it is let: each act, its notice, its evidence, and what it leaves to people."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO

import pytest
from django.utils import timezone
from inbox_player import FAILED, PASSED, Inbox
from letters import letter
from PIL import Image
from reader import text_of

from newsletter.models import (
    Act,
    ConsentRecord,
    DraftRemark,
    DraftRound,
    QueueItem,
    Reply,
    ReplyStep,
    Subscriber,
    SubscriptionRequest,
    SuppressionReason,
)
from newsletter.services.contributing import picture_path
from newsletter.services.inbox.arriving import Found, arrive
from newsletter.services.inbox.handling import handle_received
from newsletter.services.suppressing import suppress
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db(transaction=True)

NEWS = "Dear team,\n\nPlease include our news in the next bulletin: our annual report on dementia care is out.\n"
ADD_ME = "Hello,\n\nCould you please add me to the mailing list for the bulletin?\n\nThanks,\nAda"
TAKE_ME_OFF = "Please take me off the mailing list.\n\nThank you,\nAda"


def test_it_begins_by_watching_and_touches_nothing(inbox: Inbox, ada: Subscriber) -> None:
    for text in (ADD_ME, TAKE_ME_OFF, "What a good issue!"):
        reply = inbox.write(text)
        assert reply.state == "classified"
    ada.refresh_from_db()
    assert ada.status == "subscribed"
    assert not inbox.mails()
    assert not QueueItem.objects.exists()
    assert not ReplyStep.objects.exists()


def test_who_wants_to_join_is_asked_and_says_yes_by_an_answer(inbox: Inbox) -> None:
    inbox.trust()
    asking = inbox.write(ADD_ME, Message_ID="<please@cqc.example>")
    assert (asking.act, asking.state) == ("subscribe", "done")
    assert not Subscriber.objects.exists()
    (confirming,) = inbox.mails()
    assert confirming["In-Reply-To"] == "<please@cqc.example>"
    assert confirming["To"] == "ada@cqc.example"
    assert "answer this mail with the word yes" in text_of(confirming)
    yes = inbox.write("Yes please", subject=f"Re: {confirming['Subject']}", In_Reply_To=str(confirming["Message-ID"]))
    assert (yes.act, yes.state) == ("button", "done")
    person = Subscriber.objects.get()
    assert (person.address, person.status, person.body) == ("ada@cqc.example", "subscribed", "cqc")
    record = list(person.consent.order_by("pk").values_list("event", "mechanism", "source"))
    assert record == [("requested", "reply", "<please@cqc.example>"), ("confirmed", "reply", yes.message_id)]
    assert inbox.mails()[1]["Subject"] == "Welcome to The Example Bulletin"


@pytest.mark.parametrize(
    "text", ["No thank you, I did not ask for this", "Who are you?", "Please stop sending me these", "Yes, but not now"]
)
def test_an_answer_that_does_not_say_yes_confirms_nothing(inbox: Inbox, text: str) -> None:
    inbox.trust()
    inbox.write(ADD_ME)
    (confirming,) = inbox.mails()
    reply = inbox.write(text, subject=f"Re: {confirming['Subject']}", In_Reply_To=str(confirming["Message-ID"]))
    assert reply.state == "waiting_for_staff"
    assert not Subscriber.objects.exists()


def test_a_machine_confirms_nothing(inbox: Inbox) -> None:
    """Out-of-office notices have confirmed subscriptions elsewhere."""
    inbox.trust()
    inbox.write(ADD_ME)
    (confirming,) = inbox.mails()
    inbox.write(
        "Yes, I have got your mail and am away until Monday.",
        subject=f"Automatic reply: {confirming['Subject']}",
        In_Reply_To=str(confirming["Message-ID"]),
        Auto_Submitted="auto-replied",
    )
    assert not Subscriber.objects.exists()
    assert len(inbox.mails()) == 1


def test_somebody_elses_yes_confirms_nothing(inbox: Inbox) -> None:
    inbox.trust()
    inbox.write(ADD_ME)
    (confirming,) = inbox.mails()
    reply = inbox.write("Yes", sender="eve@evil.example", In_Reply_To=str(confirming["Message-ID"]))
    assert reply.state == "waiting_for_staff"
    assert not Subscriber.objects.exists()


def test_a_trusted_domain_joins_at_once_where_our_receiver_vouches(inbox: Inbox) -> None:
    inbox.trust()
    reply = inbox.bring(letter(ADD_ME, Authentication_Results=PASSED))
    assert reply.authentication == "pass"
    assert Subscriber.objects.get().status == "subscribed"
    assert inbox.told() == [("ada@cqc.example", "Welcome to The Example Bulletin")]


@pytest.mark.parametrize(
    "results",
    ["other.example; dmarc=pass header.from=cqc.example", "mx.example.org; dmarc=pass header.from=evil.example"],
)
def test_fault_69_nobody_else_may_vouch_for_them(inbox: Inbox, results: str) -> None:
    inbox.trust()
    inbox.bring(letter(ADD_ME, Authentication_Results=results))
    assert not Subscriber.objects.exists()


def test_unsubscribe_works_at_once_with_a_notice_and_a_way_back(inbox: Inbox, ada: Subscriber) -> None:
    inbox.trust()
    reply = inbox.write(TAKE_ME_OFF)
    assert (reply.act, reply.state) == ("unsubscribe", "done")
    ada.refresh_from_db()
    assert ada.status == "unsubscribed"
    assert ada.consent.get().source == reply.message_id
    (goodbye,) = inbox.mails()
    undo = re.search(r"undo [a-z2-7]{48}", " ".join(text_of(goodbye).split()))
    assert undo
    inbox.write("", subject=undo[0])
    ada.refresh_from_db()
    assert ada.status == "subscribed"


def test_fault_69_a_forged_from_changes_nothing_and_gets_no_mail(inbox: Inbox, ada: Subscriber) -> None:
    """Fault 69."""
    inbox.trust()
    for text in (TAKE_ME_OFF, ADD_ME, "Please send it to eve@evil.example instead of my old address ada@cqc.example"):
        reply = inbox.bring(letter(text, Authentication_Results=FAILED))
        assert (reply.state, reply.authentication) == ("waiting_for_staff", "fail")
    ada.refresh_from_db()
    assert ada.status == "subscribed"
    assert not inbox.mails()
    assert not SubscriptionRequest.objects.exists()


def test_leaving_for_somebody_else_waits_for_people(inbox: Inbox, ada: Subscriber) -> None:
    inbox.trust()
    reply = inbox.write("Please remove ada@cqc.example from the mailing list.", sender="eve@evil.example")
    assert reply.state == "waiting_for_staff"
    ada.refresh_from_db()
    assert ada.status == "subscribed"


def test_a_volunteer_who_answers_a_forwarded_copy_never_touches_its_reader(inbox: Inbox, ada: Subscriber) -> None:
    inbox.trust()
    quoted = (
        f"{ADD_ME}\n\nFrom: ada@cqc.example\nSent: Monday\nTo: Vera\nSubject: FW: Bulletin\n\nPlease unsubscribe me\n"
    )
    reply = inbox.write(quoted, sender="vera@home.example")
    assert reply.act == "subscribe"
    ada.refresh_from_db()
    assert ada.status == "subscribed"
    assert [to for to, _subject in inbox.told()] == ["vera@home.example"]


def test_staff_who_pass_a_request_on_are_not_asked_themselves(inbox: Inbox, ada: Subscriber) -> None:
    inbox.trust()
    text = "Please add our volunteer vera@home.example to the mailing list.\n\nThanks,\nAda"
    reply = inbox.write(text)
    assert (reply.act, reply.state) == ("invite", "done")
    (asking,) = inbox.mails()
    assert asking["To"] == "vera@home.example"
    assert asking["In-Reply-To"] is None  # she has not written to us
    ada.refresh_from_db()
    assert ada.status == "subscribed"


def test_a_stranger_asks_for_nobody_else(inbox: Inbox) -> None:
    inbox.trust()
    text = "Please add my friend vera@home.example to the mailing list."
    assert inbox.write(text, sender="eve@evil.example").state == "waiting_for_staff"
    assert not inbox.mails()


def test_an_address_changes_when_the_new_one_says_yes(inbox: Inbox, ada: Subscriber) -> None:
    inbox.trust()
    text = "My email address has changed. Please send the bulletin to ada@home.example instead."
    waiting = inbox.write(text)
    assert (waiting.act, waiting.state) == ("move", "waiting_for_staff")  # nothing proves who wrote it
    reply = inbox.bring(letter(text, Authentication_Results=PASSED))
    assert (reply.act, reply.state) == ("move", "done")
    ada.refresh_from_db()
    assert ada.address == "ada@cqc.example"
    (asking,) = inbox.mails()
    assert asking["To"] == "ada@home.example"
    inbox.write("yes", sender="ada@home.example", In_Reply_To=str(asking["Message-ID"]))
    ada.refresh_from_db()
    assert ada.address == "ada@home.example"
    assert inbox.told()[-1][0] == "ada@cqc.example"


def test_old_mail_is_left_to_people(inbox: Inbox, ada: Subscriber) -> None:
    inbox.trust()
    reply = inbox.write(TAKE_ME_OFF, Date="Mon, 01 Jan 2024 10:00:00 +0000")
    assert reply.state == "waiting_for_staff"
    assert "old" in reply.why_not
    ada.refresh_from_db()
    assert ada.status == "subscribed"


def test_what_staff_decided_beats_a_request(inbox: Inbox, site: Workspace) -> None:
    inbox.trust()
    suppress(site, "ada@cqc.example", SuppressionReason.STAFF)
    assert inbox.write(ADD_ME).state == "waiting_for_staff"
    assert not inbox.mails()


def test_news_is_filed_as_an_item_with_all_that_belongs_to_it(inbox: Inbox) -> None:
    inbox.trust()
    reply = inbox.write(
        "Dear team,\n\nPlease include our news in the next bulletin: we have published our annual report on dementia "
        "care.\nhttps://cqc.example/report.\n\nPhoto: Bea Invented\n",
        subject="Re: News for the next bulletin",
    )
    assert (reply.intent, reply.act, reply.state) == ("contribution", "contribution", "done")
    item = QueueItem.objects.get()
    assert (item.kind, item.state, item.body) == ("news", "waiting", "cqc")
    assert item.content["link"] == "https://cqc.example/report"
    assert item.content["credit"] == "Photo: Bea Invented"
    assert item.title == "News for the next bulletin"
    assert not inbox.mails()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I really enjoyed the last issue, it was very useful. Thank you!", "feedback"),
        ("When is the next issue due to come out?", "question"),
    ],
)
def test_what_people_say_and_ask_is_in_the_queue_of_staff(inbox: Inbox, text: str, kind: str) -> None:
    inbox.trust()
    reply = inbox.write(text)
    assert reply.state == "waiting_for_staff"
    assert QueueItem.objects.get(reply=reply).kind == kind
    assert not inbox.mails()


def test_a_welfare_concern_reaches_a_person_at_once_even_while_it_watches(inbox: Inbox, ada: Subscriber) -> None:
    text = "My son is being beaten by staff in his cell and nobody helps him. Please take me off the mailing list."
    reply = inbox.write(text)
    assert reply.flags == ["welfare_concern"]
    ((to, subject),) = inbox.told()
    assert to == "bulletin@example.org"
    assert "in danger" in subject
    assert "son" not in text_of(inbox.mails()[0])
    inbox.trust()
    assert inbox.write(text).state == "waiting_for_staff"
    ada.refresh_from_db()
    assert ada.status == "subscribed"


def test_machines_and_lists_are_never_answered(inbox: Inbox) -> None:
    inbox.trust()
    machine = inbox.write(ADD_ME, Auto_Submitted="auto-generated")
    assert machine.state == "done"
    for headers in ({"List_Id": "<talk.example.org>"}, {"Precedence": "bulk"}, {"Return_Path": "<>"}):
        assert inbox.write(ADD_ME, **headers).state in ("waiting_for_staff", "done")
    for sender in ("noreply@cqc.example", "bulletin@example.org"):
        assert inbox.write(ADD_ME, sender=sender).state == "done"
    assert not inbox.mails()


def test_nobody_is_asked_twice_a_day(inbox: Inbox) -> None:
    """Fault 68."""
    inbox.trust()
    for _again in range(3):
        inbox.write(ADD_ME)
    assert len(inbox.mails()) == 1


def test_a_flood_from_one_sender_ends_in_silence(inbox: Inbox) -> None:
    inbox.trust()
    states = [inbox.write("When does the next issue come out?").state for _again in range(22)]
    assert states.count("waiting_for_staff") == 20
    assert inbox.told() == [("bulletin@example.org", "Something unusual on the pages of The Example Bulletin")]  # once


def test_fault_60_a_letter_that_can_not_be_read_holds_nothing_up(
    inbox: Inbox, site: Workspace, ada: Subscriber
) -> None:
    """Fault 60, by the guarded classifier."""
    inbox.trust()
    bomb = (
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n"
        + b"--x\nContent-Type: multipart/mixed\n\n" * 5000
    )
    for number, raw in enumerate((bomb, b"\0" * 50, letter(TAKE_ME_OFF))):
        arrive(site, Found(key=str(number), raw=raw), source="test")
    assert handle_received(site) == 3
    assert handle_received(site) == 0
    states = list(Reply.objects.order_by("pk").values_list("state", flat=True))
    assert states[0] == "quarantined"
    assert states[2] == "done"
    ada.refresh_from_db()
    assert ada.status == "unsubscribed"


@pytest.mark.usefixtures("ada")
def test_fault_62_a_crash_between_the_act_and_its_mark_leaves_neither(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 62: they are one transaction. The second try does all of it."""
    from django.db import OperationalError

    from newsletter.services.inbox import handling

    inbox.trust()

    def cut(*_of: object, **_more: object) -> None:
        raise OperationalError("the power went")

    with monkeypatch.context() as broken:
        broken.setattr(handling, "write_step", cut)
        with pytest.raises(OperationalError):
            inbox.write(TAKE_ME_OFF)
    assert Reply.objects.get().state == "received"
    assert not ConsentRecord.objects.exists()
    handle_received(inbox.workspace)
    assert Reply.objects.get().state == "done"
    assert ConsentRecord.objects.count() == 1


def test_a_token_that_is_not_ours_is_told_to_people(inbox: Inbox) -> None:
    reply = inbox.write("", subject=f"confirm {'a' * 48}")
    assert (reply.state, reply.act) == ("classified", Act.HAND_OVER)
    inbox.trust()
    reply = inbox.write("hm", subject=f"confirm {'a' * 48}")
    assert reply.state == "waiting_for_staff"
    assert "not complete or not ours" in reply.why_not


def test_a_picture_comes_with_the_news_drawn_anew(inbox: Inbox, site: Workspace) -> None:
    inbox.trust()
    stream = BytesIO()
    Image.effect_noise((400, 300), 80).convert("RGB").save(
        stream, "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0secret place"
    )
    mail = message_from_bytes(letter(NEWS, subject="News for the next bulletin"), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    mail.add_attachment(b"PK\x03\x04" * 9000, maintype="image", subtype="png", filename="bomb.png")
    mail.add_attachment(stream.getvalue(), maintype="image", subtype="jpeg", filename="../../etc/photo.jpg")
    assert inbox.bring(mail.as_bytes()).act == "contribution"
    path = picture_path(site, QueueItem.objects.get().picture)
    assert b"secret place" not in path.read_bytes()
    with Image.open(path) as picture:
        assert picture.size == (400, 300)


def test_remarks_on_a_draft_are_kept_with_its_parts(inbox: Inbox) -> None:
    """From the first day: they were asked for."""
    row = DraftRound.objects.create(
        issue_id="2025-11", places={"3": "news/one"}, source_hash="0" * 64, people=1, by="Mia", at=timezone.now()
    )
    reply = inbox.write("3: the date is wrong", In_Reply_To=f"<sample.{row.uid}-1@example.org>")
    assert (reply.act, reply.state) == ("remarks", "done")
    remark = DraftRemark.objects.get()
    assert (remark.number, remark.text) == (3, "the date is wrong")


def test_who_left_is_told_to_people_with_the_colleague_who_is_named(inbox: Inbox, ada: Subscriber) -> None:
    inbox.trust()
    reply = inbox.write("I have left my post at the Commission. My successor is bea@cqc.example.")
    assert (reply.intent, reply.state) == ("left_post", "waiting_for_staff")
    assert "bea@cqc.example is named" in reply.why_not
    ada.refresh_from_db()
    assert ada.status == "subscribed"
    assert not inbox.mails()
