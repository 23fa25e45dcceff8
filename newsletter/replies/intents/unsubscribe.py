"""Somebody wants to leave: "could you take me off", "I no longer wish to receive these", "unsubscribe"."""

import re
from collections.abc import Iterator

from newsletter.replies.intents.doubts import by_the_writer, disavows, doubtful
from newsletter.replies.intents.letter import Evidence, Letter
from newsletter.replies.intents.tagging import Tagged, any_of
from newsletter.replies.verdict import Intent

# What asks, and whether the words name the writer ("remove me"), so that no other subject can be meant.
_ASKS = (
    ("REMOVE ME", True),
    ("REMOVEME", True),
    ("TAKE|RECEIVE|LEAVING ME OFF LIST|IT|AFTER|ASK|THANKS", True),
    ("TAKE|RECEIVE|LEAVING ME OFF $", True),
    ("UNSUB ME", True),
    ("RECEIVE|WANT|WOULDLIKE ME REMOVED|BEREMOVED", True),
    ("ME BEREMOVED LIST?", False),
    ("STOP|CANCEL SEND ME", True),
    ("STOP ME RECEIVE", True),
    ("CANCEL|STOP ME|MYCOPY", True),
    ("CANCEL|STOP LIST", False),
    ("STOP SEND|RECEIVE LIST|IT", False),
    ("ASK STOP SEND", False),
    ("^ STOP SEND $", False),
    ("^ OFF LIST ASK|AFTER? $", False),
    ("^ OFF ASK $", False),
    ("^ REMOVE ASK|AFTER? $", False),
    ("^ ASK CANCEL LIST|IT $", False),
    ("^ REMOVE LIST|IT? $", False),
    ("NOMORE IT ASK", False),
    ("ASK REMOVE LIST $", False),
    ("STOP IT|LIST $", False),
    ("^ ASK? UNSUB", False),
    ("ASK|WANT|WOULDLIKE|I UNSUB", False),
    ("^ ASK? REMOVE OFF LIST|IT ASK|AFTER? $", False),
    ("WANT|WOULDLIKE|ASK|I BEREMOVED", False),
    ("^ BEREMOVED", False),
)
# What asks by saying no.
_REFUSES = (
    ("NOT|NOMORE WANT|WOULDLIKE RECEIVE|SEND ME? LIST|IT|NOMORE|COPY", False),
    ("NOT|NOMORE WANT|WOULDLIKE LIST", False),
    ("NOT|NOMORE WANT|WOULDLIKE IT NOMORE? $", False),
    ("WANT|WOULDLIKE NOT RECEIVE LIST|IT|COPY", False),
    ("NOT|NOMORE WANT|WOULDLIKE ONTO LIST|IT", False),
    ("NOMORE WANT|WOULDLIKE SEND", False),
    ("NOT SEND ME LIST|IT|NOMORE", True),
    ("NOT SEND ME $", True),
    ("NOT SEND LIST|IT NOMORE", False),
    ("NOT SEND LIST|IT ASK|AFTER|ME? $", False),
    ("NOT KEEP SEND? LIST|IT", False),
    ("NOT WANT|WOULDLIKE NOMORE LIST", False),
    ("^ NOMORE LIST", False),
    ("^ NOMORE ASK $", False),
)
_WEAK = ("NOMORE NEED", "NOT NEED ME? NOMORE", "NOT NEED ME", "NOMORE WANT", "NOT WANT RECEIVE", "NOT ME NEED NOMORE")
_THIRD = (
    "REMOVE|UNSUB THEY|PERSON|NAME|ADDRESS|FOLLOWING",
    "TAKE|LEAVING THEY|PERSON|NAME|ADDRESS|FOLLOWING OFF",
    "NAME|THEY|PERSON|ADDRESS BEREMOVED|UNSUB",
    "NAME|THEY|PERSON|ADDRESS OFF LIST",
)
_OFF = re.compile(f"[{re.escape(any_of('OFF'))}]")
_NOUN = any_of("WORD", "MY", "ELSEWHERE", "PERSON", "WORK")
_AGAINST = any_of("NOT", "ALMOST", "WHY", "IF", "THANKS")
_WISHES = any_of("ASK", "WANT", "WOULDLIKE", "I")
_OTHERS = any_of("THEY", "PERSON", "NAME", "ADDRESS", "SUCCESSOR")


