"""The plain words people see for states and reasons: one table for terminal, studio, mail and print.

The keys are the states and reasons of the ledger, written as strings so that this package needs no database.
"""

from collections.abc import Mapping
from types import MappingProxyType

# Order is the order in which a receipt tells them; it starts with what went well.
RECEIPT_PARTS: Mapping[str, str] = MappingProxyType(
    {
        "accepted": "accepted",
        "refused": "sent back by their mail system",
        "expired": "given up after days of trying",
        "deferred": "trying again",
        "waiting": "waiting",
        "left": "left in time",
        "paused": "paused",
        "suppressed": "never to write to again",
        "unreachable": "no longer reachable",
        "already": "already had it",
        "cancelled": "stopped before it left",
        "in_doubt": "we can't tell",
    }
)

# Which part of the receipt a delivery counts in: by its reason where that decides, else by its state.
PART_OF_REASON: Mapping[str, str] = MappingProxyType(
    {
        "left": "left",
        "erased": "left",
        "paused": "paused",
        "suppressed": "suppressed",
        "unreachable": "unreachable",
        "already": "already",
        "cancelled": "cancelled",
        "expired": "expired",
    }
)
PART_OF_STATE: Mapping[str, str] = MappingProxyType(
    {
        "pending": "waiting",
        "claimed": "waiting",
        "transmitting": "waiting",
        "deferred": "deferred",
        "accepted": "accepted",
        "refused": "refused",
        "in_doubt": "in_doubt",
    }
)

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "left": "left in time",
        "erased": "left, and asked to be erased",
        "paused": "paused",
        "suppressed": "never to write to again",
        "unreachable": "no longer reachable",
        "already": "already had it",
        "cancelled": "stopped before it left",
        "expired": "given up after days of trying",
        "evidence": "settled by later evidence",
        "decided": "settled by a person",
        "not_known": "never found out",
    }
)

MAILING_STATES: Mapping[str, str] = MappingProxyType(
    {
        "planned": "ready to go",
        "scheduled": "scheduled",
        "needs_approval": "waiting for somebody to say it may go",
        "sending": "on its way",
        "paused": "paused",
        "finished": "finished",
        "cancelled": "stopped",
    }
)

PRACTICE_BANNER = "Practice. Nothing leaves this computer."
CHOSEN = "chosen"


def receipt_part(state: str, reason: str) -> str:
    """The part of the receipt that counts a delivery in this state; KeyError for a state the ledger does not know."""
    return PART_OF_REASON[reason] if reason in PART_OF_REASON else PART_OF_STATE[state]
