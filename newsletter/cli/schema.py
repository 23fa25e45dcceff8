"""`newsletter schema`: the JSON Schema of issue.yaml."""

import json

import click


@click.command()
def schema() -> None:
    """Print the JSON Schema of issue.yaml, so that editors complete and validate it."""
    from newsletter.content.schema import issue_schema

    click.echo(json.dumps(issue_schema(), indent=2, ensure_ascii=False))
