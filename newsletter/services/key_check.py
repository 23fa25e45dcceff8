"""A database and the key it was made with belong together.

With another key nobody who was erased would be recognised, and no link in a mail that was sent would work: so the
database remembers its key's id, and no command goes on beside another key unless somebody says that it is lost.
"""

from django.db import transaction

from newsletter.errors import ConflictError, InputError
from newsletter.models import Delivery, Suppression, WorkspaceState
from newsletter.services.audit import record_act
from newsletter.services.keys import key_of, present_key_id
from newsletter.subscribers.addresses import address_hasher
from newsletter.workspace import Workspace


def require_key(workspace: Workspace) -> None:
    """Compare the key with the database's own; a new database takes the one that is there, or is made.

    Raises ConflictError where it is missing or another.
    """
    if sentence := what_is_missing(workspace):
        raise ConflictError(sentence)
    if not _recorded():
        _record(workspace)


def what_is_missing(workspace: Workspace) -> str:
    """What to put back, in words; empty where database and key belong together."""
    needed, present = _needed(), present_key_id(workspace)
    if not needed or needed == {present}:
        return ""
    found = f"holds the key {present}" if present else "is not there"
    return (
        f"This database was made with the key {', '.join(sorted(needed))}, and {workspace.secret_path} {found}. "
        "Put back the secret.key that was kept with this database; without it people who are never to be written to "
        "again would not be recognised. If it is lost for good: newsletter migrate --lost-key --by NAME."
    )


def give_up_lost_key(workspace: Workspace, *, by: str) -> int:
    """Go on with the key that is there, or a new one; returns how many suppressions nobody can read any more.

    Raises InputError without a name, ConflictError where no key is lost.
    """
    if not by.strip():
        raise InputError("Going on without a key is recorded under a name: say who with --by.")
    if not what_is_missing(workspace):
        raise ConflictError("The key of this database is where it belongs; nothing was changed.")
    with transaction.atomic():
        key = key_of(workspace)
        lost = Suppression.objects.exclude(key_id=key.id).count()
        _hash_anew(key.for_addresses)
        _record(workspace)
        record_act("lost key", "workspace", by=by.strip(), key=key.id, suppressions=lost)
    return lost


def _needed() -> set[str]:
    """What the database was made with; one of an earlier release tells it by its suppressions alone."""
    recorded = _recorded()
    return {recorded} if recorded else set(Suppression.objects.values_list("key_id", flat=True).distinct())


def _recorded() -> str:
    return WorkspaceState.objects.filter(pk=1).values_list("key_id", flat=True).first() or ""


def _record(workspace: Workspace) -> None:
    WorkspaceState.objects.update_or_create(pk=1, defaults={"key_id": key_of(workspace).id})


def _hash_anew(key: bytes) -> None:
    """Mailings that are on their way compare their addresses with suppressions by these hashes."""
    hasher = address_hasher(key)
    open_ = Delivery.objects.filter(address_key__isnull=False).exclude(subscriber=None)
    for pk, address in list(open_.values_list("pk", "subscriber__address_compared")):
        Delivery.objects.filter(pk=pk).update(address_key=hasher(address))
