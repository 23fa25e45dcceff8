"""One secret, and a key of its own for each purpose."""

from newsletter.services.keys import key_of
from newsletter.subscribers.tokens import Purpose, make_token, read_token
from newsletter.workspace import Workspace


def test_the_secret_is_made_once_and_only_its_owner_reads_it(workspace: Workspace) -> None:
    key = key_of(workspace)
    assert key_of(workspace) == key
    assert (workspace.data / "secret.key").stat().st_mode & 0o077 == 0


def test_purposes_have_different_keys_and_nothing_prints_the_secret(workspace: Workspace) -> None:
    key = key_of(workspace)
    assert len({key.secret, key.for_addresses, key.derive("tokens"), key.derive("django")}) == 4
    assert key.secret.hex() not in repr(key)
    assert key.id not in key.secret.hex()


def test_tokens_are_read_with_the_key_that_made_them(workspace: Workspace) -> None:
    token = make_token(Purpose.UNSUBSCRIBE, 7, key_of(workspace).for_tokens)
    assert read_token(Purpose.UNSUBSCRIBE, token, key_of(workspace).for_tokens) == 7
