"""Which renderings an issue needs: one for each combination of audience conditions and language, at most eight."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from newsletter.content.sections.base import Part
from newsletter.errors import Problem

MOST_VARIANTS = 8


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One rendering: the readers in exactly these segments (of those the issue names), in this language."""

    language: str = "en"
    audiences: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """Stable name, such as `en` or `en+scotland`; also the name of its folder in an edition."""
        return "+".join([self.language, *sorted(self.audiences)])


def audiences_named(parts: Sequence[Part]) -> list[str]:
    """Segments that events, sections and items are kept for, sorted."""
    return sorted({part.audience for part in parts if part.audience})


def variants_of(parts: Sequence[Part], languages: Sequence[str]) -> list[Variant]:
    """All variants, the plainest first: every subset of the segments named, in every language."""
    return [Variant(language=language, audiences=chosen) for language in languages for chosen in _subsets(parts)]


def _subsets(parts: Sequence[Part]) -> Iterator[frozenset[str]]:
    named = audiences_named(parts)
    for size in range(len(named) + 1):
        yield from map(frozenset, combinations(named, size))


def too_many_variants(parts: Sequence[Part], languages: Sequence[str], file: str) -> list[Problem]:
    """A problem if an issue would need more variants than anyone can look at before approving."""
    count = 2 ** len(audiences_named(parts)) * len(languages)
    if count <= MOST_VARIANTS:
        return []
    message = (
        f"this issue would need {count} versions (segments {', '.join(audiences_named(parts)) or 'none'}; languages "
        f"{', '.join(languages)}), and at most {MOST_VARIANTS} can be looked at; use fewer segments or languages"
    )
    return [Problem(message=message, file=file)]
