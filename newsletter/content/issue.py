"""An issue: one number of the newsletter as its editors write it, read from `issues/<id>/issue.yaml`."""

from pathlib import Path
from typing import Any, Self

from pydantic import Field, PrivateAttr, ValidationError

from newsletter.content.audiences import segment_ids
from newsletter.content.bodies import Bodies, load_bodies
from newsletter.content.duplicates import duplicate_ids
from newsletter.content.event import Event
from newsletter.content.fields import Day, LanguageTag, OneLine, Words
from newsletter.content.parts import all_parts
from newsletter.content.problems import explain
from newsletter.content.sections import AnySection, Part, Strict
from newsletter.content.translation import translation_problems
from newsletter.content.variants import too_many_variants
from newsletter.content.yaml_file import YamlFile, dump_yaml, parse_yaml, read_yaml, save_text
from newsletter.errors import InputError, Problem

FILE_NAME = "issue.yaml"


class Waiver(Strict):
    """A finding that a named person has looked at and accepts."""

    rule: Words = Field(description="Id of the check.")
    by: Words = Field(description="Who accepts it.")
    reason: Words = Field(description="Why it is right here.")


class Headline(Strict):
    """What stands over an issue, in another language; what is left out stays as in the issue's own."""

    title: OneLine = Field("", description="Title in this language.")
    subject: OneLine = Field("", description="Subject of the mail; this title if empty.")
    preheader: OneLine = Field("", description="The sentence that inboxes show after the subject.")


class Issue(Strict):
    """One number of the newsletter. Its sections are shown in the order they stand in."""

    title: Words = Field(description="Title, at the head of the mail and of the web page.")
    subject: OneLine = Field("", description="Subject of the mail; the title if empty.")
    preheader: Words = Field(description="The sentence that inboxes show after the subject.")
    date: Day = Field(description="Day of publication, such as 2025-11-07.")
    lang: LanguageTag = Field("en", description="Language it is written in.")
    languages: list[LanguageTag] = Field(
        default_factory=list, description="Languages it is sent in as a whole; only its own if empty."
    )
    translations: dict[LanguageTag, Headline] = Field(
        default_factory=dict,
        description="For each other language that it is sent in as a whole, its `title`, `subject` and `preheader`.",
    )
    events: list[Event] = Field(default_factory=list, description="Events; sections name them by id.")
    sections: list[AnySection] = Field(min_length=1, description="The sections.")
    waivers: list[Waiver] = Field(default_factory=list, description="Findings that somebody accepts, and why.")

    _folder: Path | None = PrivateAttr(None)
    _bodies: Bodies = PrivateAttr(default_factory=Bodies)
    _is_numbered: bool = PrivateAttr(default=False)

    @property
    def id(self) -> str:
        """Name of the issue's folder, such as `2025-11`."""
        return self._folder.name if self._folder else self.date.strftime("%Y-%m")

    @property
    def folder(self) -> Path | None:
        """Where it was read from; its pictures lie in `images/` below."""
        return self._folder

    @property
    def bodies(self) -> Bodies:
        """The register that its items name bodies from."""
        return self._bodies

    @property
    def is_numbered(self) -> bool:
        """Whether its parts carry numbers of their own, beside which a numbered table of contents would mislead."""
        return self._is_numbered

    @property
    def subject_line(self) -> str:
        """Subject of the mail."""
        return self.subject or self.title

    def in_language(self, language: str) -> Self:
        """The same issue under its title in a language; a title without a subject is the subject there."""
        told = self.translations.get(language, Headline())
        words = {name: text for name, text in told.model_dump().items() if text}
        return self.model_copy(update={"subject": "" if told.title else self.subject} | words) if words else self

    @property
    def sent_in(self) -> list[str]:
        """Languages it is sent in as a whole, its own first."""
        return list(dict.fromkeys([self.lang, *self.languages]))

    @property
    def shown(self) -> list[tuple[int, AnySection]]:
        """The sections that are not hidden, each with its place in the file."""
        return [(place, section) for place, section in enumerate(self.sections) if not section.hidden]

    @property
    def shown_sections(self) -> list[AnySection]:
        """The sections that are not hidden."""
        return [section for _place, section in self.shown]

    @property
    def parts(self) -> list[Part]:
        """Every event, section and item that readers may get."""
        return [part for _path, part in all_parts(self.shown_sections, self.events)]

    def event(self, event_id: str) -> Event:
        """The event with this id; KeyError if there is none, which loading rules out."""
        return {event.id: event for event in self.events}[event_id]

    def placed(self, folder: Path | None, bodies: Bodies) -> Self:
        """The same issue, knowing its folder and the register."""
        self._folder, self._bodies = folder, bodies
        return self

    def numbered(self, **changes: object) -> Self:
        """A copy with these changes whose parts carry numbers; see `newsletter.content.commentable`."""
        copy = self.model_copy(update=changes)
        copy._is_numbered = True  # noqa: SLF001  (its own)
        return copy


