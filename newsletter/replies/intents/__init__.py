"""What a person wants: an ordered list of small rules that look at sentences, and one place that decides."""

from collections.abc import Callable, Iterable

from newsletter.replies.intents import change_address, cues, left_post, near, subscribe, unsubscribe
from newsletter.replies.intents.decide import Decision, decide
from newsletter.replies.intents.letter import Evidence, Letter

INTENT_RULES: tuple[Callable[[Letter], Iterable[Evidence]], ...] = (
    unsubscribe.look,
    subscribe.look,
    change_address.look,
    left_post.look,
    near.look,
    cues.look,
)


def read_intent(letter: Letter) -> Decision:
    """What the letter asks for, with the sentences that say so."""
    return decide([seen for look in INTENT_RULES for seen in look(letter)])


__all__ = ["INTENT_RULES", "Decision", "Evidence", "Letter", "read_intent"]
