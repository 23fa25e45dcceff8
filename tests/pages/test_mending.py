"""What was wrong in an issue that is out: its web copy says so from a day on, and a picture can be taken away."""

import io
from collections.abc import Callable
from email import message_from_bytes

import pytest
from PIL import Image
from reader import Reader, page, words

from newsletter.errors import ConflictError, InputError
from newsletter.models import Mailing
from newsletter.services.approving import approve
from newsletter.services.mending import correct_web, pictures_of, withdraw_picture
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db
Publish = Callable[..., Mailing]


def rewrite(site: Workspace, old: str, new: str) -> None:
    file = site.issues / "2025-11" / "issue.yaml"
    file.write_text(file.read_text().replace(old, new))
    approve(site, "2025-11", by="Ann Approver", gate=lambda _issue, _rendered: [])


def colour(content: bytes) -> object:
    return Image.open(io.BytesIO(content)).convert("RGB").getpixel((0, 0))


def test_the_page_shows_the_corrected_text_below_a_dated_note(
    site: Workspace, reader: Reader, publish: Publish
) -> None:
    publish("2025-11")
    rewrite(site, "A café is open.", "A café is shut.")
    assert "A café is open." in words(reader.get("/archive/2025-11/"))  # approved is not corrected yet
    correct_web(site, "2025-11", note="The <café> is shut.", by="Ada")
    shown = reader.get("/archive/2025-11/")
    assert "A café is shut." in words(shown)
    (note,) = page(shown).xpath("//aside[@class='corrected']//li")
    assert note.text_content().startswith("Corrected on")
    assert "The <café> is shut." in note.text_content()


def test_a_correction_that_was_mailed_later_takes_the_place_of_one_made_here(
    site: Workspace, reader: Reader, publish: Publish
) -> None:
    first = publish("2025-11")
    rewrite(site, "A café is open.", "A café is shut.")
    correct_web(site, "2025-11", note="It is shut.", by="Ada")
    publish("2025-11", "Bulletin put right by mail", corrects=first)
    assert "Bulletin put right by mail" in words(reader.get("/archive/2025-11/"))


def test_a_text_that_nobody_approved_corrects_nothing(site: Workspace, reader: Reader, publish: Publish) -> None:
    publish("2025-11")
    file = site.issues / "2025-11" / "issue.yaml"
    file.write_text(file.read_text().replace("open", "shut"))
    with pytest.raises(ConflictError, match="was changed after it was approved"):
        correct_web(site, "2025-11", note="It is shut.", by="Ada")
    with pytest.raises(InputError, match="needs a note"):
        correct_web(site, "2025-11", note=" ", by="Ada")
    with pytest.raises(ConflictError, match="not in the archive"):
        correct_web(site, "2025-12", note="It is shut.", by="Ada")
    assert "Corrected" not in words(reader.get("/archive/2025-11/"))


def test_in_the_place_of_a_withdrawn_picture_a_grey_one_of_its_size_is_shown(
    site: Workspace, reader: Reader, publish: Publish
) -> None:
    publish("2025-11")
    (picture,) = pictures_of(site, "2025-11")
    before = reader.get(f"/archive/2025-11/images/{picture.name}").content
    withdraw_picture(site, "2025-11", picture.name, reason="Its owner asked", by="Ada")
    answer = reader.get(f"/archive/2025-11/images/{picture.name}")
    assert Image.open(io.BytesIO(answer.content)).size == Image.open(io.BytesIO(before)).size
    assert (colour(before), colour(answer.content)) == ((15, 76, 92), (206, 212, 215))
    assert pictures_of(site, "2025-11")[0].is_withdrawn
    with pytest.raises(ConflictError, match="withdrawn already"):
        withdraw_picture(site, "2025-11", picture.name, reason="Again", by="Ada")
    with pytest.raises(ConflictError, match="no picture"):
        withdraw_picture(site, "2025-11", "../secret.png", reason="Again", by="Ada")


def test_a_withdrawn_picture_does_not_travel_in_the_copy_to_pass_on(
    make_site: Callable[..., Workspace], read_by: Callable[..., Reader], publish: Publish
) -> None:
    alone = make_site("alone", NEWSLETTER__NEWSLETTER__BASE_URL="")
    publish("2025-11", workspace=alone)
    (picture,) = pictures_of(alone, "2025-11")
    withdraw_picture(alone, "2025-11", picture.name, reason="Its owner asked", by="Ada")
    mail = message_from_bytes(read_by(alone).get("/archive/2025-11/message.eml").content)
    (inside,) = (part for part in mail.walk() if part.get_content_maintype() == "image")
    content = inside.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert colour(content) == (206, 212, 215)
