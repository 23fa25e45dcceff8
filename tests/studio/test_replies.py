"""Replies in the studio: the queue, a card for each, and what its buttons do, with and without scripts."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from inbox_player import Inbox
from lxml import html
from PIL import Image
from small_issue import ISSUE

from newsletter.content.yaml_file import read_yaml
from newsletter.models import (
    Act,
    AutomaticMail,
    DraftRound,
    PostedForm,
    QueueItem,
    Reply,
    Role,
    Subscriber,
    SubscriberStatus,
    Trust,
    TrustLevel,
    User,
)
from newsletter.services.inbox import desk
from newsletter.services.inbox.trust import ENOUGH, level_of
from newsletter.workspace import Workspace

QUEUE = "/studio/replies/"
AT = datetime(2025, 11, 3, 10, tzinfo=UTC)
VERA = "Vera Invented <vera@home.example>"
ADD_ME = """Hello,

Could you please add me to the mailing list for
the bulletin?

Thanks,
Vera
--\x20
Vera Invented
Volunteer

> The Example Bulletin
> To unsubscribe, answer this mail.
"""
WORRY = "A prisoner told me that staff beat him last night. I am very worried about his safety."


@pytest.fixture
def inbox(workspace: Workspace, db: None) -> Inbox:  # noqa: ARG001
    player = Inbox(workspace)
    player.trust(TrustLevel.SUGGEST)
    return player


@pytest.fixture
def mia(browser_of: Callable[..., Client], make_user: Callable[..., User]) -> Client:
    return browser_of(make_user(Role.APPROVER, "Mia Example"))


@pytest.fixture
def ada(db: None) -> Subscriber:  # noqa: ARG001
    address = "ada@cqc.example"
    return Subscriber.objects.create(
        address=address, address_compared=address, basis="consent", status=SubscriberStatus.SUBSCRIBED
    )


def cards_on(client: Client, where: str = QUEUE) -> list[Any]:
    page = html.document_fromstring(client.get(where).content.decode())
    return list(page.xpath("//article[@data-reply]"))


def words(node: Any) -> str:
    return " ".join(node.text_content().split())


def press(client: Client, reply: Reply, what: str, **headers: str) -> Any:
    return client.post(f"{QUEUE}{reply.pk}/decide", {"do": what}, headers=headers)


def test_a_card_shows_the_letter_with_the_words_that_decided(mia: Client, inbox: Inbox) -> None:
    inbox.write(ADD_ME, sender=VERA)
    [card] = cards_on(mia)
    [marked] = card.xpath(".//div[contains(@class, 'letter')]//mark")
    assert words(marked) == "Could you please add me to the mailing list for the bulletin?"
    [said] = card.xpath(".//h2")
    assert words(said).startswith("Vera Invented asks to join: ")
    assert words(said.xpath("./q")[0]) == words(marked), "the reason is a quotation"
    assert "I would write to vera@home.example and ask them to confirm." in words(card)
    assert "Undo: until they confirm." in words(card)
    [folded] = card.xpath(".//details[not(@open)]")
    assert "To unsubscribe, answer this mail." in words(folded)
    buttons = [words(each) for each in card.xpath(".//form//*[@data-key]")]
    assert buttons == ["Do it 1", "No 2", "It is something else 3"]
    assert not re.search(r"\b\d+(\.\d+)? ?%|score", words(card))


def test_what_a_letter_says_never_becomes_markup(mia: Client, inbox: Inbox) -> None:
    inbox.write(
        'Please add me <script>x</script> to the list. <img src=x onerror="y">', sender='"<b>V" <v@home.example>'
    )
    page = mia.get(QUEUE).content.decode()
    assert "<script>x" not in page
    assert "<img src=x" not in page
    assert "<b>V" not in page


def test_do_it_does_it_and_it_is_taken_back_from_where_one_stands(mia: Client, inbox: Inbox) -> None:
    reply = inbox.write(ADD_ME, sender=VERA)
    answer = press(mia, reply, "do")
    assert answer["Location"] == f"{QUEUE}?settled={reply.pk}#reply-{reply.pk}"
    assert PostedForm.objects.filter(next_at__isnull=False).count() == 1
    [card] = cards_on(mia, answer["Location"])
    assert "Mia Example: they are asked to confirm." in words(card)
    [undo] = card.xpath(".//button[@value='undo']")
    assert words(undo).startswith("Take it back")
    press(mia, reply, "undo")
    assert not PostedForm.objects.filter(next_at__isnull=False).exists()
    reply.refresh_from_db()
    assert reply.state == "waiting_for_staff"


def test_with_scripts_the_card_alone_is_exchanged(mia: Client, inbox: Inbox) -> None:
    reply = inbox.write(ADD_ME, sender=VERA)
    answer = press(mia, reply, "no", HX_Request="true")
    assert answer.status_code == 200
    card = html.fragment_fromstring(answer.content.decode())
    assert "said no" in words(card)
    again = press(mia, reply, "do", HX_Request="true")
    assert [words(each) for each in card.xpath(".//button")] == ["Take it back 1"]
    assert "nothing was changed" in words(html.fragment_fromstring(again.content.decode()))
    assert press(mia, reply, "do").status_code >= 400
    press(mia, reply, "undo")
    assert desk.find_reply(reply.pk).state == "waiting_for_staff", "a no by mistake is taken back too"
    press(mia, reply, "close")
    press(mia, reply, "undo")
    assert desk.find_reply(reply.pk).state == "waiting_for_staff"


def test_looking_changes_nothing(mia: Client, inbox: Inbox) -> None:
    reply = inbox.write(ADD_ME, sender=VERA)
    before = Reply.objects.values().get(pk=reply.pk)
    for where in ("", f"{reply.pk}/", f"{reply.pk}/other", f"{reply.pk}/answer?with=thanks", "trust/", "?shelf=done"):
        assert mia.get(QUEUE + where).status_code == 200
    assert mia.get(f"{QUEUE}{reply.pk}/decide").status_code == 405
    assert Reply.objects.values().get(pk=reply.pk) == before


def test_a_worry_about_somebody_stands_above_all_and_is_never_acted_on(mia: Client, inbox: Inbox) -> None:
    inbox.trust(TrustLevel.ACT)
    worry = inbox.write(WORRY, sender="Gwen Invented <gwen@home.example>")
    inbox.trust(TrustLevel.SUGGEST)
    for number in range(3):
        inbox.write(ADD_ME, sender=f"vera{number}@home.example")
    first, *_ = cards_on(mia)
    assert first.get("id") == f"reply-{worry.pk}"
    assert "urgent" in first.get("class")
    assert "This must reach a person" in words(first)
    assert "Do it" not in [words(each) for each in first.xpath(".//button")]
    assert worry.state == "waiting_for_staff"
    press(mia, worry, "do")
    worry.refresh_from_db()
    assert worry.state == "waiting_for_staff"


def test_when_unsure_it_says_so_and_offers_nothing_to_do(mia: Client, inbox: Inbox) -> None:
    inbox.write("A friend mentioned signing up. Is it only for staff?", sender=VERA)
    [card] = cards_on(mia)
    said = words(card.xpath(".//h2")[0])
    assert said.startswith("I am not sure: to join, or just a question?"), said
    assert "A friend mentioned signing up." in said
    assert not card.xpath(".//button[@value='do']")


def test_something_else_is_said_and_then_waits_for_a_press(mia: Client, inbox: Inbox, ada: Subscriber) -> None:
    reply = inbox.write("I do not know about this any more.")
    answer = mia.post(f"{QUEUE}{reply.pk}/other", {"intent": "unsubscribe", "addresses": ""})
    assert answer["Location"] == f"{QUEUE}{reply.pk}/"
    [card] = cards_on(mia, answer["Location"])
    assert "ada@cqc.example wants to leave" in words(card)
    ada.refresh_from_db()
    assert ada.status == "subscribed"
    press(mia, reply, "do")
    ada.refresh_from_db()
    assert ada.status == "unsubscribed"


def test_an_address_that_is_none_is_told_beside_the_form(mia: Client, inbox: Inbox) -> None:
    reply = inbox.write("Could you add Bea as well? She works with us.")
    page = mia.post(f"{QUEUE}{reply.pk}/other", {"intent": "subscribe_other", "addresses": "bea"})
    assert page.status_code == 400
    assert "There is something to put right" in page.content.decode()


def test_the_queue_is_looked_through_by_sort_and_by_page(mia: Client, inbox: Inbox) -> None:
    inbox.write("I do not know about this any more.")
    for number in range(12):
        inbox.write(ADD_ME, sender=f"vera{number}@home.example")
    assert len(cards_on(mia)) == 10
    assert len(cards_on(mia, QUEUE + "?page=2")) == 3
    assert len(cards_on(mia, QUEUE + "?sort=unsure")) == 1
    assert len(cards_on(mia, QUEUE + "?sort=join&page=2")) == 2
    page = mia.get(QUEUE + "?shelf=nonsense&sort=%00&page=-1&settled=x,9999999999").content.decode()
    assert "Want to join" in page


def test_the_obvious_is_done_together_and_nothing_else_with_it(mia: Client, inbox: Inbox) -> None:
    plain = [inbox.write(ADD_ME, sender=f"vera{number}@home.example") for number in range(3)]
    worry = inbox.write(WORRY + " Please add me to the list.", sender=VERA)
    page = html.document_fromstring(mia.get(QUEUE).content.decode())
    ticked = page.xpath("//details[@class='together']//input[@type='checkbox'][@checked]/@value")
    assert sorted(map(int, ticked)) == [reply.pk for reply in plain]
    mia.post(f"{QUEUE}together", {"act": "subscribe", "number": [plain[0].pk, plain[1].pk, worry.pk]})
    states = [Reply.objects.get(pk=reply.pk).state for reply in (*plain, worry)]
    assert states == ["done", "done", "waiting_for_staff", "waiting_for_staff"]


def test_a_reply_is_handed_to_a_colleague(mia: Client, inbox: Inbox, make_user: Callable[..., User]) -> None:
    ben, reply = make_user(Role.EDITOR, "Ben Example"), inbox.write(ADD_ME, sender=VERA)
    mia.post(f"{QUEUE}{reply.pk}/hand", {"colleague": ben.email})
    [card] = cards_on(mia)
    assert "For Ben Example" in words(card)
    assert QueueItem.objects.get().user == ben
    assert mia.post(f"{QUEUE}{reply.pk}/hand", {"colleague": "nobody@example.org"}).status_code == 400


def test_an_answer_begins_with_written_words_and_threads(mia: Client, inbox: Inbox) -> None:
    reply = inbox.write("When does the next issue come out?", sender=VERA, subject="A question")
    page = html.document_fromstring(mia.get(f"{QUEUE}{reply.pk}/answer?with=passed-on").content.decode())
    [text] = page.xpath("//textarea")
    assert "Dear Vera" in text.text_content()
    mia.post(f"{QUEUE}{reply.pk}/answer", {"text": "In December."})
    mail = AutomaticMail.objects.get(kind="answer")
    assert mail.address == "vera@home.example"
    inbox.wait()
    [sent] = inbox.mails()
    assert sent["Subject"] == "Re: A question"
    assert sent["In-Reply-To"] == reply.message_id
    reply.refresh_from_db()
    assert reply.state == "done"


def test_trust_is_offered_given_and_lost(mia: Client, inbox: Inbox) -> None:
    Trust.objects.filter(act=Act.SUBSCRIBE).update(agreed=ENOUGH)
    asked = " ".join(html.document_fromstring(mia.get(QUEUE).content.decode()).text_content().split())
    assert f"You agreed with all of my last {ENOUGH} suggestions" in asked
    assert "Shall I do these myself?" in asked
    mia.post(f"{QUEUE}trust/set", {"act": "subscribe", "level": "act"})
    assert level_of(Act.SUBSCRIBE) == TrustLevel.ACT
    reply = inbox.write(ADD_ME, sender=VERA)
    assert reply.state == "done"
    assert "they are asked to confirm" in mia.get(f"{QUEUE}trust/").content.decode()
    [card] = cards_on(mia, QUEUE + "?shelf=done")
    assert "The program: they are asked to confirm." in words(card)
    press(mia, reply, "undo")
    assert level_of(Act.SUBSCRIBE) == TrustLevel.SUGGEST


def test_an_offer_is_put_off(mia: Client, inbox: Inbox) -> None:  # noqa: ARG001
    Trust.objects.filter(act=Act.SUBSCRIBE).update(agreed=ENOUGH)
    mia.post(f"{QUEUE}trust/set", {"act": "subscribe", "level": "later"})
    assert "Shall I do these myself?" not in mia.get(QUEUE).content.decode()
    assert level_of(Act.SUBSCRIBE) == TrustLevel.SUGGEST


def test_all_acts_at_once_are_never_let_act_and_watching_again_is_one_press(mia: Client, inbox: Inbox) -> None:
    inbox.trust(TrustLevel.WATCH, Act.SUBSCRIBE)
    inbox.trust(TrustLevel.ACT, Act.BUTTON)
    assert mia.post(f"{QUEUE}trust/set", {"act": "all", "level": "act"}).status_code == 400
    mia.post(f"{QUEUE}trust/set", {"act": "all", "level": "suggest"})
    assert (level_of(Act.SUBSCRIBE), level_of(Act.BUTTON)) == (TrustLevel.SUGGEST, TrustLevel.ACT)
    mia.post(f"{QUEUE}trust/set", {"act": "all", "level": "watch"})
    assert {level_of(act) for act in Act} == {TrustLevel.WATCH}


def test_what_came_by_the_pages_is_in_the_same_queue(mia: Client, browser_of: Callable[..., Client]) -> None:
    picture = SimpleUploadedFile("dot.png", b"no picture")
    assert browser_of().post("/news", {"picture": picture}).status_code == 400
    item = QueueItem.objects.create(
        kind="feedback",
        source="form:1",
        at=AT,
        title="Useful",
        content={"best": "The <b>events</b>"},
    )
    [card] = cards_on(mia)
    assert "The <b>events</b>" in words(card)
    mia.post(f"{QUEUE}items/{item.pk}/decide", {"do": "done"})
    assert not cards_on(mia)
    mia.post(f"{QUEUE}items/{item.pk}/decide", {"do": "undo"})
    assert len(cards_on(mia)) == 1


NEWS = """Dear all,

