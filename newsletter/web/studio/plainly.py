"""Sentences of the services in the studio's words: where they name a command, the button or page that does it.

The services speak to whoever reads them, in a terminal or here. What only a command can do stays with whoever runs this
computer.
"""

import re
from collections.abc import Mapping

_MAILING, _ISSUE, _SETTINGS = "on the page of the mailing", "on the page of the issue", "under Settings"
_LIVE = f"“Practice and live” {_SETTINGS}"

# What stands in the place of a command, and of an order to run it.
_WORDS: Mapping[str, tuple[str, str]] = {
    "approve": (f"“Agree” {_ISSUE}", f"approve it by “Agree” {_ISSUE}"),
    "build": (f"the preview {_ISSUE}", f"look at the preview {_ISSUE}"),
    "cancel": (f"“Stop” {_MAILING}", f"press “Stop” {_MAILING}"),
    "check": (f"“To fix” {_ISSUE}", f"look at “To fix” {_ISSUE}"),
    "doctor": (_LIVE, f"look at {_LIVE}"),
    "inbox list": ("the page “Replies”", "look at “Replies”"),
    "live": (f"“Go live” {_SETTINGS}", f"let an administrator press “Go live” {_SETTINGS}"),
    "new": ("the page “Issues”", "begin it on the page “Issues”"),
    "pause": (f"“Pause” {_MAILING}", f"press “Pause” {_MAILING}"),
    "preview": (f"the preview {_ISSUE}", f"look at the preview {_ISSUE}"),
    "report": (f"“The report” {_MAILING}", f"look at “The report” {_MAILING}"),
    "resolve": (f"“Settle those we can't tell” {_MAILING}", f"press “Settle those we can't tell” {_MAILING}"),
    "resume": (f"“Go on” {_MAILING}", f"press “Go on” {_MAILING}"),
    "segments": ("the page “Segments”", "look at “Segments”"),
    "send": (f"“Send” {_ISSUE}", f"press “Send” {_ISSUE}"),
    "serve": ("this studio", "let this studio run"),
    "status": ("the page “Mailings”", "look at “Mailings”"),
    "subscribers import": ("“Bring in a list” under People", "press “Bring in a list” under People"),
    "test": (f"“Send me a test copy” {_ISSUE}", f"press “Send me a test copy” {_ISSUE}"),
    "user list": (f"the page “Accounts” {_SETTINGS}", f"look at “Accounts” {_SETTINGS}"),
}
_ELSE = ("a command of whoever runs this computer", "ask whoever runs this computer")
_GROUPS = ("inbox", "subscribers", "user")
_NAMES = (*_WORDS, "backup", "demo", "init", "migrate", "restore", "schema", *_GROUPS)
_ARGUMENT = r"(?: (?:--[a-z-]+(?: [A-Z]{2,}\b)?|[A-Z]{2,}\b|[\w.-]*\d[\w-]*))*"
_COMMAND = re.compile(
    rf"(?P<run>\b[Rr]un )?`?\bnewsletter (?P<name>(?:{'|'.join(_GROUPS)}) [a-z]+|{'|'.join(_NAMES)})\b{_ARGUMENT}`?"
)
_COPY = "“Send a copy to somebody” under “Something is wrong”"
# Options that a sentence names by themselves.
_OPTIONS = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"with --again\b", "on the page “Send”"),
        (r"--correcting (\w+) to those who have it", r"to those alone who have mailing \1"),
        (r"with --copy-to(?: ADDRESS)?\b", f"by {_COPY}"),
        (r"--copy-to(?: ADDRESS)?\b", _COPY),
        (r" with --at\b", ""),
        (r":? ?\b[Ss]ay who(?: \w+)? with --by\b", ""),
        (r": --reason \"[^\"]*\"", ""),
    )
)


def plainly(sentence: str) -> str:
    """The sentence without a command."""
    said = _COMMAND.sub(_in_words, sentence)
    for option, words in _OPTIONS:
        said = option.sub(words, said)
    return said.replace("`", "")


def _in_words(found: re.Match[str]) -> str:
    noun, order = _WORDS.get(found["name"], _ELSE)
    if not found["run"]:
        return noun
    return order[0].upper() + order[1:] if found["run"][0] == "R" else order
