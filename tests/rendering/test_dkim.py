"""Signatures: a verifier that is not ours takes them, and takes nothing that was changed on the way."""

import email
import re
from typing import Any

import pytest
import sample_mail
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_ec_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from dkim_verifier import ED25519_PEM, RSA_PEM, SIGNERS, verifies
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_mail import MESSAGE_ID, PUBLICATION, TOKEN

from newsletter.errors import InputError
from newsletter.rendering.dkim import OVERSIGNED, OWN, SHARED, Signer, body_hash, relaxed
from newsletter.rendering.message import MessageParts, Recipient, encode_body

LONG = "Tachwedd — what is new in all of the bodies this month, and what will come in the next ones"
WELSH = PUBLICATION.model_copy(update={"name": "Bwletin Misol Siân", "from_name": ""})
NASTY = [
    "Reader",
    "",
    "Siân ap Gwilym",
    'say "hello", \\ (go); <x@y.example>: [now]',
    "  two   blanks  ",
    "J. R. Smith, Jr.",
    "Ω" * 150,
    "👩🏽‍🚒 fire",
    "From me",
    "a" * 90,
    "\u05e9\u05dc\u05d5\u05dd \u200e",
]


def parts(signer: Signer | None, **changes: object) -> MessageParts:
    return sample_mail.parts(signer, **{"publication": WELSH, "subject": LONG, **changes})


def copy(made: MessageParts, name: str = "Reader", address: str = "reader@body.example") -> bytes:
    personal: dict = {
        "recipient": Recipient(address=address, name=name),
        "message_id": MESSAGE_ID,
        "unsubscribe_token": TOKEN,
    }
    message = made.build(**personal)
    made.check(message, **personal)
    return message


@pytest.fixture(params=SIGNERS, ids=lambda signer: signer.algorithm)
def signer(request: pytest.FixtureRequest) -> Signer:
    return request.param


@pytest.mark.parametrize("name", NASTY, ids=[f"name{number}" for number in range(len(NASTY))])
def test_a_verifier_that_is_not_ours_takes_every_name(signer: Signer, name: str) -> None:
    assert verifies(copy(parts(signer), name), signer)


@pytest.mark.parametrize(("pem", "algorithm"), [(RSA_PEM, b"rsa-sha256"), (ED25519_PEM, b"ed25519-sha256")])
def test_a_signature_names_the_algorithm_of_its_key(pem: bytes, algorithm: bytes) -> None:
    """The verifier of these tests goes by the key that is published; others go by this."""
    signed = copy(parts(Signer.from_pem(domain="office.example", selector="s1", pem=pem)))
    assert b" a=" + algorithm + b";" in signed.partition(b"DKIM-Signature:")[2]


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=120).filter(lambda v: "=?" not in v),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=200),
)
def test_any_name_and_any_body_verify(name: str, words: str) -> None:
    made = parts(SIGNERS[1], body=encode_body(words, words), subject=name)
    assert verifies(copy(made, name), SIGNERS[1])


def test_an_address_beyond_ascii_verifies_too(signer: Signer) -> None:
    assert verifies(copy(parts(signer), "Jörg", "jörg@body.example"), signer)


def test_copies_without_a_link_or_without_https_verify(signer: Signer) -> None:
    made = parts(signer, publication=PUBLICATION.model_copy(update={"base_url": None}))
    assert verifies(copy(made), signer)
    personal = {"recipient": Recipient(address="r@b.example"), "message_id": "<1@b.example>"}
    assert verifies(parts(signer).build(**personal, unsubscribe_token=None), signer)


def test_another_key_or_an_empty_dns_is_not_taken(signer: Signer) -> None:
    message = copy(parts(signer))
    other = generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    stranger = Signer.from_pem(domain="office.example", selector="s1", pem=other)
    assert not verifies(message, signer, record=stranger.record)
    assert not verifies(message, signer, record="v=DKIM1; p=")


