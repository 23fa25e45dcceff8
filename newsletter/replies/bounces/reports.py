"""Failures in the standard's form: delivery status notifications (RFC 3464)."""

from collections.abc import Iterator

from newsletter.replies.bounces.failures import STATUS, Failure
from newsletter.replies.mail import Fields, IncomingMail
from newsletter.replies.mailboxes import addresses_in


def reported_failures(mail: IncomingMail) -> tuple[Failure, ...]:
    """What the report says of each recipient; those that were delivered or passed on are left out."""
    return tuple(failure for group in mail.status_groups if (failure := _failure(group)))


def _failure(group: Fields) -> Failure | None:
    action = _first(group, "action").lower().split(" ")[0].strip("();")
    final = next(_addresses(group, "final-recipient", "x-actual-recipient", "remote-recipient"), "")
    original = next(_addresses(group, "original-recipient"), "")
    if not (final or original or action):
        return None
    if action in ("delivered", "relayed", "expanded"):
        return None
    return Failure(
        address=final or original,
        written_to=original,
        status=_status(group),
        words=" ".join(group.get("diagnostic-code", ()) + group.get("x-supplementary-info", ())),
        delayed=action == "delayed",
    )


def _addresses(group: Fields, *names: str) -> Iterator[str]:
    for name in names:
        for value in group.get(name, ()):
            yield from addresses_in(value.partition(";")[2] or value)


def _status(group: Fields) -> str:
    found = STATUS.search(_first(group, "status"))
    return found[0] if found else ""


def _first(group: Fields, name: str) -> str:
    return group.get(name, ("",))[0]
