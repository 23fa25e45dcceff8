"""Feedback and news from the pages, in the queue of the staff."""

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from reader import Reader, heading, page

from newsletter.models import QueueItem, Subscriber
from newsletter.services.contributing import contributions_of, picture_path
from newsletter.services.erasing import erase
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db

NEWS = {
    "headline": "A new\treport",
    "text": "We wrote it.\r\nIt is <b>good</b>.",
    "link": "https://www.cqc.example/report",
    "body": "cqc",
    "credit": "The team of C. Q. C.",
    "address": "Press@cqc.example",
}


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, "#aa3344").save(stream, kind, **options)
    return stream.getvalue()


def upload(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_feedback_is_three_questions_and_an_address_only_for_an_answer(reader: Reader) -> None:
    assert heading(reader.send("/feedback", useful="very", best="The reports", change="")) == "Thank you"
    item = QueueItem.objects.get()
    assert (item.kind, item.state, item.title, item.address) == ("feedback", "waiting", "Very useful", "")
    assert item.content == {"useful": "very", "best": "The reports", "change": ""}
    assert reader.send("/feedback", best="No answer to the first question").status_code == 400


def test_the_same_form_pressed_twice_is_one_item(reader: Reader) -> None:
    filled = {**reader.form("/feedback"), "useful": "little"}
    assert [reader.client.post("/feedback", filled).status_code for _ in range(3)] == [200] * 3
    assert QueueItem.objects.count() == 1


def test_who_goes_back_and_says_more_is_heard_again(reader: Reader) -> None:
    filled = {**reader.form("/feedback"), "useful": "little"}
    for best in ("Nothing.", "Nothing, or this?"):
        assert heading(reader.client.post("/feedback", {**filled, "best": best})) == "Thank you"
    assert [item.content["best"] for item in QueueItem.objects.order_by("pk")] == ["Nothing.", "Nothing, or this?"]


def test_what_is_over_the_budget_leaves_no_picture_on_the_disk(
    make_site: Callable[..., Workspace], read_by: Callable[..., Reader]
) -> None:
    site = make_site("strict", NEWSLETTER__PAGES__REQUESTS_PER_NETWORK="1")
    reader = read_by(site)
    colours = ("#112233", "#445566")
    told = []
    for colour in colours:
        stream = io.BytesIO()
        Image.new("RGB", (40, 30), colour).save(stream, "PNG")
        told.append(reader.send("/news", NEWS, picture=upload(stream.getvalue()), alt="A square").status_code)
    assert told == [200, 429]
    assert [file.name for file in (site.data / "queue").iterdir()] == [QueueItem.objects.get(kind="news").picture]


def test_news_comes_with_its_link_its_picture_and_whom_to_thank(reader: Reader, site: Workspace) -> None:
    exif = Image.Exif()
    exif[0x8825] = {2: (51.5, 0.0, 0.0)}  # where it was taken
    answer = reader.send("/news", NEWS, picture=upload(picture("JPEG", exif=exif)), alt="A red square")
    assert heading(answer) == "Thank you", answer.content.decode()
    item = QueueItem.objects.get()
    assert (item.kind, item.title, item.body, item.address) == ("news", "A new report", "cqc", "Press@cqc.example")
    assert item.content["text"] == "We wrote it.\nIt is <b>good</b>."
    assert item.content["credit"] == NEWS["credit"]
    with Image.open(picture_path(site, item.picture)) as kept:
        assert (kept.size, dict(kept.getexif())) == ((40, 30), {})


def test_a_picture_without_words_for_it_is_asked_for_them(reader: Reader) -> None:
    answer = reader.send("/news", NEWS, picture=upload(picture()))
    assert page(answer).xpath("//p[@id='id_alt-error']")
    assert not QueueItem.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
        b"GIF89a" + b"\0" * 20,
        picture()[:60],
        b"MZ not a picture",
        b"",
    ],
    ids=["svg", "postscript", "broken gif", "cut png", "program", "empty"],
)
def test_fault_86_what_is_no_picture_is_refused_whatever_it_is_called(
    content: bytes, reader: Reader, site: Workspace
) -> None:
    answer = reader.send("/news", NEWS, picture=upload(content, "photo.png"), alt="Words")
    assert page(answer).xpath("//p[@id='id_picture-error']")
    assert not QueueItem.objects.exists()
    assert not (site.data / "queue").exists()


def test_fault_86_a_picture_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(reader: Reader) -> None:
    bomb = picture("PNG", (10_000, 6_000))
    assert len(bomb) < 300_000
    assert page(reader.send("/news", NEWS, picture=upload(bomb), alt="x")).xpath("//p[@id='id_picture-error']")


def test_fault_86_nothing_but_points_is_left_of_a_file_that_is_two_things_at_once(
    reader: Reader, site: Workspace
) -> None:
    reader.send("/news", NEWS, picture=upload(picture() + b"<script>alert(1)</script>PK\x03\x04"), alt="x")
    kept = picture_path(site, QueueItem.objects.get().picture)
    assert kept.suffix == ".png"
    assert b"script" not in kept.read_bytes()


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "ftp://a.example/", "//a.example", "a b"])
def test_fault_74_a_link_that_is_no_web_address_is_refused(link: str, reader: Reader) -> None:
    assert page(reader.send("/news", {**NEWS, "link": link})).xpath("//p[@id='id_link-error']")


def test_far_too_much_is_refused_with_a_sentence(reader: Reader) -> None:
    filled = {**reader.form("/feedback"), "useful": "very", "best": "x" * 200_000}
    answer = reader.client.post("/feedback", filled)
    assert (answer.status_code, heading(answer)) == (413, "That did not work")
    assert reader.send("/feedback", useful="very", best="x" * 5_000).status_code == 400
    assert not QueueItem.objects.exists()


def test_fault_93_erasure_takes_the_address_from_what_somebody_sent(
    reader: Reader, site: Workspace, people: Callable[..., list[Subscriber]]
) -> None:
    person = people(1)[0]
    reader.send("/feedback", useful="very", address="READER0@example.org")
    assert contributions_of([person.address_compared]).count() == 1
    erase(site, person, by="Ann")
    item = QueueItem.objects.get()
    assert (item.address, item.address_compared, item.content["useful"]) == ("", "", "very")


def test_one_network_can_send_so_much_and_no_more(
    make_site: Callable[..., Workspace], read_by: Callable[..., Reader]
) -> None:
    reader = read_by(make_site(NEWSLETTER__PAGES__REQUESTS_PER_NETWORK="2"))
    assert [reader.send("/feedback", useful="very").status_code for _ in range(3)] == [200, 200, 429]
