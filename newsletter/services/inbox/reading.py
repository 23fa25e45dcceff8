"""Has a reply read by the classifier, in a child process with bounds, and keeps what it says beside the row."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from newsletter.models import Reply
from newsletter.replies.verdict import Flag, Intent, Kind, Reason, Verdict
from newsletter.services.inbox.letters import read_letter
from newsletter.workspace import Workspace

Classifier = Callable[[bytes], Verdict]  # `GuardedReader.classify`, or what a workspace puts in its place

_COLUMNS = ("kind", "intent", "flags")
_LONGEST_TEXT = 20_000  # characters of the new words that the database keeps; the letter has the rest


def read(workspace: Workspace, reply: Reply, classifier: Classifier) -> Verdict:
    """What a reply is and wants."""
    raw = read_letter(workspace, reply.fingerprint)
    problem = reply.problem or ("its letter is gone" if raw is None else "")
    if raw is None or problem:
        return Verdict(kind=Kind.QUARANTINED, reasons=(Reason(rule="quarantined", says=problem),))
    return classifier(raw)


def columns_of(verdict: Verdict) -> dict[str, Any]:
    """A verdict as the row keeps it."""
    facts = {name: _plain(value) for name, value in asdict(verdict).items() if name not in _COLUMNS}
    facts["reply_text"] = facts["reply_text"][:_LONGEST_TEXT]
    return {
        "kind": verdict.kind.value,
        "intent": verdict.intent.value if verdict.intent else "",
        "flags": [flag.value for flag in verdict.flags],
        "verdict": facts,
    }


def verdict_of(reply: Reply) -> Verdict:
    """The verdict that a row keeps; its intent is the one that staff said, where they corrected it."""
    facts = dict(reply.verdict)
    back_on = facts.pop("back_on", None)
    reasons = tuple(Reason(**reason) for reason in facts.pop("reasons", ()))
    lists = {name: tuple(facts.pop(name, ())) for name in ("addresses", "recipients")}
    return Verdict(
        kind=Kind(reply.kind),
        intent=Intent(reply.intent) if reply.intent else None,
        flags=tuple(map(Flag, reply.flags)),
        back_on=date.fromisoformat(back_on) if back_on else None,
        reasons=reasons,
        addresses=lists["addresses"],
        recipients=lists["recipients"],
        **facts,
    )


def _plain(value: Any) -> Any:  # noqa: ANN401
    """As JSON takes it, and PostgreSQL: no NUL, no half of a surrogate pair."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value.isoformat() if isinstance(value, date) else value
