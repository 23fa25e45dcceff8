"""Absence notices: whether a mail is one, until when, and whether the person has left for good."""

from datetime import date

from newsletter.replies.days import find_day, written_on
from newsletter.replies.phrases import patterns
from newsletter.replies.quoting.words import plain
from newsletter.replies.reading import Reading
from newsletter.replies.verdict import Kind, Verdict

_WORDS = patterns("kinds")
_LONGEST = 2000  # characters that are looked at; absence notices are short


def is_absence(reading: Reading) -> bool:
    """It tells that somebody is away or has left; asked only of mail that a program sent."""
    text = _text(reading)
    if _WORDS["absent"].search(text) or _WORDS["left"].search(text):
        return True
    return "out of office" in plain(reading.mail.subject) or bool(_day_after("returns", text, reading))


def looks_automatic(reading: Reading) -> str:
    """The words that show it, for mail without any other mark: two signs of an absence, or one of a robot.

    People also say that they are away; they rarely add whom to ask meanwhile, and then they say what they want.
    """
    text = reading.new_words[:_LONGEST]
    if found := _WORDS["robot"].search(text):
        return found[0]
    absent = _WORDS["absent"].search(text[:400])
    meanwhile = _WORDS["meanwhile"].search(text)
    return absent[0] if absent and meanwhile and _says_nothing_else(text) else ""


def absence(reading: Reading) -> Verdict:
    """An absence, with the day on which they return, or that they have left."""
    text = _text(reading)
    left = bool(_WORDS["left"].search(text))
    back_on = None if left else _day_after("back", text, reading)
    return Verdict(kind=Kind.OUT_OF_OFFICE, has_left=left, back_on=back_on)


def _day_after(words: str, text: str, reading: Reading) -> date | None:
    near = written_on(reading.mail)
    days = (find_day(text[found.end() : found.end() + 40], near) for found in _WORDS[words].finditer(text))
    return max((day for day in days if day), default=None)


def _text(reading: Reading) -> str:
    return f"{reading.mail.subject}\n{reading.new_words[:_LONGEST]}"


def _says_nothing_else(text: str) -> bool:
    return not _WORDS["about_us"].search(text)
