"""Tokens: good for one purpose, for years, and for nobody who forges them."""

import base64
import hmac
import re
import struct
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.errors import InputError
from newsletter.subscribers.tokens import LIFETIMES, Purpose, TokenKeys, make_token, read_token

KEYS = TokenKeys(secrets={1: b"a" * 32}, current=1)
NOW = datetime(2025, 11, 28, 10, 0, tzinfo=UTC)
PUBLIC_ID = 0xFEDCBA9876543210


@settings(deadline=None)
@given(st.sampled_from(Purpose), st.integers(0, 2**64 - 1))
def test_a_token_gives_back_its_id_and_fits_a_url(purpose: Purpose, public_id: int) -> None:
    token = make_token(purpose, public_id, KEYS, now=NOW)
    assert read_token(purpose, token, KEYS, now=NOW) == public_id
    assert re.fullmatch(r"[a-z2-7]{48}", token)


def test_a_token_survives_being_written_in_capitals() -> None:
    assert read_token(Purpose.CONFIRM, make_token(Purpose.CONFIRM, 7, KEYS).upper(), KEYS) == 7


@pytest.mark.parametrize("made", Purpose)
@pytest.mark.parametrize("used", Purpose)
def test_a_token_is_good_for_its_own_purpose_alone(made: Purpose, used: Purpose) -> None:
    token = make_token(made, PUBLIC_ID, KEYS, now=NOW)
    if made == used:
        assert read_token(used, token, KEYS, now=NOW) == PUBLIC_ID
    else:
        with pytest.raises(InputError):
            read_token(used, token, KEYS, now=NOW)


def test_the_way_out_works_after_twenty_years_and_is_the_same_each_time() -> None:
    token = make_token(Purpose.UNSUBSCRIBE, PUBLIC_ID, KEYS, now=NOW)
    assert read_token(Purpose.UNSUBSCRIBE, token, KEYS, now=NOW + timedelta(days=7300)) == PUBLIC_ID
    assert token == make_token(Purpose.UNSUBSCRIBE, PUBLIC_ID, KEYS, now=NOW + timedelta(days=1))


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if LIFETIMES[purpose]])
def test_other_tokens_end(purpose: Purpose) -> None:
    lifetime = LIFETIMES[purpose] or timedelta()
    token = make_token(purpose, PUBLIC_ID, KEYS, now=NOW)
    assert read_token(purpose, token, KEYS, now=NOW + lifetime) == PUBLIC_ID
    with pytest.raises(InputError, match="run out of time"):
        read_token(purpose, token, KEYS, now=NOW + lifetime + timedelta(seconds=1))


@pytest.mark.parametrize("position", range(48))
def test_a_changed_letter_anywhere_spoils_a_token(position: int) -> None:
    token = make_token(Purpose.UNSUBSCRIBE, PUBLIC_ID, KEYS)
    other = "a" if token[position] != "a" else "b"
    with pytest.raises(InputError):
        read_token(Purpose.UNSUBSCRIBE, token[:position] + other + token[position + 1 :], KEYS)


@pytest.mark.parametrize(
    "token", ["", "a", "a" * 48, "a" * 47, "a" * 49, "1" * 48, "=" * 48, "é" * 48, "a" * 40 + "=" * 8]
)
def test_nonsense_is_refused_in_a_sentence_that_does_not_repeat_it(token: str) -> None:
    with pytest.raises(InputError) as caught:
        read_token(Purpose.UNSUBSCRIBE, token, KEYS)
    assert not token or len(token) < 2 or token not in str(caught.value)


def test_old_keys_keep_working_until_they_are_dropped() -> None:
    token = make_token(Purpose.UNSUBSCRIBE, PUBLIC_ID, KEYS)
    rotated = TokenKeys(secrets={1: b"a" * 32, 2: b"b" * 32}, current=2)
    assert read_token(Purpose.UNSUBSCRIBE, token, rotated) == PUBLIC_ID
    assert make_token(Purpose.UNSUBSCRIBE, PUBLIC_ID, rotated) != token
    with pytest.raises(InputError):
        read_token(Purpose.UNSUBSCRIBE, token, TokenKeys(secrets={2: b"b" * 32}, current=2))


def test_another_workspaces_key_of_the_same_number_is_refused() -> None:
    token = make_token(Purpose.UNSUBSCRIBE, PUBLIC_ID, TokenKeys(secrets={1: b"z" * 32}, current=1))
    with pytest.raises(InputError):
        read_token(Purpose.UNSUBSCRIBE, token, KEYS)


@pytest.mark.parametrize(
    ("secrets", "current"), [({}, 1), ({1: b"short"}, 1), ({1: b"a" * 32}, 2), ({256: b"a" * 32}, 256)]
)
def test_weak_or_missing_keys_are_refused_at_once(secrets: dict[int, bytes], current: int) -> None:
    with pytest.raises(InputError):
        TokenKeys(secrets=secrets, current=current)


def test_keys_do_not_show_their_secrets() -> None:
    assert "aaaa" not in repr(KEYS)


def test_the_format_is_the_one_written_down() -> None:
    head = struct.pack(">BBIQ", 1, 1, 0, PUBLIC_ID)
    mac = hmac.new(b"a" * 32, b"newsletter token\0unsubscribe\0" + head, "sha256").digest()[:16]
    assert make_token(Purpose.UNSUBSCRIBE, PUBLIC_ID, KEYS) == base64.b32encode(head + mac).decode().lower()
