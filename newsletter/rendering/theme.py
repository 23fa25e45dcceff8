"""How a newsletter looks and who it speaks for: the part of `newsletter.toml` that rendering sees."""

import re
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from newsletter.content.fields import (
    EmailAddress,
    LanguageTag,
    OneLine,
    OptionalBaseUrl,
    OptionalEmailAddress,
    OptionalHttpUrl,
)
from newsletter.rendering.contrast import contrast_ratio

_READABLE = 4.5  # WCAG 2.2 SC 1.4.3, contrast of text against what lies behind it


def _six_digits(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        # mrml copies short colours into VML and bgcolor as they are, and Outlook misreads them.
        raise ValueError("write a colour as # and six digits, such as #1d3557")
    return value.lower()


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, KeyError, OSError):
        raise ValueError(f"'{value[:60]}' is no time zone; write one such as Europe/London") from None
    return value


def _font_names(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9 ,_-]+", value):
        # Quotes would end the style attribute that the names stand in; CSS needs none.
        raise ValueError("write names of fonts with commas between them and no quotes, such as Gill Sans, sans-serif")
    return value


Fonts = Annotated[OneLine, AfterValidator(_font_names)]
Zone = Annotated[OneLine, AfterValidator(_zone)]
Colour = Annotated[str, AfterValidator(_six_digits)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Publication(_Table):
    """Who sends the newsletter: the `[newsletter]` table of `newsletter.toml`."""

    name: OneLine = Field("Bulletin", description="Name of the newsletter, as readers know it.")
    organisation: OneLine = Field("An organisation", description="Who publishes it.")
    strapline: OneLine = Field("", description="One line under the name at the head of each issue.")
    from_name: OneLine = Field("", description="Name in the From header; the newsletter's name if empty.")
    from_address: EmailAddress = Field("bulletin@example.org", description="Address in the From header.")
    reply_to: OptionalEmailAddress = Field(None, description="Where replies go; the From address if left out.")
    list_id: OneLine = Field("bulletin.example.org", description="RFC 2919 identifier in the List-Id header.")
    postal_address: OneLine = Field("", description="Postal address printed in the footer.")
    website: OptionalHttpUrl = Field(None, description="The organisation's own website.")
    language: LanguageTag = Field("en", description="Language issues are written in, as BCP 47.")
    timezone: Zone = Field("Europe/London", description="Zone in which times are meant.")
    base_url: OptionalBaseUrl = Field(None, description="Public address of this server, or empty: all works by mail.")
    why: OneLine = Field(
        "You get this because you asked for it, or because your organisation takes part in this work.",
        description="Footer sentence: why the reader gets this.",
    )

    @property
    def sender_name(self) -> str:
        """The name that mail programs show."""
        return self.from_name or self.name

    @property
    def reply_address(self) -> str:
        """Where a reply, a subscribe or an unsubscribe mail goes."""
        return self.reply_to or self.from_address


class Palette(_Table):
    """One set of colours; every pair that text is set in must reach a contrast of 4.5 to 1."""

    ink: Colour
    muted: Colour
    link: Colour
    page: Colour
    card: Colour
    tint: Colour
    line: Colour
    brand: Colour
    on_brand: Colour

    @model_validator(mode="after")
    def _is_readable(self) -> Self:
        for text, grounds in _TEXT_ON.items():
            for ground in grounds:
                ratio = contrast_ratio(getattr(self, text), getattr(self, ground))
                if ratio < _READABLE:
                    raise ValueError(
                        f"{text} {getattr(self, text)} on {ground} {getattr(self, ground)} has a contrast of "
                        f"{ratio:.1f}; readers need at least {_READABLE}: choose a darker or lighter colour"
                    )
        return self


_TEXT_ON = {
    "ink": ("page", "card", "tint"),
    "muted": ("page", "card", "tint"),
    "link": ("page", "card", "tint"),
    "on_brand": ("brand",),
}

LIGHT = Palette(
    ink="#1b2430", muted="#4a5666", link="#0b5a6b", page="#eef2f3", card="#ffffff", tint="#e3eff0",
    line="#c9d6d8", brand="#0f4c5c", on_brand="#ffffff",
)  # fmt: skip
DARK = Palette(
    ink="#eef3f4", muted="#b7c4c9", link="#86d3e0", page="#0f171a", card="#18242a", tint="#20323a",
    line="#3a4d55", brand="#1b6579", on_brand="#ffffff",
)  # fmt: skip


class Theme(_Table):
    """Colours, letters and measures: the `[theme]` table of `newsletter.toml`, with the publication beside it."""

    light: Palette = Field(LIGHT, description="Colours by day.")
    dark: Palette = Field(DARK, description="Colours where the reader's device asks for dark.")
    font: Fonts = Field(
        "Helvetica Neue, Helvetica, Arial, sans-serif",
        description="Font stack; installed fonts only, nothing is fetched.",
    )
    heading_font: Fonts = Field("Georgia, Times New Roman, serif", description="Font stack of headings.")
    width: int = Field(640, ge=480, le=720, description="Width of the mail in CSS pixels.")
    logo: OneLine = Field("", description="Picture at the head, a file in the workspace folder; empty for none.")
    logo_alt: OneLine = Field("", description="What the logo says, for those who do not see it.")
    publication: Publication = Field(Publication(), exclude=True)
    root: Path | None = Field(None, exclude=True, description="The workspace: its templates win over the package's.")

    @model_validator(mode="after")
    def _logo_has_words(self) -> Self:
        if self.logo and not self.logo_alt:
            raise ValueError("logo has no logo_alt: write what the logo says")
        return self
