"""A finished message taken apart says what it was made of."""

from datetime import UTC, datetime

import pytest

from newsletter.rendering.message import InlineImage, Recipient, build_message
from newsletter.rendering.message_facts import Mailbox, read_message
from newsletter.rendering.theme import Publication

PICTURE = InlineImage(cid="dot@images", media_type="image/png", data=bytes(range(256)))


def message(name: str = "", subject: str = "Hello", *images: InlineImage) -> bytes:
    return build_message(
        html="<p>.dots and From\nŴ</p>",
        text=".dots\nFrom here   \nŴ",
        subject=subject,
        inline_images=images,
        publication=Publication(
            name="Bwletîn", organisation="Office", from_address="b@office.example", list_id="b.office.example"
        ),
        recipient=Recipient(address="reader@body.example", name=name),
        message_id="<mailing.1@office.example>",
        date=datetime(2025, 11, 3, 9, 0, tzinfo=UTC),
        unsubscribe_token="x" * 48,
        feedback_id="a:b:c:d",
        language="cy",
    )


@pytest.mark.parametrize("name", ["", "A Reader", 'Zoë "Q" Reader, of the Body', "Ŵ" * 60, "a.b (c) \\ <d>", "=?x?="])
def test_names_are_what_they_were(name: str) -> None:
    assert read_message(message(name)).to == Mailbox(address="reader@body.example", name=name)


def test_long_subjects_bodies_and_pictures_are_what_they_were() -> None:
    facts = read_message(message("", "Newyddion Tachwedd: Ŵyth peth " * 8, PICTURE))
    assert facts.subject == ("Newyddion Tachwedd: Ŵyth peth " * 8).strip()
    assert facts.body.text == ".dots\nFrom here   \nŴ"
    assert facts.body.html == "<p>.dots and From\nŴ</p>"
    assert facts.body.images == (PICTURE,)
    assert facts.headers["List-Id"] == "Bwletîn <b.office.example>"


@pytest.mark.parametrize("name", [b"From", b"To", b"Subject", b"Content-Type"])
def test_a_field_that_is_missing_or_there_twice_is_refused(name: bytes) -> None:
    whole = message()
    line = next(line for line in whole.split(b"\r\n") if line.startswith(name + b": "))
    with pytest.raises(ValueError, match="two"):
        read_message(line + b"\r\n" + whole)
    with pytest.raises(ValueError, match="no "):
        read_message(whole.replace(b"\r\n" + name + b": ", b"\r\nX-" + name + b": ", 1))
