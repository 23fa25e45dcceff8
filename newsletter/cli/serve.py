"""`newsletter serve`: one process for readers' pages, webhooks and timed jobs; it goes on with what was begun."""

import signal
from typing import TYPE_CHECKING, Never

import click

from newsletter.cli.session import Session
from newsletter.errors import InputError

if TYPE_CHECKING:
    from waitress.server import BaseWSGIServer

    from newsletter.workspace import Workspace

_THREADS = 4  # for answers; more would only take processor time from a mailing, which has threads of its own
_CONNECTIONS = 500  # waitress' own 100 are soon taken by clients that send slowly
_LARGEST = 25_000_000  # bytes of a request; each page has its own limit below it, and says so in a sentence


@click.command()
@click.option("--host", default="127.0.0.1", help="Address to listen on; this computer only if left out.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.pass_obj
def serve(session: Session, host: str, port: int) -> None:
    """Show readers their pages, take providers' webhooks, send what is due, and tidy up, until Ctrl-C or SIGTERM.

    Put a web server with a certificate in front of it before anybody else may reach it; docs/pages.md shows one.
    """
    workspace = session.with_database()
    from newsletter.engine.receiving import receiving
    from newsletter.engine.timetable import running

    server = _listen(workspace, host, port)
    _announce(workspace, server)
    _offer_studio(workspace, _address(server))
    signal.signal(signal.SIGTERM, _leave)
    try:
        with receiving(workspace) as doors, running(workspace):
            for door in doors:
                click.echo(f"Replies are taken at {door}")
            server.run()  # until SystemExit or KeyboardInterrupt, after what is being answered
    finally:
        server.close()
    click.echo("Stopped; what was on the wire is finished.")


def _listen(workspace: "Workspace", host: str, port: int) -> "BaseWSGIServer":
    from waitress import create_server

    from newsletter.services.choosing import segments_on_offer
    from newsletter.services.consent import require_basis
    from newsletter.web.site import application

    pages = workspace.config.pages
    segments_on_offer(workspace)  # settings that can't work are told now, not to a reader
    require_basis(workspace, pages.basis)
    try:
        return create_server(
            application(workspace),
            host=host,
            port=port,
            threads=_THREADS,
            ident=None,
            max_request_body_size=_LARGEST,
            max_request_header_size=32_768,
            channel_timeout=30,
            connection_limit=_CONNECTIONS,
            asyncore_use_poll=True,  # select() knows no file above number 1,023
            trusted_proxy=pages.proxy or None,
            trusted_proxy_headers={"x-forwarded-for"} if pages.proxy else None,
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        raise InputError(f"{host}:{port} can't be listened on ({error.strerror}); name another --port.") from None


def _announce(workspace: "Workspace", server: "BaseWSGIServer") -> None:
    from newsletter.web.hooks.inbound import takes_replies_of
    from newsletter.web.hooks.readers import is_open, needs, provider_of

    address = _address(server)
    click.echo(f"Serving on {address}/ for readers; {address}/healthz says whether all is well. Ctrl-C ends it.")
    provider = provider_of(workspace)
    if provider and takes_replies_of(workspace, provider):
        hook = f"{workspace.publication.base_url or address}/hooks/{provider}/inbound/"
        click.echo(f"Replies that {provider} takes are taken at {hook}")
    if provider and is_open(workspace, provider):
        click.echo(f"Events of {provider} are taken at {workspace.publication.base_url or address}/hooks/{provider}/")
    elif provider:
        click.echo(f"Events of {provider} are not taken: [provider] {needs(provider)} is missing.")


def _address(server: "BaseWSGIServer") -> str:
    return f"http://{server.effective_host}:{server.effective_port}"


def _offer_studio(workspace: "Workspace", server: str) -> None:
    """Where staff go; at the first start with a link that makes the first administrator."""
    from newsletter.services.accounts import first_link
    from newsletter.services.one_time_links import address_of

    click.echo(f"The studio is at {workspace.publication.base_url or server}/studio/")
    if link := first_link():
        click.echo("Nobody has an account yet. This link makes the first administrator; it works once, within a day:")
        click.echo(f"  {address_of(workspace, link, server)}")


def _leave(_signal: int, _frame: object) -> Never:
    raise SystemExit(0)
