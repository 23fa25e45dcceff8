"""Addresses behind which no person reads: nothing that the program writes on its own goes there (RFC 3834)."""

import re

from newsletter.subscribers.addresses import parse_address
from newsletter.workspace import Workspace

# Mailboxes of programs: RFC 3834 section 2, RFC 2142, and what senders of automatic mail write in From.
_MACHINES = re.compile(
    r"(mailer-daemon|mail-daemon|daemon|postmaster|bounces?|bouncer|no[._-]?reply|do[._-]?not[._-]?reply|noresponse"
    r"|listserv|majordomo|autoreply|auto-?responder|owner-.+|.+-(owner|request|bounces?|admin))(\+.*)?"
)


def is_machine(workspace: Workspace, compared: str) -> bool:
    """Whether an address is a program's, or our own: a mail to ourselves would come round as a reply."""
    who, sending = workspace.publication, workspace.config.sending
    ours = {parse_address(own).compared for own in (who.from_address, who.reply_address, sending.bounce_address) if own}
    return compared in ours or _MACHINES.fullmatch(compared.rpartition("@")[0]) is not None
