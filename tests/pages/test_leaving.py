"""Leaving: by the link that everybody sees, by the mail program's own button, and back again."""

from collections.abc import Callable
from threading import Thread

import pytest
from django.test.client import encode_multipart
from django.utils import timezone
from reader import Reader, heading, words

from newsletter.models import PostedForm, QueueItem, Subscriber
from newsletter.services.personal_links import token_for
from newsletter.services.subscribing import stop
from newsletter.subscribers.tokens import Purpose
from newsletter.web.turns import WRITING
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db
People = Callable[..., list[Subscriber]]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def status(person: Subscriber) -> str:
    person.refresh_from_db()
    return person.status


def personal(site: Workspace, person: Subscriber) -> str:
    return f"/u/{token_for(site, Purpose.UNSUBSCRIBE, person)}"


def test_forms_take_turns_and_reading_waits_for_none_of_them(reader: Reader) -> None:
    """One writer at a time is all that SQLite takes; a mailing that leaves meanwhile must get its turn."""
    answers: list[int] = []
    pressed = Thread(target=lambda: answers.append(reader.client.post("/feedback").status_code))
    with WRITING:
        pressed.start()
        assert reader.get("/feedback").status_code == 200
        pressed.join(0.2)
        assert answers == []
    pressed.join(20)
    assert answers == [400]


def test_a_typed_address_is_off_at_once_and_told_with_a_way_back(reader: Reader, people: People) -> None:
    person, other = people(2)
    reader.send("/unsubscribe", address="READER0@example.org ")
    reader.wait()
    assert (status(person), status(other)) == ("unsubscribed", "subscribed")
    assert reader.told() == [("reader0@example.org", "You are off the list of The Example Bulletin")]
    assert heading(reader.send(reader.link())) == "You are on the list"
    assert status(person) == "subscribed"


def test_repeating_is_fine_and_told_once(reader: Reader, people: People) -> None:
    person = people(1)[0]
    for _ in range(3):
        assert reader.send("/unsubscribe", address=person.address).status_code == 200
        reader.wait()
    assert len(reader.told()) == 1
    undo = reader.link()
    for _ in range(2):
        assert reader.send(undo).status_code == 200
    assert status(person) == "subscribed"


@pytest.mark.parametrize("encoding", ["urlencoded", "multipart"])
def test_one_click_is_one_post_in_either_encoding_without_cookie_or_redirect(
    encoding: str, reader: Reader, people: People, site: Workspace
) -> None:
    person, other = people(2)
    if encoding == "multipart":
        body, kind = encode_multipart("edge", ONE_CLICK), "multipart/form-data; boundary=edge"
    else:
        body, kind = b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"
    answer = reader.client.post(personal(site, person), body, content_type=kind)
    assert (answer.status_code, answer.cookies, answer.get("Location")) == (200, {}, None)
    assert (status(person), status(other)) == ("unsubscribed", "subscribed")
    reader.wait()
    assert [to for to, _subject in reader.told()] == [person.address]
    assert reader.client.post(personal(site, person), body, content_type=kind).status_code == 200
    reader.wait()
    assert len(reader.told()) == 1


def test_a_post_without_the_pair_and_any_other_method_change_nothing(
    reader: Reader, people: People, site: Workspace
) -> None:
    person = people(1)[0]
    path = personal(site, person)
    for data in (
        {},
        {"List-Unsubscribe": "one-click"},
        {"x": "List-Unsubscribe=One-Click"},
        {"address": person.address},
    ):
        reader.client.post(path, data)
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"):
        reader.client.generic(method, path, b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")
    reader.get(f"{path}?List-Unsubscribe=One-Click")
    reader.wait()
    assert status(person) == "subscribed"


def test_who_opens_the_personal_link_is_asked_for_the_address_with_a_hint(
    reader: Reader, people: People, site: Workspace
) -> None:
    person, other = people(2)
    path = personal(site, person)
    assert "r…@e….org" in words(reader.get(path))
    assert "…@" not in words(reader.get("/unsubscribe"))
    reader.send(path, address=other.address)  # a colleague with a forwarded copy leaves, and takes nobody else off
    reader.wait()
    assert (status(person), status(other)) == ("subscribed", "unsubscribed")


def test_a_prankster_cannot_empty_a_body_and_staff_are_told(
    make_site: Callable[..., Workspace], people: People, read_by: Callable[..., Reader]
) -> None:
    site = make_site(NEWSLETTER__PAGES__LEAVES_PER_BODY="3")
    crowd, others = people(6, body="cqc"), people(1, body="hmips")
    reader = read_by(site)
    for person in [*crowd, *others]:
        reader.send("/unsubscribe", address=person.address)
    reader.wait()
    assert [status(person) for person in crowd] == ["unsubscribed"] * 3 + ["subscribed"] * 3
    assert status(others[0]) == "unsubscribed"
    assert QueueItem.objects.get().kind == "alert"
    asked = [
        number for number, (_to, subject) in enumerate(reader.told()) if subject.startswith("Do you want to leave")
    ]
    assert [reader.told()[number][0] for number in asked] == [person.address for person in crowd[3:]]
    assert heading(reader.send(reader.link(asked[0]))) == "You are off the list"
    assert status(crowd[3]) == "unsubscribed"


def test_a_body_that_leaves_by_its_mail_programs_is_let_go_and_told_to_staff(
    make_site: Callable[..., Workspace], people: People, read_by: Callable[..., Reader]
) -> None:
    site = make_site(NEWSLETTER__PAGES__LEAVES_PER_BODY="2")
    crowd, reader = people(3, body="cqc"), read_by(site)
    for person in crowd:
        reader.client.post(personal(site, person), ONE_CLICK)
    assert {status(person) for person in crowd} == {"unsubscribed"}
    assert "left by their mail program" in QueueItem.objects.get().title


def test_the_undo_does_not_bring_back_who_asked_never_to_be_written_to(
    reader: Reader, people: People, site: Workspace
) -> None:
    person = people(1)[0]
    reader.send("/unsubscribe", address=person.address)
    reader.wait()
    stop(site, person, mechanism="reply")
    answer = reader.send(reader.link())
    assert (answer.status_code, "not on the list any more" in words(answer)) == (409, True)
    assert status(person) == "unsubscribed"


def test_an_address_that_no_longer_works_is_not_written_to(reader: Reader, people: People, site: Workspace) -> None:
    person = people(1, status="bounced")[0]
    reader.client.post(personal(site, person), ONE_CLICK)
    reader.wait()
    assert (status(person), reader.told()) == ("unsubscribed", [])


def test_a_form_that_breaks_something_holds_up_no_other(
    reader: Reader, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsletter.services import answering

    first, second = people(2)
    reader.send("/settings", address=first.address)
    reader.send("/unsubscribe", address=second.address)
    with monkeypatch.context() as patch:
        patch.setitem(answering._ACTS, "settings", lambda *_of: 1 / 0)  # type: ignore[arg-type]
        reader.wait()
    assert status(second) == "unsubscribed"
    PostedForm.objects.filter(next_at__isnull=False).update(next_at=timezone.now())
    reader.wait()
    assert (first.address, "Your settings for The Example Bulletin") in reader.told()