def look(letter: Letter) -> Iterator[Evidence]:
    """Every sentence that asks for it, asks for others, or speaks against it."""
    for tagged in letter.all_sentences:
        quote = tagged.sentence.text
        if stays := _stays(tagged):
            yield Evidence(rule="stays", says=stays, quote=quote, intent=None)
        elif disavows(tagged):
            yield Evidence(rule="takes-back", says="takes it back", quote=quote, intent=None)
        elif _third(tagged):
            yield Evidence(rule="remove-other", says="asks to take somebody else off", quote=quote, intent=None)
        elif weight := 2 if len(letter.sentences) == 1 and tagged.is_all("ASK STOP") else _weight(tagged):
            says = "asks to leave" if weight > 1 else "seems to want to leave"
            yield Evidence(rule="unsubscribe", says=says, quote=quote, intent=Intent.UNSUBSCRIBE, weight=weight)


def _weight(tagged: Tagged) -> int:
    """In a refusal one "not" is the request itself; one before it would turn it round, as it does before a request."""
    if tagged.has("UNSUBTHING"):
        return 0
    meant = [
        (span, personal)
        for pattern, personal in (*_ASKS, *_REFUSES)
        for span in tagged.spans(pattern)
        if _meant(tagged, span, personal=personal) and (personal or by_the_writer(tagged, span))
    ]
    if any(not doubtful(tagged, span, act="leave", named=personal) for span, personal in meant):
        return 2
    return 1 if meant or any(map(tagged.has, _WEAK)) else 0


def _meant(tagged: Tagged, span: tuple[int, int], *, personal: bool) -> bool:
    before = set(tagged.before(span[0]))
    if before & set(_AGAINST) or _from_elsewhere(tagged, span[1]):
        return False
    if personal:  # "my assistant will write about taking us off": they act, and nobody asks
        return not before & set(_OTHERS) or bool(before & set(_WISHES)) or tagged.sentence.asked
    return not before & set(_OTHERS)


def _from_elsewhere(tagged: Tagged, end: int) -> bool:
    """ "Remove me from" something that is no list of ours: a rota, a photo, a word that we do not know."""
    after = tagged.tags[end - 1 :].partition("/")[0]
    off = _OFF.search(after[:5])
    near = set(after[off.start() : off.start() + 7]) if off else set(after[:5])
    ours = near & set(any_of("LIST", "IT", "MYCOPY", "RECEIVE", "SEND"))
    return not ours and bool(
        (off and len(after) > off.end() and after[off.end()] in _NOUN) or near & set(any_of("ELSEWHERE"))
    )


def _third(tagged: Tagged) -> bool:
    found = any(
        not set(tagged.before(start)) & set(any_of("NOT", "IF"))
        for pattern in _THIRD
        for start, _ in tagged.spans(pattern)
    )
    return found and not tagged.has("REMOVE ME") and not tagged.has("TAKE ME OFF")


def _stays(tagged: Tagged) -> str:
    against = (
        "NOT REMOVE|UNSUB|TAKE ME",
        "NOT WANT? BEREMOVED|UNSUB",
        "NOT STOP SEND|LIST|IT",
        "NOT WANT ME REMOVED|BEREMOVED|OFF",
        "NOT TAKE ME OFF",
        "KEEP",
        "WANT|WOULDLIKE|ASK GOON",
    )
    refused = any(
        not set(tagged.before(start)) & set(any_of("NOT", "NOMORE"))
        for pattern in against
        for start, _ in tagged.spans(pattern)
    )
    return "wants to stay" if refused else ""
