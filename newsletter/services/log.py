"""The log of who did what, read back: `services.audit` writes it, and nothing ever changes it."""

import re
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from newsletter.content.wording import ACTS
from newsletter.models import AuditRecord, Edition, Mailing, User


def log(query: str = "") -> QuerySet[AuditRecord]:
    """All acts, latest first; or those of one person, or done to one thing, by any part of its name."""
    rows = AuditRecord.objects.order_by("-pk")
    return rows.filter(by__icontains=query) | rows.filter(subject__icontains=query) if query else rows


def act_in_words(record: AuditRecord) -> str:
    """What was done, as people say it."""
    return ACTS.get(record.action, record.action)


def subjects_in_words(records: Sequence[AuditRecord]) -> dict[str, str]:
    """What it was done to, by the name under which the log keeps it, for names that are numbers."""
    return {
        **_named(records, "account", User.objects.values_list("pk", "name"), "the account of"),
        **_named(records, "edition", Edition.objects.values_list("pk", "issue_id"), "issue"),
        **_named(records, "mailing", Mailing.objects.values_list("pk", "edition__issue_id"), "the mailing of"),
    }


def detail_in_words(record: AuditRecord) -> str:
    """What else was written down: "role: editor, people: 3"."""
    told = ((name.replace("_", " "), _plain(value)) for name, value in record.detail.items())
    return ", ".join(f"{name}: {value}" for name, value in told if value)


def _named(
    records: Sequence[AuditRecord], kind: str, rows: QuerySet[Any, tuple[int, str]], words: str
) -> dict[str, str]:
    numbers = {int(found[1]) for record in records if (found := re.fullmatch(rf"{kind} (\d+)", record.subject))}
    known = rows.filter(pk__in=numbers) if numbers else ()
    return {f"{kind} {number}": f"{words} {name}" for number, name in known}


def _plain(value: object) -> str:
    """Counts that are none are left out, and long numbers that name a file are cut."""
    if isinstance(value, dict):
        return "; ".join(f"{name.replace('_', ' ')} {inner}" for name, inner in value.items() if inner)
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return re.sub(r"\b([0-9a-f]{12})[0-9a-f]{28,}\b", r"\1", str(value))
