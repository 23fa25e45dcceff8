"""The replies that this project wrote itself, each as a mail that quotes a bulletin the way some program does."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from newsletter.replies import Intent, Ourselves, OwnText, Verdict
from newsletter.replies.intents.letter import Letter
from newsletter.replies.mailboxes import Mailbox

FOLDER = Path(__file__).parent.parent / "tests" / "replies"
SETS = ("tuning", "final")
SUBJECT = "NPM Bulletin November 2025: conference, good practice, new reports"
WRITER = "Robin Ashdown <robin.ashdown@reader.example>"
OURS = "NPM Bulletin <bulletin@npm.example>"
# Intents after which a subscription is touched, if only by a question to somebody who never asked.
ACTING = {Intent.SUBSCRIBE_SELF, Intent.SUBSCRIBE_OTHER, Intent.UNSUBSCRIBE, Intent.CHANGE_ADDRESS}
ISSUE = (
    "Welcome\n\nAutumn has kept us busy with partners at home and abroad. Please pass this bulletin on to your staff\n"
    "and volunteers. If a colleague forwarded it to you and you would like a copy of your own, e-mail us with the\n"
    "subject Subscribe.\n\nTo leave the list, reply with the word Unsubscribe in the subject: please remove me from\n"
    "the mailing list. You get this because you asked to be added to the list.\n"
    "Unsubscribe: mailto:bulletin@npm.example?subject=Unsubscribe\n"
)


@dataclass(frozen=True, kw_only=True)
class Written:
    """One reply with what it should be understood as."""

    name: str  # set/file:number
    raw: bytes
    kind: str = "human"
    intent: str = ""  # empty: any
    right: frozenset[str] = frozenset()  # intents that are right as well
    flags: frozenset[str] | None = None  # None: not looked at
    addresses: tuple[str, ...] | None = None
    own_words: str = ""
    subject: str = ""
    passed_on: bool = False  # another's mail stands inside
    facts: dict[str, Any] = field(default_factory=dict)  # further attributes of the verdict

    def harm(self, verdict: Verdict) -> str:
        """What wrong act would follow; empty if none."""
        if verdict.intent not in ACTING or verdict.flags:
            return ""
        if verdict.intent.value not in {self.intent, *self.right}:
            return f"{verdict.intent} instead of {self.intent}"
        touched = {address.lower() for address in verdict.addresses}
        meant = {*(self.addresses or ()), _address(WRITER)}
        return f"touches {sorted(touched - meant)}" if touched - meant else ""

    def concerns(self, verdict: Verdict) -> bool:
        """The addresses are those that were meant; the writer's own may stand beside them."""
        own = {_address(WRITER)}
        return set(verdict.addresses) - own == set(self.addresses or ()) - own

    def hit(self, verdict: Verdict) -> bool:
        """Understood as meant."""
        return verdict.kind.value == self.kind and (verdict.intent or "") in {self.intent, *self.right}


@cache
def ours() -> Ourselves:
    """The newsletter that the replies answer."""
    return Ourselves(
        name="NPM Bulletin",
        addresses=frozenset({"bulletin@npm.example"}),
        subjects=frozenset({SUBJECT.casefold()}),
        text=OwnText.of([ISSUE]),
    )


def letter_of(reply: Written) -> Letter:
    """The reply as the rules of intents see it."""
    return Letter(sender=Mailbox(address=_address(WRITER)), subject=reply.subject, words=reply.own_words, ours=ours())


@cache
def written(which: str) -> tuple[Written, ...]:
    """Every reply of a set."""
    return tuple(_written_of(which))


def _written_of(which: str) -> Iterator[Written]:
    for path in sorted((FOLDER / which).glob("*.yaml")):
        data = YAML(typ="safe").load(path)
        groups = data if isinstance(data, dict) else {path.stem: data}
        entries = [(group, entry) for group, entries in groups.items() for entry in entries]
        for at, (group, entry) in enumerate(entries):
            facts = dict(entry) if isinstance(entry, dict) else {"text": entry}
            yield _written(f"{which}/{path.stem}:{at + 1}", group, facts, at)


