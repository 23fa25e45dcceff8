"""`newsletter segments`: whom the rules in subscribers/segments.toml pick."""

import json

import click

from newsletter.cli.session import Session


@click.group()
def segments() -> None:
    """Segments: the rules in subscribers/segments.toml, and whom they pick."""


@segments.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of words.")
@click.pass_obj
def list_(session: Session, *, as_json: bool) -> None:
    """Every segment, and how many people it picks now."""
    workspace = session.with_database()
    from newsletter.services.segmenting import preview_segments

    for found in preview_segments(workspace):
        told = {"id": found.segment.id, "name": found.segment.name, "count": found.count}
        offer = ", on offer to readers" if found.segment.on_offer else ""
        click.echo(
            json.dumps(told) if as_json else f"{found.count:>9,} {found.segment.id}: {found.segment.name}{offer}"
        )


@segments.command()
@click.argument("name")
@click.option("--sample", type=click.IntRange(0, 1000), default=10, show_default=True, help="How many people to show.")
@click.pass_obj
def show(session: Session, name: str, sample: int) -> None:
    """How many people the segment NAME picks now, and some of them."""
    workspace = session.with_database()
    from newsletter.services.segmenting import preview_segment

    found = preview_segment(workspace, name, sample=sample)
    click.echo(f"{found.segment.name}: {found.count:,} of {found.subscribed:,} people")
    for person in found.sample:
        details = [person.name, person.body, person.nation, person.language, *person.tags]
        click.echo(f"  {person.address}  {', '.join(filter(None, details))}")
