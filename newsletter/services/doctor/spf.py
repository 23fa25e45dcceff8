"""SPF: whether the bounce address's domain lets the mail server send for it (RFC 7208)."""

from newsletter.services.doctor.line import Line, mend, not_run, ok
from newsletter.services.probes.dns import Resolver
from newsletter.services.provider_limits import Provider

_SUBJECT = "SPF"
_MOST_LOOKUPS = 10  # section 4.6.4: beyond that the whole record counts as broken
_COSTS = ("include", "a", "mx", "ptr", "exists", "redirect")


def check_spf(domain: str, provider: Provider | None, host: str | None, resolver: Resolver) -> Line:
    """Look at the record of a domain, for mail that leaves by a provider or by another host."""
    if provider and not provider.spf:
        return not_run(_SUBJECT, f"{provider.name} has its own bounce address, so your domain's SPF is not asked.")
    term = f"include:{provider.spf}" if provider else f"a:{host}" if host else "mx"
    records = _records(domain, resolver)
    if not records:
        return mend(_SUBJECT, f"{domain} has no SPF record.", "Add:", record=_line(domain, [term, "~all"]))
    if len(records) > 1:
        joined = list(dict.fromkeys(word for record in records for word in _terms(record) if not _is_all(word)))
        message = f"{domain} has {len(records)} SPF records, which count as none."
        return mend(_SUBJECT, message, "Join them to one:", record=_line(domain, [*joined, "~all"]))
    return _one_record(domain, _terms(records[0]), provider, resolver)


def _one_record(domain: str, terms: list[str], provider: Provider | None, resolver: Resolver) -> Line:
    rest = [term for term in terms if not _is_all(term)]
    if any(term.lower() in ("all", "+all") for term in terms):
        message = f"The SPF record of {domain} lets everybody send for it."
        return mend(_SUBJECT, message, "Change it to:", record=_line(domain, [*rest, "~all"]))
    included: set[str] = set()
    lookups = _walk(terms, resolver, included)
    if lookups > _MOST_LOOKUPS:
        message = f"The SPF record of {domain} needs {lookups} look-ups, and receivers stop at {_MOST_LOOKUPS}."
        return mend(_SUBJECT, message, "Remove what you no longer send by.")
    if provider is None:
        return ok(_SUBJECT, f"{domain} has a record; only a mail to yourself shows whether it covers your mail server.")
    if provider.spf in included:
        return ok(_SUBJECT, f"The record of {domain} covers {provider.name}.")
    ending = [term for term in terms if _is_all(term)] or ["~all"]
    record = _line(domain, [*rest, f"include:{provider.spf}", *ending])
    return mend(_SUBJECT, f"The record of {domain} does not cover {provider.name}.", "Change it to:", record=record)


def _walk(terms: list[str], resolver: Resolver, included: set[str]) -> int:
    """Follow includes and redirects, noting each; returns how many look-ups that takes."""
    lookups = 0
    for term in terms:
        kind, _, name = term.lstrip("+-~?").replace("redirect=", "redirect:").partition(":")
        lookups += kind.lower().partition("/")[0] in _COSTS
        if kind.lower() in ("include", "redirect") and name.lower() not in included and len(included) <= _MOST_LOOKUPS:
            included.add(name.lower())
            for record in _records(name, resolver):
                lookups += _walk(_terms(record), resolver, included)
    return lookups


def _records(domain: str, resolver: Resolver) -> list[str]:
    return [text for text in resolver.txt(domain) if text.lower().split(" ")[0] == "v=spf1"]


def _terms(record: str) -> list[str]:
    return record.split()[1:]


def _is_all(term: str) -> bool:
    return term.lower().lstrip("+-~?") == "all"


def _line(domain: str, terms: list[str]) -> str:
    return f'{domain}. TXT "v=spf1 {" ".join(terms)}"'