def _written(name: str, group: str, facts: dict[str, Any], at: int) -> Written:
    raw = bytes(_mail(facts, at))
    kind = facts.get("kind", "human")
    intent = facts.get("intent", group if group in set(Intent) else "")
    return Written(
        name=name,
        raw=raw,
        own_words=facts["text"],
        subject=facts.get("subject", ""),
        passed_on="inner" in facts,
        kind=kind,
        intent=intent if kind == "human" else "",
        right=frozenset(facts.get("right", ())),
        flags=frozenset(facts["flags"]) if "flags" in facts else None,
        addresses=tuple(facts["addresses"]) if "addresses" in facts else None,
        facts={key: facts[key] for key in ("back_on", "has_left") if key in facts},
    )


def _mail(facts: dict[str, Any], at: int) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = facts.get("from", WRITER)
    mail["To"] = OURS
    mail["Subject"] = facts.get("subject", f"Re: {SUBJECT}")
    mail["Date"] = "Sat, 08 Nov 2025 09:12:00 +0000"
    mail["Message-ID"] = f"<written-{at}@reader.example>"
    for header, value in facts.get("headers", {}).items():
        mail[header] = value
    _fill(mail, facts, at)
    for name in facts.get("attachments", ()):
        mail.add_attachment(b"not opened", maintype="application", subtype="octet-stream", filename=name)
    return mail


def _fill(mail: EmailMessage, facts: dict[str, Any], at: int) -> None:
    text = facts["text"].strip("\n")
    if inner := facts.get("inner"):
        mail.set_content(f"{text}\n\n{_forwarded(inner)}")
    elif "subject" in facts or "kind" in facts:
        mail.set_content(f"{text}\n")
    elif at % len(_QUOTES) == 0:
        mail.set_content(
            f"<html><body>{_paragraphs(text)}<hr>{_paragraphs(_header_block() + ISSUE)}</body></html>", subtype="html"
        )
    else:
        mail.set_content(text + "\n\n" + _QUOTES[at % len(_QUOTES)]())


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in text.split("\n\n"))


def _forwarded(inner: dict[str, str]) -> str:
    return (
        f"---------- Forwarded message ---------\nFrom: {inner['from']}\nDate: Fri, 7 Nov 2025 at 10:00\n"
        f"Subject: {inner['subject']}\nTo: {WRITER}\n\n{inner['text']}\n"
    )


def _header_block() -> str:
    return f"From: {OURS}\nSent: 07 November 2025 10:00\nTo: {WRITER}\nSubject: {SUBJECT}\n\n"


def _outlook() -> str:
    return f"{'_' * 32}\n{_header_block()}{ISSUE}"


def _gmail() -> str:
    quoted = "\n".join(f"> {line}".rstrip() for line in ISSUE.split("\n"))
    return f"On Fri, 7 Nov 2025 at 10:00, NPM Bulletin <bulletin@npm.example>\nwrote:\n\n{quoted}\n"


def _apple() -> str:
    quoted = "\n".join(f"> {line}".rstrip() for line in ISSUE.split("\n"))
    return (
        f"Sent from my iPhone\n\n> On 7 Nov 2025, at 10:00, NPM Bulletin <bulletin@npm.example> wrote:\n> \n{quoted}\n"
    )


def _passed_on() -> str:
    """A copy that Harriet forwarded, with her signature between the two header blocks."""
    harriet = "From: Harriet Lowe <harriet.lowe@body.example>\nSent: 07 November 2025 12:31\n"
    return (
        f"{harriet}To: {WRITER}\nSubject: FW: {SUBJECT}\n\nThought you might like this. Tell me to stop if not!\n\n"
        f"Harriet Lowe\nScheme manager\n\n{_header_block()}{ISSUE}"
    )


def _bare() -> str:
    """A program that quotes without any mark: only our own text tells."""
    return ISSUE


_QUOTES = (_outlook, _gmail, _apple, _passed_on, _outlook, _bare)


def _address(mailbox: str) -> str:
    return mailbox.partition("<")[2].rstrip(">")
