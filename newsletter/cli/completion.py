"""`newsletter completion`: completion for the shell."""

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for SHELL; `eval "$(newsletter completion bash)"` turns it on."""
    from newsletter.cli import newsletter

    kind = get_completion_class(shell)
    if kind is not None:
        click.echo(kind(newsletter, {}, "newsletter", "_NEWSLETTER_COMPLETE").source())
