"""What a person wants: an ordered list of small rules that look at sentences, and one place that decides."""

from collections.abc import Callable, Iterable

from newsletter.replies.intents import change_address, cues, left_post, near, subscribe, unsubscribe
from newsletter.replies.intents.decide import Decision, decide
from newsletter.replies.intents.letter import Evidence, Letter

ACT_RULES: tuple[Callable[[Letter], Iterable[Evidence]], ...] = (
    unsubscribe.look,
    subscribe.look,
    change_address.look,
    left_post.look,
    near.look,
)
INTENT_RULES = (*ACT_RULES, cues.look)


def read_intent(letter: Letter) -> Decision:
    """What the letter asks for, with the sentences that say so."""
    on_acts = [seen for look in ACT_RULES for seen in look(letter)]
    if all(seen.rule in ("stays", "takes-back") for seen in on_acts):
        return decide(list(cues.look(letter)) or on_acts)  # nothing is asked of the list
    return decide(on_acts)


__all__ = ["INTENT_RULES", "Decision", "Evidence", "Letter", "read_intent"]
