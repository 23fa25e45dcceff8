"""One visit to a public page: whose newsletter it is, in which language, and how a page is shown."""

import ipaddress
import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from newsletter.content.dates import day
from newsletter.content.wording import LANGUAGE_NAMES
from newsletter.rendering.site import Site, languages
from newsletter.rendering.templating import fill
from newsletter.rendering.words import direction, translator
from newsletter.services.posting import Sender
from newsletter.web.public.assets import stylesheet_version, wordmark
from newsletter.web.turns import WRITING
from newsletter.workspace import Workspace

_PLACE = re.compile(r"{(\w+)}")
_NETWORK_BITS = {4: 24, 6: 56}  # what one household or office is given, at most


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request, as pages see it."""

    request: HttpRequest
    workspace: Workspace
    language: str

    @cached_property
    def site(self) -> Site:
        """Addresses of our pages in the visit's language."""
        return Site(publication=self.workspace.publication, language=self.language)

    def say(self, phrase: str, **values: object) -> str:
        """A phrase of ours in the visit's language."""
        who = self.workspace.publication
        known = {"name": who.name, "organisation": who.organisation, "reply_address": who.reply_address, **values}
        # Not str.format: names of bodies and segments come this way too, and may hold a brace.
        return _PLACE.sub(lambda found: str(known.get(found[1], found[0])), translator(self.language)(phrase))

    def day(self, moment: datetime) -> str:
        """A day in words, in the newsletter's zone."""
        return day(moment.astimezone(ZoneInfo(self.workspace.publication.timezone)).date(), self.language)

    @property
    def sender(self) -> Sender:
        """Where a form comes from."""
        return Sender(network=_network_of(self.request.META.get("REMOTE_ADDR", "")), language=self.language)

    def show(self, template: str, *, status: int = 200, **values: Any) -> HttpResponse:  # noqa: ANN401
        """A page. Nothing of it is kept by browsers or by servers between, unless the view says otherwise."""
        answer = HttpResponse(self.fill(template, **values), status=status)
        answer["Content-Language"] = self.language
        answer["Cache-Control"] = "no-store"
        return answer

    def fill(self, template: str, **values: Any) -> str:  # noqa: ANN401
        """The words of a page."""
        theme = self.workspace.theme
        frame = {
            "site": self.site,
            "theme": theme,
            "publication": theme.publication,
            "language": self.language,
            "direction": direction(self.language),
            "translations": self._translations(),
            "logo": wordmark(self.workspace),
            "style_version": stylesheet_version(self.workspace),
            "here": self._path,
            "_": self.say,
        }
        return fill(theme.root, template, frame | values)

    @property
    def _path(self) -> str:
        """Where this page is below its language's own root."""
        return self.request.path_info.removeprefix("/").removeprefix(self.site.page().removeprefix(self.site.root))

    def _translations(self) -> list[tuple[str, str, str]]:
        """The same page in other languages: tag, name, address."""
        others = [name for name in _offered(self.workspace) if name != self.language]
        return [(name, LANGUAGE_NAMES.get(name, name), self.site.in_language(name).page(self._path)) for name in others]


def reader_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Hands a view its visit instead of the bare request; 404 for a language that is not offered."""

    @wraps(view)
    def answer(request: HttpRequest, language: str = "", **parts: str) -> HttpResponseBase:
        workspace: Workspace = request.META["newsletter.workspace"]
        own, *others = _offered(workspace)
        if language and language not in others:
            raise Http404
        visit = Visit(request=request, workspace=workspace, language=language or own)
        with WRITING if request.method == "POST" else nullcontext():
            return view(visit, **parts)

    return answer


def _network_of(caller: str) -> str:
    """The network around an address, such as `192.0.2.0/24`; empty where that can't be told."""
    try:
        address = ipaddress.ip_address(caller)
    except ValueError:
        return ""
    address = getattr(address, "ipv4_mapped", None) or address  # a socket for both kinds writes ::ffff:192.0.2.7
    return str(ipaddress.ip_network((address, _NETWORK_BITS[address.version]), strict=False))


def _offered(workspace: Workspace) -> tuple[str, ...]:
    return languages(workspace.publication, workspace.config.pages)
