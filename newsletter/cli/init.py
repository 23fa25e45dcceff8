"""`newsletter init`: a new workspace."""

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make a new workspace in FOLDER, with the sample issue to look at."""
    from newsletter.services.founding import found

    count = len(found(folder))
    click.echo(f"Made a workspace in {folder}, {count} files. It is in practice: nothing leaves this computer.")
    click.echo("Next:")
    click.echo(f"  1. put your own name and addresses into {folder / 'newsletter.toml'}")
    click.echo(f"  2. newsletter -C {folder} preview 2025-11")
