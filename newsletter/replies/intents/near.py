"""Words about joining or leaving that no other rule understood: enough to make a mail ambiguous, never to act."""

from collections.abc import Iterator

from newsletter.replies.intents.letter import Evidence, Letter
from newsletter.replies.phrases import patterns
from newsletter.replies.verdict import Intent

_NEAR = patterns("near")
_ASKED = patterns("near")["asked"]  # how things stand or how it works: nothing is asked for
_ACTS = {"join": Intent.SUBSCRIBE_SELF, "leave": Intent.UNSUBSCRIBE}


def look(letter: Letter) -> Iterator[Evidence]:
    """Every sentence that speaks of it."""
    for tagged in letter.all_sentences:
        if tagged.sentence.asked and _ASKED.search(tagged.sentence.plain):
            continue
        for name, intent in _ACTS.items():
            if _NEAR[name].search(tagged.sentence.plain):
                says = f"speaks of wanting to {name}"
                yield Evidence(rule=f"near-{name}", says=says, quote=tagged.sentence.text, intent=intent, weight=1)
