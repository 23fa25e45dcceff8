"""Mends misspelt forms of the few words that requests turn on."""

from collections.abc import Iterator
from functools import lru_cache

_WORDS = (
    "unsubscribe unsubscribed unsubscribing unsubscription subscribe subscribed subscriber subscribing subscription"
    " newsletter newsletters bulletin bulletins colleague colleagues mailing distribution address addresses receive"
    " receiving remove removed please list"
).split()
# Words that are one letter away from those above and mean what they say.
_RIGHT = frozenset(
    "remote removes remover removal resubscribe resubscribed prescribe subscript subscribes subscribers unsubscribes relieve deceive received receiver receives"
    " failing sailing mailings bailing nailing hailing railing tailing wailing maiming malting lists listed last lost lust fist mist gist lit lisp lint lift live lest least lit"
    " pleased pleases pleas lease plea places phase peas addressed addressee dresses college pleasure".split()
)
_SHORTEST = 6  # letters; shorter words have too many neighbours


def _one_less(word: str) -> Iterator[str]:
    yield word
    yield from (word[:at] + word[at + 1 :] for at in range(len(word)))


_BY_PART = {part: word for word in reversed(_WORDS) if len(word) >= _SHORTEST for part in _one_less(word)}
_KNOWN = frozenset(_WORDS)


@lru_cache(maxsize=4096)
def mended(word: str) -> str:
    """The word that was meant: one letter wrong, missing, too many, or two in each other's place."""
    if len(word) < _SHORTEST - 1 or len(word) > 16 or word in _KNOWN or word in _RIGHT or not word.isascii():
        return word
    found = next((_BY_PART[part] for part in _one_less(word) if part in _BY_PART), None)
    return found if found and abs(len(found) - len(word)) <= 1 else word


# Words with a capital letter that are nobody's name.
NO_NAMES = frozenset(
    "i january february march april may june july august september october november december monday tuesday wednesday"
    " thursday friday saturday sunday christmas easter bulletin newsletter newsletters subscribe unsubscribe mailing list please"
    " remove add regards thanks english welsh cymraeg gymraeg england wales scotland ireland northern britain british uk npm"
    " team teams zoom outlook gmail prison prisons inspectorate chair chief deputy director manager inspector head secretary bwletin"
    " cylchlythyr central dashboard reporting distribution email emails internet google linkedin twitter facebook whatsapp the and or"
    " subscription diolch dear hi hello".split()
)
