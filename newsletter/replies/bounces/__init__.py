"""Mail that came back: whose address failed, by which codes and words, and whether the address is dead."""

from newsletter.replies.bounces.failures import Failure
from newsletter.replies.bounces.reports import reported_failures
from newsletter.replies.bounces.transcripts import transcribed_failures

__all__ = ["Failure", "reported_failures", "transcribed_failures"]
