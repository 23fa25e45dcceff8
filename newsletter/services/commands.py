"""What a mail to us does that one of ours has written ready: its subject is a word and a token, such as "confirm abc…".

So joining, leaving, coming back and moving work without a server. The token is the proof, whoever the mail is from.
"""

import re
from collections.abc import Callable, Mapping

from newsletter.models import Mechanism, RequestKind
from newsletter.services.deciding import come_back, say_yes, take_off
from newsletter.services.personal_links import person_of, request_of
from newsletter.subscribers.tokens import Purpose
from newsletter.workspace import Workspace

_COMMAND = re.compile(
    rf"\b({Purpose.CONFIRM}|{Purpose.CHANGE_ADDRESS}|{Purpose.UNSUBSCRIBE}|{Purpose.UNDO})\s+([a-z2-7]{{48}})\b",
    re.IGNORECASE,
)


def read_command(subject: str) -> tuple[Purpose, str] | None:
    """The word and the token in a subject, however it was folded or answered; None where there are none."""
    found = _COMMAND.search(" ".join(subject.split()))
    return (Purpose(found[1].lower()), found[2].lower()) if found else None


def obey(workspace: Workspace, purpose: Purpose, token: str, *, source: str) -> bool:
    """Do what a token is for; `source` is the Message-ID of the mail that brought it. False where it was done before.

    Raises InputError for a token that is forged, revoked or of another purpose, ConflictError where its time is over.
    """
    return _ACTS[purpose](workspace, token, source)


def _confirm(kind: RequestKind) -> Callable[[Workspace, str, str], bool]:
    def act(workspace: Workspace, token: str, source: str) -> bool:
        request = request_of(workspace, kind, token)
        return say_yes(workspace, request, mechanism=Mechanism.REPLY, source=source)

    return act


def _leave(workspace: Workspace, token: str, source: str) -> bool:
    person = person_of(workspace, Purpose.UNSUBSCRIBE, token)
    return take_off(workspace, person, mechanism=Mechanism.REPLY, source=source)


def _undo(workspace: Workspace, token: str, source: str) -> bool:
    return come_back(workspace, token, mechanism=Mechanism.REPLY, source=source)


_ACTS: Mapping[Purpose, Callable[[Workspace, str, str], bool]] = {
    Purpose.CONFIRM: _confirm(RequestKind.JOIN),
    Purpose.CHANGE_ADDRESS: _confirm(RequestKind.MOVE),
    Purpose.UNSUBSCRIBE: _leave,
    Purpose.UNDO: _undo,
}