Please include this in the next issue: our report is out.

The report: https://reports.example/nights
Photo: Tomos Vaughan
"""


@pytest.fixture
def issue(workspace: Workspace) -> Path:
    folder = workspace.issues / "2025-12"
    (folder / "images").mkdir(parents=True)
    Image.new("RGB", (40, 40), "#aa5533").save(folder / "images" / "dot.png")
    (folder / "issue.yaml").write_text(ISSUE)
    return folder / "issue.yaml"


def fields_of(client: Client, where: str) -> dict[str, str]:
    """The form of a page as it begins."""
    page = html.document_fromstring(client.get(where).content.decode())
    form = page.xpath("//main//form[.//textarea]")[0]
    return {name: value.removeprefix("\n") for name, value in form.form_values()}


def test_news_by_mail_is_filed_and_put_into_an_issue(mia: Client, inbox: Inbox, issue: Path) -> None:
    reply = inbox.write(NEWS, subject="Nights", sender="ada@cqc.example")
    press(mia, reply, "do")
    item = QueueItem.objects.get()
    [card] = cards_on(mia, QUEUE + "?sort=news")
    assert card.get("id") == f"item-{item.pk}"
    where = f"{QUEUE}items/{item.pk}/place"
    form = fields_of(mia, where)
    assert form["link"] == "https://reports.example/nights"
    assert form["credit"] == "Photo: Tomos Vaughan"
    assert form["text"] == "**Nights.** Please include this in the next issue: our report is out."
    assert mia.post(where, form).status_code == 400, "a link wants words"
    answer = mia.post(where, form | {"link_words": "Read the report", "body": "imb"})
    assert answer["Location"] == "/studio/issues/2025-12/sections/news"
    *_, added = read_yaml(issue).data["sections"][1]["items"]
    assert added["text"].startswith("**Nights.** Please include this")
    assert added["bodies"] == ["imb"]
    assert dict(added["link"]) == {"text": "Read the report", "url": "https://reports.example/nights"}
    assert "Photo: Tomos Vaughan" in added["text"]
    assert not cards_on(mia)
    assert "already" in mia.post(where, form | {"link_words": "Read the report"}).content.decode()
    assert press(mia, reply, "undo").status_code >= 400, "it stands in the issue"


def test_a_picture_goes_along_with_its_alt_text_and_credit(mia: Client, workspace: Workspace, issue: Path) -> None:
    folder = workspace.data / "queue"
    folder.mkdir(parents=True)
    Image.new("RGB", (60, 40), "#3355aa").save(folder / "0a1b2c3d.png")
    content = {"headline": "A prize", "text": "We won it.", "link": "", "alt": "", "credit": "Ann Example"}
    item = QueueItem.objects.create(
        kind="news", source="form:2", at=AT, title="A prize", content=content, picture="0a1b2c3d.png"
    )
    assert mia.get(f"{QUEUE}items/{item.pk}/picture")["Content-Type"] == "image/png"
    where = f"{QUEUE}items/{item.pk}/place"
    form = fields_of(mia, where)
    assert form["with_picture"] == "on"
    refused = mia.post(where, form)
    assert "Say what the picture shows." in refused.content.decode()
    assert mia.post(where, form | {"alt": "A cup"}).status_code == 303
    *_, added = read_yaml(issue).data["sections"][1]["items"]
    assert (added["image"]["alt"], added["image"]["caption"]) == ("A cup", "Ann Example")
    assert (issue.parent / "images" / added["image"]["file"]).is_file()


def test_an_issue_that_can_not_take_it_leaves_the_news_waiting(mia: Client, issue: Path) -> None:
    item = QueueItem.objects.create(kind="news", source="form:3", at=AT, title="x", content={"text": "Some <news>."})
    where, before = f"{QUEUE}items/{item.pk}/place", issue.read_text()
    form = {"issue": "2025-12", "text": "See <event:nowhere>", "link": "", "link_words": "", "body": "", "credit": ""}
    assert mia.post(where, form).status_code == 400
    item.refresh_from_db()
    assert item.state == "waiting"
    assert issue.read_text() == before


def test_a_remark_on_a_draft_stands_at_the_part_that_its_number_means(mia: Client, inbox: Inbox, issue: Path) -> None:  # noqa: ARG001
    sent = DraftRound.objects.create(
        issue_id="2025-12", places={"1": "welcome", "3": "news/first"}, source_hash="0", people=1, by="Mia", at=AT
    )
    answered = f"<sample.{sent.uid}-1@example.org>"
    reply = inbox.write("3: wrong date", sender="ada@cqc.example", In_Reply_To=answered)
    press(mia, reply, "do")
    place = "/studio/issues/2025-12/sections/"
    page = html.document_fromstring(mia.get(place + "news").content.decode())
    [remark] = page.xpath("//section[contains(@class, 'remarks')]")
    assert "3: wrong date" in words(remark)
    assert "remarks" not in mia.get(place + "welcome").content.decode()
    mia.post(remark.xpath(".//form/@action")[0])
    assert "wrong date" not in mia.get(place + "news").content.decode()
