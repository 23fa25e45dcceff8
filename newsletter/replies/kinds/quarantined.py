"""Mail that was not read, because it is too large, too deep, or built to harm."""

from newsletter.replies.reading import Reading
from newsletter.replies.rule import KindRule, Sighting
from newsletter.replies.verdict import Kind, Verdict


def look(reading: Reading) -> Sighting | None:
    """Sees the problem that reading the bytes met."""
    problem = reading.mail.problem
    return Sighting(verdict=Verdict(kind=Kind.QUARANTINED), says=problem) if problem else None


RULE = KindRule(
    name="quarantined", why="Hostile mail must cost neither time nor memory; RFC 5322 has no bounds.", look=look
)
