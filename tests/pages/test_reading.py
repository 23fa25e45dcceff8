"""What there is to read: issues that were sent to everybody, as approved, without what is for some alone."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from email import message_from_bytes
from urllib.parse import unquote

import lxml.etree
import lxml.html
import pytest
from reader import Reader, heading, page, words

from newsletter.models import Edition, Mailing
from newsletter.rendering.forwardable import traces
from newsletter.services import archive
from newsletter.services.doctor import Health, examine
from newsletter.services.planning import new_mailing
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db
Publish = Callable[..., Mailing]
ATOM = "{http://www.w3.org/2005/Atom}"


def titles(answer: object) -> list[str]:
    return [str(link.text) for link in page(answer).xpath("//ul[@class='issues']//a")]


def test_nothing_sent_is_said_so(reader: Reader) -> None:
    for path in ("/", "/archive/"):
        assert "The first issue has not been sent yet." in words(reader.get(path))
    assert reader.get("/feed").status_code == 200


def test_sent_issues_are_listed_newest_first_and_the_latest_opens_the_front_page(
    reader: Reader, publish: Publish
) -> None:
    for month in ("2025-09", "2025-10", "2025-11"):
        publish(month)
    assert titles(reader.get("/archive/")) == ["Bulletin 2025-11", "Bulletin 2025-10", "Bulletin 2025-09"]
    assert "Bulletin 2025-11" in words(reader.get("/"))


def test_an_issue_is_shown_as_approved_and_leads_to_its_neighbours(
    reader: Reader, publish: Publish, site: Workspace
) -> None:
    for month in ("2025-09", "2025-10", "2025-11"):
        publish(month)
    answer = reader.get("/archive/2025-10/")
    assert heading(answer) == "Bulletin 2025-10"
    shown = archive.published(site)[1]
    approved = archive.page_of(site, shown, shown.version())
    for part in re.split(r"<style>|<main |</main>", approved):
        assert part in answer.content.decode()
    links = {link.get("rel"): link.get("href") for link in page(answer).xpath("//nav[@class='between']//a[@rel]")}
    assert links == {"prev": "/archive/2025-09/", "next": "/archive/2025-11/"}


def test_a_section_with_an_audience_is_not_shown_to_all(reader: Reader, publish: Publish) -> None:
    publish("2025-11")
    paths = ("/archive/2025-11/", "/archive/2025-11/message.eml", "/archive/2025-11/?language=cy", "/feed", "/")
    assert not any("secret among Scots" in reader.get(path).content.decode() for path in paths)
    assert titles(reader.get("/archive/", data={"q": "scots"})) == []


def test_files_of_a_section_with_an_audience_are_not_served_whoever_guesses_their_names(
    reader: Reader, publish: Publish, site: Workspace
) -> None:
    folder = site.editions / publish("2025-11").edition.content_hash
    names = [str(file.relative_to(folder)) for part in ("images", "events") for file in (folder / part).iterdir()]
    served = {name for name in names if reader.get(f"/archive/2025-11/{name}").status_code == 200}
    shown = page(reader.get("/archive/2025-11/"))
    assert served == {*shown.xpath("//main//img/@src"), *shown.xpath("//main//a[starts-with(@href, 'events/')]/@href")}
    assert set(names) - served == {"events/secret-visit.ics"}


def test_what_went_to_a_segment_alone_or_was_only_planned_is_not_public(reader: Reader, publish: Publish) -> None:
    publish("2025-10", segment="scotland")
    Mailing.objects.filter(pk=publish("2025-11").pk).update(started_at=None)
    assert titles(reader.get("/archive/")) == []
    assert reader.get("/archive/2025-10/").status_code == reader.get("/archive/2025-11/").status_code == 404


def test_a_correction_takes_the_place_of_what_it_corrects(reader: Reader, publish: Publish) -> None:
    first = publish("2025-11", "Bulletin with a slip")
    publish("2025-11", "Bulletin put right", corrects=first)
    assert heading(reader.get("/archive/2025-11/")) == "Bulletin put right"
    assert titles(reader.get("/archive/")) == ["Bulletin put right"]


def test_the_feed_says_when_an_issue_left_and_when_it_was_put_right(reader: Reader, publish: Publish) -> None:
    first = publish("2025-11")
    Mailing.objects.update(started_at=datetime(2025, 11, 10, 9, tzinfo=UTC))
    corrected = publish("2025-11", "Bulletin put right", corrects=first)
    Mailing.objects.filter(pk=corrected.pk).update(started_at=datetime(2025, 11, 11, 9, tzinfo=UTC))
    feed = lxml.etree.fromstring(reader.get("/feed").content)
    told = [feed.findtext(f"{ATOM}entry/{ATOM}{name}") for name in ("published", "updated", "id")]
    assert told == [
        "2025-11-10T09:00:00+00:00",
        "2025-11-11T09:00:00+00:00",
        "tag:bulletin.example.org,2025-11-10:2025-11",
    ]


def test_an_issue_bears_its_own_day_and_the_list_goes_by_it(reader: Reader, publish: Publish) -> None:
    """An issue may be sent weeks after its day, and an older one after a newer."""
    publish("2025-11", day="2025-11-07")
    publish("2025-10", day="2025-10-03")
    days = page(reader.get("/archive/")).xpath("//time")
    assert [day.text for day in days] == ["Friday 7 November 2025", "Friday 3 October 2025"]
    assert [day.get("datetime") for day in days] == ["2025-11-07", "2025-10-03"]
    assert titles(reader.get("/archive/")) == ["Bulletin 2025-11", "Bulletin 2025-10"]


def test_an_edition_of_an_earlier_release_bears_the_day_of_sending(workspace: Workspace, edition: Edition) -> None:
    new_mailing(workspace, edition)
    Mailing.objects.update(started_at=datetime(2025, 6, 30, 23, 30, tzinfo=UTC))
    assert [issue.dated for issue in archive.published(workspace)] == [date(2025, 7, 1)]  # in the newsletter's zone


def test_an_issue_that_can_not_be_searched_keeps_nobody_from_the_others(
    reader: Reader, publish: Publish, site: Workspace
) -> None:
    publish("2025-10")
    name = publish("2025-11").edition.content_hash
    (site.editions / name / "variants" / "en" / "mail.txt").write_text("Hello, but not as approved.")
    assert titles(reader.get("/archive/", data={"q": "hello"})) == ["Bulletin 2025-10"]


def test_an_edition_that_was_changed_on_disk_is_left_out_and_the_others_are_shown(
    reader: Reader, publish: Publish, site: Workspace
) -> None:
    publish("2025-10")
    name = publish("2025-11").edition.content_hash
    (site.editions / name / "manifest.json").write_text("{}")
    assert titles(reader.get("/archive/")) == ["Bulletin 2025-10"]


@pytest.mark.parametrize(
    ("query", "found"),
    [("cafe", 2), ("CAFÉ  hello", 2), ("bawb", 2), ("2025-10", 1), ("nothing like it", 0), ("<b>", 0)],
)
def test_search_finds_words_whatever_their_case_and_accents(
    query: str, found: int, reader: Reader, publish: Publish
) -> None:
    publish("2025-10")
    publish("2025-11")
    answer = reader.get("/archive/", data={"q": query})
    assert len(titles(answer)) == found
    assert page(answer).get_element_by_id("id_q").value == query.strip()


def test_what_is_posted_is_led_nowhere(reader: Reader) -> None:
    assert reader.client.post("/archive", {}).status_code == 404


@pytest.mark.parametrize(
    ("typed", "page_of"),
    [
        ("/archive", "/archive/"),
        ("/archive/2025-11", "/archive/2025-11/"),
        ("/subscribe/", "/subscribe"),
        ("/nothing/", ""),
        ("//evil.example", ""),
        ("//evil.example/archive", ""),
        ("/archive/%0d%0aSet-Cookie:x", ""),
    ],
)
def test_a_slash_too_few_or_too_many_leads_to_the_page_and_nowhere_else(
    typed: str, page_of: str, reader: Reader
) -> None:
    answer = reader.client.get("/", PATH_INFO=unquote(typed))
    assert (answer.status_code, answer.get("Location", "")) == ((301, page_of) if page_of else (404, ""))


def test_a_long_list_has_pages(reader: Reader, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.web.public.reading._PER_PAGE", 2)
    for month in ("2025-09", "2025-10", "2025-11"):
        publish(month)
    assert titles(reader.get("/archive/?page=2")) == ["Bulletin 2025-09"]
    assert page(reader.get("/archive/")).xpath("//a[@rel='next']/@href") == ["?page=2"]
    assert {reader.get(f"/archive/?page={bad}").status_code for bad in ("3", "0", "-1", "x", "9" * 30)} == {404}


def test_pictures_and_calendars_of_an_issue_are_served_and_nothing_else(
    reader: Reader, publish: Publish, site: Workspace
) -> None:
    publish("2025-11")
    source = page(reader.get("/archive/2025-11/")).xpath("//main//img/@src")[0]
    picture = reader.get(f"/archive/2025-11/{source}")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    event = reader.get("/archive/2025-11/events/visit.ics")
    assert event.content.startswith(b"BEGIN:VCALENDAR")
    assert event["Content-Disposition"] == 'attachment; filename="visit.ics"'
    for path in ("images/manifest.json", "images/none.png", "events/none.ics", "images/..%2f..%2fmanifest.json"):
        assert reader.get(f"/archive/2025-11/{path}").status_code == 404, path
    assert site.editions.is_dir()


def test_the_feed_names_every_issue_by_its_public_address(reader: Reader, publish: Publish) -> None:
    publish("2025-10")
    publish("2025-11")
    feed = lxml.etree.fromstring(reader.get("/feed", headers={"host": "evil.example"}).content)
    atom = {"a": "http://www.w3.org/2005/Atom"}
    assert feed.xpath("//a:entry/a:link/@href", namespaces=atom) == [
        "https://news.example.org/archive/2025-11/",
        "https://news.example.org/archive/2025-10/",
    ]
    assert feed.xpath("/a:feed/a:link[@rel='self']/@href", namespaces=atom) == ["https://news.example.org/feed"]
    assert len(set(feed.xpath("//a:id/text()", namespaces=atom))) == 3


def test_words_of_an_issue_are_words_in_a_news_reader_too(reader: Reader, publish: Publish) -> None:
    publish("2025-11", title="Cells <b>& yards</b>")
    entry = lxml.etree.fromstring(reader.get("/feed").content).find(f"{ATOM}entry")
    summary = entry.find(f"{ATOM}summary")
    assert (entry.findtext(f"{ATOM}title"), summary.get("type")) == ("Cells <b>& yards</b>", "html")
    assert lxml.html.fromstring(summary.text).text_content() == "What is in Cells <b>& yards</b>."


def test_the_copy_to_forward_holds_nothing_personal(reader: Reader, publish: Publish) -> None:
    publish("2025-11")
    answer = reader.get("/archive/2025-11/message.eml")
    mail = message_from_bytes(answer.content)
    assert traces(answer.content) == []
    assert mail["To"] is None
    assert mail["Subject"] == "Bulletin 2025-11"
    assert [part.get_content_type() for part in mail.walk()][:3] == ["multipart/alternative", "text/plain", "text/html"]
    assert answer.content == Reader(reader.workspace, "198.51.100.1").get("/archive/2025-11/message.eml").content
    assert "/archive/2025-11/message.eml" in page(reader.get("/archive/2025-11/share")).xpath("//main//a/@href")


@pytest.mark.parametrize(
    ("name", "title"), [("privacy", "Privacy notice"), ("accessibility", "Accessibility statement")]
)
def test_the_team_s_own_pages_come_from_markdown(name: str, title: str, reader: Reader, site: Workspace) -> None:
    assert heading(reader.get(f"/{name}")) == title
    assert "Example Organisation" in words(reader.get("/privacy"))
    (site.root / "pages").mkdir()
    (site.root / "pages" / f"{name}.md").write_text("# Ours\n\n## Part\n\nWrite to {reply_address}, {nothing}.\n")
    answer = reader.get(f"/{name}")
    assert words(answer) == "Ours Part Write to bulletin@example.org, ."
    assert [each.tag for each in page(answer).xpath("//h1|//h2")] == ["h1", "h2"]


@pytest.mark.parametrize("words_typed", ["children's", "children’s", "self-review", "SELF–REVIEW"])
def test_search_minds_no_apostrophe_and_no_dash(words_typed: str, reader: Reader, publish: Publish) -> None:
    publish("2025-11", text="The children’s homes and the self‑review.")
    assert titles(reader.get("/archive/", data={"q": words_typed})) == ["Bulletin 2025-11"]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (b"no title", "must begin with a title"),
        (b"# Ours\n\n<script>alert(1)</script>\n", "privacy.md"),
        ("# Ours\n\nSiân\n".encode("cp1252"), "save it again as UTF-8"),
    ],
)
def test_a_page_with_a_mistake_is_a_sentence_to_readers_and_to_whoever_can_mend_it(
    written: bytes, why: str, reader: Reader, site: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    (site.root / "pages").mkdir()
    (site.root / "pages" / "privacy.md").write_bytes(written)
    answer = reader.get("/privacy")
    assert (answer.status_code, heading(answer)) == (503, "This page can't be shown just now")
    assert "bulletin@example.org" in words(answer)
    (line,) = (line for line in examine(site, None) if line.subject == "Pages")
    assert why in line.message
    assert why in caplog.text
    (site.root / "pages" / "privacy.md").write_bytes(b"\xef\xbb\xbf# Ours\n\nGood.\n")
    assert words(reader.get("/privacy")) == "Ours Good."
    assert [line.health for line in examine(site, None) if line.subject == "Pages"] == [Health.OK]


def test_an_issue_in_another_language_is_a_link_away(reader: Reader, publish: Publish) -> None:
    publish("2025-11")
    link = page(reader.get("/archive/2025-11/")).xpath("//nav[@class='between']//a[@hreflang='cy']")[0]
    welsh = reader.get(link.get("href"))
    assert welsh["Content-Language"] == "cy"
    assert "Helo bawb" in words(welsh)
