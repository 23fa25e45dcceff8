"""What people decide about replies, what they are shown before they do, and how far the inbox is trusted after it."""

import json
from datetime import timedelta

import pytest
from inbox_player import FAILED, PASSED, Inbox
from letters import letter
from reader import text_of

from newsletter.errors import ConflictError, InputError
from newsletter.models import Act, QueueItem, Reply, ReplyStep, Subscriber, SubscriptionRequest, TrustLevel
from newsletter.replies.verdict import Intent
from newsletter.services.erasing import erase
from newsletter.services.inbox import desk
from newsletter.services.inbox.cards import card_of, cards
from newsletter.services.inbox.keeping import forget_old_letters
from newsletter.services.inbox.letters import read_letter
from newsletter.services.inbox.replying import ANSWERS, answer, written_answer
from newsletter.services.inbox.trust import ENOUGH, level_of, offers, set_level
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db(transaction=True)

ADD_ME = "Hello,\n\nCould you please add me to the mailing list for the bulletin?\n\nThanks,\nVera"
TAKE_ME_OFF = "Please take me off the mailing list."
VERA = "Vera Invented <vera@home.example>"


def test_the_card_says_in_plain_words_what_would_be_done(inbox: Inbox, site: Workspace) -> None:
    inbox.trust(TrustLevel.SUGGEST)
    reply = inbox.write(ADD_ME, sender=VERA)
    card = card_of(site, reply)
    assert card.understood == "Vera Invented asks to join."
    assert any("add me to the mailing list" in quote for quote in card.quotes)
    assert all(" ".join(quote.split()) in " ".join(ADD_ME.split()) for quote in card.quotes)
    assert card.would == "I would write to vera@home.example and ask them to confirm."
    assert card.undo == "Until they confirm."
    assert [choice.key for choice in card.choices] == ["do", "no", "other"]
    assert json.loads(json.dumps(card.as_dict()))["number"] == reply.pk
    assert not inbox.mails()


def test_do_does_it_once(inbox: Inbox, site: Workspace) -> None:
    inbox.trust(TrustLevel.SUGGEST)
    reply = inbox.write(ADD_ME, sender=VERA)
    assert QueueItem.objects.get().state == "waiting"
    assert desk.do(site, reply.pk, by="Mia").words == "they are asked to confirm"
    inbox.wait()
    assert [to for to, _subject in inbox.told()] == ["vera@home.example"]
    assert QueueItem.objects.get().state == "done"
    with pytest.raises(ConflictError, match="dealt with"):
        desk.do(site, reply.pk, by="Bob")
    assert ReplyStep.objects.get().by == "Mia"
    assert not cards(site)
    assert cards(site, everything=True)[0].choices[0].key == "undo"


def test_no_does_nothing_and_costs_trust(inbox: Inbox, site: Workspace) -> None:
    inbox.trust(TrustLevel.SUGGEST)
    reply = inbox.write(ADD_ME, sender=VERA)
    desk.decline(reply.pk, by="Mia")
    inbox.wait()
    assert not inbox.mails()
    assert "said no" in card_of(site, desk.find_reply(reply.pk)).done[0]


def test_something_else_is_corrected_and_then_done(inbox: Inbox, site: Workspace, ada: Subscriber) -> None:
    inbox.trust(TrustLevel.SUGGEST)
    reply = inbox.write("I do not know about this any more.")
    assert reply.intent == "ambiguous"
    assert card_of(site, reply).understood == "I am not sure what ada@cqc.example wants."
    with pytest.raises(ConflictError, match="for a person"):
        desk.do(site, reply.pk, by="Mia")
    desk.correct(site, reply.pk, Intent.UNSUBSCRIBE, by="Mia")
    desk.do(site, reply.pk, by="Mia")
    ada.refresh_from_db()
    assert ada.status == "unsubscribed"
    assert desk.undo(site, reply.pk, by="Mia") == "they are on the list again"
    ada.refresh_from_db()
    assert ada.status == "subscribed"
    assert desk.find_reply(reply.pk).state == "waiting_for_staff"
    assert QueueItem.objects.get().state == "waiting"


def test_who_is_asked_can_be_corrected_too(inbox: Inbox, site: Workspace) -> None:
    inbox.trust(TrustLevel.SUGGEST)
    reply = inbox.write("Could you add Bea as well? She works with us.")
    with pytest.raises(InputError, match="incomplete"):
        desk.correct(site, reply.pk, Intent.SUBSCRIBE_OTHER, by="Mia", addresses=["bea"])
    desk.correct(site, reply.pk, Intent.SUBSCRIBE_OTHER, by="Mia", addresses=["bea@cqc.example"])
    desk.do(site, reply.pk, by="Mia")
    inbox.wait()
    assert [to for to, _subject in inbox.told()] == ["bea@cqc.example"]


@pytest.mark.parametrize("results", ["", PASSED])
def test_a_subscription_is_taken_back(inbox: Inbox, site: Workspace, results: str) -> None:
    """Asked to confirm, or, from a trusted domain, on the list at once."""
    inbox.trust()
    reply = inbox.bring(letter(ADD_ME, Authentication_Results=results))
    assert reply.state == "done"
    desk.undo(site, reply.pk, by="Mia")
    assert not SubscriptionRequest.objects.filter(confirmed_at=None).exists()
    assert not Subscriber.objects.filter(status="subscribed").exists()
    with pytest.raises(ConflictError, match="taken back"):
        desk.undo(site, reply.pk, by="Mia")


