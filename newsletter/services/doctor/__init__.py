"""What is set up, what is missing, how to mend it: the lines of `newsletter doctor`. Nothing is changed."""

from newsletter.services.doctor.line import Health, Line
from newsletter.services.doctor.machine import machine_lines
from newsletter.services.doctor.mail_dns import MailDomains, mail_lines
from newsletter.services.doctor.replies import reply_lines
from newsletter.services.doctor.texts import text_lines
from newsletter.services.probes.dns import Resolver
from newsletter.services.provider_limits import provider_of
from newsletter.workspace import Workspace

__all__ = ["Health", "Line", "examine", "examine_domains"]


def examine(workspace: Workspace, resolver: Resolver | None) -> list[Line]:
    """Look at this computer and at the DNS of the sender's domains; without a resolver the DNS is left out.

    Raises InputError where the settings themselves cannot be read.
    """
    return [
        *machine_lines(workspace),
        *reply_lines(workspace),
        *text_lines(workspace),
        *examine_domains(workspace, resolver),
    ]


def examine_domains(workspace: Workspace, resolver: Resolver | None) -> list[Line]:
    """Ask the DNS about the sender's domains. Raises InputError where the settings themselves cannot be read."""
    return mail_lines(_domains(workspace), resolver)


def _domains(workspace: Workspace) -> MailDomains:
    sending, publication = workspace.config.sending, workspace.publication
    bounces = sending.bounce_address or publication.from_address
    return MailDomains(
        sender=_domain(publication.from_address),
        bounces=_domain(bounces),
        replies=_domain(publication.reply_address),
        signer=workspace.signer(),
        provider=provider_of(sending.transport, named=sending.provider),
        transport=sending.transport,
    )


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
