"""Addresses as people type them."""

import hmac

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletter.errors import InputError
from newsletter.subscribers import addresses
from newsletter.subscribers.addresses import Address, address_key, parse_address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Ann.Other@Body.Example ", Address(typed="Ann.Other@Body.Example", compared="ann.other@body.example")),
        ("a+b@sub.body.test", Address(typed="a+b@sub.body.test", compared="a+b@sub.body.test")),
        ("Ann Other <ann@body.example>",
         Address(typed="ann@body.example", compared="ann@body.example", name="Ann Other")),
        ('"Other, Ann" <ann@body.example>',
         Address(typed="ann@body.example", compared="ann@body.example", name="Other, Ann")),
        ("<ann@body.example>", Address(typed="ann@body.example", compared="ann@body.example")),
        ("info@BÜCHER.example", Address(typed="info@BÜCHER.example", compared="info@xn--bcher-kva.example")),
        ("info@xn--bcher-kva.example",
         Address(typed="info@xn--bcher-kva.example", compared="info@xn--bcher-kva.example")),
        ("info@bu\u0308cher.example", Address(typed="info@bücher.example", compared="info@xn--bcher-kva.example")),
    ],
)  # fmt: skip
def test_an_address_is_read_and_made_comparable(text: str, expected: Address) -> None:
    assert parse_address(text) == expected


def test_what_goes_on_the_envelope_keeps_the_local_part_and_has_an_ascii_domain() -> None:
    assert parse_address("Ann@Bücher.example").deliverable == "Ann@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "text",
    ["", " ", "ann", "ann@", "@body.example", "ann@body", "a@b.example> SIZE=1", "a@b.example\r\nRCPT TO:<c@d.example>",
     "a\nb@c.example", "a\x00@b.example", "a@b.example, c@d.example", "a@b.example;c@d.example",
     "a@b.example c@d.example", "Ann <a@b.example>, Bob <b@c.example>", "<a@b.example", "a..b@c.example",
     "a@-b.example", "a@b..example", "a b@c.example", '"a b"@c.example', "a@[127.0.0.1]", "jörg@b.example",
     "a@b.invalid", "x" * 65 + "@b.example", "a@" + "b" * 64 + ".example", "a@" + "b." * 130 + "example",
     " " * 50_000 + "x" * 50_000,
     "a@b.example\u202e", "Ann\nBcc: x <a@b.example>", "=?utf-8?q?x?= <a@b.example>", "N" * 201 + " <a@b.example>"],
)  # fmt: skip
def test_what_is_not_one_safe_address_gets_one_sentence_that_does_not_repeat_it(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_address(text)
    (problem,) = caught.value.problems
    assert problem.message.endswith((".", "hand."))
    assert "\n" not in problem.message
    for secret in ("ann", "b.example,", "jörg", "Bcc"):
        assert secret not in problem.message.replace("name@example.org", "")


def test_letters_outside_ascii_before_the_at_are_taken_only_on_request() -> None:
    assert parse_address("Jörg@b.example", allow_smtputf8=True).compared == "jörg@b.example"


def test_direction_overrides_are_taken_out_of_names() -> None:
    assert parse_address("Ann\u202e Other <a@b.example>").name == "Ann Other"


@settings(max_examples=500, deadline=None)
@given(
    st.from_regex(
        r"[a-zA-Z0-9.+_=-]{1,70}@[a-zA-Z0-9.-]{1,80}(\.(example|test|local|invalid|arpa|c0|x))?", fullmatch=True
    )
)
@example("a@b.local")
@example("a@localhost")
@example("a@ab--y.example")
@example("a@b.c")
@example("a@b.123")
@example("a@b.e2e")
def test_the_short_cut_takes_nothing_that_the_validator_refuses(text: str) -> None:
    if not addresses._COMMON.match(text):
        return
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError as error:
        pytest.fail(f"taken, but {error}")
    assert parse_address(text).compared.rpartition("@")[2] == found.ascii_domain.lower()


def test_the_short_cut_is_taken_by_usual_addresses() -> None:
    assert addresses._COMMON.match("ann.other+news@sub.body-one.gov.example")
    assert not addresses._COMMON.match("ann@body.example\n")


def test_the_keyed_hash_depends_on_address_and_key_and_shows_neither() -> None:
    one = address_key("ann@body.example", b"k" * 32)
    assert one == address_key("ann@body.example", b"k" * 32)
    assert len({one, address_key("bob@body.example", b"k" * 32), address_key("ann@body.example", b"j" * 32)}) == 3
    assert one == hmac.new(b"k" * 32, b"ann@body.example", "sha256").hexdigest()[:32]
