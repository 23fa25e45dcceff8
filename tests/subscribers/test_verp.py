"""Bounce addresses: each names its delivery, and nobody else can make one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.subscribers.tokens import Purpose, TokenKeys, make_token
from newsletter.subscribers.verp import LONGEST_LOCAL_PART, read_verp, verp_address

KEYS = TokenKeys(secrets={1: b"a" * 32}, current=1)


@settings(deadline=None)
@given(st.integers(1, 2**63 - 1))
def test_an_address_gives_back_its_delivery_and_fits_smtp(delivery: int) -> None:
    address = verp_address(f"{'b' * LONGEST_LOCAL_PART}@office.example", delivery, KEYS)
    assert read_verp(address, KEYS) == delivery
    assert len(address.rpartition("@")[0]) <= 64
    assert address == verp_address(f"{'b' * LONGEST_LOCAL_PART}@office.example", delivery, KEYS)


def test_it_is_read_as_mail_systems_write_it() -> None:
    address = verp_address("bounces@office.example", 7, KEYS)
    local, _, domain = address.partition("@")
    for form in (f"<{address}>", f"{local.upper()}@{domain}", f"prvs=12ab={address}", f"  {address} "):
        assert read_verp(form, KEYS) == 7


@pytest.mark.parametrize(
    "address",
    ["", "bounces@office.example", "bounces+@office.example", f"bounces+{'a' * 48}@office.example", "<>", "+" * 60],
)
def test_other_addresses_name_no_delivery(address: str) -> None:
    assert read_verp(address, KEYS) is None


def test_a_token_for_something_else_names_no_delivery() -> None:
    token = make_token(Purpose.UNSUBSCRIBE, 7, KEYS)
    assert read_verp(f"bounces+{token}@office.example", KEYS) is None
    assert read_verp(verp_address("b@o.example", 7, TokenKeys(secrets={1: b"z" * 32}, current=1)), KEYS) is None
