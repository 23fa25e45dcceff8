"""What watches over one run of a mailing: how fast it goes, and whether it is going wrong for everybody."""

import logging

from newsletter.models import Mailing
from newsletter.services.breaker import Breaker
from newsletter.services.holding import hold
from newsletter.services.pacing import Pacer
from newsletter.services.quotas import limits_of, pacer_of
from newsletter.services.routing import route_url
from newsletter.transports.base import Outcome
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)


class Guard:
    """Hears every outcome once it is recorded; holds the mailing where the breaker trips. Threads may share it."""

    def __init__(self, mailing_id: int, pacer: Pacer, breaker: Breaker) -> None:
        """Take the mailing, its pacer, which the feed asks before each mail, and its breaker."""
        self._mailing_id, self.pacer, self._breaker = mailing_id, pacer, breaker
        self.tripped = False  # nothing more may leave in this run

    def hear(self, domain: str, outcome: Outcome) -> None:
        """Learn from what became of one mail to this domain. Call it after the outcome's commit."""
        self.pacer.learn(domain, outcome)
        if reason := self._breaker.hear(outcome):
            self.tripped = True
            hold(self._mailing_id, reason)


def guard_of(workspace: Workspace, mailing: Mailing, route: str) -> Guard:
    """The guard of a run over the workspace's own route; `route` is the transport's name. Raises InputError."""
    limits = limits_of(workspace, route_url(workspace, practice=mailing.practice))
    return Guard(mailing.pk, pacer_of(limits, route), Breaker(limit=workspace.config.sending.breaker))
