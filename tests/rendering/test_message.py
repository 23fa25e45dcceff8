"""The finished message: its shape, its bytes, and the check that reads it back."""

import email
import email.policy
from datetime import datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sample_mail import FEEDBACK_ID, MESSAGE_ID, PIXEL, PUBLICATION, TOKEN, WHEN, parse

from newsletter.errors import UnsafeHeaderError
from newsletter.rendering.message import (
    InlineImage,
    MessageParts,
    Recipient,
    build_message,
    encode_body,
    make_message_id,
    verify_message,
)
from newsletter.rendering.mime import quoted_printable


def build(**changes: object) -> bytes:
    facts: dict = {
        "html": "<p>Hello, good morning</p>",
        "text": "Hello, good morning",
        "subject": "November",
        "inline_images": (),
        "publication": PUBLICATION,
        "recipient": Recipient(address="reader@body.example", name="Rhiannon Reader"),
        "message_id": MESSAGE_ID,
        "date": WHEN,
        "unsubscribe_token": TOKEN,
        "feedback_id": FEEDBACK_ID,
        "language": "en",
    }
    return build_message(**facts | changes)


def test_the_header_has_each_field_once_and_nothing_else() -> None:
    parsed = parse(build())
    assert dict(parsed.items()) == {
        "Date": "Fri, 28 Nov 2025 10:00:00 +0000",
        "From": "Bulletin Team <bulletin@office.example>",
        "Reply-To": "replies@office.example",
        "Subject": "November",
        "List-Id": "Monthly Bulletin <bulletin.office.example>",
        "Feedback-ID": "m1:en:bulletin:office",
        "Content-Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": parsed["Content-Type"],
        "To": "Rhiannon Reader <reader@body.example>",
        "Message-ID": "<m1.d1@office.example>",
        "List-Unsubscribe": f"<https://bulletin.office.example/u/{TOKEN}>, "
        f"<mailto:replies@office.example?subject=unsubscribe%20{TOKEN}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert len(parsed.items()) == 13


def test_text_comes_first_and_html_after_it() -> None:
    parsed = parse(build(text="Plain ≠ HTML\n", html="<p>Plain ≠ HTML</p>"))
    assert parsed.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_content().rstrip("\n") for part in parsed.iter_parts()] == ["Plain ≠ HTML", "<p>Plain ≠ HTML</p>"]
    assert not parsed.defects


def test_pictures_travel_beside_the_html_under_their_content_id() -> None:
    parsed = parse(build(inline_images=[PIXEL], html='<img src="cid:chart.1@office.example">'))
    text, related = parsed.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert related.get_content_type() == "multipart/related"
    html, image = related.iter_parts()
    assert html.get_content_type() == "text/html"
    assert (image["Content-ID"], image.get_content_type()) == ("<chart.1@office.example>", "image/png")
    assert image.get_content() == PIXEL.data
    assert not any(part.defects for part in parsed.walk())
    outer, inner = str(parsed.get_boundary()), str(related.get_boundary())
    assert not outer.startswith(inner)
    assert not inner.startswith(outer)  # RFC 2046 section 5.1.1: a reader compares only the beginning of a line


def test_an_image_with_an_odd_name_is_refused() -> None:
    with pytest.raises(UnsafeHeaderError):
        encode_body("", "", [InlineImage(cid="a>\r\nBcc: x", media_type="image/png", data=b"")])
    with pytest.raises(UnsafeHeaderError):
        encode_body("", "", [InlineImage(cid="a", media_type="text/html; x", data=b"")])


def test_without_a_public_server_one_leaves_by_mail_alone() -> None:
    parsed = parse(build(publication=PUBLICATION.model_copy(update={"base_url": None})))
    assert parsed["List-Unsubscribe"] == f"<mailto:replies@office.example?subject=unsubscribe%20{TOKEN}>"
    assert "List-Unsubscribe-Post" not in parsed


def test_one_click_is_offered_over_https_only() -> None:
    parsed = parse(build(publication=PUBLICATION.model_copy(update={"base_url": "http://127.0.0.1:8000"})))
    assert parsed["List-Unsubscribe"].startswith(f"<http://127.0.0.1:8000/u/{TOKEN}>, <mailto:")
    assert "List-Unsubscribe-Post" not in parsed


def test_without_a_token_no_link_names_anybody() -> None:
    parsed = parse(build(unsubscribe_token=None))
    assert parsed["List-Unsubscribe"] == "<mailto:replies@office.example?subject=unsubscribe>"
    assert "List-Unsubscribe-Post" not in parsed


def test_a_test_copy_differs_in_its_subject_alone() -> None:
    assert build(is_test=True) == build().replace(b"Subject: November", b"Subject: [TEST] November")


def test_the_same_input_gives_the_same_bytes_and_other_content_another_boundary() -> None:
    assert build(inline_images=[PIXEL]) == build(inline_images=[PIXEL])
    boundaries = {parse(build(html=html)).get_boundary() for html in ("<p>a</p>", "<p>b</p>")}
    assert len(boundaries) == 2
    assert all(boundary and boundary.startswith("=_") for boundary in boundaries)


def test_the_bulletin_is_not_marked_as_an_automatic_answer() -> None:
    assert "Auto-Submitted" not in parse(build())


def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        build(date=datetime(2025, 11, 28))  # noqa: DTZ001


