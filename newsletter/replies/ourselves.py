"""What a reading knows of the newsletter itself: its addresses, its name, its words, its bounce addresses."""

from collections.abc import Callable
from dataclasses import dataclass, field

from newsletter.replies.own_text import OwnText


def _no_delivery(_address: str) -> int | None:
    return None


@dataclass(frozen=True, kw_only=True)
class Ourselves:
    """One newsletter, as it looks in the mails that come back to it."""

    name: str = ""  # as it stands in From and in the titles of issues
    addresses: frozenset[str] = frozenset()  # in lower case; From, Reply-To, bounces
    subjects: frozenset[str] = frozenset()  # of issues, in lower case
    text: OwnText = field(default_factory=OwnText)
    read_delivery: Callable[[str], int | None] = _no_delivery  # what a VERP address names

    def are(self, address: str) -> bool:
        """The address is the newsletter's, with or without a token after a plus."""
        local, _, domain = address.lower().rpartition("@")
        return f"{local.partition('+')[0]}@{domain}" in self.addresses
