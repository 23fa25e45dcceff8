"""The public pages as `newsletter.toml` sets them up, and their addresses: on our own pages, and in mails and feeds.

Addresses begin with `base_url` and never with what a request says of itself: its Host header is anybody's to write.
"""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field

from newsletter.content.fields import LanguageTag, OneLine, OptionalEmailAddress, Words
from newsletter.rendering.theme import Publication

Count = Annotated[int, Field(ge=0)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Pages(_Table):
    """What readers may do on the public pages, and how often: the `[pages]` table of `newsletter.toml`."""

    reviewed: dict[LanguageTag, Words] = Field(
        {}, description='Who has read our own words in another language, such as cy = "Name"; without a name it is off.'
    )
    proxy: OneLine = Field(
        "127.0.0.1",
        description="Address of the web server in front, whose X-Forwarded-For is believed; or empty.",
    )
    alerts: OptionalEmailAddress = Field(
        None, description="Where staff are told of a burst of requests; the reply address if left out."
    )
    basis: Words = Field("consent", description="Why you may write to who joins here: one of [subscribers] bases.")
    mails_per_domain: Count = Field(30, description="Mails an hour that strangers can cause to one domain.")
    mails_overall: Count = Field(300, description="Mails an hour that strangers can cause in all.")
    requests_per_network: Count = Field(20, description="Requests an hour from one network.")
    leaves_per_body: Count = Field(
        10,
        description="People of one body taken off by a typed address within a day; then a mail asks first.",
    )


@dataclass(frozen=True, kw_only=True)
class Site:
    """Addresses of the public pages in one language; the newsletter's own language has no prefix."""

    publication: Publication
    language: str

    def page(self, path: str = "") -> str:
        """A link on our own pages, such as `/cy/archive/`."""
        return f"{self.root}{self._prefix}{path}"

    def url(self, path: str = "") -> str:
        """A link in a mail or a feed; empty where there is no public server."""
        base = self.publication.base_url
        return f"{base}/{self._prefix}{path}" if base else ""

    def mail(self, subject: str) -> str:
        """A mail to us with its subject filled in."""
        return f"mailto:{quote(self.publication.reply_address, safe='@')}?subject={quote(subject)}"

    def in_language(self, language: str) -> "Site":
        """The same pages in another language."""
        return Site(publication=self.publication, language=language)

    @property
    def root(self) -> str:
        """Where the pages begin on their server: `/`, or a folder where base_url names one."""
        return urlsplit(self.publication.base_url or "").path.rstrip("/") + "/"

    @property
    def origin(self) -> str:
        """Scheme, host and port as browsers write them in Origin; empty where there is no public server."""
        parts = urlsplit(self.publication.base_url or "")
        return f"{parts.scheme}://{parts.netloc}".lower() if parts.netloc else ""

    @property
    def _prefix(self) -> str:
        return "" if self.language == self.publication.language else f"{quote(self.language)}/"


def languages(publication: Publication, pages: Pages) -> tuple[str, ...]:
    """Languages of our own words that may be shown: the newsletter's own, and those that a speaker signed."""
    return (publication.language, *(name for name in pages.reviewed if name != publication.language))
