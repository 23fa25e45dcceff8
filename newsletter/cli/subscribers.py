"""`newsletter subscribers`: the list."""

import click

from newsletter.cli import links, list_files, people

subscribers = click.Group(
    "subscribers",
    help="The list: who gets the newsletter, and why we may write to them.",
    commands=[
        list_files.import_,
        list_files.reconcile,
        list_files.export,
        people.add,
        people.remove,
        people.move,
        people.show,
        people.whose,
        links.revoke,
        links.new_key,
        people.erase,
        people.stats,
    ],
)
