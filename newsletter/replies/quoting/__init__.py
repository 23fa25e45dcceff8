"""New words, quoted words, signatures and the mails inside a mail."""

from newsletter.replies.quoting.separate import Inner, Separated, separate

__all__ = ["Inner", "Separated", "separate"]
