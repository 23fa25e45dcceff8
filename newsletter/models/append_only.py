"""Rows that are written once: consent records, attempts, events and the audit log.

Erasure of a person still removes or unlinks their rows, because foreign keys cascade below this layer.
"""

from typing import Any, ClassVar, Never, Self, TypeVar

from django.db import models

_Row = TypeVar("_Row", bound=models.Model)


class AppendOnlyError(TypeError):
    """The program tried to change a row that is history: a mistake in the code, never in an input."""


class AppendOnlyQuerySet(models.QuerySet[_Row]):
    """Reads and adds; refuses to change or remove."""

    def update(self, **_values: object) -> Never:
        """Refuse: history is added to, not edited."""
        raise AppendOnlyError(f"{self.model.__name__} rows are never changed")

    def delete(self) -> Never:
        """Refuse: history is added to, not edited."""
        raise AppendOnlyError(f"{self.model.__name__} rows are never removed")

    delete.alters_data = True  # type: ignore[attr-defined]


class AppendOnlyManager(models.Manager[_Row]):
    """Hands out querysets that read and add."""

    def get_queryset(self) -> AppendOnlyQuerySet[_Row]:
        """All rows."""
        return AppendOnlyQuerySet(self.model, using=self._db)


class AppendOnly(models.Model):
    """Base of every table that is only ever added to."""

    objects: ClassVar[AppendOnlyManager[Self]] = AppendOnlyManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  (Django's own signature)
        """Write a new row; raise AppendOnlyError for one that exists."""
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} rows are never changed")
        super().save(*args, **kwargs)

    def delete(self, *_args: object, **_kwargs: object) -> Never:
        """Refuse: history is added to, not edited."""
        raise AppendOnlyError(f"{type(self).__name__} rows are never removed")
