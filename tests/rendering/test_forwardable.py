"""What in a mail is one reader's own: found wherever it is, and nothing else is taken for it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.rendering.forwardable import holds_token, traces
from newsletter.rendering.message import Recipient, build_message
from newsletter.rendering.theme import Publication
from newsletter.subscribers.tokens import Purpose, TokenKeys, make_token

KEYS = TokenKeys(secrets={0: b"k" * 32, 255: b"o" * 32}, current=0)


def copy(text: str = "Hello", html: str = "<p>Hello</p>", token: str | None = None) -> bytes:
    return build_message(
        html=html,
        text=text,
        subject="November",
        inline_images=(),
        publication=Publication(base_url="https://news.example.org"),
        recipient=Recipient(address="reader@example.org"),
        message_id="<a.1@example.org>",
        date=datetime(2025, 11, 7, tzinfo=UTC),
        unsubscribe_token=token,
        feedback_id="a:b:c:d",
        language="en",
    )


@given(purpose=st.sampled_from(list(Purpose)), number=st.integers(0, 2**64 - 1), key=st.sampled_from([0, 255]))
def test_every_token_that_can_be_made_is_known_by_its_looks(purpose: Purpose, number: int, key: int) -> None:
    token = make_token(purpose, number, TokenKeys(secrets=KEYS.secrets, current=key))
    assert holds_token(f"https://news.example.org/u/{token}?x")
    assert holds_token(token.upper())
    assert not holds_token(token[:-1])


@pytest.mark.parametrize("field", ["text", "html"])
def test_a_token_in_either_part_is_found_though_it_is_encoded_and_broken(field: str) -> None:
    token = make_token(Purpose.CONFIRM, 7, KEYS)
    found = traces(copy(**{field: f"{'x ' * 31}https://news.example.org/confirm/{token} é"}))
    assert any("holds a personal token" in trace for trace in found)
    assert not any(token in trace for trace in found)


def test_a_reader_s_own_copy_is_told_by_its_header() -> None:
    found = traces(copy(token=make_token(Purpose.UNSUBSCRIBE, 7, KEYS)))
    assert sorted(found) == [
        "the header List-Unsubscribe takes its reader off the list",
        "the header List-Unsubscribe-Post takes its reader off the list",
        "the header To names a reader",
    ]
