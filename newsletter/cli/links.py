"""Commands of `newsletter subscribers` about personal links: ending some of them, and signing by another key."""

import click

from newsletter.cli.people import BY
from newsletter.cli.session import Session


@click.command()
@click.argument("what", metavar="LINK|ADDRESS")
@click.option("--reason", default="", help="Why; it is recorded with the link.")
@BY
@click.pass_obj
def revoke(session: Session, what: str, reason: str, by: str) -> None:
    """Make one personal LINK useless, or every link that ADDRESS got so far.

    For a link that was posted where strangers read it. The next mail carries new ones.
    """
    workspace = session.with_database()
    from newsletter.services.personal_links import renew_links, revoke_link
    from newsletter.services.subscribing import find_subscriber
    from newsletter.subscribers.tokens import TOKEN

    if "@" in what and not TOKEN.search(what):
        renew_links(find_subscriber(what), by=by)
        click.echo("No link that this address got so far works any more.")
    else:
        ended = revoke_link(workspace, what, by=by, reason=reason)
        click.echo("This link no longer works." if ended else "This link had been ended already.")


@click.command("new-key")
@click.option("--end-old-links", is_flag=True, help="No link in a mail that was already sent works any more.")
@click.option("--yes", is_flag=True, help="Don't ask before that.")
@BY
@click.pass_obj
def new_key(session: Session, by: str, *, end_old_links: bool, yes: bool) -> None:
    """Sign personal links by a new key from now on; those in mails already sent go on working."""
    workspace = session.with_database()
    from newsletter.services.personal_links import sign_anew

    if end_old_links and not yes:
        click.confirm("Nobody will be able to leave by the button of a mail they have. Go on?", abort=True)
    sign_anew(workspace, by=by, ends_others=end_old_links)
    click.echo(f"Links are signed by a new key from now on. Keep a copy of {workspace.secret_path} again.")
