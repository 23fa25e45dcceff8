"""How many years of school the English of an issue asks for, by Flesch and Kincaid's formula."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.vocabulary import main_language, sentences_in, syllables_in, words_in

_OLDEST = 18  # years; a first degree is begun at that age
_ENOUGH = 80  # words; with fewer the formula says nothing


def look(context: CheckContext) -> Iterator[Fault]:
    """Reckon over all sentences together; short fields such as names and headings are no sentences."""
    texts = [p.text for p in context.passages if main_language(p.language) == "en" and not p.quoted and not p.heading]
    sentences = [words_in(sentence) for text in texts for sentence in sentences_in(text) if len(sentence.split()) > 5]
    words = [word for sentence in sentences for word in sentence]
    if len(words) < _ENOUGH:
        return
    syllables = sum(map(syllables_in, words)) / len(words)
    age = round(0.39 * len(words) / len(sentences) + 11.8 * syllables - 15.59) + 5
    if age > _OLDEST:
        yield Fault(message=f"the issue reads like a text for people of about {age}")


RULE = Rule(
    id="reading-age",
    title="Reading age",
    severity=Severity.NOTES,
    looks_at=Sight.SOURCE,
    why="WCAG 2.2 SC 3.1.5; formula: Kincaid and others, 1975. Experts too read plain words faster (GOV.UK).",
    remedy="Shorten the longest sentences first, then replace long words.",
    look=look,
)
