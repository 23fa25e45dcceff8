"""The sum that always holds: chosen = accepted + sent back + waiting + left out + we can't tell + never found out."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.content.wording import CHOSEN, RECEIPT_PARTS, receipt_part
from newsletter.errors import ConflictError
from newsletter.models import Mailing
from newsletter.services import ledger

_WAITING = ("waiting", "deferred")
_ENDED = ("accepted", "refused", "expired", "in_doubt", "not_known")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of the sum."""

    key: str  # in content.wording.RECEIPT_PARTS
    count: int
    words: str  # as people see it


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """How far a mailing got."""

    chosen: int
    parts: tuple[Part, ...]  # accepted always, the others where they are not zero; they add up to chosen

    @property
    def sentence(self) -> str:
        """The sum in words: "200 chosen = 197 accepted + 2 sent back by their mail system + 1 left in time"."""
        return f"{self.chosen:,} {CHOSEN} = " + " + ".join(f"{part.count:,} {part.words}" for part in self.parts)

    def count(self, key: str) -> int:
        """How many are in this part; 0 where it is left out."""
        return sum(part.count for part in self.parts if part.key == key)

    @property
    def open(self) -> int:
        """How many still wait for an outcome."""
        return sum(self.count(key) for key in _WAITING)

    @property
    def left_out(self) -> int:
        """How many get nothing on purpose: left, paused, never to write to, stopped."""
        return self.chosen - self.open - sum(map(self.count, _ENDED))


def receipt_of(mailing: Mailing) -> Receipt:
    """The receipt of a mailing as it stands.

    Raises ConflictError where the ledger does not hold as many rows as were chosen: a sum that is wrong is never told.
    """
    receipt = receipt_from(ledger.counts(mailing.pk))
    if receipt.chosen != mailing.chosen:
        raise ConflictError(
            f"Mailing {mailing.pk} chose {mailing.chosen:,} people, and the ledger holds {receipt.chosen:,}; "
            "the database was changed by hand. Restore a backup."
        )
    return receipt


def receipt_at_a_glance(mailing: Mailing) -> Receipt:
    """The same for lists of many mailings: what is accepted is worked out from the rest, not counted.

    So a mailing to a million costs as little as one to a thousand; it proves nothing about the sum.
    """
    counts = ledger.counts_but_accepted(mailing.pk)
    accepted = mailing.chosen - counts.total()
    return receipt_from(counts + Counter({("accepted", ""): accepted}))


def receipt_from(counts: Mapping[tuple[str, str], int]) -> Receipt:
    """The receipt of how many deliveries there are of each state and reason."""
    sums = dict.fromkeys(RECEIPT_PARTS, 0)
    for (state, reason), count in counts.items():
        sums[receipt_part(state, reason)] += count
    shown = [(key, count) for key, count in sums.items() if count or key == "accepted"]
    parts = tuple(Part(key=key, count=count, words=RECEIPT_PARTS[key]) for key, count in shown)
    return Receipt(chosen=sum(counts.values()), parts=parts)
