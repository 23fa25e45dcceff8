"""Keys for one purpose each, derived from the workspace's secret, which never enters the database.

A backup of the database without `data/secret.key` cannot recognise an erased address; its id says which key is meant.
"""

import hashlib
import hmac
from dataclasses import dataclass, field

from newsletter.secret_file import Secret
from newsletter.subscribers.tokens import TokenKeys
from newsletter.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Key:
    """One secret and what is derived from it."""

    secret: bytes = field(repr=False)
    later: tuple[Secret, ...] = ()  # that sign links, the last of them from now on

    @property
    def id(self) -> str:
        """Eight hex digits that name the key without giving it away."""
        return hashlib.sha256(self.secret).hexdigest()[:8]

    def derive(self, purpose: str) -> bytes:
        """A key for one purpose only, 32 bytes; one purpose's key tells nothing about another's."""
        return hmac.digest(self.secret, purpose.encode(), "sha256")

    @property
    def for_addresses(self) -> bytes:
        """Makes the keyed hashes of addresses: ledger and suppressions compare by them."""
        return self.derive("address")

    @property
    def for_tokens(self) -> TokenKeys:
        """Signs personal links; those that earlier secrets signed go on working unless somebody ended them."""
        kept = {0: self.derive("tokens")}
        for number, line in enumerate(self.later, start=1):
            kept = {number: line.secret} if line.ends_others else kept | {number: line.secret}
        return TokenKeys(secrets=kept, current=len(self.later))


def present_key_id(workspace: Workspace) -> str:
    """The id of the key that is there; empty where none is, which a look must not change."""
    return key_of(workspace).id if workspace.secret_path.exists() else ""


def key_of(workspace: Workspace) -> Key:
    """The key of a workspace, made at first use."""
    first, *later = workspace.secrets()
    return Key(secret=first.secret, later=tuple(later))
