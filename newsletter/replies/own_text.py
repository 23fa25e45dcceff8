"""The words of every issue ever sent, to tell them from what a reader writes, however a mail program quotes them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_RUN = 5  # words in a row that nobody writes by chance as we did
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*|@")
_LEAST = 0.8  # of a line's words that must be ours


@dataclass(frozen=True, kw_only=True)
class OwnText:
    """Every run of five words, and every short line; compared without case, marks and line breaks."""

    runs: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()

    @classmethod
    def of(cls, texts: Iterable[str]) -> "OwnText":
        """Take the texts of issues."""
        runs: set[str] = set()
        lines: set[str] = set()
        for text in texts:
            words = _words(text)
            runs.update(_runs(words))
            lines.update(" ".join(_words(line)) for line in text.split("\n") if 0 < len(line) < 60)
        return cls(runs=frozenset(runs), lines=frozenset(lines))

    def subtract(self, text: str) -> str:
        """The text without the lines that are ours; a sentence of ours within a longer line of theirs stays."""
        lines = text.split("\n")
        words = [_words(line) for line in lines]
        ours = self._covered([word for line in words for word in line])
        if not any(ours):
            return text
        marked = list(self._marked(words, ours))
        return "\n".join(
            line for line, own in zip(lines, _with_short(marked, words, self.lines), strict=True) if not own
        )

    def _covered(self, words: Sequence[str]) -> list[bool]:
        covered = [False] * len(words)
        for at, run in enumerate(_runs(words)):
            if run in self.runs:
                covered[at : at + _RUN] = [True] * _RUN
        return covered

    def _marked(self, lines: Sequence[Sequence[str]], ours: Sequence[bool]) -> Iterable[bool]:
        at = 0
        for words in lines:
            yield bool(words) and sum(ours[at : at + len(words)]) >= _LEAST * len(words)
            at += len(words)


def _with_short(marked: list[bool], lines: Sequence[Sequence[str]], own: frozenset[str]) -> list[bool]:
    """Headings and buttons are too short for a run: they are ours if one of our lines is next to them."""
    for order in (range(len(lines)), reversed(range(len(lines)))):
        beside = False
        for at in order:
            if lines[at]:
                marked[at] = marked[at] or (beside and " ".join(lines[at]) in own)
                beside = marked[at]
    return marked


def _words(text: str) -> list[str]:
    return [word.replace("\u2019", "'") for word in _WORD.findall(text.casefold())]


def _runs(words: Sequence[str]) -> Iterable[str]:
    return (" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))
