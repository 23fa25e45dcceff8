"""Mail that comes back: what sort it is, what a person wants, and why we think so. PURE: no mailbox, no database."""

from newsletter.replies.classify import classify
from newsletter.replies.explain import explain
from newsletter.replies.guard import GuardedReader
from newsletter.replies.limits import Limits
from newsletter.replies.mail import IncomingMail
from newsletter.replies.ourselves import Ourselves
from newsletter.replies.own_text import OwnText
from newsletter.replies.parsing import parse
from newsletter.replies.verdict import Flag, Intent, Kind, Reason, Verdict

__all__ = [
    "Flag",
    "GuardedReader",
    "IncomingMail",
    "Intent",
    "Kind",
    "Limits",
    "Ourselves",
    "OwnText",
    "Reason",
    "Verdict",
    "classify",
    "explain",
    "parse",
]
