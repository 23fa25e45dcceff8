"""From the bytes of a mail to a Verdict: parse, tell what sort it is, read what a person wants."""

from newsletter.replies.kinds import KIND_RULES
from newsletter.replies.mail import IncomingMail
from newsletter.replies.ourselves import Ourselves
from newsletter.replies.parsing import parse
from newsletter.replies.reading import Reading
from newsletter.replies.verdict import Intent, Kind, Reason, Verdict


def classify(message: bytes | IncomingMail, ours: Ourselves | None = None) -> Verdict:
    """What a mail is and wants, with its reasons. Never raises; what can't be read is quarantined."""
    mail = message if isinstance(message, IncomingMail) else parse(message)
    return judge(Reading(mail=mail, ours=ours or Ourselves()))


def judge(reading: Reading) -> Verdict:
    """The verdict on a mail that is laid out already."""
    for rule in KIND_RULES:
        if seen := rule.look(reading):
            return Verdict(kind=seen.kind, reply_text=reading.new_words, reasons=(rule.reason(seen),), **seen.facts)
    return _human(reading)


def _human(reading: Reading) -> Verdict:
    reason = Reason(rule="human", says="no sign of a machine")
    return Verdict(kind=Kind.HUMAN, intent=Intent.AMBIGUOUS, reply_text=reading.new_words, reasons=(reason,))
