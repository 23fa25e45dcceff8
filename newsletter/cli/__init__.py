"""The command `newsletter`: each command parses, calls one service and prints; it is imported when it is used."""

import sqlite3
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from newsletter import __version__
from newsletter.cli.logs import set_up_logging
from newsletter.cli.session import Session
from newsletter.errors import ConflictError, InputError, NewsletterError, UnavailableError

# Command -> (module, one line for the list of commands). Importing a module would load its framework.
_COMMANDS = {
    "demo": ("demo", "The whole journey on this machine, no account needed."),
    "init": ("init", "Make a new workspace."),
    "doctor": ("doctor", "What is set up, what is missing, how to mend it."),
    "new": ("new", "Begin the next issue from the last one."),
    "schema": ("schema", "JSON Schema of issue.yaml, for editors that complete and validate."),
    "check": ("check", "What is to fix in an issue, and how."),
    "build": ("build", "Write an issue as mail, text and web page into a folder."),
    "preview": ("preview", "Look at an issue in the browser; it reloads on save."),
    "test": ("test", "Send one copy to yourself."),
    "draft": ("draft", "Send an issue round for comment; list what came back."),
    "approve": ("approve", "Freeze an issue for sending, in your name."),
    "send": ("send", "Send an approved issue."),
    "status": ("status", "How far the mailings are."),
    "pause": ("steer", "Hold a mailing."),
    "resume": ("steer", "Let a held mailing go on."),
    "cancel": ("steer", "Stop a mailing for good."),
    "report": ("report", "What became of a mailing, in numbers."),
    "resolve": ("resolve", "Mails that may or may not have arrived: list and settle them."),
    "live": ("live", "Leave practice: from now on mail really leaves."),
    "serve": ("serve", "Show readers their pages, take webhooks, keep schedules."),
    "migrate": ("migrate", "Bring the database up to date, after a backup."),
    "backup": ("backup", "Copy the database."),
    "restore": ("backup", "Put back a copy of the database."),
    "subscribers": ("subscribers", "The list: import, add, remove, stats."),
    "inbox": ("inbox", "Mail that comes back: classify it, explain why."),
    "user": ("user", "Accounts of staff: invite, list, recover, remove."),
    "segments": ("segments", "Whom the rules in segments.toml pick."),
    "completion": ("completion", "Shell completion for bash, zsh or fish."),
}
_EXIT = {InputError: 2, ConflictError: 1, UnavailableError: 3}


class _Lazy(click.Group):
    """A group whose commands are imported only when one of them is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"newsletter.cli.{_COMMANDS[cmd_name][0]}")
        command = getattr(module, cmd_name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_module, line) in _COMMANDS.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-C", "folder", type=click.Path(path_type=Path), default=Path(), help="The workspace's folder.")
@click.option("-v", "verbose", count=True, help="Say more on standard error; twice for every step.")
@click.option("--log-json", is_flag=True, help="Log as one JSON object a line.")
@click.version_option(__version__, prog_name="newsletter")
@click.pass_context
def newsletter(ctx: click.Context, folder: Path, verbose: int, *, log_json: bool) -> None:
    """Write, render, check, approve and send a bulletin by e-mail."""
    set_up_logging(verbose, as_json=log_json)
    ctx.obj = Session(folder)


def main(arguments: Sequence[str] | None = None) -> Any:  # noqa: ANN401
    """Run the command line; every error of ours becomes its sentences and an exit status, never a traceback."""
    try:
        status = newsletter.main(arguments, prog_name="newsletter", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        status = 130
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except NewsletterError as error:
        click.echo(str(error), err=True)
        status = next((code for kind, code in _EXIT.items() if isinstance(error, kind)), 1)
    except Exception as error:
        if not isinstance(error, OSError) and not isinstance(error.__cause__, sqlite3.Error):
            raise  # a fault of ours, which nobody can mend without its place
        click.echo(_outside(error), err=True)
        status = _EXIT[UnavailableError]
    sys.exit(status if isinstance(status, int) else 0)


def _outside(error: Exception) -> str:
    """What the disk or the database said, in one line."""
    if isinstance(error, OSError):
        place = f" ({error.filename})" if error.filename else ""
        return f"The computer refused: {error.strerror or error}{place}; look at the place, its space and its rights."
    return f"The database does not answer: {error}; is another command at work on it?"
