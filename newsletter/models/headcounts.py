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
_COUNT = f"""
INSERT INTO newsletter_headcount ({_NAMES}, people)
SELECT {_NAMES}, count(*) FROM newsletter_subscriber GROUP BY {_NAMES}
"""  # noqa: S608  (names of our own columns)


def _of(row: str) -> str:
    return " AND ".join(f"{name} = {row}.{name}" for name in KIND)


def _come(row: str) -> str:
    values = ", ".join(f"{row}.{name}" for name in KIND)
    return f"""INSERT INTO newsletter_headcount ({_NAMES}, people) SELECT {values}, 0
        WHERE NOT EXISTS (SELECT 1 FROM newsletter_headcount WHERE {_of(row)});
    UPDATE newsletter_headcount SET people = people + 1 WHERE {_of(row)};"""  # noqa: S608


def _go(row: str) -> str:
    return f"UPDATE newsletter_headcount SET people = people - 1 WHERE {_of(row)};"  # noqa: S608


_CHANGED = " OR ".join(f"OLD.{name} <> NEW.{name}" for name in KIND)
_TRIGGERS = {
    "people_come": f"AFTER INSERT ON newsletter_subscriber BEGIN {_come('NEW')} END",
    "people_go": f"AFTER DELETE ON newsletter_subscriber BEGIN {_go('OLD')} END",
    "people_change": f"AFTER UPDATE OF {_NAMES} ON newsletter_subscriber WHEN {_CHANGED} "
    f"BEGIN {_go('OLD')} {_come('NEW')} END",
}


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
    schema_editor.execute("DELETE FROM newsletter_headcount")
    schema_editor.execute(_COUNT)
    for name, what in _TRIGGERS.items():
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        schema_editor.execute(f"CREATE TRIGGER {name} {what}")
