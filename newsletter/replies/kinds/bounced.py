"""Mail that came back: in the standard's form, or in a mail system's own words."""

from collections.abc import Sequence
from dataclasses import replace

from newsletter.replies.bounces import Failure, reported_failures, transcribed_failures
from newsletter.replies.bounces.transcripts import report_text, words_about
from newsletter.replies.kinds.machine import delivery_signs
from newsletter.replies.reading import Reading
from newsletter.replies.rule import KindRule, Sighting
from newsletter.replies.verdict import Kind, Verdict


def look_at_report(reading: Reading) -> Sighting | None:
    """Sees the groups of a delivery report."""
    mail = reading.mail
    failures = [failure for failure in reported_failures(mail) if failure.address]
    if not failures or not delivery_signs(reading):
        return None
    if not any(failure.words or failure.cause for failure in failures):
        text = report_text(mail)
        failures = [replace(each, words=words_about(each.address, text)) for each in failures]
    return _sighting(failures, reading)


def look_at_words(reading: Reading) -> Sighting | None:
    """Sees the address and the reason in plain words."""
    if not (signs := delivery_signs(reading)):
        return None
    return _sighting(list(transcribed_failures(reading.mail)), reading, signs)


def _sighting(failures: Sequence[Failure], reading: Reading, signs: str = "") -> Sighting:
    """The failure that weighs most stands for the mail."""
    worst = next((failure for failure in failures if failure.dead), failures[0] if failures else Failure())
    deliveries = (reading.ours.read_delivery(box.address) for box in reading.mail.recipients)
    named = (address for failure in failures for address in (failure.written_to, failure.address) if address)
    verdict = Verdict(
        kind=Kind.BOUNCE_HARD if worst.dead else Kind.BOUNCE_SOFT,
        recipient=worst.address,
        recipients=tuple(dict.fromkeys(named)),
        status=worst.code,
        smtp_code=worst.smtp_code,
        delayed=worst.delayed,
        delivery=next((delivery for delivery in deliveries if delivery is not None), None),
    )
    says = f"{signs}; {worst.says}" if signs else worst.says
    return Sighting(verdict=verdict, says=says, quote=worst.words.strip()[:300])


RULES = (
    KindRule(name="delivery-report", why="RFC 3464: one group of fields for each recipient.", look=look_at_report),
    KindRule(name="returned-mail", why="Many systems still tell of failures in words alone.", look=look_at_words),
)
