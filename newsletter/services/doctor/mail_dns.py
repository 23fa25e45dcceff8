"""What the DNS says of the sender's domains: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489) and mail servers.

Receivers ask for two things: that SPF or DKIM passes, and that the domain which passed agrees with the From address.
Large ones ask for both list headers under the signature as well (RFC 8058).
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from newsletter.errors import UnavailableError
from newsletter.rendering.dkim import Signer
from newsletter.services.doctor.dmarc import agrees, find_dmarc, tags_of
from newsletter.services.doctor.line import Line, mend, not_run, ok
from newsletter.services.doctor.spf import check_spf
from newsletter.services.probes.dns import Resolver
from newsletter.services.provider_limits import Provider

_RESERVED = ("example", "test", "invalid", "localhost", "example.com", "example.net", "example.org")  # RFC 2606
_LIST_HEADERS = ("list-unsubscribe", "list-unsubscribe-post")
_TXT_PART = 255  # bytes that one string of a TXT record holds


@dataclass(frozen=True, kw_only=True)
class MailDomains:
    """What mail names, and who carries it."""

    sender: str  # of the From address
    bounces: str  # of the envelope sender
    replies: str
    signer: Signer | None  # None: the mail server signs, or nobody
    provider: Provider | None
    transport: str  # `[sending] transport`


def mail_lines(domains: MailDomains, resolver: Resolver | None) -> list[Line]:
    """One line for each subject."""
    signed = [_list_headers(domains.signer)]
    if resolver is None:
        return [*signed, not_run("DNS", "The DNS was not asked.")]
    if _is_reserved(domains.sender):
        return [
            *signed,
            not_run("DNS", f"{domains.sender} is an example; set [newsletter] from_address to an address of your own."),
        ]
    checks: dict[str, Callable[[], Line]] = {
        "SPF": lambda: check_spf(domains.bounces, domains.provider, urlsplit(domains.transport).hostname, resolver),
        "DKIM": lambda: _dkim(domains, resolver),
        "DMARC": lambda: _dmarc(domains, resolver),
        "Agreement": lambda: _agreement(domains, resolver),
        "Bounces": lambda: _receives("Bounces", domains.bounces, resolver),
        "Replies": lambda: _receives("Replies", domains.replies, resolver),
    }
    return [*signed, *(_answered(subject, check) for subject, check in checks.items())]


def _answered(subject: str, check: Callable[[], Line]) -> Line:
    """A name server that is silent says nothing about the record."""
    try:
        return check()
    except UnavailableError as error:
        return not_run(subject, str(error))


def _is_reserved(domain: str) -> bool:
    return any(domain == name or domain.endswith(f".{name}") for name in _RESERVED)


def _list_headers(signer: Signer | None) -> Line:
    subject = "List headers"
    if signer is None:
        return not_run(
            subject, "The mail server signs: look in a mail of yours whether h= names List-Unsubscribe-Post."
        )
    tags = tags_of(signer.seal(b"From: a@example.org\r\n", b"").head.replace("\r\n", ""))
    signed = {name.strip().lower() for name in tags.get("h", "").split(":")}
    if missing := [name for name in _LIST_HEADERS if name not in signed]:
        return mend(subject, f"The signature leaves out {' and '.join(missing)}.", "Install this release again.")
    return ok(subject, "Both list headers are under the signature.")


def _dkim(domains: MailDomains, resolver: Resolver) -> Line:
    signer, subject = domains.signer, "DKIM"
    if signer is None:
        who = domains.provider.name if domains.provider else "The mail server"
        return not_run(
            subject, f"{who} is to sign, as there is no [dkim]; look in a mail of yours for d={domains.sender}."
        )
    name = f"{signer.selector}._domainkey.{signer.domain}"
    record = f"{name}. TXT {_quoted(signer.record)}"
    keys = [tags for text in resolver.txt(name) if "p" in (tags := tags_of(text))]
    if not keys:
        return mend(subject, f"There is no key at {name}.", "Add to the DNS:", record=record)
    if signer.public_key not in ["".join(tags["p"].split()) for tags in keys]:
        return mend(
            subject,
            f"The key at {name} is not that of [dkim] key_file: every signature would fail.",
            "Replace it in the DNS by:",
            record=record,
        )
    if signer.algorithm.startswith("ed25519"):
        return ok(subject, f"The key at {name} is ours; as not everybody reads Ed25519 yet, RSA would reach more.")
    return ok(subject, f"The key at {name} is ours.")


def _dmarc(domains: MailDomains, resolver: Resolver) -> Line:
    found = find_dmarc(domains.sender, resolver)
    if not found.policy:
        record = f'_dmarc.{domains.sender}. TXT "v=DMARC1; p=none"'
        return mend(
            "DMARC", f"{domains.sender} has no DMARC record, which large mailboxes ask for.", "Add:", record=record
        )
    if found.policy == "none":
        return ok("DMARC", f"There is a record at {found.at}; with p=none it only watches.")
    return ok("DMARC", f"There is a record at {found.at}, p={found.policy}.")


def _agreement(domains: MailDomains, resolver: Resolver) -> Line:
    """What DMARC calls alignment."""
    found, subject = find_dmarc(domains.sender, resolver), "Agreement"
    if domains.signer and agrees(domains.sender, domains.signer.domain, found, strict=found.strict_dkim):
        return ok(subject, f"The signature's domain {domains.signer.domain} agrees with the From address.")
    if domains.signer is None and domains.provider and not domains.provider.spf:
        return not_run(subject, f"{domains.provider.name} has its own bounce address, so its signature must agree.")
    if agrees(domains.sender, domains.bounces, found, strict=found.strict_spf):
        return ok(subject, f"The bounce address's domain {domains.bounces} agrees with the From address.")
    return mend(
        subject,
        f"Neither the signature nor the bounce address belongs to {domains.sender}, so DMARC fails.",
        f"Set [dkim] domain, or [sending] bounce_address, to {domains.sender}.",
    )


def _receives(subject: str, domain: str, resolver: Resolver) -> Line:
    servers = resolver.mx(domain)
    if servers == ("",):
        return mend(subject, f"{domain} says that it takes no mail (null MX).", "Use an address that is read.")
    if servers:
        return ok(subject, f"Mail to {domain} goes to {servers[0]}.")
    if resolver.addresses(domain):
        return ok(subject, f"{domain} has no MX record; mail goes to its own address.")
    record = f"{domain}. MX 10 mail.{domain}."
    return mend(subject, f"{domain} takes no mail.", "Add, with the name of your incoming mail server:", record=record)


def _quoted(text: str) -> str:
    """As the DNS takes it: strings of at most 255 bytes, which are read as one."""
    return " ".join(f'"{text[start : start + _TXT_PART]}"' for start in range(0, len(text), _TXT_PART))