def load_issue(path: Path | str, bodies: Bodies | None = None) -> Issue:
    """Read an issue from its folder or file. Raises InputError with every problem, each with file, line and remedy.

    Without `bodies` the register is `subscribers/bodies.toml` of the workspace that the issue lies in.
    """
    file = issue_path(Path(path))
    return issue_from_yaml(read_yaml(file), bodies)


def issue_path(path: Path) -> Path:
    """The file of an issue, given its folder or the file itself; InputError where there is none."""
    file = path / FILE_NAME if path.suffix != ".yaml" else path
    if not file.is_file():
        message = "there is no issue here; `newsletter new` makes one"
        raise InputError([Problem(message=message, file=str(file))])
    return file


def issue_from_yaml(source: YamlFile, bodies: Bodies | None = None) -> Issue:
    """The issue in a YAML file that was read; raises InputError with every problem."""
    folder = source.path.parent
    lists = folder.parent.parent / "subscribers"
    register = load_bodies(lists / "bodies.toml") if bodies is None else bodies
    if not isinstance(source.data, dict):
        message = "this file holds no issue; begin with title:, date:, preheader: and sections:"
        raise InputError([Problem(message=message, file=str(source.path), line=1)])
    context = {
        "images": folder / "images",
        "bodies": register or None,
        "segments": segment_ids(lists / "segments.toml"),
        "events": _ids(source.data, "events"),
        "sections": _ids(source.data, "sections"),
    }
    issue, problems = _validate(source, context)
    problems += duplicate_ids(source.data, str(source.path))
    if issue is not None:
        problems += translation_problems(issue.sections, issue.events, issue.sent_in, context, source)
        problems += too_many_variants(issue.parts, issue.sent_in, str(source.path))
    if issue is None or problems:
        raise InputError(sorted(problems, key=lambda problem: problem.line or 0))
    return issue.placed(folder, register)


def _validate(source: YamlFile, context: dict[str, Any]) -> tuple[Issue | None, list[Problem]]:
    try:
        return Issue.model_validate(source.data, context=context), []
    except ValidationError as error:
        return None, explain(error, file=str(source.path), model=Issue, source=source.data)


def _ids(data: dict[str, Any], key: str) -> set[str]:
    parts = data.get(key)
    return (
        {str(part["id"]) for part in parts if isinstance(part, dict) and "id" in part and not part.get("hidden")}
        if isinstance(parts, list)
        else set()
    )


def save_issue(source: YamlFile, data: Any) -> YamlFile:  # noqa: ANN401  (a YAML tree)
    """Save a changed tree over the file it was read from, if nobody saved in between and it is still an issue.

    Raises StaleSaveError or InputError, with nothing written.
    """
    text = dump_yaml(data)
    if "\r\n" in source.text:
        text = text.replace("\n", "\r\n")  # as the editor's own program writes lines
    fresh = YamlFile(path=source.path, text=text, digest="", data=parse_yaml(text, source.path))
    issue_from_yaml(fresh)
    digest = save_text(source.path, text, expected=source.digest)
    return YamlFile(path=source.path, text=text, digest=digest, data=fresh.data)
