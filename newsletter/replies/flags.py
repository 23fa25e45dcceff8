"""What must reach a named person at once: each flag with the sentence that raises it."""

from collections.abc import Iterator, Sequence

from newsletter.replies.intents.sentences import Sentence
from newsletter.replies.intents.tagging import Tagged
from newsletter.replies.phrases import either, tables
from newsletter.replies.second_reader import NAME, flags_read
from newsletter.replies.verdict import Flag, Reason

_PATTERNS = {
    flag: {name: either(expressions) if expressions else None for name, expressions in words.items()}
    for flag, words in tables("flags").items()
}
_SAYS = {
    Flag.WELFARE_CONCERN: "somebody may be in danger or treated badly",
    Flag.INFORMATION_REQUEST: "a request for information",
    Flag.DATA_RIGHTS: "asks about their own data",
    Flag.PRESS: "from the press",
    Flag.LEGAL: "threatens a complaint or the law",
    Flag.BEREAVEMENT: "somebody has died",
    Flag.EMBARGO: "not to be published yet",
}


def flags_in(sentences: Sequence[Tagged]) -> Iterator[tuple[Flag, Reason]]:
    """Each flag that the rules or the second reader raise, once."""
    suspected, plain = dict(flags_read(sentences)), [tagged.sentence for tagged in sentences]
    for flag in Flag:
        if raised := _raised_by(flag, plain):
            yield flag, Reason(rule=flag.value.replace("_", "-"), says=_SAYS[flag], quote=raised.text)
        elif flag in suspected:
            quote = suspected[flag].sentence.text
            yield flag, Reason(rule=NAME, says=f"perhaps: {_SAYS[flag]}", quote=quote)


def _raised_by(flag: Flag, sentences: Sequence[Sentence]) -> Sentence | None:
    says, near, about = (_PATTERNS[flag][name] for name in ("says", "near", "about"))
    if says and (found := next((each for each in sentences if says.search(each.plain)), None)):
        return found
    if near and about and any(near.search(each.plain) for each in sentences):
        return next((each for each in sentences if about.search(each.plain)), None)
    return None
