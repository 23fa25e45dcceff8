"""Who a mailing is for: the people a segment picks, the variant each gets, and who is left out from the start."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.utils import timezone

from newsletter.errors import InputError
from newsletter.models import Edition, Reason, Subscriber, SubscriberStatus, Suppression, Variant
from newsletter.services.keys import key_of
from newsletter.subscribers.addresses import address_key
from newsletter.subscribers.segments import Segment, Segments, load_segments
from newsletter.workspace import Workspace

_CHUNK = 2000  # people read and written together
_COLUMNS = ("pk", "address_compared", "body", "nation", "language", "tags", "paused_until")

_Thing = TypeVar("_Thing")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """What planning looks at; a segment may ask about it."""

    id: int
    address: str = field(repr=False)
    body: str
    nation: str
    language: str
    tags: Sequence[str]
    paused_until: datetime | None


class Audience:
    """Who is chosen, which variant each gets, and who is left out from the start."""

    def __init__(self, workspace: Workspace, edition: Edition, segment: str) -> None:
        segments = load_segments(workspace.subscribers / "segments.toml", bodies=set(workspace.bodies))
        variants = list(edition.variants.order_by("pk"))
        self._segment = _segment(segments, segment) if segment else None
        self._named = {name: _segment(segments, name) for variant in variants for name in variant.audiences}
        self._variants = {(row.language, frozenset(row.audiences)): row for row in variants}
        self._own_language = variants[0].language
        self._languages = {row.language for row in variants}
        self._key = key_of(workspace).for_addresses
        self._domain = workspace.publication.from_address.rpartition("@")[2]
        self._now = timezone.now()

    @property
    def domain(self) -> str:
        """Right side of Message-IDs."""
        return self._domain

    def people(self) -> Iterator[Person]:
        """Everybody subscribed who is in the segment, in a fixed order, streamed."""
        rows = Subscriber.objects.filter(status=SubscriberStatus.SUBSCRIBED).order_by("pk").values_list(*_COLUMNS)
        for pk, address, body, nation, language, tags, paused_until in rows.iterator(chunk_size=_CHUNK):
            person = Person(
                id=pk,
                address=address,
                body=body,
                nation=nation,
                language=language,
                tags=tags,
                paused_until=paused_until,
            )
            if self._segment is None or self._segment.matches(person):
                yield person

    def judged(self, people: Sequence[Person], already: frozenset[int]) -> Iterator[tuple[Person, str, Reason | None]]:
        """Each person with the keyed hash of the address and the reason to leave them out, if there is one."""
        keys = {person.id: address_key(person.address, self._key) for person in people}
        found = [Suppression.objects.filter(address_key__in=part) for part in chunks(keys.values(), size=500)]
        suppressed = {key for query in found for key in query.values_list("address_key", flat=True)}
        for person in people:
            key = keys[person.id]
            yield person, key, self._reason(person, suppressed=key in suppressed, already=person.id in already)

    def variant(self, person: Person) -> Variant:
        """The rendering for the segments this person is in, in their language or else the issue's own."""
        groups = frozenset(name for name, segment in self._named.items() if segment.matches(person))
        return self._variants[self._language(person.language), groups]

    def _language(self, wanted: str) -> str:
        """The wanted language, or its main language ("cy" for "cy-GB"), or the issue's own."""
        candidates = (wanted, wanted.split("-")[0])
        return next((language for language in candidates if language in self._languages), self._own_language)

    def _reason(self, person: Person, *, suppressed: bool, already: bool) -> Reason | None:
        if suppressed:
            return Reason.SUPPRESSED
        if person.paused_until and person.paused_until > self._now:
            return Reason.PAUSED
        return Reason.ALREADY if already else None


def _segment(segments: Segments, name: str) -> Segment:
    if name not in segments:
        raise InputError(f"There is no segment '{name}' in subscribers/segments.toml; add it, or name another.")
    return segments[name]


def chunks(things: Iterable[_Thing], size: int = _CHUNK) -> Iterator[list[_Thing]]:
    """Lists of at most `size`."""
    iterator = iter(things)
    while chunk := list(islice(iterator, size)):
        yield chunk
