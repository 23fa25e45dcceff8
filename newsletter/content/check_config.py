"""What a workspace says about its checks: the `[checks]` table of `newsletter.toml`, and its own words."""

from enum import StrEnum
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from newsletter.content.fields import OneLine


class Setting(StrEnum):
    """What a workspace makes of a rule."""

    BLOCKS = "blocks"
    WARNS = "warns"
    NOTES = "notes"
    OFF = "off"


class CheckConfig(BaseModel):
    """How grave a rule is here, which words are known, and which mail programs count."""

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))

    rules: dict[OneLine, Setting] = Field(
        {}, description="How grave a rule is here: blocks, warns, notes or off, such as reading-age = 'off'."
    )
    words: tuple[OneLine, ...] = Field(
        (),
        description="Names and initials that are right here; the file `words.txt` takes more, one a line.",
    )
    people: tuple[OneLine, ...] = Field((), description="Who may sign letters; empty where nobody keeps such a list.")
    dictionaries: OneLine = Field(
        "", description="Folder of Hunspell dictionaries, such as en_GB.aff and en_GB.dic; the system's own if empty."
    )
    clients: dict[OneLine, float] = Field(
        {
            "outlook.windows": 35,
            "apple-mail.ios": 20,
            "outlook.outlook-com": 10,
            "gmail.desktop-webmail": 10,
            "gmail.android": 8,
            "apple-mail.macos": 5,
            "outlook.ios": 5,
            "samsung-email.android": 4,
            "yahoo.desktop-webmail": 3,
        },
        description="Your readers' mail programs and their shares, by the names of caniemail.com; a guess.",
    )

    @cached_property
    def known_words(self) -> frozenset[str]:
        """The workspace's own words, folded."""
        return frozenset(word.casefold() for word in self.words)


def own_words(path: Path) -> tuple[str, ...]:
    """The words of a `words.txt`: one a line, lines that begin with # aside; none where there is no such file."""
    if not path.is_file():
        return ()
    lines = (line.strip() for line in path.read_text(encoding="utf-8", errors="replace").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))
