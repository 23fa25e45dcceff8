"""What of ours a reply is about: the copy that it answers or that came back, the mail of ours that asked for it.

A Message-ID of ours holds 64 random bits, so whoever names one has had that mail before them.
"""

import re
from collections.abc import Iterable

from newsletter.models import AutomaticMail, Delivery, Reply
from newsletter.services.inbox.letters import read_letter
from newsletter.workspace import Workspace

_COPY = re.compile(r"<([0-9a-f]{16})\.[0-9A-Fa-f]{16}@[A-Za-z0-9.-]{1,253}>")  # rendering.message.make_message_id
_MOST = 20  # ids that are looked up


def copy_answered(reply: Reply) -> Delivery | None:
    """The copy of an issue that a reply answers, by the Message-IDs it names."""
    return _find(reply.references)


def copy_returned(workspace: Workspace, reply: Reply, delivery: int | None) -> Delivery | None:
    """The copy that a bounce or a complaint is about: by its own address, or by the Message-ID it gives back."""
    if delivery is not None:
        return Delivery.objects.select_related("subscriber").filter(pk=delivery).first()
    raw = read_letter(workspace, reply.fingerprint) or b""
    return _find(found[0] for found in _COPY.finditer(raw.decode("ascii", "replace")))


def mail_answered(reply: Reply) -> AutomaticMail | None:
    """The short mail of ours that a reply answers."""
    found = AutomaticMail.objects.select_related("request").filter(message_id__in=reply.references[:1])
    return found.first()


def mail_returned(workspace: Workspace, reply: Reply) -> bool:
    """Whether it speaks of a short mail of ours."""
    domain = workspace.publication.from_address.rpartition("@")[2].encode()
    raw = read_letter(workspace, reply.fingerprint) or b""
    ids = re.findall(rb"<[a-z_]{4,16}\.[0-9a-f]{16}@%b>" % re.escape(domain), raw)[:_MOST]
    return AutomaticMail.objects.filter(message_id__in=[found.decode() for found in ids]).exists()


def _find(ids: Iterable[str]) -> Delivery | None:
    named = {found[0]: found[1] for found in map(_COPY.fullmatch, ids) if found}
    some = dict(list(named.items())[:_MOST])
    rows = Delivery.objects.filter(mailing__uid__in=some.values(), message_id__in=some)
    return rows.select_related("subscriber").order_by("-pk").first()
