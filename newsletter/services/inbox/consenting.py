"""Whether an answer to "please confirm" plainly says yes. Anything else, and be it friendly, does not."""

import re

from newsletter.replies.verdict import Intent, Kind, Verdict

_YES = re.compile(
    r"(yes|yep|yeah|ok|okay|confirm(ed)?|i (do )?(confirm|agree)|agreed?|please do|go ahead|sure|ie|iawn|ydw|cadarnhau"
    r"|(yes )?please( add me)?|(yes )?thank(s| you)|i want (it|this)|count me in)\b"
)
_DOUBT = re.compile(
    r"\b(no|not|never|don.?t|didn.?t|wasn.?t|who|why|what|stop|remove|unsubscribe|instead|but|na|nid)\b|\?"
)
_LONGEST = 25  # words


def says_yes(verdict: Verdict) -> bool:
    """An empty answer counts: the mail says that an answer is enough. A machine's never does."""
    if verdict.kind != Kind.HUMAN or verdict.flags:
        return False
    if verdict.intent == Intent.SUBSCRIBE_SELF:
        return True
    words = " ".join(verdict.reply_text.casefold().split()).lstrip("\"'*_> ")
    if not words:
        return verdict.intent in (Intent.AMBIGUOUS, None)
    is_short = len(words.split()) <= _LONGEST
    return is_short and bool(_YES.match(words)) and not _DOUBT.search(words)
