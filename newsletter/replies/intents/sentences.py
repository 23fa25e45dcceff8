"""The sentences that somebody wrote, without greeting, sign-off and signature; each also in a plain form to match.

The plain form is lower case, contractions written out, common misspellings mended, words apart by single blanks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.replies.intents.spelling import NO_NAMES, mended

_LONGEST_TEXT = 8000  # characters that are read; what is wanted stands at the start
_LONGEST_SENTENCE = 500
_TOKEN = 30  # letters; no word is so long, but the tokens of personal addresses are
_SIGN_OFF = re.compile(
    r"\W*((with |very |many |all |my |our |kind(est)? |best |warm(est)? |good )*(regards|rgds|wishes|thanks"
    r"|thank you)( (again|so much|very much|a lot|in advance|and (kind |best )?regards|for your help|all"
    r"|everyone))?"
    r"|best|all the best|cheers|yours( (sincerely|faithfully|truly|etc|aye))?|sincerely|kr|br|bw|ta|thx|tia"
    r"|take care|sent with thanks|speak soon"
    r"|diolch( (yn fawr|o galon|am|i chi|i ti|ymlaen llaw))*( iawn)?|cofion( (gorau|cynnes|caredig))?"
    r"|(gyda )?dymuniadau( gorau)?|(yn )?gywir|yr eiddoch yn gywir|hwyl( fawr)?"
    r"|pob hwyl)\W*([A-Z][\w'\u2019.-]*\W*){0,4}",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"\W*(p\.?\s?p?\.?s\b|o\.?n\b\.|ôl-nodyn|also\b|one more)", re.IGNORECASE)
_GREETING = re.compile(
    r"\A\W*(dear|hi|hello|hiya|hey|good (morning|afternoon|evening|day)|morning|afternoon|annwyl|helo|shwmae|bore da"
    r"|prynhawn da|noswaith dda|to whom it may concern|f\.?a\.?o)\b[^.?!\n]{0,40}?([,:!.\u2013\u2014-]+(\s|$)|$)",
    re.IGNORECASE,
)
_END = re.compile(r"(?<=[.!?;…])[\"'”\u2019)]*\s+(?=\S)|\s+[\u2013\u2014]\s+|\s-\s")
_ABBREVIATION = re.compile(r"\b(e\.g|i\.e|mr|mrs|ms|dr|prof|st|no|vs|etc|approx|dept)\.$", re.IGNORECASE)
_MARKS = re.compile(r"[^\w\s',]+")
_COMMA = re.compile(r"[,;:()]+(?=\s|$)|\s[(]")
_ADDRESS = re.compile(r"(?:<|mailto:|\()*[^\s<>@,;:]+@[^\s<>@,;]+\.\w+[>)]*")
_NAME = re.compile(
    r"(?<=[\w,])\s([A-Z][a-z]+(?:[-'\u2019][A-Z]?[a-z]+)*)(?:\s(?:[A-Z]\.?\s)?[A-Z][a-z]+(?:[-'\u2019][A-Z]?[a-z]+)*)*((?:['\u2019]s)?)\b"
)
_CONTRACTIONS = (
    (re.compile(r"\bcan'?t\b|\bcannot\b"), "can not"),
    (re.compile(r"\bwon'?t\b"), "will not"),
    (re.compile(r"\b(do|does|did|is|are|was|were|would|should|could|have|has|had|need|must)n'?t\b"), r"\1 not"),
    (re.compile(r"\b(i|you|we|they|he|she|it|who|that)'d\b"), r"\1 would"),
    (re.compile(r"\b(i|you|we|they|he|she|it|who|that|there|name|email)'ll\b"), r"\1 will"),
    (re.compile(r"\b(i|you|we|they)'ve\b"), r"\1 have"),
    (re.compile(r"\bi'?m\b"), "i am"),
    (re.compile(r"\b(you|we|they)'re\b"), r"\1 are"),
    (re.compile(r"\b(it|that|he|she|there|here|what|who|where|when|how)'s\b"), r"\1 is"),
    (re.compile(r"\bpls\b|\bplz\b|\bplse\b|\bkindly\b"), "please"),
    (re.compile(r"\be-mail(s|ed|ing)?\b"), r"email\1"),
    (re.compile(r"\bun[- ]subscri"), "unsubscri"),
    (re.compile(r"\bde-?(subscri|regist)"), r"un\1"),
    (re.compile(r"\bu\b"), "you"),
    (re.compile(r"\bur\b"), "your"),
    (re.compile(r"\bwanna\b"), "want to"),
    (re.compile(r"\b(she|that)s\b"), r"\1 is"),
    (re.compile(r"\bi'?d (?=(like|love|prefer|be|appreciate|welcome|really|very)\b)|\bid (?=like\b)"), "i would "),
    (
        re.compile(
            r"(?<!\bsoon)(?<!\bwell)(?<!\blong)(?<!\bmuch)(?<!\bsame) as (?=(i|we|my|our|he|she|they|there|am) )"
        ),
        " , as ",
    ),
    (
        re.compile(  # people who write without stops; conditions are left where they are
            r"^(?!.*\b(?:if|when|once|unless|until|while|whenever|after|before"
            r"|says?|said|tells?|told|thinks?|thought|reckons?)\b)(.*?\w) (?=(?:can|could) (?:you"
            r"|someone|somebody) \w|please (?:add|remove|take|put|delete|unsubscribe|stop|include|cancel|subscribe|send"
            r"|use|change|update)\b)"
        ),
        r"\1 , ",
    ),
    (re.compile(r"(?<=\w) (?=(due to|owing to|rather than|instead of)\b)"), " , "),
    (
        re.compile(
            r"\b(?:would|should) (?!not\b)(?:\w+ (?<!not )){0,2}(?:like|love|prefer|appreciate|welcome|enjoy)\b"
        ),
        "wouldlike",
    ),
    (re.compile(r"\bnews ?letter"), "newsletter"),
)


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One sentence: as written, to be quoted, and in plain form, to be matched."""

    text: str
    plain: str
    tagged: str  # the plain form with "aname" for names, for tagging.py
    asked: bool = False  # it ends in a question mark


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """The sentences of a mail's new words."""
    lines = list(_written(text[:_LONGEST_TEXT]))
    return tuple(sentence for paragraph in _paragraphs(lines) for sentence in _split(paragraph))


