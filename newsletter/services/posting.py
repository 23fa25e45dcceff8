"""What strangers post on public pages, written down at once and acted on in the next second (`services.answering`).

So a known address, an unknown one and one that was erased get the same answer after the same work. How often anybody
may ask is counted here: in the rows themselves, by keyed hashes of the network, the address and its domain.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from newsletter.models import Mechanism, PostedForm, PostedKind
from newsletter.services.alerts import raise_alert
from newsletter.services.consent import keep_wording
from newsletter.services.keys import key_of
from newsletter.subscribers.addresses import Address, address_key
from newsletter.workspace import Workspace

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_KEPT = 2 * DAY  # longer than any budget looks back


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Where a form came from."""

    network: str  # such as 192.0.2.0/24; empty where it can't be told
    language: str  # of the page


@dataclass(frozen=True, kw_only=True)
class ByMail:
    """The mail that asks, where it was no form."""

    source: str  # its Message-ID, or what else names it
    is_own: bool  # it came from the address that it is about: what we send there answers it

    @property
    def columns(self) -> dict[str, object]:
        """As the row keeps it."""
        return {"mechanism": Mechanism.REPLY, "source": self.source, "is_own": self.is_own}


def post(
    workspace: Workspace,
    kind: PostedKind,
    address: Address | None,
    sender: Sender,
    *,
    wording: str = "",
    by_mail: ByMail | None = None,
    **details: object,
) -> bool:
    """Write a form down to be acted on; `wording` is the text that was shown beside it, `by_mail` what it came by.

    False where this network has sent so many in the last hour that nobody there can mean it.
    """
    keys = _Keys(workspace)
    network = keys.hashed("network", sender.network) if sender.network else ""
    with transaction.atomic():
        if network and _spent(workspace, network):
            raise_alert(workspace, "network", timezone.now())
            return False
        PostedForm.objects.create(
            kind=kind,
            at=timezone.now(),
            address=address.typed if address else "",
            details=details,
            address_key=address_key(address.compared, keys.addresses) if address else "",
            domain_key=keys.hashed("domain", address.compared.rpartition("@")[2]) if address else "",
            network_key=network,
            language=sender.language,
            wording=keep_wording(wording) if wording else "",
            **by_mail.columns if by_mail else {},
            next_at=timezone.now() if address else None,
        )
    return True


class _Keys:
    """Hashes for one purpose each: a network's tells nothing to who knows an address's."""

    def __init__(self, workspace: Workspace) -> None:
        self._key = key_of(workspace)
        self.addresses = self._key.for_addresses

    def hashed(self, purpose: str, value: str) -> str:
        return address_key(value, self._key.derive(purpose))


def _spent(workspace: Workspace, network: str) -> bool:
    asked = PostedForm.objects.filter(network_key=network, at__gt=timezone.now() - HOUR).count()
    return asked >= workspace.config.pages.requests_per_network


def purge_posted(now: datetime | None = None) -> int:
    """Forget forms that no budget needs any more; returns how many."""
    removed, _ = PostedForm.objects.filter(next_at=None, at__lt=(now or timezone.now()) - _KEPT).delete()
    return removed
