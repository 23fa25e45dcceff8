"""`newsletter preview`: look at a draft in the browser while it is written."""

import signal
import threading
import webbrowser
from contextlib import suppress

import click


@click.command()
@click.argument("issue_id", metavar="ISSUE")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on this computer; a free one if left out.")
@click.option(
    "--open/--no-open", "opens", default=True, help="Open the page in the browser, or only print its address."
)
@click.pass_context
def preview(ctx: click.Context, issue_id: str, port: int, opens: bool) -> None:  # noqa: FBT001  (click passes flags so)
    """Show ISSUE, such as 2025-11, in the browser; the page follows each save. Ctrl-C ends it."""
    from newsletter.web.preview import serve_preview

    def ready(url: str) -> None:
        click.echo(f"Preview of {issue_id}: {url}")
        click.echo("It follows each save and is seen on this computer only. Press Ctrl-C to end it.")
        if opens:
            threading.Thread(target=_open, args=[url], daemon=True).start()  # some browsers answer only after seconds

    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts background jobs with it switched off
    serve_preview(ctx.obj.workspace, issue_id, port, ready)
    click.echo("The preview has ended.")


def _open(url: str) -> None:
    """Open a page, unless the only browser here is one that would take over this terminal."""
    with suppress(webbrowser.Error):
        browser = webbrowser.get()
        if type(browser) is not webbrowser.GenericBrowser:
            browser.open(url)
