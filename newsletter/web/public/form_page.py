"""A page with a form: GET shows it, POST acts and says what happened, and nothing else does anything.

Each page is a line of data: its words, its fields, and the one service it calls.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse, HttpResponseNotAllowed

from newsletter.content.wording import phrase
from newsletter.errors import ConflictError, InputError
from newsletter.web.public.forms import NothingForm, ReaderForm
from newsletter.web.public.protection import FIELD, TOO_FAST, TRAP, seal, trouble
from newsletter.web.public.visit import Visit

LARGEST_FORM = 100_000  # bytes posted; only a form with a picture may be larger

ALL_ISSUES = (phrase("All issues"), "archive/")
WRITE_TO_US = phrase("You can also write to {reply_address}: people read what you write.")
LOOK_FOR_IT = phrase("No mail after ten minutes? Look in your junk folder. We send one such mail a day, not more.")


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a page with a form says: phrases, in which `{name}` stands for the newsletter's."""

    title: str
    button: str
    lead: tuple[str, ...] = ()
    after: tuple[str, ...] = ()  # small, below the button

    def text(self, visit: Visit) -> str:
        """All of it as it was shown, for the consent record."""
        return "\n\n".join(visit.say(words) for words in (self.title, *self.lead, self.button, *self.after))


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a page says once something was done, or could not be."""

    title: str
    lines: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()  # phrase, and path below the pages' root
    values: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What a page knows before anything is posted."""

    notice: str = ""  # said first
    initial: Mapping[str, Any] = field(default_factory=dict)  # of the form
    values: Mapping[str, Any] = field(default_factory=dict)  # for the template


Act = Callable[..., Said]  # (visit, form, **parts of the path)
Open = Callable[..., Opened]  # (visit, **parts of the path); InputError where there is nothing to open


def _opens(_visit: Visit, **_parts: str) -> Opened:
    return Opened()


@dataclass(frozen=True, kw_only=True)
class FormPage:
    """One page with a form; call it as a view."""

    name: str  # signed into the form: one page's form is no other's
    words: Words
    act: Act
    form: type[ReaderForm] = NothingForm
    open: Open = _opens
    template: str = "web/site/form.html.j2"
    largest: int = LARGEST_FORM
    by_token: bool = True  # a token in the page's address is proof enough of who acts
    anew: tuple[tuple[str, str], ...] = ()  # where there is a new link, for who came by one that does not work

    def __call__(self, visit: Visit, **parts: str) -> HttpResponse:
        """Answer a request."""
        method = visit.request.method
        if method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        try:
            opened = self.open(visit, **parts)
            if method != "POST":
                return self._shown(visit, self.form(visit, opened.initial), opened)
            return self._posted(visit, opened, parts)
        except (InputError, ConflictError) as error:
            return say(visit, self._refused(error))

    def _refused(self, error: InputError | ConflictError) -> Said:
        links = (*self.anew, ALL_ISSUES)
        return Said(title=_NOT_DONE, lines=(str(error), WRITE_TO_US), links=links, status=_status_of(error))

    def _posted(self, visit: Visit, opened: Opened, parts: Mapping[str, str]) -> HttpResponse:
        if int(visit.request.META.get("CONTENT_LENGTH") or 0) > self.largest:
            return say(visit, Said(title=_NOT_DONE, lines=(_TOO_LARGE,), status=413))
        form = self.form(visit, opened.initial, posted=True)
        problem = trouble(visit, self.name, by_token=self.by_token and "token" in parts)
        if not form.is_valid() or problem:
            return self._shown(visit, form, opened, problem=None if form.errors and problem == TOO_FAST else problem)
        return say(visit, self.act(visit, form, **parts))

    def _shown(self, visit: Visit, form: ReaderForm, opened: Opened, *, problem: str | None = None) -> HttpResponse:
        posted = visit.request.POST.get(FIELD) if problem in (None, TOO_FAST) else None
        return visit.show(
            self.template,
            status=400 if form.is_bound else 200,
            page=self.words,
            form=form,
            problem=problem,
            notice=opened.notice,
            seal=posted or seal(visit.workspace, self.name),  # a new one would be too young once more
            seal_field=FIELD,
            trap=TRAP,
            **opened.values,
        )


BUSY = Said(
    title=phrase("Too many requests"),
    lines=(
        phrase("Your network has sent many requests within an hour, so we did nothing about this one."),
        phrase("Please try again later, or write to {reply_address}: people read what you write."),
    ),
    status=429,
)
_NOT_DONE = phrase("That did not work")
_TOO_LARGE = phrase("That is more than we can take at once; please send less, or a smaller picture.")


def _status_of(error: InputError | ConflictError) -> int:
    return 400 if isinstance(error, InputError) else 409


def say(visit: Visit, said: Said) -> HttpResponse:
    """Show what happened."""
    return visit.show("web/site/said.html.j2", status=said.status, said=said)