def test_thirty_agreements_are_an_offer_and_one_correction_takes_all_back(inbox: Inbox, site: Workspace) -> None:
    set_level(site, Act.SUBSCRIBE, TrustLevel.SUGGEST, by="Mia")
    for number in range(ENOUGH):
        assert not offers()
        desk.do(site, inbox.write(ADD_ME, sender=f"vera{number}@home.example").pk, by="Mia")
    assert offers() == {Act.SUBSCRIBE: ENOUGH}
    assert level_of(Act.SUBSCRIBE) == TrustLevel.SUGGEST  # people promote it, not it itself
    set_level(site, Act.SUBSCRIBE, TrustLevel.ACT, by="Mia")
    done = inbox.write(ADD_ME, sender="bea@home.example")
    assert done.state == "done"
    desk.undo(site, done.pk, by="Mia")
    assert level_of(Act.SUBSCRIBE) == TrustLevel.SUGGEST
    assert not offers()
    assert level_of(Act.UNSUBSCRIBE) == TrustLevel.WATCH  # each act for itself


def test_trust_is_given_by_somebody(site: Workspace) -> None:
    with pytest.raises(InputError, match="name"):
        set_level(site, Act.SUBSCRIBE, TrustLevel.ACT, by=" ")


def test_an_answer_threads_and_bears_no_mark_of_a_program(inbox: Inbox, site: Workspace) -> None:
    inbox.trust(TrustLevel.SUGGEST)
    reply = inbox.write("When is the next issue due?", sender=VERA, subject="Next issue", Message_ID="<q@home.example>")
    for name in ANSWERS:
        assert written_answer(site, reply, name).startswith("Dear Vera,")
    answer(site, reply.pk, "Dear Vera,\n\nOn Friday {sic}.\n\nMia", by="Mia")
    inbox.wait()
    (mail,) = inbox.mails()
    assert (mail["To"], mail["Subject"]) == ("vera@home.example", "Re: Next issue")
    assert (mail["In-Reply-To"], mail["References"]) == ("<q@home.example>", "<q@home.example>")
    assert mail["Auto-Submitted"] is None
    assert "On Friday {sic}." in text_of(mail)
    assert "written by a program" not in text_of(mail)
    assert desk.find_reply(reply.pk).state == "done"


def test_nobody_is_answered_in_somebody_elses_name_and_no_program_ever(inbox: Inbox, site: Workspace) -> None:
    inbox.trust(TrustLevel.SUGGEST)
    forged = inbox.bring(letter("When is the next issue due?", Authentication_Results=FAILED))
    machine = inbox.write("When is the next issue due?", sender="noreply@cqc.example")
    for reply in (forged, machine):
        with pytest.raises(ConflictError):
            answer(site, reply.pk, "Dear Ada", by="Mia")
    assert not inbox.mails()


def test_a_colleague_is_handed_a_reply(inbox: Inbox, site: Workspace) -> None:
    inbox.trust(TrustLevel.SUGGEST)
    reply = inbox.write("When is the next issue due?")
    desk.hand_to(reply.pk, "Bob", by="Mia")
    card = card_of(site, desk.find_reply(reply.pk))
    assert "for Bob" in card.done[0]
    desk.close(reply.pk, by="Bob")
    assert not cards(site)


def test_a_request_for_data_shows_until_when_it_is_due(inbox: Inbox, site: Workspace) -> None:
    inbox.trust()
    text = "This is a subject access request. Please send me all the personal data that you hold about me."
    reply = inbox.write(text)
    card = card_of(site, reply)
    assert card.warnings[0].startswith("This must reach a person")
    assert "within a month" in card.warnings[1]
    assert card.would == "I do nothing, and leave it to you."


def test_letters_go_when_their_time_is_over_and_what_was_done_stays(inbox: Inbox, site: Workspace) -> None:
    inbox.trust()
    raw = letter(ADD_ME, sender=VERA)
    reply = inbox.bring(raw)
    later = reply.at + timedelta(days=site.config.inbox.kept_days + 1)
    assert forget_old_letters(site, later) == 1
    reply.refresh_from_db()
    assert read_letter(site, reply.fingerprint) is None
    assert (reply.sender, reply.subject, reply.verdict) == ("", "", {})
    assert reply.steps.count() == 1
    assert "no longer kept" in card_of(site, reply).understood
    assert inbox.bring(raw).pk == reply.pk  # an old mailbox that is put back is not acted on again
    assert len(inbox.mails()) == 1


def test_an_erased_persons_letters_go_with_them(inbox: Inbox, site: Workspace, ada: Subscriber) -> None:
    inbox.trust(TrustLevel.SUGGEST)
    reply = inbox.write("When is the next issue due?")
    erase(site, ada, by="Mia")
    assert read_letter(site, reply.fingerprint) is None
    assert Reply.objects.get().sender == ""
    assert not QueueItem.objects.exists()
