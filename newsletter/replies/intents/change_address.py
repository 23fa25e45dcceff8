"""Somebody's own address changes: "my e-mail is now …", "please use my new address"."""

import re
from collections.abc import Iterator

from newsletter.replies.intents.letter import Evidence, Letter
from newsletter.replies.intents.tagging import Tagged, any_of
from newsletter.replies.verdict import Intent

_OWN = (
    "NEWME",
    "ME CHANGED",
    "ME|MY|I OUTFIT",
    "^ OUTFIT",
    "ASK OUTFIT",
    "REPLACE ME|MYCOPY",
    "SEND IT|LIST|ISSUE|COPY|MYCOPY? ME ELSETO",
    "SEND IT|LIST|ISSUE|COPY|MYCOPY MY? ELSETO",
    "SEND IT|LIST|ISSUE|COPY|MYCOPY ADDRESS ELSETO",
    "RECEIVE IT|LIST|ISSUE|COPY|MYCOPY MY? ELSETO",
    "TAKE|REMOVE ME OFF? LIST? ADD|ADDED ADDRESS",
)
_INSTEAD = re.compile(
    r"\b(in its place|in place of (this|that|the old)|instead( of (here|this|to me|me|my \w+))?|rather than (here"
    r"|this( one| address)?|to me)|not (here"
    r"|this (one|address))"
    r"|(use|using) (my )?(\w+ ){0,2}(address )?anaddress|at my (\w+ ){1,3}(address|account|email) (in future"
    r"|from now|instead|rather))\b"
)
_ABOUT = re.compile(r"\b(address|email|mail)\b")
_WRONG_HERE = re.compile(
    r"\b(out of date|wrong|old|previous|incorrect) (e ?mail|address|e ?mail address|details) (for|of) (me|us|mine)\b"
    r"|\b(right|correct|new|current) (one|address|e ?mail|e ?mail address)( for me)? is\b"
    r"|\baddress (you have|on file|you hold)\b"
)
_CLOSES = ("OLD", "ME OLD", "IT OLD")
_OTHERS = any_of("THEY", "PERSON", "NAME")
_AGAINST = any_of("NOT", "IF", "WHY", "ALMOST")


def look(letter: Letter) -> Iterator[Evidence]:
    """Every sentence that says so of the writer's own address."""
    for tagged in letter.all_sentences:
        quote = tagged.sentence.text
        if (
            set(tagged.tags) & set(_OTHERS)
            and tagged.has("CHANGED|OUTFIT|REPLACE")
            and not tagged.has("ME|I|NEWME|MYCOPY")
            and _ABOUT.search(tagged.sentence.plain)
        ):
            yield Evidence(rule="change-other", says="somebody else's address changes", quote=quote, intent=None)
        elif any(_meant(tagged, start) for pattern in _OWN for start, _ in tagged.spans(pattern)):
            told = bool(letter.others)  # without the other address nothing can be changed
            yield Evidence(
                rule="change-address",
                says="has another address now" if told else "seems to have another address",
                quote=quote,
                intent=Intent.CHANGE_ADDRESS,
                weight=2 if told else 1,
            )
        elif letter.others and _WRONG_HERE.search(tagged.sentence.plain) and not set(tagged.tags) & set(_OTHERS):
            yield Evidence(
                rule="change-address", says="tells another address", quote=quote, intent=Intent.CHANGE_ADDRESS
            )
        elif letter.others and (any(map(tagged.has, _CLOSES)) or _goes_elsewhere(tagged)):
            yield Evidence(
                rule="change-address", says="their address changes", quote=quote, intent=Intent.CHANGE_ADDRESS
            )


def _goes_elsewhere(tagged: Tagged) -> bool:
    return bool(_INSTEAD.search(tagged.sentence.plain)) and not set(tagged.tags) & set(_OTHERS)


def _meant(tagged: Tagged, start: int) -> bool:
    others = set(tagged.before(start)) & set(_AGAINST + _OTHERS)
    return not others and not tagged.has("OUTFIT FOLLOWING|PERSON|NAME|THEY")
