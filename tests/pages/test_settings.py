"""A reader's own settings, behind a link that is mailed and runs out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from reader import Reader, heading, page, words

from newsletter.models import ConsentEvent, Subscriber
from newsletter.services.keys import key_of
from newsletter.subscribers.tokens import Purpose, make_token
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db
People = Callable[..., list[Subscriber]]


def link(reader: Reader, address: str = "reader0@example.org") -> str:
    reader.send("/settings", address=address)
    reader.wait()
    return reader.link()


def events(person: Subscriber) -> list[str]:
    return list(person.consent.order_by("pk").values_list("event", flat=True))


def test_the_link_comes_by_mail_to_who_is_on_the_list_and_to_nobody_else(reader: Reader, people: People) -> None:
    people(1)
    people(1, status="unsubscribed")
    for address in ("reader0@example.org", "reader1@example.org", "never@example.org"):
        reader.send("/settings", address=address)
    reader.wait()
    assert reader.told() == [("reader0@example.org", "Your settings for The Example Bulletin")]


def test_the_link_works_for_a_day(reader: Reader, people: People, site: Workspace) -> None:
    person = people(1)[0]
    keys, yesterday = key_of(site).for_tokens, timezone.now() - timedelta(days=1, seconds=1)
    old = make_token(Purpose.PREFERENCES, person.public_id, keys, now=yesterday)
    assert reader.get(f"/settings/{old}").status_code == 400
    assert "run out of time" in words(reader.get(f"/settings/{old}"))
    assert reader.get(link(reader)).status_code == 200


def test_a_break_is_taken_kept_and_ended(reader: Reader, people: People) -> None:
    person = people(1)[0]
    path = link(reader)
    assert "You get nothing until" in words(reader.send(path, pause="3"))
    person.refresh_from_db()
    assert person.paused_until is not None
    assert timedelta(days=89) < person.paused_until - timezone.now() < timedelta(days=91)
    assert reader.form(path)["pause"] == "keep"
    until = person.paused_until
    reader.send(path)
    person.refresh_from_db()
    assert person.paused_until == until
    reader.send(path, pause="0")
    person.refresh_from_db()
    assert person.paused_until is None
    assert events(person) == [ConsentEvent.PAUSED, ConsentEvent.RESUMED]


def test_segments_and_language_are_chosen_and_staff_s_own_tags_stay(
    make_site: Callable[..., Workspace], people: People, read_by: Callable[..., Reader]
) -> None:
    site = make_site(NEWSLETTER__PAGES__REVIEWED='{cy = "A Speaker"}')
    person, reader = people(1, tags=["board"])[0], read_by(site)
    path = link(reader)
    assert page(reader.get(path)).xpath("//legend/text()")
    reader.send(path, segments=["training"])
    person.refresh_from_db()
    assert person.tags == ["board", "training"]
    reader.client.post(path, {**reader.form(path), "segments": []})
    person.refresh_from_db()
    assert person.tags == ["board"]


def test_moving_asks_the_new_address_and_tells_the_old_one(reader: Reader, people: People) -> None:
    person = people(1)[0]
    path = link(reader)
    reader.send(f"{path}/address", address="new@example.org")
    reader.wait()
    assert reader.told()[1:] == [("new@example.org", "Please confirm your new address: The Example Bulletin")]
    move = reader.link()
    assert reader.get(move).status_code == 200
    person.refresh_from_db()
    assert person.address == "reader0@example.org"
    assert heading(reader.send(move)) == "Your address is changed"
    reader.wait()
    person.refresh_from_db()
    assert person.address == "new@example.org"
    assert reader.told()[2:] == [("reader0@example.org", "Your address for The Example Bulletin was changed")]
    reader.send(move)
    reader.wait()
    assert len(reader.told()) == 3


def test_leaving_from_the_settings_works_at_once_and_closes_them(reader: Reader, people: People) -> None:
    person = people(1)[0]
    path = link(reader)
    assert heading(reader.send(f"{path}/leave")) == "You are off the list"
    person.refresh_from_db()
    assert person.status == "unsubscribed"
    assert reader.get(path).status_code == 409
    reader.wait()
    assert reader.told()[-1] == ("reader0@example.org", "You are off the list of The Example Bulletin")


def test_the_page_shows_no_more_of_the_address_than_its_owner_needs(reader: Reader, people: People) -> None:
    people(1)
    answer = reader.get(link(reader))
    assert "r…@e….org" in words(answer)
    assert "reader0@" not in answer.content.decode()
    assert answer["Referrer-Policy"] == "no-referrer"
