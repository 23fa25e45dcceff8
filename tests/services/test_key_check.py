"""A database goes on with its own key alone, unless somebody says under their name that it is lost."""

from collections.abc import Callable

import pytest

from newsletter.errors import ConflictError, InputError
from newsletter.models import AuditRecord, Delivery, Edition, Subscriber, SuppressionReason, WorkspaceState
from newsletter.services.doctor.machine import machine_lines
from newsletter.services.key_check import give_up_lost_key, require_key
from newsletter.services.keys import key_of
from newsletter.services.ledger import claim
from newsletter.services.modes import go_live, is_practice
from newsletter.services.planning import plan
from newsletter.services.steering import start
from newsletter.services.suppressing import is_suppressed, suppress
from newsletter.settings import database_path
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_work(workspace: Workspace) -> Workspace:
    """A workspace whose database knows its key, and an address that is never to be written to again."""
    require_key(workspace)
    suppress(workspace, "gone@example.org", SuppressionReason.ERASED)
    return workspace


def lose(workspace: Workspace) -> str:
    """The id of the key that is no longer there."""
    before = key_of(workspace).id
    workspace.secret_path.unlink()
    return before


def test_a_new_database_takes_the_key_that_is_there_or_makes_one(workspace: Workspace) -> None:
    require_key(workspace)
    assert WorkspaceState.objects.get().key_id == key_of(workspace).id
    assert is_practice(workspace)
    require_key(workspace)


def test_going_live_forgets_no_key(at_work: Workspace) -> None:
    go_live(at_work, by="Ann")
    assert WorkspaceState.objects.get().key_id == key_of(at_work).id


def test_a_lost_key_is_named_and_not_made_anew(at_work: Workspace) -> None:
    before = lose(at_work)
    with pytest.raises(ConflictError, match=f"the key {before}, and .*secret.key is not there. Put back"):
        require_key(at_work)
    assert not at_work.secret_path.exists()


def test_a_database_beside_another_key_is_refused_with_both_names(at_work: Workspace) -> None:
    before = lose(at_work)
    other = key_of(at_work).id
    with pytest.raises(ConflictError, match=f"the key {before}, and .* holds the key {other}"):
        require_key(at_work)


def test_a_database_of_an_earlier_release_tells_its_key_by_its_suppressions(at_work: Workspace) -> None:
    WorkspaceState.objects.update(key_id="")
    require_key(at_work)
    WorkspaceState.objects.update(key_id="")
    before = lose(at_work)
    with pytest.raises(ConflictError, match=before):
        require_key(at_work)


def test_the_right_key_put_back_is_all_it_takes(at_work: Workspace) -> None:
    kept = at_work.secret_path.read_bytes()
    lose(at_work)
    key_of(at_work)
    at_work.secret_path.write_bytes(kept)
    require_key(at_work)
    assert is_suppressed(at_work, "gone@example.org")


@pytest.mark.parametrize("content", ["", "zz" * 32, "ab" * 16, "not hex\n"])
def test_a_file_that_holds_no_key_is_told_as_such(at_work: Workspace, content: str) -> None:
    at_work.secret_path.write_text(content)
    with pytest.raises(InputError, match=r"secret\.key: this is no key; put back"):
        require_key(at_work)


def test_doctor_says_what_is_missing(at_work: Workspace) -> None:
    database_path(at_work).touch()
    assert "Database" not in {line.subject for line in machine_lines(at_work)}
    before = lose(at_work)
    (line,) = (line for line in machine_lines(at_work) if line.subject == "Database")
    assert before in line.message
    assert line.health == "to mend"


def test_somebody_may_say_that_it_is_lost_for_good(at_work: Workspace) -> None:
    lose(at_work)
    with pytest.raises(InputError, match="--by"):
        give_up_lost_key(at_work, by=" ")
    assert give_up_lost_key(at_work, by="Ann") == 1
    require_key(at_work)
    assert not is_suppressed(at_work, "gone@example.org")
    act = AuditRecord.objects.get()
    assert (act.action, act.by, act.detail["suppressions"]) == ("lost key", "Ann", 1)
    with pytest.raises(ConflictError, match="where it belongs"):
        give_up_lost_key(at_work, by="Ann")


def test_a_mailing_on_its_way_knows_suppressions_of_the_new_key(
    at_work: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]
) -> None:
    people(2)
    mailing = plan(at_work, edition)
    start(mailing)
    lose(at_work)
    give_up_lost_key(at_work, by="Ann")
    suppress(at_work, "reader0@example.org", SuppressionReason.ASKED)
    claimed = claim(mailing.pk, owner="w", most=5)
    assert [row.address for row in claimed] == ["reader1@example.org"]
    assert Delivery.objects.get(state="skipped").reason == "suppressed"
