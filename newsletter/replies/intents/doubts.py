"""What makes a sentence that seems to ask for an act doubtful: then nothing is done and a person decides.

Two things do: a turn of phrase that words/vetoes.toml knows, and a word of content that no list knows in the clause of
the request. "Take me off the rota" and "you could make it easier to unsubscribe" differ from requests by such a word.
"""

import re

from newsletter.replies.intents.tagging import UNKNOWN, Tagged, any_of
from newsletter.replies.phrases import patterns

_VETOES = patterns("vetoes")
_LIST = re.compile(f"[^{UNKNOWN}]*?[{re.escape(any_of('LIST', 'OWNCOPY'))}]")
_ANOTHER = re.compile(
    f"[{re.escape(any_of('LIGHT'))}]*[{re.escape(any_of('OF'))}](?![^/]{{0,4}}[{re.escape(any_of('LIST', 'IT'))}])"
    f"[^/]*{re.escape(UNKNOWN)}"
)
_STRANGE = re.compile(f"[{re.escape(UNKNOWN + any_of('NAME', 'PERSON', 'THEY', 'ADDRESS'))}]")
_OTHERS = re.compile(f"[{re.escape(any_of('NAME', 'PERSON', 'THEY'))}]")
_FIRST_PERSON = re.compile(f".*[{re.escape(any_of('I', 'ME'))}]")
_WRITER = re.compile(f"[{re.escape(any_of('I', 'ME', 'MY', 'MYCOPY'))}]")
_REQUEST = re.compile(f"[{re.escape(any_of('ASK'))}]")
_SOMEBODY = any_of("THEY", "PERSON", "NAME", "ADDRESS", "SUCCESSOR")
_WISH = frozenset(any_of("ASK", "WANT", "WOULDLIKE"))
_ENQUIRES = re.compile(
    r"^(and |so |hi |but |also |sorry |,|\s)*(did|does|has|have|had|was|were|why|who|whose|what|when|where|will|am)\b"
)
_MODAL = re.compile(r"\b(can|could|would|will|may|might|please|a (allwch|allech|fyddai|wnewch|gaf)|sut)\b")


def doubtful(tagged: Tagged, span: tuple[int, int], *, act: str, named: bool) -> bool:
    """The request in `span` may not be meant. `named`: its words say whom and what, so words before it matter less."""
    words = tagged.sentence.plain
    if vetoed(tagged, act) or UNKNOWN in tagged.tags[span[0] : span[1]]:
        return True
    if tagged.sentence.asked and (_ENQUIRES.search(words) or not (_WISH & set(tagged.tags) or _MODAL.search(words))):
        return True  # "unsubscribe?", "did anyone ask you to take me off?"
    if act == "leave" and not named and _OTHERS.search(tagged.tags[: span[1]] + tagged.after(span[1])):
        return True
    before = "" if _only_the_writer(tagged.tags[: span[0]]) else tagged.before(span[0])
    return _strange_after(tagged, span) or (not named and UNKNOWN in before)


def vetoed(tagged: Tagged, act: str) -> bool:
    """Some turn of phrase in it speaks against this act, whatever else it says."""
    words = tagged.sentence.plain
    return _VETOES["any"].search(words) is not None or _VETOES[act].search(words) is not None


def disavows(tagged: Tagged) -> bool:
    """A sentence of its own takes back what stands before it: "Never!", "Only joking."."""
    return _VETOES["disavows"].search(tagged.sentence.plain) is not None


def by_the_writer(tagged: Tagged, span: tuple[int, int]) -> bool:
    """Where no word says who refuses, an earlier clause must not name others: "Ann has moved, so won't need it"."""
    if "/" not in tagged.tags[: span[0]] or _WRITER.search(tagged.tags) or _REQUEST.search(tagged.before(span[0])):
        return True
    return UNKNOWN not in tagged.tags[: span[0]] and not set(tagged.tags[: span[0]]) & set(_SOMEBODY)


def _only_the_writer(before: str) -> bool:
    """Where the writer is the one subject so far, what else stands there matters less."""
    return _FIRST_PERSON.match(before) is not None and not _OTHERS.search(before)


def _strange_after(tagged: Tagged, span: tuple[int, int]) -> bool:
    """Once our list is named only "of" and "for" can turn it into another one."""
    if found := _LIST.match(tagged.tags[span[0] : span[1]] + tagged.after(span[1])):
        return _ANOTHER.match(tagged.tags[span[0] + found.end() :].partition("/")[0]) is not None
    return bool(_STRANGE.search(tagged.after(span[1])))
