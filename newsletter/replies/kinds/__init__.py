"""What sort of mail it is: an ordered list of small rules; the first that sees something decides."""

from newsletter.replies.kinds import automatic, bounced, complaint, quarantined, receipt
from newsletter.replies.rule import KindRule

KIND_RULES: tuple[KindRule, ...] = (
    quarantined.RULE,
    complaint.RULE,
    *receipt.RULES,
    *bounced.RULES,
    *automatic.RULES,
)
