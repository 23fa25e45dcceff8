"""Header fields: nothing a person can type adds a field, breaks a line or reads otherwise."""

import email
import email.policy
import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletter.errors import UnsafeHeaderError
from newsletter.rendering.headers import (
    clean,
    encode_address,
    encode_list_id,
    encode_unstructured,
    encode_verbatim,
)
from newsletter.rendering.readback import read_headers

ADDRESS = "reader@body.example"
CONTROLS = [chr(code) for code in (*range(32), *range(127, 160), 0x2028, 0x2029)]


def squash(value: str) -> str:
    return "".join(value.split())


def is_clean(value: str) -> bool:
    return not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in value)


typed = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=300).filter(
    lambda value: "=?" not in value
)


def assert_lines_are_sound(field: str) -> None:
    assert field.isascii()
    assert field.endswith("\r\n")
    for line in field[:-2].split("\r\n"):
        assert len(line) <= 76
        assert "\r" not in line
        assert "\n" not in line
        assert line.strip()


@settings(deadline=None)
@given(typed)
@example("=" * 200)
@example('say "hello", \\ and (go); <x@y.example>: [now]')
@example("Ω" * 200)
@example("👩🏽‍🚒" * 40)
@example("a" + "\u0301" * 100)
@example("\u05e9\u05dc \u200e \u05e2")
@example("0" * 80)
def test_any_subject_is_read_back_as_typed_by_both_of_pythons_parsers(value: str) -> None:
    field = encode_unstructured("Subject", value)
    assert_lines_are_sound(field)
    block = field.encode() + b"X-Last: end\r\n\r\n"
    expected = squash(clean("Subject", value))
    assert [(name, squash(text)) for name, text in read_headers(block)] == [("Subject", expected), ("X-Last", "end")]
    modern = email.message_from_bytes(block, policy=email.policy.default)
    assert modern.keys() == ["Subject", "X-Last"]
    assert squash(modern["Subject"]) == expected


@settings(deadline=None)
@given(typed)
@example("Quoted, Name")
@example('"')
@example("\\")
@example("name@other.example")
@example("<mallory@evil.example>")
@example("a" * 300)
@example("Bcc: mallory@evil.example")
@example("Siân ap Gwilym " * 9)
def test_any_name_is_read_back_as_typed_and_adds_no_recipient(value: str) -> None:
    field = encode_address("To", value, ADDRESS)
    assert_lines_are_sound(field)
    block = field.encode() + b"X-Last: end\r\n\r\n"
    name = squash(clean("To", value))
    expected = f"{name}<{ADDRESS}>" if name else ADDRESS
    assert [(key, squash(text)) for key, text in read_headers(block)] == [("To", expected), ("X-Last", "end")]
    modern = email.message_from_bytes(block, policy=email.policy.default)
    assert [address.addr_spec for address in modern["To"].addresses] == [ADDRESS]
    assert squash(modern["To"].addresses[0].display_name) == name


@pytest.mark.parametrize("control", CONTROLS, ids=[f"U+{ord(char):04X}" for char in CONTROLS])
def test_a_control_character_is_refused_in_every_field(control: str) -> None:
    for build in (
        lambda value: encode_unstructured("Subject", value),
        lambda value: encode_address("To", value, ADDRESS),
        lambda value: encode_address("To", "Name", f"{value}@body.example"),
        lambda value: encode_list_id("List-Id", value, "bulletin.example.org"),
        lambda value: encode_list_id("List-Id", "Name", value),
        lambda value: encode_verbatim("Message-ID", value),
    ):
        with pytest.raises(UnsafeHeaderError):
            build(f"a{control}b")


