"""What `newsletter inbox act` may be told: each word calls one service and answers in a sentence."""

from collections.abc import Callable, Mapping
from typing import Any

from newsletter.errors import InputError
from newsletter.replies.verdict import Intent
from newsletter.services.answering import answer_posted
from newsletter.services.inbox import desk
from newsletter.services.inbox.cards import card_of
from newsletter.services.inbox.replying import answer, written_answer
from newsletter.services.outgoing import send_due
from newsletter.workspace import Workspace

Given = Mapping[str, Any]


def _do(workspace: Workspace, number: int, by: str, _given: Given) -> str:
    outcome = desk.do(workspace, number, by=by)
    _send(workspace)
    return f"Done: {outcome.words}."


def _no(_workspace: Workspace, number: int, by: str, _given: Given) -> str:
    desk.decline(number, by=by)
    return "It is not done. From now on I only suggest acts of this sort."


def _other(workspace: Workspace, number: int, by: str, given: Given) -> str:
    if not given["intent"]:
        raise InputError("Say what it is with --is, such as --is question.")
    desk.correct(workspace, number, Intent(given["intent"]), by=by, addresses=given["addresses"])
    card = card_of(workspace, desk.find_reply(number))
    return f"{card.understood} {card.would}"


def _undo(workspace: Workspace, number: int, by: str, _given: Given) -> str:
    return f"Taken back: {desk.undo(workspace, number, by=by)}."


def _close(_workspace: Workspace, number: int, by: str, _given: Given) -> str:
    desk.close(number, by=by)
    return "It is dealt with."


def _hand(_workspace: Workspace, number: int, by: str, given: Given) -> str:
    if not given["colleague"]:
        raise InputError("Say who it is for with --to.")
    desk.hand_to(number, given["colleague"], by=by)
    return "It waits for your colleague."


def _answer(workspace: Workspace, number: int, by: str, given: Given) -> str:
    if bool(given["text"]) == bool(given["template"]):
        raise InputError("Give your own words with --text, or a written answer with --template.")
    text = given["text"] or written_answer(workspace, desk.find_reply(number), given["template"])
    answer(workspace, number, text, by=by)
    _send(workspace)
    return "The answer is on its way."


def _send(workspace: Workspace) -> None:
    while answer_posted(workspace) or send_due(workspace):
        pass


DECISIONS: Mapping[str, Callable[[Workspace, int, str, Given], str]] = {
    "do": _do,
    "no": _no,
    "other": _other,
    "undo": _undo,
    "close": _close,
    "hand": _hand,
    "answer": _answer,
}
