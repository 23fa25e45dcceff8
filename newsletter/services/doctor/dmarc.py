"""DMARC: where a domain's policy stands, and which domains belong together.

The organisation's domain is found by asking upwards, name by name, so that no list of public suffixes is needed.
"""

from dataclasses import dataclass

from newsletter.services.probes.dns import Resolver

_MOST_QUESTIONS = 8


@dataclass(frozen=True, kw_only=True)
class Dmarc:
    """The policy that holds for a domain."""

    at: str = ""  # domain whose record it is
    policy: str = ""  # none, quarantine or reject; empty where there is no record
    organisation: str = ""  # the highest domain with a record: what lies below it belongs together
    strict_dkim: bool = False
    strict_spf: bool = False


def find_dmarc(domain: str, resolver: Resolver) -> Dmarc:
    """Ask for the domain and those above it. Raises UnavailableError where the DNS is silent."""
    labels = domain.split(".")
    names = [".".join(labels[start:]) for start in range(len(labels) - 1)][-_MOST_QUESTIONS:]
    found = {name: tags for name in names if (tags := _record(name, resolver))}
    if not found:
        return Dmarc()
    at, organisation = next(iter(found)), list(found)[-1]
    tags = found[at]
    policy = tags["p"] if at == domain else tags.get("sp", tags["p"])
    return Dmarc(
        at=at,
        policy=policy,
        organisation=organisation,
        strict_dkim=tags.get("adkim") == "s",
        strict_spf=tags.get("aspf") == "s",
    )


def agrees(sender: str, other: str, found: Dmarc, *, strict: bool) -> bool:
    """Whether a domain that passed speaks for the From address (RFC 7489 section 3.1)."""
    if sender == other or strict:
        return sender == other
    if not found.organisation:
        return sender.endswith(f".{other}") or other.endswith(f".{sender}")
    return all(name == found.organisation or name.endswith(f".{found.organisation}") for name in (sender, other))


def tags_of(text: str) -> dict[str, str]:
    """`a=1; b=2` as a table, the form that DKIM and DMARC share."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}


def _record(domain: str, resolver: Resolver) -> dict[str, str]:
    """The tags of the one record; more than one count as none (section 6.6.3)."""
    texts = [text for text in resolver.txt(f"_dmarc.{domain}") if text.replace(" ", "").startswith("v=DMARC1")]
    if len(texts) != 1:
        return {}
    tags = {name: value.lower() for name, value in tags_of(texts[0]).items()}
    return tags if tags.get("p") in ("none", "quarantine", "reject") else {}
