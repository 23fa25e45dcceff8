"""Who a mailing is for, and which version of an edition each of them gets."""

from functools import cached_property, lru_cache

from newsletter.models import Edition, Variant
from newsletter.services import ledger_sql as sql
from newsletter.services.conditions import Conditions, Facts
from newsletter.services.frozen import frozen_segments
from newsletter.services.headcounts import subscribed_by_kind
from newsletter.services.keys import key_of
from newsletter.subscribers.addresses import address_hasher
from newsletter.subscribers.segments import Segments, load_segments
from newsletter.workspace import Workspace

_KINDS_OF_PEOPLE = 4096  # combinations of body, nation, language, tags and answers that are remembered


class Audience:
    """The rules by which people are chosen and served, as planning asks them."""

    def __init__(self, workspace: Workspace, edition: Edition, segment: str) -> None:
        """Which version somebody gets is decided by the segments as they were approved.

        Raises InputError for a segment that `segments.toml` does not know, ConflictError where the edition is damaged.
        """
        variants = list(edition.variants.order_by("pk"))
        names = {name for variant in variants for name in variant.audiences}
        self._segment = segments_of(workspace).called(segment) if segment else None
        approved = frozen_segments(workspace.editions, edition.content_hash) if names else Segments()
        self._named = (segments_of(workspace) if approved is None else approved).named(names)
        asked = [*self._named.values(), *([self._segment] if self._segment else [])]
        self.conditions = Conditions(workspace, asked)
        self._variants = {(row.language, frozenset(row.audiences)): row for row in variants}
        self._own_language = variants[0].language
        self._languages = {row.language for row in variants}
        self.hasher = address_hasher(key_of(workspace).for_addresses)
        self.domain = workspace.publication.from_address.rpartition("@")[2]  # right side of Message-IDs

    @cached_property
    def place(self) -> sql.Place:
        """The number of the variant for people of a kind, None where they are not in the segment."""
        return lru_cache(_KINDS_OF_PEOPLE)(self._place)

    def headcount(self) -> list[tuple[int, str, int]]:
        """(variant, empty, how many) of the people who are subscribed, paused or not, where no condition is asked."""
        kinds = ((self.place(*kind, 0), people) for kind, people in subscribed_by_kind())
        return [(variant, "", people) for variant, people in kinds if variant is not None]

    def _place(self, body: str, nation: str, language: str, tags: str, answers: int) -> int | None:
        facts = self.conditions.facts(body, nation, language, tags, answers)
        if self._segment is not None and not self._segment.matches(facts):
            return None
        return self._variant(facts).pk

    def _variant(self, facts: Facts) -> Variant:
        """The rendering for the segments somebody is in, in their language or else the issue's own."""
        groups = frozenset(name for name, segment in self._named.items() if segment.matches(facts))
        return self._variants[self._language(facts.language), groups]

    def _language(self, wanted: str) -> str:
        """The wanted language, or its main language ("cy" for "cy-GB"), or the issue's own."""
        candidates = (wanted, wanted.split("-")[0])
        return next((language for language in candidates if language in self._languages), self._own_language)


def segments_of(workspace: Workspace) -> Segments:
    """The workspace's segments as they stand now. Raises InputError with every problem of the file."""
    return load_segments(workspace.subscribers / "segments.toml", bodies=set(workspace.bodies))
