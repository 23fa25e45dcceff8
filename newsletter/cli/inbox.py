"""`newsletter inbox`: mail that comes back."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from newsletter.cli.session import Session

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def inbox() -> None:
    """Mail that comes back: what it is, what people want, and why we think so."""


@inbox.command()
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def classify(session: Session, files: tuple[Path, ...], *, as_json: bool) -> None:
    """Say what each mail is and wants; nothing is changed, no database is needed."""
    from newsletter.replies import GuardedReader
    from newsletter.services.ourselves import ourselves

    with GuardedReader(ourselves(session.workspace)) as reader:
        for file in files:
            verdict = reader.classify(file.read_bytes())
            if as_json:
                click.echo(json.dumps(verdict.as_dict(str(file)), ensure_ascii=False))
                continue
            words = ", ".join(filter(None, (verdict.kind, verdict.intent, *verdict.flags)))
            click.echo(f"{click.style(str(file), bold=True)}: {words}")
            for reason in verdict.reasons:
                click.echo(f"  {reason}")


@inbox.command()
@click.argument("file", type=_FILE)
@click.pass_obj
def explain(session: Session, file: Path) -> None:
    """Show what each rule says of one mail."""
    from newsletter.replies import GuardedReader
    from newsletter.services.ourselves import ourselves

    with GuardedReader(ourselves(session.workspace)) as reader:
        click.echo(reader.explain(file.read_bytes()), nl=False)


@inbox.command()
@click.pass_obj
def poll(session: Session) -> None:
    """Look into every mailbox once, deal with what is new, and send what follows. `serve` does this by itself."""
    workspace = session.with_database()
    from newsletter.errors import UnavailableError
    from newsletter.services.answering import answer_posted
    from newsletter.services.inbox.rounds import handle_all, look_once, pulled
    from newsletter.services.inbox.sources import open_source
    from newsletter.services.outgoing import send_due

    problems = []
    for url in pulled(workspace):
        source = open_source(workspace, url)
        try:
            done = look_once(workspace, source)
            click.echo(f"{source.name}: {done.collected} new, {done.handled} dealt with, {done.tidied} tidied.")
        except UnavailableError as error:
            problems.append(str(error))
        finally:
            source.close()
    if handed := handle_all(workspace):
        click.echo(f"{handed} handed in, dealt with.")
    while answer_posted(workspace) or send_due(workspace):
        pass
    if problems:
        raise UnavailableError("\n".join(problems))
    if not pulled(workspace):
        click.echo("No mailbox is named; [inbox] sources in newsletter.toml does that.")


@inbox.command()
@click.option("--sender", envvar="SENDER", help="Who the envelope says sent it; Postfix sets SENDER.")
@click.option("--recipient", envvar="RECIPIENT", multiple=True, help="Whom it was sent to; Postfix sets RECIPIENT.")
@click.pass_obj
def take(session: Session, sender: str | None, recipient: tuple[str, ...]) -> None:
    """Take one mail from standard input, for a mail server that pipes mail into a command."""
    from newsletter.replies.limits import Limits

    raw = sys.stdin.buffer.read(Limits().message_bytes + 1)
    try:
        workspace = session.with_database()
        from newsletter.services.inbox.arriving import hand_in

        hand_in(workspace, raw, source="stdin", sender=sender, recipients=recipient)
    except Exception as error:  # noqa: BLE001  (whatever it is, the mail server must keep the mail)
        click.echo(f"It can't be kept now ({type(error).__name__}); try again.", err=True)
        raise SystemExit(_TRY_AGAIN) from None


_TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps it and comes again


@inbox.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what is dealt with.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def list_(session: Session, *, everything: bool, as_json: bool) -> None:
    """Show the replies that wait for you, or were left alone, each in a few plain words."""
    workspace = session.with_database()
    from newsletter.cli.inbox_words import print_line
    from newsletter.services.inbox.cards import cards
    from newsletter.services.inbox.trust import offers

    found = cards(workspace, everything=everything)
    for card in found:
        if as_json:
            click.echo(json.dumps(card.as_dict(), ensure_ascii=False))
        else:
            print_line(card)
    if as_json:
        return
    for act, agreed in offers().items():
        click.echo(
            f"You agreed with all of my last {agreed} suggestions to {act.label}. Shall I do these myself? "
            f"Then: newsletter inbox trust {act} act --by NAME"
        )
    if not found:
        click.echo("Nothing waits.")


@inbox.command()
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_obj
def show(session: Session, number: int, *, as_json: bool) -> None:
    """Show one reply: what it says, what was understood, what would be done and how that is undone."""
    workspace = session.with_database()
    from newsletter.cli.inbox_words import print_card
    from newsletter.services.inbox.cards import card_of
    from newsletter.services.inbox.desk import find_reply

    card = card_of(workspace, find_reply(number))
    if as_json:
        click.echo(json.dumps(card.as_dict(), ensure_ascii=False))
    else:
        print_card(card)


_INTENTS = [
    "subscribe_self",
    "subscribe_other",
    "unsubscribe",
    "change_address",
    "left_post",
    "feedback",
    "contribution",
    "question",
    "spam",
]


@inbox.command()
@click.argument("number", type=int)
@click.argument("what", type=click.Choice(["do", "no", "other", "undo", "close", "hand", "answer"]))
@click.option("--by", required=True, help="Your name; it is recorded.")
@click.option("--is", "intent", type=click.Choice(_INTENTS), help="With other: what it is.")
@click.option("--address", "addresses", multiple=True, help="With other: whom it concerns; once for each.")
@click.option("--to", "colleague", help="With hand: the colleague it is for.")
@click.option("--template", help="With answer: joining, on-the-list, thanks or passed-on.")
@click.option("--text", help="With answer: your own words.")
@click.pass_obj
def act(session: Session, /, number: int, what: str, by: str, **given: Any) -> None:  # noqa: ANN401
    """Decide about one reply: do it, no, it is something else, take it back, close it, hand it on or answer it."""
    workspace = session.with_database()
    from newsletter.cli.inbox_deciding import DECISIONS

    click.echo(DECISIONS[what](workspace, number, by, given))


@inbox.command()
@click.argument("kind", metavar="[ACT|all]", required=False)
@click.argument("level", type=click.Choice(["watch", "suggest", "act"]), required=False)
@click.option("--by", default="", help="Your name; it is recorded.")
@click.pass_obj
def trust(session: Session, kind: str | None, level: str | None, by: str) -> None:
    """Show how far the inbox may go with each sort of act, or say so: watch, suggest or act."""
    workspace = session.with_database()
    from newsletter.errors import InputError
    from newsletter.models import Act, TrustLevel
    from newsletter.services.inbox.trust import levels, set_level

    if kind and level:
        if kind not in (*Act, "all"):
            raise InputError(f"There is no act '{kind}'; there are: all, {', '.join(Act)}.")
        for act_ in Act if kind == "all" else (Act(kind),):
            set_level(workspace, act_, TrustLevel(level), by=by)
    for act_, now in levels().items():
        click.echo(f"{act_:<14} {now:<8} {act_.label}: it {now.label}")
