"""Versions of an issue as people know them: a language, and for whom parts were added."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from newsletter.content.wording import LANGUAGE_NAMES
from newsletter.services.audience import segments_of
from newsletter.workspace import Workspace


class Version(Protocol):
    """A variant, as it is rendered or as the database has it."""

    @property
    def key(self) -> str:
        """Its short name, such as `en+scotland`."""

    @property
    def language(self) -> str:
        """Its language."""

    @property
    def audiences(self) -> Iterable[str]:
        """The segments whose parts it holds."""


def version_names(workspace: Workspace, versions: Iterable[Version]) -> Mapping[str, str]:
    """The name of each by its key, such as "English, with parts for Readers in Scotland"."""
    segments = segments_of(workspace)
    names = {name: segment.name for name, segment in segments.items()}
    return {version.key: _name(version, names) for version in versions}


def _name(version: Version, segments: Mapping[str, str]) -> str:
    language = LANGUAGE_NAMES.get(version.language, version.language)
    some = [segments.get(name, name) for name in sorted(version.audiences)]
    return f"{language}, with parts for {' and '.join(some)}" if some else language
