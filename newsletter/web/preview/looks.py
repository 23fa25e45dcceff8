"""The ways to look at a draft, and which of them a page's address asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Self
from urllib.parse import urlencode

WIDTHS = {"both": (600, 360), "600": (600,), "360": (360,)}  # CSS pixels: a reading pane, a small phone


@dataclass(frozen=True, kw_only=True)
class Look:
    """One way to look at a draft."""

    id: str  # in addresses
    group: str  # heading it stands under
    label: str  # words of its link
    note: str  # what is shown, and how far it can be trusted
    kind: Literal["mail", "web", "text", "source"]  # what of the rendering it shows; mail and web are shown in frames

    @property
    def framed(self) -> bool:
        """Whether it is shown in frames of chosen widths."""
        return self.kind in ("mail", "web")


LOOKS = (
    Look(id="light", group="Mail", label="Light", kind="mail", note="The mail by day."),
    Look(
        id="dark",
        group="Mail",
        label="Dark, as designed",
        kind="mail",
        note="Our own dark colours, for mail programs that ask the mail for them.",
    ),
    Look(
        id="forced-dark",
        group="Mail",
        label="Dark, forced",
        kind="mail",
        note="An approximation: light colours inverted, pictures kept. Each program that forces dark does it its way.",
    ),
    Look(
        id="images-off",
        group="Mail",
        label="Images off",
        kind="mail",
        note="Pictures blocked, as many programs do at first: the alt texts must carry the sense.",
    ),
    Look(
        id="styles-off",
        group="Mail",
        label="Head styles off",
        kind="mail",
        note="Without the styles in the head, which some programs drop: no rules for phones, none for dark.",
    ),
    Look(id="text", group="Mail", label="Plain text", kind="text", note="The plain-text part, word for word."),
    Look(
        id="source",
        group="Mail",
        label="HTML source",
        kind="source",
        note="The HTML as mailed. Line breaks before block elements are added here, for reading only.",
    ),
    Look(id="web", group="Web edition", label="Light page", kind="web", note="The page in the archive, by day."),
    Look(id="web-dark", group="Web edition", label="Dark page", kind="web", note="The page in the archive, by night."),
)
_BY_ID = {look.id: look for look in LOOKS}


def look_named(look_id: str) -> Look | None:
    """The look with this id."""
    return _BY_ID.get(look_id)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a page shows; it stands in the page's address, so links work without JavaScript."""

    look: Look = LOOKS[0]
    width: str = "both"  # a key of WIDTHS
    variant: str = ""  # key of the variant; empty for the plainest

    @classmethod
    def parse(cls, query: Mapping[str, str], variants: Sequence[str]) -> Self:
        """What a query asks for; whatever it names that there is not falls back to the first of its kind."""
        width, variant = query.get("width", ""), query.get("variant", "")
        return cls(
            look=look_named(query.get("look", "")) or LOOKS[0],
            width=width if width in WIDTHS else "both",
            variant=variant if variant in variants else next(iter(variants), ""),
        )

    def page(self, *, look: str = "", width: str = "", variant: str = "") -> str:
        """Address of the page that differs in what is given."""
        asked = {"look": look or self.look.id, "width": width or self.width, "variant": variant or self.variant}
        return "/?" + urlencode(asked)

    def frame(self, digest: str = "") -> str:
        """Address of the document inside a frame; the digest of its content makes a changed one a new address."""
        return f"/frame/{self.look.id}?" + urlencode({"variant": self.variant, "v": digest})
