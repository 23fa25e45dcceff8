"""Joining by the form: nobody is on the list before the owner of the address said yes."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from reader import Reader, heading, page, text_of, without_form_field, words

from newsletter.models import (
    AutomaticMail,
    ConsentEvent,
    Mailing,
    PostedForm,
    Subscriber,
    SubscriptionRequest,
    SuppressionReason,
)
from newsletter.services.consent import wording_shown
from newsletter.services.erasing import erase
from newsletter.services.posting import purge_posted
from newsletter.services.requesting import purge_requests
from newsletter.services.subscribing import find_subscriber, leave
from newsletter.services.suppressing import suppress
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db


def join(reader: Reader, address: str = "Ada@example.org", **choices: object) -> None:
    assert reader.send("/subscribe", address=address, **choices).status_code == 200
    reader.wait()


def test_a_reader_joins_in_two_steps_and_is_welcomed_with_the_latest_issue(
    reader: Reader, publish: Callable[..., Mailing]
) -> None:
    publish("2025-11")
    join(reader, body="cqc")
    assert not Subscriber.objects.exists()
    assert reader.told() == [("Ada@example.org", "Please confirm: The Example Bulletin")]
    path = reader.link()
    assert heading(reader.get(path)) == "Do you want to get The Example Bulletin?"
    assert not Subscriber.objects.exists()
    assert heading(reader.send(path)) == "You are on the list"
    reader.wait()
    assert reader.told()[1:] == [("Ada@example.org", "Welcome to The Example Bulletin")]
    assert reader.link() == "/archive/2025-11/"
    ada = find_subscriber("ada@example.org")
    assert (ada.status, ada.address, ada.body, ada.basis) == ("subscribed", "Ada@example.org", "cqc", "consent")


def test_the_record_holds_the_very_words_that_were_shown(reader: Reader) -> None:
    join(reader)
    reader.send(reader.link())
    asked, said_yes = find_subscriber("ada@example.org").consent.order_by("pk")
    assert (asked.event, asked.mechanism, said_yes.event) == (ConsentEvent.REQUESTED, "form", ConsentEvent.CONFIRMED)
    shown = " ".join(wording_shown(asked.wording).split())
    page_says = words(reader.get("/subscribe"))
    assert all(" ".join(line.split()) in page_says for line in wording_shown(asked.wording).split("\n\n"))
    assert "We keep your address" in shown


def test_pressing_twice_welcomes_once(reader: Reader) -> None:
    join(reader)
    path = reader.link()
    assert [heading(reader.send(path)) for _ in range(2)] == ["You are on the list"] * 2
    reader.wait()
    assert len(reader.told()) == 2
    assert find_subscriber("ada@example.org").consent.count() == 2


def test_an_old_yes_brings_nobody_back_who_has_left_since(reader: Reader) -> None:
    join(reader)
    path = reader.link()
    reader.send(path)
    leave(find_subscriber("ada@example.org"), mechanism="form")
    assert "not on the list any more" in words(reader.send(path))
    assert find_subscriber("ada@example.org").status == "unsubscribed"


def test_an_old_or_broken_link_is_told_and_joins_nobody(reader: Reader) -> None:
    join(reader)
    path = reader.link()
    filled = reader.form(path)
    SubscriptionRequest.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    answer = reader.client.post(path, filled)
    assert (answer.status_code, "run out of time" in words(answer)) == (409, True)
    assert not Subscriber.objects.exists()
    for bad in ("/confirm/nonsense", path.replace("/confirm/", "/undo/"), f"/confirm/{'a' * 48}"):
        answer = reader.get(bad)
        assert (answer.status_code, heading(answer)) == (400, "That did not work")


@pytest.mark.parametrize(
    ("path", "anew"),
    [
        ("/confirm/x", ["/subscribe"]),
        ("/undo/x", ["/subscribe"]),
        ("/settings/x", ["/settings", "/subscribe"]),
        ("/settings/x/leave", ["/settings", "/subscribe"]),
        ("/move/x", ["/settings", "/subscribe"]),
        ("/u/x", ["/unsubscribe"]),
        ("/leave/x", ["/unsubscribe"]),
    ],
)
def test_who_comes_by_a_link_that_does_not_work_is_told_where_there_is_a_new_one(
    path: str, anew: list[str], reader: Reader
) -> None:
    answer = reader.get(path)
    assert page(answer).xpath("//main//a/@href") == [*anew, "/archive/"]
    assert "write to bulletin@example.org" in words(answer)


def test_a_segment_on_offer_can_be_chosen(make_site: Callable[..., Workspace], read_by: Callable[..., Reader]) -> None:
    reader = read_by(make_site())
    assert "News of training: twice a year" in words(reader.get("/subscribe"))
    join(reader, segments=["training"])
    reader.send(reader.link())
    assert find_subscriber("ada@example.org").tags == ["training"]


def test_what_is_typed_wrong_is_told_beside_its_field(reader: Reader) -> None:
    for typed in ("", "ada", "ada@", "ada@example.org, bob@example.org", "ada @example.org", "ada@example.org\x00"):
        answer = reader.send("/subscribe", address=typed)
        assert answer.status_code == 400
        assert page(answer).xpath("//input[@id='id_address'][@aria-invalid='true']"), typed
        assert page(answer).xpath("//div[@role='alert']//a[@href='#id_address']"), typed
        assert page(answer).xpath("//p[@id='id_address-error']"), typed
    assert not PostedForm.objects.exists()


def test_a_choice_that_is_not_on_offer_is_refused(reader: Reader) -> None:
    for wrong in ({"body": "nobody"}, {"segments": ["scotland"]}):
        assert reader.send("/subscribe", wrong, address="ada@example.org").status_code == 400
    join(reader, language="xx", tags="staff", status="subscribed", basis="public task")
    reader.send(reader.link())
    ada = find_subscriber("ada@example.org")
    assert (ada.language, ada.tags, ada.basis) == ("", [], "consent")


def test_fault_81_the_answer_never_tells_whether_an_address_is_known(
    reader: Reader, people: Callable[..., list[Subscriber]]
) -> None:
    known = people(1)[0].address
    people(1, status="unsubscribed")
    for path in ("/subscribe", "/settings", "/unsubscribe"):
        answers = {
            without_form_field(reader.send(path, address=address))
            for address in (known, "reader1@example.org", "never.seen@example.org")
        }
        assert len(answers) == 1, path


def test_fault_81_a_known_an_unknown_and_an_erased_address_cost_the_same_work(
    reader: Reader, people: Callable[..., list[Subscriber]], site: Workspace
) -> None:
    """The same statements to the database, in the same order: so the time of an answer tells nothing either."""
    known, erased = people(2)
    erase(site, erased, by="Ann")
    for path in ("/subscribe", "/settings", "/unsubscribe"):
        reader.send(path, address="first@example.org")  # what is read once is read now
        statements = []
        for address in (known.address, "reader1@example.org", "never.seen@example.org"):
            filled = {**reader.form(path), "address": address}
            with CaptureQueriesContext(connection) as asked:
                reader.client.post(path, filled)
            statements.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in asked.captured_queries])
        assert statements[0] == statements[1] == statements[2]
        assert len(statements[0]) > 2


def test_an_address_that_staff_decided_never_to_write_to_gets_no_mail(reader: Reader, site: Workspace) -> None:
    suppress(site, "ada@example.org", SuppressionReason.STAFF)
    suppress(site, "bob@example.org", SuppressionReason.COMPLAINED)
    for address in ("ada@example.org", "bob@example.org"):
        join(reader, address)
    assert [to for to, _subject in reader.told()] == ["bob@example.org"]


def test_a_program_s_address_and_our_own_get_no_mail(reader: Reader) -> None:
    for address in (
        "no-reply@example.org",
        "MAILER-DAEMON@example.org",
        "news-request@example.org",
        "bulletin@example.org",
    ):
        join(reader, address)
    assert reader.told() == []


def test_fault_80_an_address_that_is_bombed_gets_one_mail_a_day_and_three_a_month(reader: Reader) -> None:
    for _ in range(4):
        join(reader)
    assert len(reader.told()) == 1
    for days in (2, 4, 6):
        AutomaticMail.objects.update(date=timezone.now() - timedelta(days=days))
        join(reader)
    assert len(reader.told()) == 3


def test_fault_80_no_domain_and_not_all_together_get_more_than_their_budget_and_staff_are_told(
    make_site: Callable[..., Workspace], read_by: Callable[..., Reader]
) -> None:
    settings = {"NEWSLETTER__PAGES__MAILS_PER_DOMAIN": "2", "NEWSLETTER__PAGES__MAILS_OVERALL": "3"}
    reader = read_by(make_site(**settings))
    for number in range(5):
        join(reader, f"r{number}@one.example")
    for number in range(2):
        join(reader, f"r{number}@two.example")
    asked = [to for to, subject in reader.told() if subject.startswith("Please confirm")]
    assert asked == ["r0@one.example", "r1@one.example", "r0@two.example"]
    alerts = [to for to, subject in reader.told() if subject.startswith("Something unusual")]
    assert alerts == ["bulletin@example.org"] * 2
    PostedForm.objects.filter(mailed_at__isnull=False).update(mailed_at=timezone.now() - timedelta(hours=1))
    PostedForm.objects.filter(next_at__isnull=False).update(next_at=timezone.now())
    reader.wait()
    asked = [to for to, subject in reader.told() if subject.startswith("Please confirm")]
    assert asked[3:] == ["r2@one.example", "r3@one.example", "r1@two.example"]


def test_fault_80_readers_of_a_socket_for_both_kinds_of_addresses_are_not_all_one_network(
    make_site: Callable[..., Workspace], read_by: Callable[..., Reader]
) -> None:
    site = make_site(NEWSLETTER__PAGES__REQUESTS_PER_NETWORK="1")
    callers = ("::ffff:192.0.2.7", "::ffff:198.51.100.1", "192.0.2.99", "2001:db8:0:12::1", "2001:db8:0:13::1")
    told = [read_by(site, caller).send("/settings", address="a@example.org").status_code for caller in callers]
    assert told == [200, 200, 429, 200, 429]


def test_who_is_on_the_list_and_asks_again_keeps_what_staff_noted(
    reader: Reader, people: Callable[..., list[Subscriber]]
) -> None:
    person = people(1, tags=["press"])[0]
    join(reader, person.address, segments=["training"])
    reader.send(reader.link())
    person.refresh_from_db()
    assert person.tags == ["press", "training"]


def test_fault_80_one_network_can_ask_so_often_and_another_is_not_hindered(
    make_site: Callable[..., Workspace], read_by: Callable[..., Reader]
) -> None:
    site = make_site(NEWSLETTER__PAGES__REQUESTS_PER_NETWORK="3")
    reader = read_by(site)
    answers = [reader.send("/subscribe", address=f"r{number}@example.org").status_code for number in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    assert read_by(site, "192.0.2.200").send("/settings", address="a@example.org").status_code == 429  # same /24
    assert read_by(site, "198.51.100.9").send("/settings", address="a@example.org").status_code == 200
    assert read_by(site, "2001:db8::1").send("/settings", address="a@example.org").status_code == 200


def test_what_nobody_confirmed_is_forgotten(reader: Reader) -> None:
    join(reader)
    assert not PostedForm.objects.exclude(address="").exists()
    SubscriptionRequest.objects.update(ends_at=timezone.now())
    PostedForm.objects.update(at=timezone.now() - timedelta(days=3))
    assert (purge_requests(), purge_posted()) == (1, 1)


def test_a_mail_that_asks_says_who_it_is_from_and_that_doing_nothing_is_fine(reader: Reader) -> None:
    join(reader)
    mail = reader.mails()[0]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None
    assert "without your yes we forget this" in text_of(mail)
    assert "Example Organisation" in text_of(mail)
