"""The fields of one copy: the short way and the encoder write the same, and nothing slips through the short way."""

import email
import email.policy

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletter.errors import UnsafeHeaderError
from newsletter.rendering.headers import encode_address, encode_verbatim, needs_smtputf8
from newsletter.rendering.personal import ONE_CLICK, PersonalFields, Recipient
from newsletter.rendering.readback import read_headers, verify_message
from newsletter.rendering.theme import Publication

TOKEN = "ab2cd3ef" * 6
HOSTED = PersonalFields(
    Publication(reply_to="re+plies'x@office.example", base_url="https://bulletin.office.example/a/long/path/on/it")
)
BY_MAIL = PersonalFields(Publication(reply_to="replies@office.example"))


def field_by_field(fields: PersonalFields, recipient: Recipient, message_id: str, token: str | None) -> bytes:
    block = encode_address("To", recipient.name, recipient.address, smtputf8=True)
    block += encode_verbatim("Message-ID", message_id)
    block += encode_verbatim("List-Unsubscribe", fields.unsubscribe(token))
    if fields.offers_one_click(token):
        block += encode_verbatim("List-Unsubscribe-Post", ONE_CLICK)
    return block.encode()


names = st.one_of(
    st.text("ab Z'_-.,\"@<>\r\n\t\\=?é", max_size=12),
    st.text("abc -'", max_size=80),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=8),
)
addresses = st.one_of(st.from_regex(r"[a-z+=?.'-]{1,60}@[a-z.-]{1,20}", fullmatch=True), st.text("a@b.\r\n<> é"))
ids = st.one_of(st.from_regex(r"<[a-f0-9.]{1,90}@[a-z.]{1,20}>", fullmatch=True), st.text("<a@b.> \r\n", max_size=20))


@settings(max_examples=600, deadline=None)
@given(names, addresses, ids, st.sampled_from([TOKEN, TOKEN[:-1], "a/b c" * 9, "x" * 48, "é" * 48, None]))
@example("Reader", "a@b.example", "<m.d@b.example>\r\nBcc: x@evil.example", TOKEN)
@example("Reader\r\nBcc: x", "a@b.example", "<m.d@b.example>", TOKEN)
@example("Reader", "a@b.example>\r\nBcc: <x@evil.example", "<m.d@b.example>", TOKEN)
@example("", "a@b.example\nBcc: x", "<m.d@b.example>", TOKEN)
@example("=?utf-8?q?a?=", "a=?b@c.example", "<m.d@b.example>", TOKEN)
@example(" ", "a@b.example", "<m.d@b.example>", TOKEN)
@example("A" * 58, "a@b.example", "<m.d@b.example>", TOKEN)
@example("A" * 59, "a@b.example", "<m.d@b.example>", TOKEN)
@example("a " * 28 + "a", "reader@b.example", "<m.d@b.example>", TOKEN)
def test_the_short_way_writes_what_the_encoder_writes_or_nothing(
    name: str, address: str, message_id: str, token: str | None
) -> None:
    recipient = Recipient(address=address, name=name)
    for fields in (HOSTED, BY_MAIL):
        try:
            meant = field_by_field(fields, recipient, message_id, token)
        except UnsafeHeaderError:
            with pytest.raises(UnsafeHeaderError):
                fields.block(recipient, message_id, token)
        else:
            assert fields.block(recipient, message_id, token) == meant


def test_a_plain_copy_takes_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.rendering.personal.encode_address", None)
    monkeypatch.setattr("newsletter.rendering.personal.encode_verbatim", None)
    for name in ("Rhiannon ap-Gwilym", "Mary O'Neill", ""):
        block = HOSTED.block(Recipient(address="rhi.g+news@body.example", name=name), "<m1.d1@office.example>", TOKEN)
        assert block.count(TOKEN.encode()) == 2


INTERNATIONAL = ["jörg@body.example", "δοκιμή@body.example", "用户.名@body.example", "a.é+b@xn--bcher-kva.example"]


@pytest.mark.parametrize("address", INTERNATIONAL)
def test_an_address_beyond_ascii_stands_as_it_is_beside_an_encoded_name(address: str) -> None:
    block = BY_MAIL.block(Recipient(address=address, name="Siân"), "<m1.d1@office.example>", TOKEN)
    assert block.startswith(f"To: =?utf-8?B?U2nDom4=?= <{address}>\r\n".encode())
    assert read_headers(block + b"\r\n")[0] == ("To", f"Siân <{address}>")
    modern = email.message_from_string(block.decode() + "\r\n", policy=email.policy.SMTPUTF8)
    assert [mailbox.addr_spec for mailbox in modern["To"].addresses] == [address]


@pytest.mark.parametrize(
    "address",
    ["jörg", "jörg@bücher.example", "jö rg@b.example", "jö\u00a0rg@b.example", "jö\u2028@b.example",
     "jö..x@b.example", "jö\u202ex@b.example", "jö\ud800@b.example", "jö\r\n@b.example", "jö>@b.example",
     "jö,x@b.example", "jö\u0085@b.example"],
)  # fmt: skip
def test_odd_letters_beyond_ascii_are_refused(address: str) -> None:
    assert not needs_smtputf8(address)
    with pytest.raises(UnsafeHeaderError):
        BY_MAIL.block(Recipient(address=address), "<m1.d1@office.example>", TOKEN)


def test_only_the_to_field_may_hold_utf8_and_only_where_it_is_meant() -> None:
    expected = {"To": "jörg@body.example", "Subject": "S"}
    message = "To: jörg@body.example\r\nSubject: S\r\n\r\nbody\r\n".encode()
    verify_message(message, expected, smtputf8=True)
    with pytest.raises(UnsafeHeaderError):
        verify_message(message, expected)
    for other in (message.replace(b"Subject: S", "Subject: Ś".encode()), message.replace(b"body", "bödy".encode())):
        with pytest.raises(UnsafeHeaderError, match="not ASCII"):
            verify_message(other, {**expected, "Subject": "Ś"}, smtputf8=True)
    with pytest.raises(UnsafeHeaderError, match="not UTF-8"):
        verify_message(message.replace("ö".encode(), b"\xff"), expected, smtputf8=True)
