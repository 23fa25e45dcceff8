"""Signs that no person wrote a mail and that it tells of a delivery; without one of them nothing is called a bounce.

A person may write "undeliverable" too, and a bounce wrongly seen would drop a reader.
"""

import re

from newsletter.replies.quoting.words import FORWARD_PREFIX, plain
from newsletter.replies.reading import Reading

_DAEMON = re.compile(
    r"(mailer[-_. ]?daemon|mail[-_.]?daemon|mdaemon|po+st[-_.]?master|mail[-_. ]?delivery([-_. ](sub)?system|[-_. ]service)?|maildelivery|mail[-_. ]?system"
    r"|ndr|bounces?|mailsystem|mail-?admin(istrator)?|imss|delivery[-_]?(status|report|failure)?|postoffice|majordomo|symantec_antivirus\S*)@"
)
_DAEMON_NAME = re.compile(
    r"(internet )?mail ?(delivery|er|administrat|router|system|robot|server)|mailer-?daemon|postmaster|system administrator|mail delivery|delivery (system|subsystem|status)|undeliver|non-?delivery|content-?filter|interscan|ndr administrator"
)
_SUBJECT = re.compile(
    r"(\W*(warning|notice|error|nd[rn])\W+)?(mail |message |e-?mail |your (message|mail|e-?mail).{0,40}|permanent |temporary )?(undeliver|returned mail|return(ed|ing) to sender|deliver(y|ed)\b.{0,30}\b(fail|problem|error|notif|status|report|delay|rejected|incomplete|not)|"
    r"failure (notice|delivery)|fail(ed|ure)\b.{0,40}\b(mail|deliver|send)|non.?deliver|not delivered|could not be delivered|unable to deliver|delayed|can.?not be (sent|delivered)|"
    r"mail (failed|failure|error|system error|could not|not delivered)|message (rejected|could not|not delivered|delayed)|rejected (mail|message|posting)|bounce|user unknown|unknown (user|recipient)|invalid (address|recipient)|(nicht|non) (zustellbar|recapitable|consegn)|unzustellbar|onbestelbaar|undelivered|no entregad|não entregue|impossible de remettre|недоставлен|ваше сообщение не доставлено|回覆|退信|системой|error sending|processing error|see transcript)"
)
_SAYS_FAILED = re.compile(
    r"(could|can|was|were|has|have|did|is) ?(not|n.t) (be |been |able to )?(deliver|reach|sent|send|accept)|undeliverable|undelivered|delivery (to|of|has|failed|status|attempt).{0,60}(fail|delay|not|permanent|reject)|returned (to (you|sender)|mail|message)|permanent (fatal )?(error|failure)|unknown (user|recipient|address)|"
    r"user unknown|no such user|failed (to deliver|recipient|address|permanently)|fatal errors|(mailbox|recipient|address).{0,40}(unavailable|not found|unknown|full|does not exist|invalid|no longer)|bounced|message (was )?(not delivered|rejected|bounced)|(5\d\d|4\d\d)[ -]#?[45]\.\d\.\d+|unable to (deliver|send|relay)|rejected|smtp error",
    re.IGNORECASE,
)


def delivery_signs(reading: Reading) -> str:
    """What shows that a mail system wrote it of a delivery; empty where nothing does."""
    mail = reading.mail
    if any(reading.ours.read_delivery(box.address) is not None for box in reading.mail.recipients) and mail.null_sender:
        return "it came to the bounce address of one delivery"
    if mail.report_type == "delivery-status" or "x-failed-recipients" in mail.fields:
        return "it is a delivery report"
    if FORWARD_PREFIX.match(plain(mail.subject)) or re.match(r"\s*re:", mail.subject, re.IGNORECASE) and not _from_daemon(reading):
        return ""
    if not (_SAYS_FAILED.search(mail.text[:5000]) or _SUBJECT.search(plain(mail.subject)) or mail.status_groups):
        return ""
    if _from_daemon(reading):
        return "a mail system wrote it"
    if mail.null_sender or "invoked for bounce" in mail.all("received"):
        return "it has no sender, as bounces have" if _SUBJECT.search(plain(mail.subject)) or mail.status_groups else ""
    automatic = mail.first("auto-submitted").lower().startswith("auto")
    return "it was made by a machine and tells of a failure" if automatic and _SUBJECT.search(plain(mail.subject)) else ""


def _from_daemon(reading: Reading) -> bool:
    sender = reading.mail.all("from").lower()
    path = reading.mail.first("return-path").lower()
    return bool(_DAEMON.search(f"{sender}@") or _DAEMON_NAME.search(sender) or path.strip("<> ").startswith("mailer-daemon"))