def sentence(text: str) -> Sentence:
    """A line on its own, such as a subject."""
    text = text[:_LONGEST_SENTENCE]
    tagged = plain_form(_without_names(text))
    return Sentence(text=text.strip(), plain=plain_form(text), tagged=tagged, asked=text.rstrip(" \"')”").endswith("?"))


def plain_form(text: str) -> str:
    """The form that patterns match."""
    plain = " ".join(text.casefold().replace("\u2019", "'").replace("\u2018", "'").split())
    for pattern, written_out in _CONTRACTIONS:
        plain = pattern.sub(written_out, plain)
    words = _MARKS.sub(" ", _COMMA.sub(" , ", _ADDRESS.sub(" anaddress ", plain))).split()
    words = [word for word in words if len(word) < _TOKEN]
    return " ".join(map(mended, words)).replace("'", " ")


def _without_names(text: str) -> str:
    """Capitals within a sentence are names; where all words have them, as in some subjects, nothing is known."""
    words = text.split()
    capitals = sum(word[:1].isupper() for word in words)
    if capitals > max(3, len(words) // 2):
        return text
    return _NAME.sub(lambda found: found[0] if found[1].casefold() in NO_NAMES else f" aname{found[2]}", text)


def _written(text: str) -> Iterator[str]:
    """The lines before the signature; a greeting on the first line is cut, a postscript is kept."""
    signed = said = False
    for line in text.split("\n"):
        if signed and _POSTSCRIPT.match(line):
            signed = False
        if said and _SIGN_OFF.fullmatch(line.strip()[:80]):
            signed = True
        elif not signed or _goes_on(line):
            rest = line if said else _GREETING.sub("", line, count=1)
            said = said or bool(rest.strip())
            yield rest


def _goes_on(line: str) -> bool:
    """A sentence below the sign-off: people put requests there too, signatures hold no verbs."""
    return bool(re.search(r"\b(please|could you|can you|i would|i'd|i am|i'm|we|os gwelwch)\b", line, re.IGNORECASE))


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """Lines that a program wrapped are joined; short lines and list entries stand alone."""
    paragraph = ""
    for line in [*lines, ""]:
        words = line.strip()
        starts_anew = not words or len(paragraph) < 45 or words[0] in "-*•>" or paragraph[-1:] in ".!?:"
        if paragraph and (
            starts_anew and not (paragraph[-1:].isalnum() and words[:1].islower() and len(paragraph) > 25)
        ):
            yield paragraph
            paragraph = ""
        paragraph = f"{paragraph} {words}".strip()
    if paragraph:
        yield paragraph


def _split(paragraph: str) -> Iterator[Sentence]:
    part = ""
    for piece in _END.split(paragraph):
        part = f"{part} {piece}".strip()
        if not _ABBREVIATION.search(part[-12:]):
            yield from _cut(part)
            part = ""
    if part:
        yield from _cut(part)


def _cut(text: str) -> Iterator[Sentence]:
    for start in range(0, len(text), _LONGEST_SENTENCE):
        found = sentence(text[start : start + _LONGEST_SENTENCE])
        if found.plain:
            yield found