@pytest.mark.parametrize("field", ["subject", "feedback_id", "message_id", "language"])
def test_a_line_break_in_any_value_builds_nothing(field: str) -> None:
    with pytest.raises(UnsafeHeaderError):
        build(**{field: "a\r\nBcc: mallory@evil.example"})


def test_a_line_break_in_a_name_builds_nothing_and_the_sentence_keeps_it_quiet() -> None:
    with pytest.raises(UnsafeHeaderError) as caught:
        build(recipient=Recipient(address="reader@body.example", name="Secret\nBcc: x"))
    assert "Secret" not in str(caught.value)


@pytest.mark.parametrize("parts", [("m 1", "d", "x.example"), ("m", "d>", "x.example"), ("m", "d", "x\r\n.example")])
def test_a_message_id_has_plain_parts(parts: tuple[str, str, str]) -> None:
    with pytest.raises(UnsafeHeaderError):
        make_message_id(*parts)


def test_the_variant_is_encoded_once_and_copies_share_its_bytes() -> None:
    body = encode_body("<p>word</p>\n" * 7000, "word\n" * 1500)
    parts = MessageParts(publication=PUBLICATION, subject="S", body=body, date=WHEN, feedback_id="f", language="en")
    copies = [
        parts.build(
            recipient=Recipient(address=f"r{n}@b.example"), message_id=f"<{n}@b.example>", unsubscribe_token=TOKEN
        )
        for n in range(3)
    ]
    assert len({copy.partition(b"\r\n\r\n")[2] for copy in copies}) == 1
    assert all(copy.endswith(b"\r\n\r\n" + body.content) for copy in copies)


text = st.text(st.characters(exclude_categories=("Cs",)), max_size=400)


@settings(max_examples=200, deadline=None)
@given(text, text)
@example("From me\n.\n..\nFrom ", ".\r\n.a\rFrom x")
@example("a" * 74 + ".b" + "a" * 73 + "From x", " \t\n \n")
@example("é" * 300, "=_" * 100)
def test_any_content_survives_and_leaves_as_safe_seven_bit_lines(html: str, plain: str) -> None:
    body = encode_body(html, plain)
    for line in body.content.split(b"\r\n"):
        assert len(line) <= 76
        assert line.isascii()
        assert b"\r" not in line
        assert b"\n" not in line
        assert not line.startswith((b".", b"From "))
        assert not line.endswith((b" ", b"\t"))
    whole = f"Content-Type: {body.content_type}\r\n\r\n".encode() + body.content
    parsed = email.message_from_bytes(whole)
    decoded = [part.get_payload(decode=True).decode() for part in parsed.get_payload()]
    assert decoded == [one_newline(plain), one_newline(html)]


def one_newline(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").replace("\n", "\r\n")


def test_a_dot_at_a_soft_break_is_hidden_too() -> None:
    assert b"\r\n=2E" in quoted_printable("a" * 75 + "." * 5)


def good() -> tuple[bytes, dict[str, str]]:
    parts = MessageParts(
        publication=PUBLICATION, subject="S", body=encode_body("<p>", "x"), date=WHEN, feedback_id="f", language="en"
    )
    personal: dict = {
        "recipient": Recipient(address="r@b.example", name="Siân"),
        "message_id": "<1@b.example>",
        "unsubscribe_token": TOKEN,
    }
    return parts.build(**personal), parts.expected(**personal)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"\r\n\r\n", b"\r\n\r\n\r\n"), (b"To: ", b"\r\nTo: "), (b"<p>", b"<b>"), (b"--\r\n", b"--\r\n.\r\n")],
)
def test_a_copy_with_another_body_than_its_variants_is_refused(old: bytes, new: bytes) -> None:
    parts = MessageParts(
        publication=PUBLICATION, subject="S", body=encode_body("<p>", "x"), date=WHEN, feedback_id="f", language="en"
    )
    personal: dict = {
        "recipient": Recipient(address="r@b.example", name="Siân"),
        "message_id": "<1@b.example>",
        "unsubscribe_token": TOKEN,
    }
    message = parts.build(**personal)
    parts.check(message, **personal)
    with pytest.raises(UnsafeHeaderError):
        parts.check(message.replace(old, new), **personal)


def test_verification_accepts_what_was_meant() -> None:
    verify_message(*good())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject: S\r\n", b"Subject: S\r\nBcc: mallory@evil.example\r\n"),
        (b"Subject: S\r\n", b"Subject: S\r\nSubject: S\r\n"),
        (b"Subject: S\r\n", b"Subject: T\r\n"),
        (b"Subject: S\r\n", b""),
        (b"Subject: S\r\n", b"Subject: S\n"),
        (b"Subject: S\r\n", b"Subject: \xc3\xa9\r\n"),
        (b"<r@b.example>", b"<r@b.example>, x@evil.example"),
        (b"\r\n\r\n", b"\r\n\r\n.\r\n"),
        (b"\r\n\r\n", b"\r\n\r\n" + b"a" * 999 + b"\r\n"),
    ],
)
def test_verification_refuses_any_other_header_or_line(old: bytes, new: bytes) -> None:
    message, expected = good()
    with pytest.raises(UnsafeHeaderError) as caught:
        verify_message(message.replace(old, new, 1), expected)
    assert "mallory" not in str(caught.value)
