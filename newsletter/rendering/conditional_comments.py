"""Outlook's conditional comments: whether each one that opens is closed.

Two forms pass through every stage whole: `<!--[if mso]> … <![endif]-->`, hidden from all others, and
`<!--[if !mso]><!--> … <!--<![endif]-->`, shown to all others.
"""

from collections.abc import Iterator, Sequence


def unbalanced(comments: Sequence[str]) -> list[int]:
    """Which of a document's comments (their content, in order) open or close a condition alone."""
    return sorted(_strays(comments))


def _strays(comments: Sequence[str]) -> Iterator[int]:
    shown: int | None = None
    for index, comment in enumerate(comments):
        match _kind(comment):
            case "opens" if shown is None:
                shown = index
            case "closes" if shown is not None:
                shown = None
            case "opens" | "closes" | "broken":
                yield index
    if shown is not None:
        yield shown


def _kind(comment: str) -> str:
    text = comment.strip()
    if not text.startswith("[if"):
        return "closes" if text == "<![endif]" else "broken" if "<![endif]" in text else "plain"
    if text.endswith("]><!"):
        return "opens"
    closed = text.endswith("<![endif]") and text.count("<![endif]") == 1
    return "whole" if closed and "<!--" not in text else "broken"  # a comment inside: this one's end was another's
