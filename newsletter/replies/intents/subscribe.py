"""Somebody wants to join, or wants others to: "could you add me please", "please add my colleague"."""

import re
from collections.abc import Iterator

from newsletter.replies.intents.doubts import by_the_writer, doubtful, vetoed
from newsletter.replies.intents.letter import Evidence, Letter
from newsletter.replies.intents.tagging import UNKNOWN, Tagged, any_of
from newsletter.replies.phrases import patterns
from newsletter.replies.verdict import Intent

_ASKS = (
    ("ADD|SUBSCRIBE ME", True),
    ("ADDME", True),
    ("RECEIVE ME ONTO|ADDED LIST?", True),
    ("ASK|WANT|WOULDLIKE SUBSCRIBE", False),
    ("^ SUBSCRIBE", False),
    ("ASK|WANT|WOULDLIKE RECEIVE LIST|ISSUE|OWNCOPY|COPY", False),
    ("ASK|WANT|WOULDLIKE RECEIVE IT LIST|OWNCOPY|REGULARLY", False),
    ("WANT|WOULDLIKE RECEIVE IT REGULARLY? $", False),
    ("WANT|WOULDLIKE|ASK COPY|OWNCOPY", False),
    ("WOULDLIKE LIST", False),
    ("ASK RECEIVE IT SEND ME", True),
    ("ASK|WANT|WOULDLIKE RECEIVE ADDED LIST?", False),
    ("ASK|I|WANT|WOULDLIKE ADDED LIST|IT|ISSUE", False),
    ("ASK|I|WANT|WOULDLIKE ADDED AFTER|REGULARLY? $", False),
    ("WANT|WOULDLIKE ONTO LIST", False),
    ("SEND ME LIST|ISSUE|OWNCOPY|COPY", True),
    ("SEND LIST|IT|ISSUE OWNCOPY|ME", True),
    ("ME SUBSCRIBE|ADDED LIST?", True),
    ("ASK|WANT|WOULDLIKE ME RECEIVE|ONTO LIST|IT", False),
    ("ASK RECEIVE IT ME", True),
    ("ASK|WANT|WOULDLIKE RECEIVE? OWNCOPY", False),
    ("ASK|WANT|WOULDLIKE RECEIVE ME REGULARLY|OWNCOPY", True),
    ("^ OWNCOPY ASK? $", False),
    ("ASK|WANT|WOULDLIKE I ONTO LIST", True),
)
_THIRD = (
    "ADD|SUBSCRIBE|ADDED PERSON|NAME|THEY|ADDRESS",
    "SEND LIST|IT|ISSUE|COPY PERSON|NAME|ADDRESS|THEY",
    "SEND PERSON|NAME|ADDRESS|THEY LIST|ISSUE|OWNCOPY|COPY",
    "PERSON|NAME|THEY|ADDRESS WANT|WOULDLIKE|ASK|WANTED RECEIVE|SUBSCRIBE|ADDED LIST|IT|ISSUE|OWNCOPY|COPY",
    "PERSON|NAME|THEY|ADDRESS WANT|WOULDLIKE|WANTED LIST|OWNCOPY|SUBSCRIBE|COPY",
    "PERSON|NAME|THEY|ADDRESS WANT|WOULDLIKE|ASK|WANTED? ADDED|SUBSCRIBE",
    "PERSON|NAME|THEY|ADDRESS ADDED|SUBSCRIBE LIST",
    "PERSON|NAME|THEY RECEIVE LIST|IT REGULARLY",
    "ADDRESS LIST",
    "ADDME|ADD|SUBSCRIBE AFTER? PERSON|NAME|ADDRESS",
    "ADD ME AFTER PERSON|NAME|ADDRESS",
)
# The same asked as a question, "could our new visitors get it?"; without an address it must be somebody of theirs.
_MAY_THEY = ("MY PERSON RECEIVE LIST|IT|ISSUE|COPY", "PERSON|NAME|THEY ADDED")
_MAY_ANY = ("PERSON|NAME|THEY|FOLLOWING RECEIVE|ADDED LIST|IT|ISSUE|COPY",)
_MAY = re.compile(r"\b(can|could|may|might|any chance|would it)\b")
_WHO_MAY = re.compile(r"\bor (is|are|just|only|must|do|does)\b|\b(only|allowed|eligible|open to|know|tell|told)\b")
_TOLD = re.compile(r"\b(know|knew|tell|told) (me |us |you |him |her |them )?that\b")
_AGAINST = any_of("NOT", "NOMORE", "ALMOST", "WHY", "IF", "THANKS", "STOP", "CANCEL")
_OTHERS = any_of("THEY", "PERSON", "NAME", "SUCCESSOR")
_OUT_OF_PLACE = any_of("ELSEWHERE", "UNSUBTHING")
_OTHERS_TOO = patterns("near")["others"]  # with an address in the mail
COPIED = re.compile(r"\b(cc|copied|copy|copying)\b", re.IGNORECASE)  # who is meant stands in the header
_BOTH = re.compile(r"\b(both|the two|all (three|four|five)?) ?of us\b|\bus (both|two|all)\b")
_AS_FRIEND = re.compile(r"\bme (on|to) (linkedin|teams|whatsapp|the call|the invite)|\bkeep me\b")


