"""Plays the post and the people who write, and looks at what came of it."""

from functools import partial

from letters import letter
from reader import Reader

from newsletter.models import Act, Reply, TrustLevel
from newsletter.replies import classify
from newsletter.services.inbox.arriving import Found, arrive
from newsletter.services.inbox.handling import handle
from newsletter.services.inbox.trust import set_level
from newsletter.services.ourselves import ourselves

PASSED = "mx.example.org; dmarc=pass header.from=cqc.example"
FAILED = "mx.example.org; dmarc=fail header.from=cqc.example"


class Inbox(Reader):
    """Brings mails in, lets a second pass, and looks at what came of it."""

    def bring(self, raw: bytes) -> Reply:
        """A mail arrives and is dealt with."""
        reply, _ = arrive(self.workspace, Found(key=str(Reply.objects.count()), raw=raw), source="test")
        handle(self.workspace, reply.pk, partial(classify, ours=ourselves(self.workspace)))
        self.wait()
        reply.refresh_from_db()
        return reply

    def write(self, text: str, **headers: str) -> Reply:
        """Somebody writes to us."""
        return self.bring(letter(text, **headers))

    def trust(self, level: TrustLevel = TrustLevel.ACT, *acts: Act) -> None:
        for act in acts or Act:
            set_level(self.workspace, act, level, by="Mia")