@pytest.mark.parametrize(
    "hidden",
    [
        "=?utf-8?q?=0D=0ABcc=3A_mallory=40evil.example?=",
        "=?UTF-8?B?DQpCY2M6IHg=?=",
        "Ann =?iso-8859-1?Q?=0A?= Other",
        "=?utf-8?q?=00?=",
        "=?utf-8?q?=C2=85?=",
        "=?utf-8?b?broken-base64!?=",
        "=?no-such-charset?q?=41?=",
    ],
)
def test_an_encoded_word_that_hides_a_control_or_nonsense_is_refused(hidden: str) -> None:
    with pytest.raises(UnsafeHeaderError) as caught:
        encode_address("To", hidden, ADDRESS)
    assert hidden not in str(caught.value)
    with pytest.raises(UnsafeHeaderError):
        encode_unstructured("Subject", hidden)


def test_a_harmless_encoded_word_is_shown_as_its_letters_and_never_decoded() -> None:
    field = encode_unstructured("Subject", "=?utf-8?q?hello?=")
    assert read_headers(field.encode() + b"\r\n") == [("Subject", "=?utf-8?q?hello?=")]


@pytest.mark.parametrize("char", [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))])
def test_direction_overrides_are_taken_out_and_plain_marks_stay(char: str) -> None:
    assert encode_unstructured("Subject", f"pay{char}load") == "Subject: payload\r\n"
    assert encode_address("To", f"{char}Ann", ADDRESS) == f"To: Ann <{ADDRESS}>\r\n"
    assert clean("Subject", "\u200f\u05e9\u05dc\u200e") == "\u200f\u05e9\u05dc\u200e"


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(UnsafeHeaderError):
        encode_unstructured("Subject", "a\ud800b")


def test_plain_ascii_stays_readable_and_folds_at_blanks() -> None:
    words = "The bulletin " * 12
    field = encode_unstructured("Subject", words)
    assert field.startswith("Subject: The bulletin The bulletin")
    assert field.replace("\r\n", "") == f"Subject: {words.strip()}"
    assert encode_address("To", "Ann O'Neil", ADDRESS) == f"To: Ann O'Neil <{ADDRESS}>\r\n"
    assert encode_address("To", 'Ann "Nan" O.', ADDRESS) == f'To: "Ann \\"Nan\\" O." <{ADDRESS}>\r\n'


@settings(deadline=None)
@given(st.text(st.sampled_from("aé\u0301\u0302👍🏽\u200d🚒ﬁ한क्षि"), min_size=1, max_size=120))
def test_encoded_words_hold_whole_letters_and_fit_75_characters(value: str) -> None:
    field = encode_unstructured("Subject", value + "é")
    for word in re.findall(r"=\?utf-8\?B\?([^?]*)\?=", field):
        assert len(f"=?utf-8?B?{word}?=") <= 75
        decoded = email.header.decode_header(f"=?utf-8?B?{word}?=")[0][0].decode("utf-8")
        assert decoded


def test_an_accent_stays_with_its_letter_at_a_word_end() -> None:
    value = "x" * 38 + "e\u0301" + "z" * 20
    first = encode_unstructured("Subject", value).split("\r\n")[0]
    assert email.header.decode_header(first.removeprefix("Subject: "))[0][0].decode() == "x" * 38


@pytest.mark.parametrize(
    "address",
    ["", "a", "@b.example", "a@", "a b@c.example", "a@b.example, c@d.example", "a@b.example> SIZE=1", "<a@b.example>",
     "jörg@b.example", "a@bücher.example", "a..b@c.example", '"a b"@c.example', "a@b@c.example"],
)  # fmt: skip
def test_what_is_not_one_plain_address_is_refused(address: str) -> None:
    with pytest.raises(UnsafeHeaderError):
        encode_address("To", "Name", address)


def test_verbatim_fields_refuse_what_is_not_ascii() -> None:
    assert encode_verbatim("Message-ID", "<a.b@c.example>") == "Message-ID: <a.b@c.example>\r\n"
    with pytest.raises(UnsafeHeaderError):
        encode_verbatim("Feedback-ID", "größe")
