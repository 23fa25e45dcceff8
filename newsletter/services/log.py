"""The log of who did what, read back: `services.audit` writes it, and nothing ever changes it."""

import re

from django.db.models import QuerySet

from newsletter.content.wording import ACTS
from newsletter.models import AuditRecord, User


def log(query: str = "") -> QuerySet[AuditRecord]:
    """All acts, latest first; or those of one person, or done to one thing, by any part of its name."""
    rows = AuditRecord.objects.order_by("-pk")
    return rows.filter(by__icontains=query) | rows.filter(subject__icontains=query) if query else rows


def act_in_words(record: AuditRecord) -> str:
    """What was done, as people say it."""
    return ACTS.get(record.action, record.action)


def subjects_in_words(records: list[AuditRecord]) -> dict[str, str]:
    """What it was done to, by the name under which the log keeps it: accounts are told by their owner's name."""
    numbers = {int(found[1]) for record in records if (found := re.fullmatch(r"account (\d+)", record.subject))}
    names = dict(User.objects.filter(pk__in=numbers).values_list("pk", "name"))
    return {f"account {number}": f"the account of {name}" for number, name in names.items()}


def detail_in_words(record: AuditRecord) -> str:
    """What else was written down: "role: editor, people: 3"."""
    return ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in record.detail.items() if value != "")