def look(letter: Letter) -> Iterator[Evidence]:
    """Every sentence that asks for it, for oneself or for others."""
    for tagged in letter.all_sentences:
        mine, theirs = _weight(tagged), _third(tagged, letter)
        theirs = theirs or (mine > 0 and tagged.has("ADDRESS") and tagged.has("PERSON|NAME|THEY"))
        theirs = theirs or (mine > 0 and bool(letter.others) and _BOTH.search(tagged.sentence.plain) is not None)
        if theirs:
            says = "asks that others be added" if not mine else "asks to join, together with others"
            yield Evidence(
                rule="subscribe-other",
                says=says,
                quote=tagged.sentence.text,
                intent=Intent.SUBSCRIBE_OTHER,
                weight=2 if mine > 1 or _reachable(letter) else 1,
                addresses=letter.own if mine else (),
            )
        elif mine:
            yield Evidence(
                rule="subscribe",
                says="asks to join" if mine > 1 else "seems to want to join",
                quote=tagged.sentence.text,
                intent=Intent.SUBSCRIBE_SELF,
                weight=mine,
            )


def _weight(tagged: Tagged) -> int:
    if tagged.has("UNSUBTHING") or _AS_FRIEND.search(tagged.sentence.plain):
        return 0
    meant = [
        (span, personal)
        for pattern, personal in _ASKS
        for span in tagged.spans(pattern)
        if _meant(tagged, span, personal=personal)
    ]
    if any(not doubtful(tagged, span, act="join", named=personal) for span, personal in meant):
        return 2
    return 1 if meant else 0


def _meant(tagged: Tagged, span: tuple[int, int], *, personal: bool) -> bool:
    before, after = set(tagged.before(span[0])), tagged.tags[span[1] :].partition("/")[0]
    if before & set(_AGAINST) or set(after[:6]) & set(any_of("ELSEWHERE")):
        return False
    matched = set(tagged.tags[span[0] : span[1]])
    if not matched & set(any_of("ADD", "SUBSCRIBE", "ADDED")) and set(tagged.tags[span[0] :]) & set(any_of("FORMAT")):
        return False  # "could I have the bulletin as a PDF", "last month's bulletin"
    return personal or (not before & set(_OTHERS) and by_the_writer(tagged, span))


def _third(tagged: Tagged, letter: Letter) -> bool:
    if tagged.has("UNSUBTHING"):
        return False
    asking = (*_THIRD, "ADD|SUBSCRIBE|ADDED FOLLOWING", "ADD|SUBSCRIBE IT ONTO? LIST") if letter.others else _THIRD
    if letter.others and _OTHERS_TOO.search(tagged.sentence.plain) and not set(tagged.tags) & set(_AGAINST):
        return True
    wanted = asking if tagged.has("ADDRESS|ASK|WANT|WANTED|WOULDLIKE|ADD|SUBSCRIBE") else ()
    if _may_they(tagged):
        wanted = (*wanted, *_MAY_THEY, *(_MAY_ANY if letter.others else ()))
    return any(_third_meant(tagged, span) for pattern in wanted for span in tagged.spans(pattern))


def _reachable(letter: Letter) -> bool:
    """Whoever can't be asked can't be added, so where none has an address a person has to write back anyhow."""
    return bool(letter.others) or COPIED.search(letter.words) is not None


def _may_they(tagged: Tagged) -> bool:
    words = tagged.sentence.plain
    return tagged.sentence.asked and bool(_MAY.search(words)) and not _WHO_MAY.search(words)


def _third_meant(tagged: Tagged, span: tuple[int, int]) -> bool:
    if vetoed(tagged, "join") or set(tagged.tags[span[0] : span[1]]) & set(any_of("I")):
        return False
    if _TOLD.search(tagged.sentence.plain):
        return False  # "… the Board I need it": another sentence begins within
    if tagged.tags[span[0]] in any_of("SEND") and UNKNOWN in tagged.tags[span[0] : span[1] + 1]:
        return False  # "send submissions to …", "send Ann mailing list software"
    near = tagged.tags[span[0] : span[1] + 6]
    return not set(tagged.before(span[0])) & set(_AGAINST) and not set(near) & set(_OUT_OF_PLACE)
