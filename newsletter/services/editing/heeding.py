"""What a person does with a finding: mend it, wave it through this time, or teach the workspace a word."""

import re
from typing import Any

from filelock import FileLock

from newsletter.checks.finding import Finding
from newsletter.errors import ConflictError, InputError
from newsletter.services.editing.saving import save
from newsletter.workspace import Workspace

_LONGEST = 80  # letters of a word to learn; the name of a body, and no sentence


def mend(workspace: Workspace, issue_id: str, finding: Finding, *, by: str) -> None:
    """*Fix it*: put what the finding suggests in place of the words that it means.

    Raises ConflictError, with nothing written, where it suggests nothing, or where those words do not stand there just
    once (a misspelt word is mended wherever it stands in that text).
    """
    if not (finding.instead and finding.quote and finding.location):
        raise ConflictError("This finding has no words to put in place of those that are there; edit the text.")

    def change(data: Any) -> None:  # noqa: ANN401  (a YAML tree)
        holder, name = _place(data, finding)
        words = re.compile(r"\s+".join(map(re.escape, finding.quote.split())))
        # A function, so that no backslash in the new words is read as a reference to a group.
        text, count = words.subn(lambda _: finding.instead, holder[name])
        if count != 1 and not (count and finding.word):
            raise ConflictError(f"'{finding.quote}' stands there {count} times, not once; edit the text.")
        # A text after | stays one: the class of its string says how it is written.
        holder[name] = type(holder[name])(text)

    save(workspace, issue_id, change, by=by, why=f"mended: {finding.rule}")


def waive(workspace: Workspace, issue_id: str, rule: str, *, by: str, reason: str) -> None:
    """*Not this time*: accept what a rule says in this issue. Raises InputError without a name or a reason."""
    person, why = " ".join(by.split()), " ".join(reason.split())
    if not person or not why:
        raise InputError("A waiver needs the name of whoever accepts the finding, and the reason.")

    def change(data: Any) -> None:  # noqa: ANN401
        waivers = data.setdefault("waivers", [])
        waivers[:] = [waiver for waiver in waivers if waiver.get("rule") != rule]
        waivers.append({"rule": rule, "by": person, "reason": why})

    save(workspace, issue_id, change, by=person, why=f"accepted: {rule}")


def learn(workspace: Workspace, word: str) -> bool:
    """*Never for this word*: put it on the workspace's list; False where it was there.

    Raises InputError for what is no word or name.
    """
    new = " ".join(word.split())
    if not new or len(new) > _LONGEST or new.startswith("#"):
        raise InputError(f"'{word[:40]}' is no word or name that can be learnt.")
    path = workspace.words_file
    with FileLock(path.with_name(f".{path.name}.lock")):
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        if new.casefold() in {line.strip().casefold() for line in text.splitlines()}:
            return False
        end = "" if not text or text.endswith("\n") else "\n"
        path.write_text(f"{text}{end}{new}\n", encoding="utf-8", newline="\n")
    return True


def _place(data: Any, finding: Finding) -> tuple[Any, Any]:  # noqa: ANN401
    """What holds the text, and the text's name or number in it; a section is found again by its id."""
    kind, *steps = finding.location
    try:
        if finding.section:
            ids = [part["id"] for part in data[kind]]
            steps[0] = ids.index(finding.section)
        *inner, last = (kind, *steps)
        node = data
        for step in inner:
            node = node[step]
        if isinstance(node[last], str):
            return node, last
    except (KeyError, IndexError, TypeError, ValueError):
        pass
    raise ConflictError("The place of this finding is not there any more; look at the issue again.")
