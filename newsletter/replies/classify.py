"""From the bytes of a mail to a Verdict: parse, tell what sort it is, read what a person wants."""

from dataclasses import replace

from newsletter.replies.human import read_human
from newsletter.replies.kinds import KIND_RULES
from newsletter.replies.mail import IncomingMail
from newsletter.replies.ourselves import Ourselves
from newsletter.replies.parsing import parse
from newsletter.replies.reading import Reading
from newsletter.replies.verdict import Verdict


def classify(message: bytes | IncomingMail, ours: Ourselves | None = None) -> Verdict:
    """What a mail is and wants, with its reasons. Never raises; what can't be read is quarantined."""
    mail = message if isinstance(message, IncomingMail) else parse(message)
    return judge(Reading(mail=mail, ours=ours or Ourselves()))


def judge(reading: Reading) -> Verdict:
    """The verdict on a mail that is laid out already."""
    for rule in KIND_RULES:
        if seen := rule.look(reading):
            return replace(seen.verdict, reply_text=reading.new_words, reasons=(rule.reason(seen),))
    return read_human(reading)
