"""What is set up for replies, by the settings alone: nothing is connected."""

from newsletter.services.doctor.line import Line, mend, not_run, ok
from newsletter.workspace import Workspace

_SUBJECT = "Replies"


def reply_lines(workspace: Workspace) -> list[Line]:
    """Where replies come in, and whether From is ever believed."""
    inbox = workspace.config.inbox
    if not workspace.takes_replies:
        return [not_run(_SUBJECT, "no place is named where replies come in; [inbox] sources does that.")]
    kinds = sorted({url.partition(":")[0] for url in inbox.sources} | ({"webhook"} if inbox.webhook else set()))
    lines = [ok(_SUBJECT, f"they come in by {', '.join(kinds)}.")]
    if {"imap", "imaps"} & set(kinds) and not workspace.mailbox_password():
        remedy = "Set NEWSLETTER__INBOX__PASSWORD, or [inbox] password_file."
        lines.append(mend(_SUBJECT, "the mailbox has no password.", remedy))
    if not inbox.receiver:
        remedy = "Write the name that your mail server puts into Authentication-Results as [inbox] receiver."
        lines.append(mend(_SUBJECT, "no receiver is named, so forged mail is not told from true mail.", remedy))
    return lines
