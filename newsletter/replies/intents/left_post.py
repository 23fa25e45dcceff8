"""Somebody has left their post, or leaves: the writer or another; a successor may be named."""

import re
from collections.abc import Iterator

from newsletter.replies.intents.letter import Evidence, Letter
from newsletter.replies.intents.tagging import UNKNOWN, Tagged, any_of
from newsletter.replies.verdict import Intent

# What is left is a thing, or it is another's parting that we are told good wishes for.
_THING = re.compile(
    r"\b(office|offices|premises|building|headquarters|team|we) (has |have |is |are )?(moved|moving|relocat\w+) to\b"
    r"|\b(ask|asks|asked|want|wants|wish|wishes|wanting|asking) to leave\b"
    r"|\bleft us (with|wondering|feeling|cold|speechless|without|all|no)\b"
    r"|\bleft (a|an|his|her|their|my|our|your|some|it|out|off|behind|you|me|this|that|messages?)\b(?! (post|role"
    r"|job|position|organisation|team))"
    r"|\b(wish|wishing|wishes|luck|congratulations|all the best|enjoy|miss) .{0,40}\b(new (role|job|post)"
    r"|retirement|future)\b"
)
_WRITER = re.compile(r"\b(i|we|my|our)\b")
# Whoever no longer does what made them a reader.
_NO_LONGER = re.compile(
    r"\b(mrs?|ms|miss|dr|aname|he|she|they|colleague|chair|member|visitor|secretary|clerk)\b( \w+){0,3} (no longer"
    r" (?!(wish|want|need|receiv|get|read|requir|like|interest)\w*)\w+s\b"
    r"|(is|are) no longer (?!(interest|receiv|gett)))"
)
_OTHERS = any_of("THEY", "PERSON", "NAME", "ADDRESS")


def look(letter: Letter) -> Iterator[Evidence]:
    """Every sentence that tells of it."""
    for tagged in letter.all_sentences:
        if tagged.has("DIED"):
            yield Evidence(rule="died", says="somebody has died", quote=tagged.sentence.text, intent=None)
        elif tagged.has("LEAVING") and not _THING.search(tagged.sentence.plain) and (who := _who(tagged)):
            weight = 2 if tagged.has("WORK") or who == "somebody" or _for_good(tagged) else 1
            yield Evidence(
                rule="left-post",
                says=f"{who} leaves or has left",
                quote=tagged.sentence.text,
                intent=Intent.LEFT_POST,
                weight=weight,
            )
        elif tagged.has("SUCCESSOR") or _NO_LONGER.search(tagged.sentence.tagged):
            yield Evidence(
                rule="left-post",
                says="somebody takes over" if tagged.has("SUCCESSOR") else "somebody has left",
                quote=tagged.sentence.text,
                intent=Intent.LEFT_POST,
                weight=1 if tagged.has("SUCCESSOR") else 2,
            )


def _who(tagged: Tagged) -> str:
    start = next(tagged.spans("LEAVING"))[0]
    before = set(tagged.before(start))
    if (
        before & set(any_of("NOT", "IF", "WHY", "ALMOST", "ASK"))
        or tagged.has("LEAVING ME")
        or tagged.has("LEAVING LIST")
    ):
        return ""
    if before & set(_OTHERS):
        return "somebody"
    if tagged.has("I|ME|MY") or _WRITER.search(tagged.sentence.plain):
        return "the writer"
    return "somebody" if UNKNOWN in before else ""  # a name that begins the sentence


def _for_good(tagged: Tagged) -> bool:
    words = tagged.sentence.plain
    return any(
        word in words
        for word in (
            "retir",
            "redundan",
            "new job",
            "new role",
            "new post",
            "stepp",
            "last day",
            "no longer work",
            "no longer with",
            "no longer in",
            "resign",
            "ymddeol",
        )
    )
