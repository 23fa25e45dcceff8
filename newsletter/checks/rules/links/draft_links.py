"""Links that only staff can open: the studio, a preview, a document for editing, a file on somebody's computer."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_OURS = ("/studio", "/preview", "/admin", "/hooks")
_EDITED = re.compile(
    r"https://docs\.google\.com/\w+/(?:u/\d+/)?d/[^/]+/edit|https://[\w-]+-my\.sharepoint\.com/|https://[\w-]+\.sharepoint\.com/:\w:/|"
    r"https://(?:www\.)?dropbox\.com/(?:home|work)|https://(?:app\.)?(?:trello|notion|asana|slack)\.(?:com|so)/|"
    r"https://teams\.microsoft\.com/l/(?:message|channel)|https://outlook\.office(?:365)?\.com/|[?&]preview=true|/wp-admin/",
    re.IGNORECASE,
)
_STAGING = re.compile(r"(?:^|\.|-)(?:staging|stage|dev|test|uat|preprod|draft|preview)(?:\.|-)")


def look(context: CheckContext) -> Iterator[Fault]:
    """Judge every address."""
    base = str(context.theme.publication.base_url or "") if context.theme else ""
    for link in context.links:
        path = urlsplit(link.url).path
        if base and link.url.startswith(base) and path.startswith(_OURS):
            yield Fault(message=f"the link {link.url[:80]} opens for staff alone", spot=link.spot)
        elif _EDITED.search(link.url):
            yield Fault(message=f"the link {link.url[:80]} leads to a draft or a private folder", spot=link.spot)
        elif _STAGING.search(urlsplit(link.url).hostname or ""):
            message = f"the link {link.url[:80]} leads to a site for trying things out"
            yield Fault(message=message, spot=link.spot, severity=Severity.WARNS)


RULE = Rule(
    id="draft-links",
    title="Links to drafts and to the studio",
    severity=Severity.BLOCKS,
    looks_at=Sight.SOURCE,
    why="Readers meet a sign-in page, or, worse, can edit; such links are copied from the writer's own browser.",
    remedy="Publish the document and link to the public page.",
    look=look,
)
