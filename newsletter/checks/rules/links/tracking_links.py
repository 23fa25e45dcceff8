"""Redirectors, link shorteners and parameters that tell a website who sent the reader."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_PARAMETERS = re.compile(
    r"utm_\w+|mc_[ce]id|fbclid|gclid|msclkid|dclid|igshid|igsh|_hsenc|_hsmi|mkt_tok|vero_id|oly_\w+|ck_subscriber_id|trk|"
    r"sc_campaign|spm|yclid|twclid|ttclid|wt_\w+|itm_\w+"
)
_SHORT = re.compile(
    r"(?:.+\.)?(?:bit\.ly|tinyurl\.com|t\.co|goo\.gl|ow\.ly|buff\.ly|is\.gd|lnkd\.in|rb\.gy|cutt\.ly|tiny\.cc|shorturl\.at|"
    r"eepurl\.com|mailchi\.mp|hubs\.ly|aka\.ms|linktr\.ee)"
)
_WRAPPED = re.compile(
    r"(?:.+\.)?(?:safelinks\.protection\.outlook\.com|urldefense(?:\.proofpoint)?\.com|list-manage\.com|sendgrid\.net|"
    r"mimecast(?:protect)?\.com|mandrillapp\.com|l\.facebook\.com|click\.[\w-]+\.\w+)"
)


def look(context: CheckContext) -> Iterator[Fault]:
    """Judge every address that an editor wrote or pasted."""
    for link in context.links:
        parts = urlsplit(link.url)
        host = (parts.hostname or "").lower()
        if _WRAPPED.fullmatch(host) or (host.startswith("www.google.") and parts.path == "/url"):
            message = f"the link {link.url[:60]}… goes through another site, which may name whoever copied it"
            yield Fault(
                message=message, spot=link.spot, severity=Severity.BLOCKS, quote=link.url, instead=_inner(link.url)
            )
        elif _SHORT.fullmatch(host):
            yield Fault(message=f"the link {link.url[:60]} hides where it leads", spot=link.spot, quote=link.url)
        elif named := [name for name, _ in parse_qsl(parts.query) if _PARAMETERS.fullmatch(name)]:
            message = f"the link {link.url[:60]}… tells the site who sent the reader ({', '.join(named[:3])})"
            yield Fault(message=message, spot=link.spot, quote=link.url, instead=_without(link.url))


def _without(url: str) -> str:
    parts = urlsplit(url)
    kept = [pair for pair in parts.query.split("&") if not _PARAMETERS.fullmatch(pair.partition("=")[0])]
    return urlunsplit(parts._replace(query="&".join(kept)))


def _inner(url: str) -> str:
    """The address that a wrapper carries, where it stands in plain sight."""
    values = dict(parse_qsl(urlsplit(url).query))
    return next((values[name] for name in ("url", "u", "q") if values.get(name, "").startswith("https://")), "")


RULE = Rule(
    id="tracking-links",
    title="Links that track or hide where they lead",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="The newsletter tracks nobody; spam filters distrust shorteners; a wrapped link names its copier.",
    remedy="Open the link and copy the address that the page has then, without what follows utm_ or the like.",
    look=look,
)
