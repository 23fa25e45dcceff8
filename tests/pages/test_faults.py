"""The faults that readers' pages must stand, numbered as in the project's table of faults."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from reader import Reader, heading, page, text_of, words

from newsletter.models import Mailing, PostedForm, QueueItem, Subscriber, Suppression
from newsletter.services.erasing import erase
from newsletter.services.keys import key_of
from newsletter.services.personal_links import renew_links, revoke, token_for
from newsletter.services.subscribing import find_subscriber, is_suppressed
from newsletter.subscribers.tokens import Purpose, TokenKeys, make_token
from newsletter.transports.base import check_wire_safe
from newsletter.web.public import protection
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db
People = Callable[..., list[Subscriber]]
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}{% raw %}"


def test_fault_70_and_71_line_breaks_in_an_address_reach_no_header(reader: Reader) -> None:
    for bad in (
        "ada@example.org\r\nBcc: all@example.org",
        "=?utf-8?q?=0D=0ABcc:all@example.org?= <ada@example.org>",
        "a@example.org> SIZE=1",
        '"a\nb"@example.org',
    ):
        reader.send("/subscribe", address=bad)
    reader.wait()
    assert not any("Bcc" in mail.as_string() or "SIZE" in mail.as_string() for mail in reader.mails())
    assert {str(mail["To"]) for mail in reader.mails()} <= {"ada@example.org"}


def test_fault_72_a_dot_or_a_line_end_that_was_typed_never_ends_a_mail(
    reader: Reader, publish: Callable[..., Mailing]
) -> None:
    typed = '"Hello\\n.\\nMAIL FROM:<x@evil.example>\\r.\\r..\\r\\n.\\r\\nQUIT"'
    publish("2025-11", text=typed)
    message = reader.get("/archive/2025-11/message.eml").content
    assert b"evil.example" in message
    check_wire_safe(message)


def test_fault_73_and_74_what_is_typed_is_text_wherever_it_is_shown(reader: Reader) -> None:
    shown = [
        reader.get("/archive/", data={"q": SCRIPT}),
        reader.send("/subscribe", address=SCRIPT),
        reader.send("/feedback", best=SCRIPT),
        reader.get(f"/{SCRIPT}"),
        reader.get("/u/" + "%3Cscript%3E"),
    ]
    for answer in shown:
        assert not page(answer).xpath("//script|//*[@onerror]")
        assert "49" not in words(answer)
        assert "script-src" not in answer["Content-Security-Policy"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "http://news.example.org"},
        {"origin": "null"},
        {"origin": "https://news.example.org.evil.example", "host": "news.example.org.evil.example"},
    ],
)
def test_fault_75_a_form_on_another_website_does_nothing(headers: dict[str, str], reader: Reader) -> None:
    answer = reader.client.post(
        "/unsubscribe", {**reader.form("/unsubscribe"), "address": "a@example.org"}, headers=headers
    )
    assert answer.status_code == 400
    assert "did not come from our own page" in words(answer)
    assert not PostedForm.objects.exists()


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "same-origin", "origin": "null"}, {"origin": "https://news.example.org"}, {}]
)
def test_fault_75_our_own_form_is_taken(headers: dict[str, str], reader: Reader) -> None:
    filled = {**reader.form("/unsubscribe"), "address": "a@example.org"}
    assert reader.client.post("/unsubscribe", filled, headers=headers).status_code == 200


def test_fault_75_the_field_of_one_form_is_no_other_s_and_runs_out(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled = {**reader.form("/settings"), "address": "a@example.org"}
    assert "did not come from our own page" in words(reader.client.post("/unsubscribe", filled))
    monkeypatch.setattr(protection, "LIFETIME", timedelta(seconds=-1))
    answer = reader.client.post("/settings", filled)
    assert "open for a long time" in words(answer)
    assert page(answer).get_element_by_id("id_address").value == "a@example.org"  # nothing has to be typed again
    assert not PostedForm.objects.exists()


def test_fault_75_and_80_who_is_quicker_than_a_person_presses_again(site: Workspace) -> None:
    hasty = Reader(site)
    answer = hasty.send("/subscribe", address="a@example.org")
    assert "quicker than a person types" in words(answer)
    assert page(answer).xpath("//input[@name='form']/@value")
    assert not PostedForm.objects.exists()


def test_fault_80_a_bot_that_fills_in_everything_is_not_believed(reader: Reader) -> None:
    answer = reader.send("/subscribe", address="a@example.org", website="https://spam.example")
    assert "should stay empty" in words(answer)
    assert not PostedForm.objects.exists()


def test_fault_76_a_token_that_is_forged_cut_swapped_revoked_or_of_a_lost_key_opens_nothing(
    reader: Reader, people: People, site: Workspace
) -> None:
    person, other = people(2)
    good = token_for(site, Purpose.PREFERENCES, person)
    lost = TokenKeys(secrets={7: b"x" * 32}, current=7)
    revoked, renewed = token_for(site, Purpose.PREFERENCES, other), token_for(site, Purpose.UNSUBSCRIBE, other)
    revoke(revoked, by="Ann")
    renew_links(other, by="Ann")
    bad = [
        good[:-1] + ("a" if good[-1] != "a" else "b"),
        good[:-1],
        good + "a",
        token_for(site, Purpose.UNSUBSCRIBE, person),
        make_token(Purpose.PREFERENCES, person.public_id, lost),
        make_token(Purpose.PREFERENCES, 12345, key_of(site).for_tokens),
        revoked,
        "é" * 48,
    ]
    assert reader.get(f"/settings/{good}").status_code == 200
    assert {reader.get(f"/settings/{token}").status_code for token in bad} == {400}
    one_click = {"List-Unsubscribe": "One-Click"}
    assert {reader.client.post(f"/u/{token}", one_click).status_code for token in (renewed, good)} == {400}
    assert {row.status for row in Subscriber.objects.all()} == {"subscribed"}


def test_fault_77_no_parameter_sends_a_reader_elsewhere(reader: Reader) -> None:
    for path in ("/", "/subscribe", "/archive/", "/unsubscribe"):
        answer = reader.get(f"{path}?next=https://evil.example&url=//evil.example&redirect=https:evil.example")
        assert answer.status_code == 200
        assert "evil.example" not in answer.content.decode()


def test_fault_79_a_double_click_is_one_act(reader: Reader, people: People) -> None:
    person = people(1)[0]
    filled = {**reader.form("/unsubscribe"), "address": person.address}
    assert [reader.client.post("/unsubscribe", filled).status_code for _ in range(2)] == [200, 200]
    reader.wait()
    assert len(reader.told()) == 1
    assert person.consent.count() == 1


def test_fault_85_no_path_leads_out_of_an_edition(
    reader: Reader, publish: Callable[..., Mailing], site: Workspace
) -> None:
    publish("2025-11")
    (site.root / "secret.txt").write_text("secret")
    for path in (
        "archive/2025-11/images/../../../secret.txt",
        "archive/2025-11/images/..%2F..%2Fmanifest.json",
        "archive/2025-11/images/%2e%2e%2fmanifest.json",
        "archive/..%2F2025-11/",
        "static/..%2f..%2fnewsletter.toml",
        "archive/2025-11/images/variants%2Fen%2Fmail.html",
    ):
        assert reader.get(f"/{path}").status_code == 404, path


def test_fault_87_a_link_that_is_sent_in_is_kept_and_never_fetched(reader: Reader, httpserver: object) -> None:
    link = httpserver.url_for("/secret")  # type: ignore[attr-defined]
    filled = {"headline": "x", "text": "y", "credit": "z", "address": "a@example.org", "link": link}
    assert heading(reader.send("/news", filled)) == "Thank you"
    assert QueueItem.objects.get().content["link"] == link
    assert httpserver.log == []  # type: ignore[attr-defined]


def test_fault_89_no_address_and_no_token_reaches_a_log_or_an_error_page(
    reader: Reader, people: People, site: Workspace, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = people(1)[0]
    token = token_for(site, Purpose.UNSUBSCRIBE, person)
    caplog.set_level(logging.DEBUG, logger="newsletter")
    reader.send("/unsubscribe", address="canary@example.org")
    reader.client.post("/u/" + token[:-1], {"List-Unsubscribe": "One-Click"})
    reader.wait()

    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError(f"canary@example.org {token}")

    monkeypatch.setattr("newsletter.web.public.leaving.person_of", broken)
    reader.client.raise_request_exception = False
    answer = reader.get(f"/u/{token}")
    assert answer.status_code == 500
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("newsletter"))
    assert "the page personal-link failed: RuntimeError" in ours
    for text in (ours, answer.content.decode()):
        assert "canary" not in text
        assert token not in text


def test_fault_90_links_are_made_of_base_url_and_never_of_the_host_header(
    reader: Reader, publish: Callable[..., Mailing], site: Workspace
) -> None:
    publish("2025-11")
    evil = {"host": "evil.example", "x-forwarded-host": "evil.example"}
    for path in ("/", "/archive/2025-11/", "/archive/2025-11/share", "/feed", "/subscribe", "/nothing"):
        assert "evil.example" not in reader.get(path, headers=evil).content.decode()
    filled = {**reader.form("/subscribe"), "address": "ada@example.org"}
    reader.client.post("/subscribe", filled, headers=evil)
    reader.wait()
    assert "https://news.example.org/confirm/" in text_of(reader.mails()[0])
    assert "evil.example" not in reader.mails()[0].as_string()
    assert site.publication.base_url == "https://news.example.org"


def test_fault_91_every_answer_forbids_frames_guesses_and_other_websites(
    reader: Reader, people: People, site: Workspace
) -> None:
    token = token_for(site, Purpose.UNSUBSCRIBE, people(1)[0])
    for path in ("/", "/subscribe", f"/u/{token}", "/nothing", "/healthz", "/static/site.css", "/feed"):
        answer = reader.get(path)
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Strict-Transport-Security"].startswith("max-age=")
        assert answer["Referrer-Policy"] == ("no-referrer" if token in path else "same-origin")
        assert not answer.cookies
    assert reader.get(f"/u/{token}")["Cache-Control"] == "no-store"


def test_fault_92_quotes_and_columns_that_nobody_asked_for_change_nothing(reader: Reader, people: People) -> None:
    people(2)
    for typed in ("x' OR '1'='1", "reader0@example.org' --", "%", "reader_@example.org"):
        reader.send("/unsubscribe", address=typed)
    reader.get("/archive/", data={"q": "' UNION SELECT address FROM newsletter_subscriber --"})
    reader.send("/settings", address="reader0@example.org")
    reader.wait()
    reader.send(reader.link(), pause="0", status="complained", address="evil@example.org", body="cqc", pk="2")
    assert list(Subscriber.objects.order_by("pk").values_list("address", "status", "body")) == [
        ("reader0@example.org", "subscribed", ""),
        ("reader1@example.org", "subscribed", ""),
    ]


def test_fault_93_who_was_erased_comes_back_only_by_a_fresh_request_that_they_confirm(
    reader: Reader, people: People, site: Workspace
) -> None:
    person = people(1)[0]
    erase(site, person, by="Ann")
    reader.send("/subscribe", address="reader0@example.org")
    reader.wait()
    assert is_suppressed(site, "reader0@example.org")
    assert not Subscriber.objects.exists()
    reader.send(reader.link())
    assert find_subscriber("reader0@example.org").status == "subscribed"
    assert not Suppression.objects.exists()


def test_a_waiting_mail_goes_with_the_person_who_is_erased(reader: Reader, people: People, site: Workspace) -> None:
    person = people(1)[0]
    reader.client.post(f"/u/{token_for(site, Purpose.UNSUBSCRIBE, person)}", {"List-Unsubscribe": "One-Click"})
    erase(site, person, by="Ann")
    reader.wait()
    assert reader.told() == []
    assert timezone.now() > person.created_at
