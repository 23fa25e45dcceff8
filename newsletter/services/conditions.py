"""What segments ask of the database about each reader, as one SQL expression: a number with a bit for each answer.

So the rules themselves stay in `subscribers.segments`, people of one kind are judged once, and planning for a million
asks no question twice.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from newsletter.services.ledger_sql import stamp
from newsletter.services.modes import is_practice
from newsletter.subscribers.segments import Condition, Segment
from newsletter.workspace import Workspace

# Whoever got an issue, may have, or still will.
_GOT = """id IN (SELECT d.subscriber_id FROM newsletter_delivery d JOIN newsletter_mailing m ON m.id = d.mailing_id
JOIN newsletter_edition e ON e.id = m.edition_id
WHERE e.issue_id = %({value})s AND m.practice = %(in_practice)s AND d.state NOT IN ('skipped', 'refused')
  AND d.subscriber_id IS NOT NULL)"""
_SQL = {
    "joined_before": "joined_at < %({value})s",
    "joined_after": "joined_at >= %({value})s",
    "got": _GOT,
    "attribute": "attributes ->> %({value})s IN ({values})",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What a segment may ask about people of one kind."""

    body: str
    nation: str
    language: str
    tags: frozenset[str]
    answers: frozenset[Condition]

    def holds(self, condition: Condition) -> bool:
        """Whether this is so of them."""
        return condition in self.answers


class Conditions:
    """The conditions of some segments, each once."""

    def __init__(self, workspace: Workspace, segments: Iterable[Segment]) -> None:
        """Take the segments that will be asked."""
        self._all = tuple(dict.fromkeys(found for segment in segments for found in segment.conditions))
        self._zone = ZoneInfo(workspace.publication.timezone)
        self._practice = is_practice(workspace) if self._all else False

    @property
    def asked(self) -> bool:
        """Whether there are any."""
        return bool(self._all)

    @property
    def sql(self) -> str:
        """The number, of a row of newsletter_subscriber."""
        parts = (f"({self._question(bit, one)}) * {1 << bit}" for bit, one in enumerate(self._all))
        # What a person does not have compares as unknown, and counts as no.
        return " + ".join(f"coalesce({part}, 0)" for part in parts) or "0"

    @property
    def values(self) -> Mapping[str, Any]:
        """What the expression asks for."""
        found: dict[str, Any] = {"in_practice": self._practice}
        for bit, one in enumerate(self._all):
            found[f"asked{bit}"] = self._value(one)
            found |= {f"asked{bit}_{place}": value for place, value in enumerate(one.values)}
        return found

    @staticmethod
    def _question(bit: int, one: Condition) -> str:
        values = ", ".join(f"%(asked{bit}_{place})s" for place, _value in enumerate(one.values))
        return _SQL[one.kind].format(value=f"asked{bit}", values=values)

    def facts(self, body: str, nation: str, language: str, tags: str, answers: int) -> Facts:
        """Columns of a row, and the number, as a segment asks them."""
        held = frozenset(one for bit, one in enumerate(self._all) if answers >> bit & 1)
        return Facts(body=body, nation=nation, language=language, tags=frozenset(json.loads(tags)), answers=held)

    def _value(self, condition: Condition) -> Any:  # noqa: ANN401
        if condition.kind in ("attribute", "got"):
            return condition.name
        day = date.fromisoformat(condition.name) + timedelta(days=condition.kind == "joined_after")
        return stamp(datetime.combine(day, time(), self._zone))
