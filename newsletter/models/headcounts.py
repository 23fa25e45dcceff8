"""How many people there are of each kind, kept right by the database itself: no page counts a list of a million.

Three triggers on the table of subscribers do it, whoever changes that and in whatever way, in the same transaction.
Where Django makes a table anew for a change, its triggers go with the old one: a migration that does so with the table
of subscribers ends with `migrations.RunPython(count_people)`; a test counts the triggers.
"""

from typing import ClassVar

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KIND = ("status", "body", "nation", "language", "tags")
_NAMES = ", ".join(KIND)


def _of(row: str) -> str:
    return " AND ".join(f"{name} = {row}.{name}" for name in KIND)


def _come(row: str) -> str:
    values = ", ".join(f"{row}.{name}" for name in KIND)
    return f"""UPDATE newsletter_headcount SET people = people + 1 WHERE {_of(row)};
    INSERT INTO newsletter_headcount ({_NAMES}, people) SELECT {values}, 1 WHERE changes() = 0;"""  # noqa: S608


def _go(row: str) -> str:
    return f"UPDATE newsletter_headcount SET people = people - 1 WHERE {_of(row)};"  # noqa: S608


_CHANGED = " OR ".join(f"OLD.{name} <> NEW.{name}" for name in KIND)
_ON = "ON newsletter_subscriber"
COUNT_WHO_COMES = f"CREATE TRIGGER people_come AFTER INSERT {_ON} BEGIN {_come('NEW')} END"
COUNT_NOBODY_WHO_COMES = "DROP TRIGGER IF EXISTS people_come"
_COUNT_WHO_GOES = f"CREATE TRIGGER people_go AFTER DELETE {_ON} BEGIN {_go('OLD')} END"
_COUNT_WHO_CHANGES = f"""CREATE TRIGGER people_change AFTER UPDATE OF {_NAMES} {_ON} WHEN {_CHANGED}
BEGIN {_go("OLD")} {_come("NEW")} END"""
# Those who came with higher numbers, added to what was counted of their kind before.
COUNT_FROM = f"""
INSERT INTO newsletter_headcount ({_NAMES}, people)
SELECT {_NAMES}, count(*) FROM newsletter_subscriber WHERE id > %s GROUP BY {_NAMES}
ON CONFLICT ({_NAMES}) DO UPDATE SET people = people + excluded.people
"""  # noqa: S608


class Headcount(models.Model):
    """People of one kind; a kind of which nobody is left stays, with none."""

    status = models.CharField(max_length=16)
    body = models.CharField(max_length=64)
    nation = models.CharField(max_length=64)
    language = models.CharField(max_length=35)
    tags = models.JSONField()
    people = models.BigIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=KIND, name="headcount_once_a_kind"),
            models.CheckConstraint(condition=models.Q(people__gte=0), name="headcount_not_below_none"),
        ]

    def __str__(self) -> str:
        """How many, and of which status."""
        return f"{self.people} {self.status}"


def count_people(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Count everybody once, and let the database go on counting."""
    for name in ("people_come", "people_go", "people_change"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
    schema_editor.execute("DELETE FROM newsletter_headcount")
    schema_editor.execute(COUNT_FROM, [0])
    for statement in (COUNT_WHO_COMES, _COUNT_WHO_GOES, _COUNT_WHO_CHANGES):
        schema_editor.execute(statement)
