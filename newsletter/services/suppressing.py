"""Addresses never to be written to again, kept as keyed hashes: they outlive erasure and beat every import."""

from collections.abc import Iterable

from newsletter.models import Suppression, SuppressionReason
from newsletter.services.keys import key_of
from newsletter.subscribers.addresses import address_hasher, address_key
from newsletter.workspace import Workspace


def suppress(workspace: Workspace, compared: str, reason: SuppressionReason) -> bool:
    """Never write to this address again, whatever is imported; False where that was decided before."""
    key = key_of(workspace)
    _row, is_new = Suppression.objects.get_or_create(
        address_key=address_key(compared, key.for_addresses), defaults={"key_id": key.id, "reason": reason}
    )
    return is_new


def is_suppressed(workspace: Workspace, compared: str) -> bool:
    """Whether this address is never to be written to again."""
    return why_suppressed(workspace, compared) is not None


def why_suppressed(workspace: Workspace, compared: str) -> SuppressionReason | None:
    """Why this address is never to be written to again, None where it may be."""
    row = Suppression.objects.filter(address_key=_key(workspace, compared)).first()
    return SuppressionReason(row.reason) if row else None


def suppressed_among(workspace: Workspace, compared: Iterable[str]) -> int:
    """How many of these addresses are never to be written to again."""
    keys = set(Suppression.objects.values_list("address_key", flat=True))
    hashed = address_hasher(key_of(workspace).for_addresses)
    return sum(hashed(address) in keys for address in compared) if keys else 0


def lift(workspace: Workspace, compared: str) -> bool:
    """Forget a suppression because the owner of the address asked anew and confirmed it; False where there was none."""
    removed, _ = Suppression.objects.filter(address_key=_key(workspace, compared)).delete()
    return bool(removed)


def _key(workspace: Workspace, compared: str) -> str:
    return address_key(compared, key_of(workspace).for_addresses)
