"""Links that lead nowhere today. Needs a link probe, which is off by default."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.facts import LinkFact, LinkOutcome
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_NOTED = {LinkOutcome.MOVED, LinkOutcome.UNCLEAR}


def look(context: CheckContext) -> Iterator[Fault]:
    """Tell what the probe met behind each link."""
    for link in context.links:
        fact = (context.link_facts or {}).get(link.url)
        if fact and fact.outcome is not LinkOutcome.REACHED:
            severity = Severity.NOTES if fact.outcome in _NOTED else None
            remedy = "Link to the new address if it is the same page." if fact.outcome is LinkOutcome.MOVED else ""
            yield Fault(message=_told(fact), spot=link.spot, severity=severity, remedy=remedy)


def _told(fact: LinkFact) -> str:
    url = fact.url[:80]
    return {
        LinkOutcome.MOVED: f"the link {url} now leads to {fact.lands_at[:80]}",
        LinkOutcome.GONE: f"there is nothing behind the link {url} (status {fact.status})",
        LinkOutcome.UNCLEAR: f"the link {url} could not be looked at: {fact.detail}",
        LinkOutcome.FAILED: f"the link {url} does not work: {fact.detail}",
        LinkOutcome.PRIVATE: f"the link {url} leads into a private network",
    }[fact.outcome]


RULE = Rule(
    id="unreachable-links",
    title="Links that lead nowhere",
    severity=Severity.WARNS,
    looks_at=Sight.NETWORK,
    why="RFC 9110 sections 15.5.5 and 15.5.11: 404 and 410 say that nothing is there; a name that fails leads nowhere.",
    remedy="Open the link yourself, then mend the address or take the link out.",
    look=look,
    needs=("link_facts",),
)
