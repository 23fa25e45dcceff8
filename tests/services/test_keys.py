"""One secret, and a key of its own for each purpose; links can come to be signed by another one."""

import pytest

from newsletter.errors import InputError
from newsletter.models import AuditRecord
from newsletter.services.keys import key_of
from newsletter.services.personal_links import sign_anew
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


@pytest.mark.django_db
def test_links_of_an_earlier_key_work_until_somebody_ends_them(workspace: Workspace) -> None:
    def made() -> str:
        return make_token(Purpose.UNSUBSCRIBE, 7, key_of(workspace).for_tokens)

    def works(token: str) -> bool:
        try:
            return read_token(Purpose.UNSUBSCRIBE, token, key_of(workspace).for_tokens) == 7
        except InputError:
            return False

    before, first = key_of(workspace), made()
    sign_anew(workspace, by="Ann")
    second = made()
    assert first != second
    assert [works(first), works(second)] == [True, True]
    sign_anew(workspace, by="Ann", ends_others=True)
    third = made()
    sign_anew(workspace, by="Ann")
    assert list(map(works, (first, second, third, made()))) == [False, False, True, True]
    after = key_of(workspace)
    assert (after.id, after.for_addresses, after.derive("forms")) == (
        before.id,
        before.for_addresses,
        before.derive("forms"),
    )
    assert (workspace.secret_path.stat().st_mode & 0o077, AuditRecord.objects.count()) == (0, 3)


@pytest.mark.parametrize("line", ["", "zz", "ab" * 31, "ab" * 32 + " only"])
def test_a_line_that_is_no_key_is_told_and_not_passed_over(line: str, workspace: Workspace) -> None:
    kept = workspace.secret().hex()
    workspace.secret_path.write_text(f"{kept}\n{line}\n")
    with pytest.raises(InputError, match="no key"):
        key_of(workspace)
    workspace.secret_path.write_text(f"{kept}\n")
    assert key_of(workspace).secret.hex() == kept
