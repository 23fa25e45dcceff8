"""What the program wavers between, in words: "to join, or just a question?" It does nothing then, and asks."""

from collections.abc import Mapping

from newsletter.replies.verdict import Verdict

_MAY_MEAN: Mapping[str, str] = {  # by the rule that saw a sign of it
    "subscribe": "to join",
    "near-join": "to join",
    "subscribe-other": "to let others join",
    "unsubscribe": "to leave",
    "near-leave": "to leave",
    "stays": "to stay on the list",
    "remove-other": "to take somebody else off",
    "change-address": "to use another address",
    "change-other": "to use another address for somebody else",
    "left-post": "to say that somebody has left",
    "contribution": "to send something for an issue",
    "question": "just a question",
    "feedback": "just to say what they think",
}
_ELSE = "just a question"


def wavering(verdict: Verdict) -> str:
    """The readings that there are signs of, as a question; empty where there is a sign of none."""
    found = list(dict.fromkeys(_MAY_MEAN[reason.rule] for reason in verdict.reasons if reason.rule in _MAY_MEAN))
    if not found:
        return ""
    found = found if len(found) > 1 else [*found, _ELSE if found[0] != _ELSE else "something else"]
    return f"{', '.join(found[:-1])}, or {found[-1]}?"
