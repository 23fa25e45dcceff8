"""What the inbox knows of this newsletter: the words of all its issues, its addresses, its bounce addresses.

It reads `issues/` and `data/editions/` and needs no database.
"""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from newsletter.errors import InputError
from newsletter.rendering.pipeline import render_words, variants
from newsletter.replies import Ourselves, OwnText
from newsletter.replies.html_text import html_to_text
from newsletter.services.frozen import MANIFEST
from newsletter.services.keys import key_of
from newsletter.subscribers.verp import read_verp
from newsletter.workspace import Workspace


def ourselves(workspace: Workspace) -> Ourselves:
    """The newsletter of a workspace, as mails that come back look at it."""
    issues = list(_issues(workspace))
    return Ourselves(
        name=workspace.publication.sender_name,
        addresses=frozenset(map(str.lower, _addresses(workspace))),
        subjects=frozenset(" ".join(subject.casefold().split()) for subject, _ in issues),
        text=OwnText.of(text for _, texts in issues for text in texts),
        read_delivery=_reader(workspace),
    )


def _addresses(workspace: Workspace) -> Iterator[str]:
    publication, sending = workspace.publication, workspace.config.sending
    yield from filter(None, (publication.from_address, publication.reply_to, sending.bounce_address))


def _reader(workspace: Workspace) -> Callable[[str], int | None]:
    """Reads VERP addresses, where this workspace has ever made any."""
    if not (workspace.data / "secret.key").exists():
        return Ourselves().read_delivery
    return partial(read_verp, keys=key_of(workspace).for_tokens)


def _issues(workspace: Workspace) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Subject and texts of every variant: of the editions as sent, and of the issues as they are written now."""
    for manifest in sorted(workspace.editions.glob(f"*/{MANIFEST}")):
        yield from _edition(manifest)
    for issue_id in workspace.issue_ids():
        try:
            issue = workspace.load_issue(issue_id)
            for variant in variants(issue):
                text, page = render_words(issue, workspace.theme, variant)
                yield issue.subject, (text, html_to_text(page), issue.preheader)
        except InputError:
            continue  # a draft that is not whole yet has not been sent either


def _edition(manifest: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    for facts in json.loads(manifest.read_text(encoding="utf-8"))["variants"]:
        folder = manifest.parent / "variants" / facts["key"]
        text = (folder / "mail.txt").read_text(encoding="utf-8")
        page = (folder / "mail.html").read_text(encoding="utf-8")
        yield facts["subject"], (text, html_to_text(page), facts["preheader"])