CHANGES = [
    (b"Hello", b"Hullo"),
    (b"Subject: ", b"Subject: Re "),
    (b"To: Reader", b"To: Render"),
    (b"m1.d1@", b"m1.d2@"),
    (b"/u/ab2", b"/u/bb2"),
    (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", b""),
    (b"List-Unsubscribe=One-Click", b"List-Unsubscribe=Two-Click"),
    (b"Reply-To: replies@", b"Reply-To: mallory@"),
    (b"List-Id: ", b"List-Id: x"),
    (b"Feedback-ID: m1", b"Feedback-ID: m2"),
    (b"28 Nov 2025", b"29 Nov 2025"),
    (b"multipart/alternative", b"multipart/mixed"),
    (b"\r\n\r\n--=_", b"\r\n\r\n\r\n--=_"),
]


@pytest.mark.parametrize(("old", "new"), CHANGES, ids=[f"change{number}" for number in range(len(CHANGES))])
def test_whatever_is_changed_spoils_the_signature(old: bytes, new: bytes) -> None:
    message = copy(parts(SIGNERS[1]))
    assert old in message
    assert not verifies(message.replace(old, new, 1), SIGNERS[1])


@pytest.mark.parametrize("name", OVERSIGNED)
def test_a_second_field_of_a_kind_that_readers_trust_cannot_be_added(name: str) -> None:
    message = copy(parts(SIGNERS[1]))
    assert verifies(b"X-Spam-Score: 1\r\n" + message, SIGNERS[1])
    assert not verifies(f"{name}: mallory@evil.example\r\n".encode() + message, SIGNERS[1])
    header, _, body = message.partition(b"\r\n\r\n")
    assert not verifies(header + f"\r\n{name}: mallory@evil.example\r\n\r\n".encode() + body, SIGNERS[1])


def test_both_list_headers_and_all_that_readers_see_are_named(signer: Signer) -> None:
    message = email.message_from_bytes(copy(parts(signer)))
    tags = dict(tag.strip().split("=", 1) for tag in message["DKIM-Signature"].split(";"))
    names = "".join(tags["h"].split()).split(":")
    assert (tags["v"], tags["a"], tags["c"], tags["d"], tags["s"]) == (
        "1",
        signer.algorithm,
        "relaxed/simple",
        "office.example",
        "s1",
    )
    assert set(message.keys()) - {"DKIM-Signature"} == {*SHARED, *OWN}
    for name in {*SHARED, *OWN, *OVERSIGNED}:
        assert names.count(name) == ((name in SHARED or name in OWN) + (name in OVERSIGNED))
    assert {"List-Unsubscribe", "List-Unsubscribe-Post", "From", "Subject"} <= set(OVERSIGNED)


def test_the_field_is_the_first_and_its_lines_are_short(signer: Signer) -> None:
    message = copy(parts(signer))
    field = re.match(rb"DKIM-Signature: .*\r\n(?:[ \t].*\r\n)+", message)
    assert field
    assert all(0 < len(line.strip()) <= len(line) <= 76 for line in field[0].removesuffix(b"\r\n").split(b"\r\n"))


def test_every_attempt_has_the_same_signature(signer: Signer) -> None:
    assert copy(parts(signer)) == copy(parts(signer))


def test_a_signed_copy_is_the_unsigned_one_below_one_more_field(signer: Signer) -> None:
    field, mark, rest = copy(parts(signer)).partition(b"\r\nDate: ")
    assert field.startswith(b"DKIM-Signature: ")
    assert mark[2:] + rest == copy(parts(None))


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        (b"Subject:  a \t b\r\n", b"subject:a b\r\n"),
        (b"SUBJect : a\r\n b\r\n\tc  \r\n", b"subject:a b c\r\n"),
        (b"To:\r\n x\r\n", b"to:x\r\n"),
    ],
)
def test_relaxed_fields_are_as_the_rfc_has_them(raw: bytes, canonical: bytes) -> None:
    assert relaxed(raw) == canonical


def test_body_hashes_are_those_of_the_rfc() -> None:
    # RFC 6376 section 3.4.3: an empty body counts as one CRLF, and its hash is printed there.
    assert body_hash(b"") == body_hash(b"\r\n\r\n") == "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY="
    assert body_hash(b"a\r\n\r\n\r\n") == body_hash(b"a\r\n") == body_hash(b"a")
    assert body_hash(b"a \r\n") != body_hash(b"a\r\n")


def encrypted() -> bytes:
    key = load_pem_private_key(RSA_PEM, None)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))


def pem_of(key: Any) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("pem", "words"),
    [
        (b"not a key", "not a private key in PEM"),
        (b"", "not a private key in PEM"),
        (encrypted(), "passphrase"),
        (pem_of(generate_private_key(65537, 1024)), "1024 bits"),
        (pem_of(new_ec_key(SECP256R1())), "neither RSA nor Ed25519"),
    ],
    ids=["words", "empty", "encrypted", "short", "curve"],
)
def test_an_unfit_key_is_refused_in_a_sentence_without_the_key(pem: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        Signer.from_pem(domain="office.example", selector="s1", pem=pem)
    assert "BEGIN" not in str(caught.value)


@pytest.mark.parametrize("name", ["", "a b", "a;d=evil.example", "x\r\ny", "-a", "büro.example", "a..b"])
def test_a_domain_or_selector_that_is_no_dns_name_is_refused(name: str) -> None:
    for names in ({"domain": name, "selector": "s1"}, {"domain": "office.example", "selector": name}):
        with pytest.raises(InputError, match="DNS names"):
            Signer.from_pem(**names, pem=ED25519_PEM)


def test_a_signer_does_not_show_its_key(signer: Signer) -> None:
    assert "key" not in repr(signer)


def test_a_field_that_no_signature_covers_is_never_sent_signed(signer: Signer) -> None:
    with pytest.raises(ValueError, match="not among those that are signed"):
        signer.seal(b"From: a@b.example\r\nX-Other: 1\r\n", b"body\r\n")
