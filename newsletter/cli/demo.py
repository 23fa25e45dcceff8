"""`newsletter demo`: the whole journey on this machine, each step with the command that does it for real."""

import sys
import tempfile
from pathlib import Path

import click

from newsletter.cli.session import Session

_ISSUE = "2025-11"
_APPROVERS = ("Alys Prosser", "Rowan Achebe")  # invented, like everybody in the sample
_SETTING = "NEWSLETTER__SENDING__TRANSPORT"


@click.command()
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path), help="Where to work; a new scratch folder if left out."
)
@click.option(
    "--serve/--no-serve",
    "then_serve",
    default=None,
    help="Go on with `newsletter serve` until Ctrl-C, to look at it in the studio; left out: on a terminal only.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Where it serves then.")
@click.pass_context
def demo(ctx: click.Context, folder: Path | None, port: int, *, then_serve: bool | None) -> None:
    """Make a scratch workspace, import people, check, approve, send by SMTP to a catcher here, and tell the sum.

    Then seven people write back, and cards say what was understood.
    """
    from newsletter.engine.catcher import mail_catcher
    from newsletter.services.founding import found

    root = folder or Path(tempfile.mkdtemp(prefix="newsletter-demo-"))
    _say("A workspace with the sample issue", f"newsletter init {root}")
    found(root)
    with mail_catcher(root / "data" / "caught") as url:
        session = _Scratch(root, url)
        session.with_database()
        _import(session)
        _look(session, root / "data" / "build")
        _approve(session)
        done = _deliver(session)
    serves = sys.stdout.isatty() if then_serve is None else then_serve
    _say("What you can open now")
    click.echo(f"  the mails:     {root / 'data' / 'caught'} (any mail program opens an .eml file)")
    click.echo(f"  the web page:  {root / 'data' / 'build' / 'web.html'}")
    click.echo(f"  status later:  {Path(sys.executable).with_name('newsletter')} -C {root} status")
    if not serves:
        _show_studio(session, port, then_serve=False)
    _show_replies(session, root / "data", as_file=not serves)
    click.echo()
    click.secho(done, bold=True)
    if serves:
        _serve(ctx, session, port)


def _show_replies(session: Session, data: Path, *, as_file: bool) -> None:
    from newsletter.cli.demo_replies import receive, tell, write_page

    _say("Mail that comes back", "newsletter inbox list")
    cards = receive(session.workspace, data / "caught")
    click.secho("Seven people wrote back. See what I understood:", bold=True)
    tell(cards)
    if as_file:
        write_page(session.workspace, cards, data / "replies.html")
        click.echo(f"\n  the cards:     {data / 'replies.html'}")


def _serve(ctx: click.Context, session: Session, port: int) -> None:
    from newsletter.cli.serve import serve

    _say("The same cards with their buttons, under Replies: served until Ctrl-C")
    _show_studio(session, port, then_serve=True)
    click.echo()
    ctx.obj = Session(session.folder)
    ctx.invoke(serve, port=port)


class _Scratch(Session):
    """A session on the scratch workspace, sending to the catcher."""

    def __init__(self, root: Path, url: str) -> None:
        """Set the transport as the environment would."""
        from newsletter.workspace import load_workspace

        super().__init__(root)
        self.workspace = load_workspace(root, {_SETTING: url})


def _show_studio(session: Session, port: int, *, then_serve: bool) -> None:
    """An account without a password, and a link that lets its owner in once."""
    from newsletter.models import Role
    from newsletter.services import accounts
    from newsletter.services.one_time_links import address_of

    owner = accounts.open_account(name=_APPROVERS[0], address="alys.prosser@npm.example", role=Role.ADMINISTRATOR)
    link = address_of(session.workspace, accounts.entrance_link(owner), f"http://127.0.0.1:{port}")
    if not then_serve:
        click.echo(
            f"  the studio:    {Path(sys.executable).with_name('newsletter')} -C {session.folder} serve --port {port}"
        )
    click.echo(f"  {'open' if then_serve else '               then open'} {link}")
    click.echo(f"  {'' if then_serve else '               '}(it lets you in once, within eight hours)")


def _say(what: str, command: str = "") -> None:
    click.echo()
    click.secho(what, bold=True)
    if command:
        click.secho(f"  $ {command}", dim=True)


def _import(session: Session) -> None:
    from newsletter.services.importing import Fate, import_subscribers
    from newsletter.subscribers.importing import ImportFile

    _say("People, all invented", "newsletter subscribers import subscribers/sample.csv")
    workspace = session.workspace
    source = ImportFile(workspace.subscribers / "sample.csv", bodies=workspace.bodies)
    report = import_subscribers(workspace, source, basis="public task", by="the demonstration")
    click.echo(f"  {report.counts[Fate.NEW]:,} new subscribers")


def _look(session: Session, out: Path) -> None:
    from newsletter.services.building import build
    from newsletter.services.checking import look_over

    workspace = session.workspace
    issue = workspace.load_issue(_ISSUE)
    _say("The checks", f"newsletter check {_ISSUE}")
    report = look_over(workspace, issue)
    click.echo(
        f"  {len(report.runs)} checks, {len(report.blocking)} findings that block, {len(report.findings)} in all"
    )
    _say("The issue as mail, text and web page", f"newsletter build {_ISSUE} --out {out}")
    click.echo(f"  {len(build(issue, workspace.theme, out))} files")


def _approve(session: Session) -> None:
    from newsletter.services.approving import approve
    from newsletter.services.gate import blocking_findings

    for name in _APPROVERS:
        _say(
            "Approval by a second person" if name == _APPROVERS[-1] else "Approval",
            f'newsletter approve {_ISSUE} --by "{name}"',
        )
        result = approve(session.workspace, _ISSUE, by=name, gate=blocking_findings(session.workspace))
        click.echo(f"  {len(result.people)} of {result.needed}; frozen as edition {result.edition.content_hash[:12]}")


def _deliver(session: Session) -> str:
    from newsletter.cli.progress import progress_bar
    from newsletter.engine.local import send_here
    from newsletter.models import Mechanism, Subscriber
    from newsletter.services.approvals import sendable_edition
    from newsletter.services.planning import plan
    from newsletter.services.subscribing import leave

    workspace = session.workspace
    _say("Sending in batches by SMTP, to a mail catcher on this machine", f"newsletter send {_ISSUE}")
    mailing = plan(workspace, sendable_edition(workspace, _ISSUE), by="the demonstration")
    click.echo(f"  {mailing.chosen:,} chosen; one of them leaves before the first mail is sent, and will get nothing")
    leave(Subscriber.objects.earliest("pk"), mechanism=Mechanism.STAFF, by="the demonstration", reason="to show it")
    with progress_bar() as show:
        receipt = send_here(workspace, mailing, progress=show)
    _say("The receipt", "newsletter status")
    click.echo(f"  {receipt.sentence}")
    return f"{receipt.count('accepted'):,} of {receipt.chosen - receipt.left_out:,} accepted"
