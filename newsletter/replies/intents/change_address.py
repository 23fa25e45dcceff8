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
_ABOUT = re.compile(r"\b(address|email|mail)\b")
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
            yield Evidence(
                rule="change-address", says="has another address now", quote=quote, intent=Intent.CHANGE_ADDRESS
            )
        elif letter.others and any(map(tagged.has, _CLOSES)):
            yield Evidence(rule="change-address", says="an address closes", quote=quote, intent=Intent.CHANGE_ADDRESS)


def _meant(tagged: Tagged, start: int) -> bool:
    return not set(tagged.before(start)) & set(_AGAINST + _OTHERS)
