"""Begins the next issue from the last one: what comes back every month stays, what was news goes."""

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from newsletter.content import dates
from newsletter.content.issue import FILE_NAME, Issue, issue_from_yaml
from newsletter.content.yaml_file import YamlFile, dump_yaml, parse_yaml, read_yaml, save_text
from newsletter.errors import InputError, Problem
from newsletter.workspace import Workspace

# `newsletter check` blocks on words like these, so that none of them is ever sent.
_TITLE, _TEXT, _DAY = "[add a title]", "[add the text]", "[add the date]"
_LETTER = {"type": "letter", "id": "welcome", "text": _TEXT, "name": "[add your name]"}
_WRONG = (
    "In *{}*, which we sent you, we wrote [add what was wrong]. The right words are: [add what is right].\n\n"
    "We are sorry for the mistake.\n"
)
_HEAD = (
    "# `newsletter preview {issue}` shows it while you write; `newsletter check {issue}` says what is still to mend.\n"
)
_KEPT_WHOLE = {"feedback", "social"}
_FRESH_ITEMS: dict[str, dict[str, Any]] = {
    "updates": {"title": _TITLE, "text": _TEXT},
    "spotlights": {"title": _TITLE, "summary": _TEXT},
    "news": {"text": _TEXT},
    "resources": {"title": _TITLE},
}
_DATE = re.compile(r"<date:([0-9-]+)>")
_EVENT = re.compile(r"<event:([a-z0-9-]+)>|\[[^]]*\]\(event:([a-z0-9-]+)\)")
_ANCHOR = re.compile(r"\[([^]]*)\]\(#([a-z0-9-]+)\)")


def draft_next(workspace: Workspace, issue_id: str) -> Path:
    """Write `issues/<id>/issue.yaml` from the latest issue before it; returns its path.

    Raises InputError for a name that is no month, an issue that is there already, or a workspace without any issue.
    """
    month = _month(issue_id)
    path = workspace.issue_path(issue_id) / FILE_NAME
    if path.exists():
        raise InputError(
            [Problem(message="this issue is here already; edit it, or name another month", file=str(path))]
        )
    source = read_yaml(_latest(workspace, issue_id) / FILE_NAME)
    last = issue_from_yaml(source, workspace.bodies)
    _renew(source.data, last, _same_weekday(last.date, month))
    text = _HEAD.format(issue=issue_id) + dump_yaml(_without_head(source.data))
    issue_from_yaml(YamlFile(path=path, text=text, digest="", data=parse_yaml(text, path)), workspace.bodies)
    (path.parent / "images").mkdir(parents=True, exist_ok=True)
    save_text(path, text, expected=None)
    return path


def draft_correction(workspace: Workspace, issue_id: str) -> Path:
    """Write a short issue `<id>-correction` that puts another one right; returns its path.

    It is approved like any other and sent to those who have the other. A second one is numbered. Raises InputError
    where there is no such issue.
    """
    wrong = workspace.load_issue(issue_id)
    names = (f"{issue_id}-correction{number}" for number in ("", *(f"-{count}" for count in range(2, 100))))
    name = next(name for name in names if not workspace.issue_path(name).exists())
    path = workspace.issue_path(name) / FILE_NAME
    section = {"type": "text", "id": "correction", "heading": "What we got wrong", "text": _WRONG.format(wrong.title)}
    data = {
        "title": f"Correction: {wrong.title}",
        "preheader": "[add in one sentence what was wrong and what is right]",
        "date": datetime.now(ZoneInfo(workspace.publication.timezone)).date(),
        "lang": wrong.lang,
        "sections": [section],
    }
    text = dump_yaml(data)
    issue_from_yaml(YamlFile(path=path, text=text, digest="", data=parse_yaml(text, path)), workspace.bodies)
    (path.parent / "images").mkdir(parents=True)
    save_text(path, text, expected=None)
    return path


def _month(issue_id: str) -> date:
    if not re.fullmatch(r"(19|20|21)\d\d-(0[1-9]|1[0-2])", issue_id):
        raise InputError(f"'{issue_id[:60]}' is not a month; name the issue by year and month, such as 2025-12")
    return date.fromisoformat(f"{issue_id}-01")


