"""The last step of the demonstration: seven people write back, and the cards say what was understood."""

import email
import email.policy
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.demo_letters import LETTERS, Answered, written

if TYPE_CHECKING:
    from newsletter.services.inbox.showing import Shown
    from newsletter.workspace import Workspace

_APART = 17  # copies between the readers who answer
_HEADER = 4096  # bytes of a mail that hold its To line


def receive(workspace: "Workspace", caught: Path) -> "list[Shown]":
    """Seven mails arrive by the way that a mail server hands them in, and are read as any other."""
    from newsletter.models import Reply, TrustLevel
    from newsletter.services.inbox.arriving import hand_in
    from newsletter.services.inbox.handling import handle_received
    from newsletter.services.inbox.shelves import found_at, places
    from newsletter.services.inbox.showing import shown
    from newsletter.services.inbox.trust import levels, set_level

    for act, level in levels().items():
        if level == TrustLevel.WATCH:
            set_level(workspace, act, TrustLevel.SUGGEST, by="the demonstration")
    copies = sorted(caught.glob("*.eml"), key=_recipient)
    for number, letter in enumerate(LETTERS):
        answered = _copy(copies[number * _APART % len(copies)])
        at = datetime.now(UTC) - timedelta(minutes=11 * (len(LETTERS) - number))
        raw = written(letter, answered, to=workspace.publication.from_address, at=at, number=number)
        hand_in(workspace, raw, source="demonstration", sender=letter.address or answered.address)
    handle_received(workspace)
    rows = found_at(list(places("waiting")))
    return [shown(workspace, row) for row in rows if isinstance(row, Reply)]


def _recipient(path: Path) -> str:
    """The To line; to read the whole of every copy takes a fifth of the demonstration."""
    with path.open("rb") as mail:
        return email.message_from_bytes(mail.read(_HEADER))["To"].rpartition("<")[2]


def _copy(path: Path) -> Answered:
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    text = mail.get_body(("plain",)) if isinstance(mail, EmailMessage) else None
    person = mail["To"].addresses[0]
    return Answered(
        name=person.display_name or person.username.replace(".", " ").title(),
        address=person.addr_spec,
        message_id=str(mail["Message-ID"]),
        subject=str(mail["Subject"]),
        text=text.get_content() if text else "",
    )


def tell(cards: "list[Shown]") -> None:
    """The cards, a few lines each."""
    for one in cards:
        said = " and ".join(f"“{words}”" for words in one.because)
        click.echo()
        for warning in one.card.warnings:
            click.secho(f"  {warning}", fg="red", bold=True)
        click.echo(
            "  " + click.style(one.understood + ("" if one.understood.endswith("?") else ":"), bold=True) + f" {said}"
        )
        for line in filter(None, (one.card.untouched, one.card.would)):
            click.echo(f"  {line}")
        click.echo("  " + "  ".join(f"[{choice.words}]" for choice in one.card.choices))


def write_page(workspace: "Workspace", cards: "list[Shown]", path: Path) -> None:
    """The cards as one file that needs no server."""
    from newsletter.bundle import bundle_root
    from newsletter.content.wording import at_moment
    from newsletter.rendering.templating import fill
    from newsletter.services.schedules import local

    assets = bundle_root() / "templates" / "web" / "studio" / "assets"
    styles = "\n".join((assets / name).read_text(encoding="utf-8") for name in ("studio.css", "replies.css"))
    values = {
        "cards": cards,
        "styles": styles,
        "publication": workspace.publication,
        "when": lambda moment: at_moment(local(workspace, moment)),
    }
    path.write_text(fill(None, "web/studio/replies/file.html.j2", values), encoding="utf-8")
