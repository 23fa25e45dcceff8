"""Short mails of our own, such as "please confirm": the same templates, styles and compiler as an issue's."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from markupsafe import escape

from newsletter.rendering.inlining import inline_css
from newsletter.rendering.mjml import compile_mjml
from newsletter.rendering.plaintext import squeeze
from newsletter.rendering.templating import fill
from newsletter.rendering.theme import Publication, Theme
from newsletter.rendering.words import direction, translator


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a short mail says, in its reader's language already."""

    language: str
    subject: str
    title: str
    lines: tuple[str, ...]  # before the button
    button: str = ""  # words of the one thing to press; none where nothing is asked
    address: str = ""  # where it leads: a page of ours, or a mail to us whose subject is filled in
    command: str = ""  # that subject, for who must type it; empty where the button leads to a page
    after: tuple[str, ...] = ()  # small
    by: str = ""  # the person who wrote it; empty where a program did


class _View:
    """What the templates see of a letter."""

    def __init__(self, letter: Letter, publication: Publication) -> None:
        """Take the letter, and who sends it."""
        self.letter, self.publication = letter, publication
        self.subject, self.language = letter.subject, letter.language
        self.direction = direction(letter.language)

    def say(self, phrase: str, **values: object) -> str:
        """A phrase of the frame in the letter's language."""
        return translator(self.language)(phrase).format(**values)


# What stands for a letter's own link while it is compiled: compiling takes a hundred times as long as all the rest, and
# letters of one kind differ in nothing else.
_ADDRESS, _COMMAND = "https://place.invalid/address", "place-of-the-command"


def render_letter(letter: Letter, theme: Theme) -> tuple[str, str]:
    """HTML and plain text. Raises InputError for a broken template."""
    address, command = _ADDRESS if letter.address else "", _COMMAND if letter.command else ""
    html, text = _rendered(replace(letter, address=address, command=command), theme)
    return _filled(html, letter, escape), _filled(text, letter, str)


def _filled(page: str, letter: Letter, safe: Callable[[str], str]) -> str:
    return page.replace(_ADDRESS, str(safe(letter.address))).replace(_COMMAND, str(safe(letter.command)))


@lru_cache(maxsize=128)
def _rendered(letter: Letter, theme: Theme) -> tuple[str, str]:
    view = _View(letter, theme.publication)
    values = {"view": view, "letter": letter, "theme": theme, "_": view.say}
    sheet = "email/inline.css.j2"
    html = compile_mjml(fill(theme.root, "email/letter.mjml.j2", values))
    text = fill(theme.root, "email/letter.txt.j2", values, plain=True)
    return inline_css(html, fill(theme.root, sheet, values, plain=True), sheet_name=sheet), squeeze(text)
