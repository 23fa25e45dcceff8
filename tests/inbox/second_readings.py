"""What workspaces may plug in behind our classifier: one that helps, one that breaks."""

from dataclasses import replace

from newsletter.replies.verdict import Intent, Verdict


def knows_better(_letter: bytes, verdict: Verdict) -> Verdict:
    return replace(verdict, intent=Intent.QUESTION)


def breaks(_letter: bytes, _verdict: Verdict) -> Verdict:
    raise RuntimeError("vera@home.example")


def says_nonsense(_letter: bytes, _verdict: Verdict) -> str:
    return "subscribe"
