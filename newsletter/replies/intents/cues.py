"""What a mail is about where it asks for no act: contribution, question, feedback or spam, by weighed signs."""

from collections.abc import Iterator

from newsletter.replies.intents.letter import Evidence, Letter
from newsletter.replies.intents.tagging import Tagged
from newsletter.replies.phrases import either, tables
from newsletter.replies.verdict import Intent

_SAYS = {
    Intent.CONTRIBUTION: "brings something for an issue",
    Intent.QUESTION: "asks something",
    Intent.FEEDBACK: "says what they think",
    Intent.SPAM: "wants to sell or to cheat",
}
_SIGNS = {
    intent: {weight: either(words[name]) for name, weight in (("strong", 2), ("some", 1))}
    for intent, words in tables("cues").items()
}


def look(letter: Letter) -> Iterator[Evidence]:
    """The weightiest sign of each intent in each sentence."""
    for tagged in letter.all_sentences:
        for intent in _SAYS:
            if weight := _weight(intent, tagged):
                yield Evidence(
                    rule=intent.value, says=_SAYS[intent], quote=tagged.sentence.text, intent=intent, weight=weight
                )
    if letter.attachments and letter.words.strip():
        yield Evidence(rule="contribution", says="a file came with it", quote="", intent=Intent.CONTRIBUTION, weight=1)


def _weight(intent: Intent, tagged: Tagged) -> int:
    words = tagged.sentence.plain
    weight = next((weight for weight, pattern in _SIGNS[intent].items() if pattern.search(words)), 0)
    if intent is Intent.QUESTION and tagged.sentence.asked:
        weight += 1
    return weight
