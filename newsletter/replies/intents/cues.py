"""What a mail is about where it asks for no act: contribution, question, feedback or spam, by weighed signs."""

from collections.abc import Iterator

from newsletter.replies.intents.letter import Evidence, Letter
from newsletter.replies.intents.tagging import Tagged
from newsletter.replies.phrases import either, tables
from newsletter.replies.verdict import Intent

# In this order: a sentence means the first that it bears a strong sign of. Who brings an item asks for room; who finds
# fault may put it as a question.
_SAYS = {
    Intent.SPAM: "wants to sell or to cheat",
    Intent.CONTRIBUTION: "brings something for an issue",
    Intent.FEEDBACK: "says what they think",
    Intent.QUESTION: "asks something",
}
_WORDS = tables("cues")
_SIGNS = {
    intent: {weight: either(_WORDS[intent][name]) for name, weight in (("strong", 2), ("some", 1))} for intent in _SAYS
}
_ASKED = either(_WORDS["asked"]["opens"])
_ABOUT_HOW = either(_WORDS["asked"]["how"])
_THANKS = either(_WORDS["thanks"]["only"])
_REPLY_WANTED = either(_WORDS["asked"]["genuine"])


def look(letter: Letter) -> Iterator[Evidence]:
    """What each sentence means most; where all there is are thanks, those."""
    if letter.sentences and all(_THANKS.search(tagged.sentence.plain) for tagged in letter.sentences):
        quote = letter.sentences[0].sentence.text
        yield Evidence(rule="feedback", says=_SAYS[Intent.FEEDBACK], quote=quote, intent=Intent.FEEDBACK)
    for tagged in letter.all_sentences:
        intent, weight = _meaning(tagged)
        if intent:
            yield Evidence(
                rule=intent.value, says=_SAYS[intent], quote=tagged.sentence.text, intent=intent, weight=weight
            )
    if letter.attachments and letter.words.strip():
        yield Evidence(rule="contribution", says="a file came with it", quote="", intent=Intent.CONTRIBUTION, weight=1)


def _meaning(tagged: Tagged) -> tuple[Intent | None, int]:
    weights = {intent: _weight(intent, tagged) for intent in _SAYS}
    if weights[Intent.QUESTION] > 1 and _wants_an_answer(tagged, weights):
        return Intent.QUESTION, 2
    strong = next((intent for intent, weight in weights.items() if weight > 1), None)
    some = strong or next((intent for intent, weight in weights.items() if weight), None)
    return some, weights[some] if some else 0


def _weight(intent: Intent, tagged: Tagged) -> int:
    sentence = tagged.sentence
    weight = next((weight for weight, pattern in _SIGNS[intent].items() if pattern.search(sentence.plain)), 0)
    if intent is Intent.QUESTION and sentence.asked:
        return 2 if weight or _ASKED.search(sentence.plain) else 1
    return weight


def _wants_an_answer(tagged: Tagged, weights: dict[Intent, int]) -> bool:
    """Not "can I just say how good it is?", "could you make the print larger?" nor "is there room for an item?"."""
    words = tagged.sentence.plain
    if weights[Intent.CONTRIBUTION] > 1:
        return _ABOUT_HOW.search(words) is not None
    return weights[Intent.FEEDBACK] > 1 and tagged.sentence.asked and _REPLY_WANTED.search(words) is not None
