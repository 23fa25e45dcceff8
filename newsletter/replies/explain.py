"""What each rule says of one mail, for people who want to know why."""

from collections.abc import Iterator

from newsletter.replies.classify import judge
from newsletter.replies.human import outer_letter
from newsletter.replies.intents import INTENT_RULES
from newsletter.replies.kinds import KIND_RULES
from newsletter.replies.mail import IncomingMail
from newsletter.replies.ourselves import Ourselves
from newsletter.replies.parsing import parse
from newsletter.replies.reading import Reading
from newsletter.replies.verdict import Kind, Verdict


def explain(message: bytes | IncomingMail, ours: Ourselves | None = None) -> str:
    """Lines of text: the layers of the mail, each rule's word on it, and the verdict."""
    mail = message if isinstance(message, IncomingMail) else parse(message)
    reading = Reading(mail=mail, ours=ours or Ourselves())
    verdict = judge(reading)
    parts = [_layers(reading), _kinds(reading)]
    if verdict.kind is Kind.HUMAN:
        parts.append(_intents(reading))
    return "\n".join(line for part in (*parts, _verdict(verdict)) for line in part) + "\n"


def _layers(reading: Reading) -> Iterator[str]:
    yield "What was written"
    yield from (f"  {line}" for line in reading.new_words.split("\n"))
    if reading.body.endings:
        yield f"  (set aside at the end: {len(reading.body.endings.splitlines())} lines)"
    for inner in reading.inner:
        yield f"  (inside: a mail by {inner.sender or 'somebody'}, subject “{inner.subject}”)"


def _kinds(reading: Reading) -> Iterator[str]:
    yield "What sort of mail it is"
    decided = False
    for rule in KIND_RULES:
        seen = None if decided else rule.look(reading)
        decided = decided or seen is not None
        word = (
            f"{rule.reason(seen)} -> {seen.verdict.kind}"
            if seen
            else f"{rule.name}: {'not asked' if decided else 'no'}"
        )
        yield f"  {word}"


def _intents(reading: Reading) -> Iterator[str]:
    yield "What the sentences say"
    letter = outer_letter(reading)
    seen = [evidence for look in INTENT_RULES for evidence in look(letter)]
    for evidence in seen:
        yield f"  {evidence.rule}: {evidence.says} “{evidence.quote}” -> {evidence.intent or 'speaks against an act'}"
    if not seen:
        yield "  no rule knows these words"


def _verdict(verdict: Verdict) -> Iterator[str]:
    yield "Verdict"
    yield f"  {verdict.kind}{f', {verdict.intent}' if verdict.intent else ''}"
    if verdict.flags:
        yield f"  for a person at once: {', '.join(verdict.flags)}"
    if verdict.addresses or verdict.recipient:
        yield f"  concerns: {', '.join(verdict.addresses) or verdict.recipient}"
    yield from (f"  because {reason}" for reason in verdict.reasons)
