"""Every address that a mail or page of ours names, made in one place; with no public server all works by mail."""

from urllib.parse import quote

from newsletter.rendering.theme import Publication


class Links:
    """Links of one issue. Those that need a public server are empty strings without one."""

    def __init__(self, publication: Publication, issue_id: str) -> None:
        """Take who sends, and which issue."""
        self._publication = publication
        self._issue_id = issue_id

    @property
    def web_edition(self) -> str:
        """The issue's page in the archive."""
        return self._public(f"archive/{quote(self._issue_id)}/")

    @property
    def subscribe(self) -> str:
        """The page where readers join."""
        return self._public("subscribe")

    @property
    def unsubscribe(self) -> str:
        """The page where readers leave; it asks for the address, so a forwarded copy harms nobody (DESIGN rule 5)."""
        return self._public("unsubscribe")

    def image(self, name: str) -> str:
        """A picture on the public server."""
        return self._public(f"archive/{quote(self._issue_id)}/images/{name}")

    def calendar(self, name: str) -> str:
        """An event's calendar file on the public server."""
        return self._public(f"archive/{quote(self._issue_id)}/events/{name}")

    def mail(self, subject: str) -> str:
        """A mail to us with its subject filled in: pressing Reply on a forwarded copy would answer the forwarder."""
        return f"mailto:{quote(self._publication.reply_address, safe='@')}?subject={quote(subject)}"

    def _public(self, path: str) -> str:
        base = self._publication.base_url
        return f"{base}/{path}" if base else ""
