"""Pages that the team writes itself, as Markdown: the privacy notice and the accessibility statement."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from markupsafe import Markup

from newsletter.bundle import bundle_root
from newsletter.content.dates import day
from newsletter.content.markdown import problems
from newsletter.errors import InputError, Problem
from newsletter.rendering.markup import to_html
from newsletter.rendering.theme import Publication
from newsletter.workspace import Workspace

_TITLE = re.compile(r"#\s+(.+)\n")
_PLACE = re.compile(r"{(\w+)}")

PAGES = ("privacy", "accessibility")


@dataclass(frozen=True, kw_only=True)
class Text:
    """One page."""

    title: str
    html: Markup
    language: str  # of the words: another one than asked for where there is no translation


def read_text(workspace: Workspace, name: str, language: str) -> Text:
    """`pages/NAME.LANGUAGE.md`, else `pages/NAME.md`; the workspace's file comes before the program's sample.

    Raises InputError where it does not begin with a title, or holds what readers must not get.
    """
    own = workspace.publication.language
    translated = _found(workspace, f"{name}.{language}.md") if language != own else None
    path = translated or _found(workspace, f"{name}.md")
    if path is None:
        raise InputError(f"The page pages/{name}.md is missing; write it.")
    source = _filled(_words_in(path), workspace.publication)
    title = _TITLE.match(source)
    wrong = list(problems(source, ())) if title else ["it must begin with a title: a line such as # Privacy notice"]
    if title is None or wrong:
        raise InputError([Problem(message=message, file=str(path)) for message in wrong])
    shown_in = language if translated else own

    def day_in_words(target: str) -> tuple[str, str]:
        iso = target.partition(":")[2]
        return day(date.fromisoformat(iso), shown_in), iso

    html = to_html(source[title.end() :], day_in_words, heading=2)
    return Text(title=title[1].strip(), html=html, language=shown_in)


def _found(workspace: Workspace, name: str) -> Path | None:
    places = (root / "pages" / name for root in (workspace.root, bundle_root()))
    return next((path for path in places if path.is_file()), None)


def _words_in(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # some editors of Windows put a mark at the beginning
    except UnicodeDecodeError:
        raise InputError([Problem(message="this is not UTF-8; save it again as UTF-8", file=str(path))]) from None


def _filled(source: str, publication: Publication) -> str:
    """`{name}`, `{organisation}` and the like: any setting of `[newsletter]`."""
    known = publication.model_dump() | {"reply_address": publication.reply_address}
    return _PLACE.sub(lambda found: str(known.get(found[1]) or ""), source)
