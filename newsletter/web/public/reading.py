"""What there is to read: the front page, the archive, one issue and its files, the feed, and pages from Markdown."""

import base64
import hashlib
import logging
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from newsletter.content.dates import day
from newsletter.content.wording import LANGUAGE_NAMES, phrase
from newsletter.errors import InputError
from newsletter.services.archive import Published, around, file_of, page_of, published, search
from newsletter.services.share import clean_copy
from newsletter.services.texts import read_text
from newsletter.web.public.form_page import ALL_ISSUES, WRITE_TO_US, Said, say
from newsletter.web.public.headers import POLICY
from newsletter.web.public.visit import Visit

logger = logging.getLogger(__name__)

_RECENT = 5  # issues on the front page, beside the latest
_PER_PAGE = 20
_LONGEST_SEARCH = 200  # letters
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "ics": "text/calendar; charset=utf-8"}
_FOR_A_WHILE = "public, max-age=300"  # a correction is seen within minutes
_FOR_A_DAY = "public, max-age=86400"


def home(visit: Visit) -> HttpResponse:
    """The latest issue, and the way in."""
    issues = published(visit.workspace)
    return _listed(visit, "web/site/home.html.j2", latest=issues[:1], issues=issues[1 : 1 + _RECENT])


def archive(visit: Visit) -> HttpResponse:
    """All issues, or those in which some words occur."""
    words = visit.request.GET.get("q", "").strip()[:_LONGEST_SEARCH]
    issues = search(visit.workspace, published(visit.workspace), words)
    number, last = _number(visit.request.GET.get("page", "")), max(1, -(-len(issues) // _PER_PAGE))
    if not 1 <= number <= last:
        raise Http404
    shown = issues[(number - 1) * _PER_PAGE : number * _PER_PAGE]
    return _listed(
        visit, "web/site/archive.html.j2", issues=shown, found=len(issues), query=words, number=number, last=last
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else (0 if text else 1)


def _listed(visit: Visit, template: str, **values: Any) -> HttpResponse:  # noqa: ANN401
    answer = visit.show(template, when=partial(day, language=visit.language), **values)
    answer["Cache-Control"] = _FOR_A_WHILE
    return answer


def edition(visit: Visit, issue: str) -> HttpResponse:
    """One issue as approved, with the site's own way around it."""
    issues = published(visit.workspace)
    shown = _among(issues, issue)
    version = shown.version(visit.request.GET.get("language") or visit.language)
    page = page_of(visit.workspace, shown, version)
    before, after = around(issues, issue)
    answer = HttpResponse(
        _framed(visit, page, issue=shown, version=version, before=before, after=after, when=visit.day)
    )
    answer["Content-Language"] = version.language
    answer["Cache-Control"] = _FOR_A_WHILE
    answer["Content-Security-Policy"] = POLICY.format(styles="".join(f" '{value}'" for value in _hashes(page)))
    return answer


def _hashes(page: str) -> list[str]:
    """The style sheets that stand in the page, as a policy names them: these may apply and no other."""
    made = (hashlib.sha256(sheet.encode()).digest() for sheet in _STYLE.findall(page))
    return [f"sha256-{base64.b64encode(digest).decode()}" for digest in made]


def _framed(visit: Visit, page: str, **values: object) -> str:
    """Nothing of the issue is changed: links to the site stand before and after it."""
    for place, template in _PLACES:
        page = page.replace(place, visit.fill(template, names=LANGUAGE_NAMES, **values) + place, 1)
    return page


_PLACES = (
    ("<style>", "web/site/head.html.j2"),  # first, so that the issue's own rules win
    ("<main ", "web/site/menu.html.j2"),
    ("<main ", "web/site/corrected.html.j2"),  # below the menu, because it is put in after it
    ("</main>", "web/site/between.html.j2"),
)


def share(visit: Visit, issue: str) -> HttpResponse:
    """How to pass an issue on without passing on anything of one's own."""
    shown = _issue(visit, issue)
    return _listed(visit, "web/site/share.html.j2", issue=shown, version=shown.version(visit.language))


def message(visit: Visit, issue: str) -> HttpResponse:
    """The issue as a mail that holds nothing personal, to open and forward."""
    shown = _issue(visit, issue)
    version = shown.version(visit.request.GET.get("language") or visit.language)
    return _file(clean_copy(visit.workspace, shown, version), "message/rfc822", f"{shown.issue_id}.eml", inline=False)


def picture(visit: Visit, issue: str, name: str) -> HttpResponse:
    """A picture of an issue."""
    return _part(visit, issue, f"images/{name}")


def calendar(visit: Visit, issue: str, name: str) -> HttpResponse:
    """An event of an issue, for one's calendar."""
    return _part(visit, issue, f"events/{name}")


def _part(visit: Visit, issue: str, path: str) -> HttpResponse:
    content = file_of(visit.workspace, _issue(visit, issue), path)
    kind = _TYPES.get(path.rpartition(".")[2])
    if content is None or kind is None:
        raise Http404
    return _file(content, kind, path.rpartition("/")[2], inline=kind.startswith("image/"))


def _file(content: bytes, kind: str, name: str, *, inline: bool) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Cache-Control"] = _FOR_A_DAY
    answer["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    return answer


def _issue(visit: Visit, issue_id: str) -> Published:
    return _among(published(visit.workspace), issue_id)


def _among(issues: Iterable[Published], issue_id: str) -> Published:
    found = next((issue for issue in issues if issue.issue_id == issue_id), None)
    if found is None:
        raise Http404
    return found


def feed(visit: Visit) -> HttpResponse:
    """The archive for news readers (RFC 4287)."""
    site, who = visit.site, visit.workspace.publication
    made = Atom1Feed(
        title=who.name,
        link=site.url() or site.page(),
        description=who.strapline,
        language=visit.language,
        feed_url=site.url("feed") or site.page("feed"),
        feed_guid=f"tag:{who.list_id},2025:feed",
        author_name=who.organisation,
    )
    for issue in published(visit.workspace)[:_PER_PAGE]:
        version, path = issue.version(visit.language), f"archive/{issue.issue_id}/"
        made.add_item(
            title=version.title,
            link=site.url(path) or site.page(path),
            description=escape(version.summary),  # the feed says that it is HTML
            unique_id=f"tag:{who.list_id},{issue.sent_at:%Y-%m-%d}:{issue.issue_id}",
            pubdate=issue.sent_at,
            updateddate=issue.updated_at,
        )
    answer = HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    answer["Cache-Control"] = _FOR_A_WHILE
    return answer


_NOT_NOW = Said(
    title=phrase("This page can't be shown just now"), lines=(WRITE_TO_US,), links=(ALL_ISSUES,), status=503
)


def text_page(name: str) -> Callable[[Visit], HttpResponse]:
    """A page that the workspace keeps as Markdown, such as `pages/privacy.md`."""

    def view(visit: Visit) -> HttpResponse:
        try:
            text = read_text(visit.workspace, name, visit.language)
        except InputError as error:
            logger.error("readers do not get the page /%s: %s", name, error)  # noqa: TRY400  (it says it all)
            return say(visit, _NOT_NOW)
        answer = visit.show("web/site/text.html.j2", text=text)
        answer["Cache-Control"] = _FOR_A_WHILE
        return answer

    return view