def _latest(workspace: Workspace, issue_id: str) -> Path:
    earlier = [known for known in workspace.issue_ids() if re.fullmatch(r"\d{4}-\d{2}", known) and known < issue_id]
    if not earlier:
        message = f"there is no issue before {issue_id} to begin from; copy one here, or make a workspace with init"
        raise InputError([Problem(message=message, file=str(workspace.issues))])
    return workspace.issues / earlier[-1]


def _without_head(data: Any) -> Any:  # noqa: ANN401  (a YAML tree)
    """The tree without the comment at its head, which told of the last issue; what an editor program reads stays."""
    head = data.ca.comment[1] if data.ca.comment else None
    if head:
        end = next((place for place, token in enumerate(head) if token.value.endswith("\n\n")), len(head) - 1)
        head[: end + 1] = [token for token in head[: end + 1] if "yaml-language-server" in token.value]
    return data


def _same_weekday(last: date, month: date) -> date:
    """The same weekday in the same week of the new month: a bulletin of the first Friday stays one."""
    first = month + timedelta(days=(last.weekday() - month.weekday()) % 7)
    same = first + timedelta(weeks=(last.day - 1) // 7)
    return same if same.month == month.month else same - timedelta(weeks=1)


def _renew(data: dict[str, Any], last: Issue, new: date) -> None:
    headlines = data.get("translations") or {}
    for language, head in ((last.lang, data), *headlines.items()):
        if "title" in head:
            head["title"] = str(head["title"]).replace(dates.month(last.date, language), dates.month(new, language))
        head.pop("subject", None)  # it told of last month's news; the title stands in until somebody writes another
    for head in headlines.values():
        head.pop("preheader", None)
    data["date"], data["preheader"] = new, "[add the sentence that inboxes show after the subject]"
    data.pop("waivers", None)
    coming = {event.id for event in last.events if (event.until or event.date) >= new}
    data["events"] = [event for event in data.get("events", []) if str(event["id"]) in coming]
    data["sections"] = [section for section in data["sections"] if _recurs(section)] or [_LETTER.copy()]
    for section in data["sections"]:
        _empty(section, coming)
    kept = {str(section["id"]) for section in data["sections"]}
    data["sections"] = _mended(data["sections"], lambda text: _without_gone(text, new, coming, kept))


def _mended(node: Any, mend: Callable[[str], str]) -> Any:  # noqa: ANN401  (a YAML tree)
    if isinstance(node, dict):
        for key, value in node.items():
            node[key] = _mended(value, mend)
    elif isinstance(node, list):
        node[:] = [_mended(value, mend) for value in node]
    elif isinstance(node, str) and (text := mend(node)) != node:
        return type(node)(text)  # the type knows how the editor quoted it
    return node


def _without_gone(text: str, new: date, events: AbstractSet[str], sections: AbstractSet[str]) -> str:
    """A text that stays, without days and events that are past and links to sections that are no longer there."""
    text = _DATE.sub(lambda found: found[0] if found[1] >= new.isoformat() else _DAY, text)
    text = _EVENT.sub(lambda found: found[0] if (found[1] or found[2]) in events else _DAY, text)
    return _ANCHOR.sub(lambda found: found[0] if found[2] in sections else found[1], text)


def _recurs(section: dict[str, Any]) -> bool:
    return section["type"] in {"letter", "events", *_KEPT_WHOLE, *_FRESH_ITEMS}


def _empty(section: dict[str, Any], coming: set[str]) -> None:
    if section["type"] in _FRESH_ITEMS:
        section["items"] = [_fresh_item(section)]
    if section["type"] == "letter":
        section["text"] = _TEXT
        section.pop("image", None)
    if "show" in section:
        section["show"] = [event for event in section["show"] if event in coming]
    if section["type"] not in _KEPT_WHOLE:
        section.pop("translations", None)


def _fresh_item(section: dict[str, Any]) -> dict[str, Any]:
    item = {"id": f"{section['id']}-1"} | _FRESH_ITEMS[section["type"]]
    return item | ({"body": section["items"][0]["body"]} if section["type"] == "spotlights" else {})
