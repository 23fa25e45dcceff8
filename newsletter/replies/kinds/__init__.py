"""What sort of mail it is: an ordered list of small rules; the first that sees something decides."""

from newsletter.replies.kinds import bounced, quarantined
from newsletter.replies.rule import KindRule

KIND_RULES: tuple[KindRule, ...] = (quarantined.RULE, *bounced.RULES)
