"""What the list, the ledger and the DNS say of a mailing that is being thought of. Reads, and changes nothing."""

from collections import Counter
from collections.abc import Iterable

from newsletter.checks.facts import DomainFact, MailingFact
from newsletter.models import Mailing, MailingState, Subscriber, SubscriberStatus
from newsletter.models.mailings import ENDED
from newsletter.services.doctor import Health, examine_domains
from newsletter.services.forecasting import forecast_sending
from newsletter.services.headcounts import count_subscribed
from newsletter.services.modes import is_practice
from newsletter.services.probes.dns import Resolver
from newsletter.services.segmenting import preview_segment
from newsletter.services.suppressing import suppressed_among
from newsletter.workspace import Workspace

_DOTS_MEAN_NOTHING = ("gmail.com", "googlemail.com")


def ask_ledger(workspace: Workspace, issue_id: str, segment: str = "") -> MailingFact:
    """Counts for everybody, or for a segment. Raises InputError where there is no such segment."""
    practice = is_practice(workspace)
    everybody = Subscriber.objects.filter(status=SubscriberStatus.SUBSCRIBED)
    chosen = (preview_segment(workspace, segment, sample=0).count or 0) if segment else count_subscribed()
    like_this = Mailing.objects.filter(practice=practice, segment=segment, reason="", corrects=None)
    finished = like_this.filter(state=MailingState.FINISHED).exclude(edition__issue_id=issue_id)
    last = finished.order_by("-finished_at").first()
    open_ones = Mailing.objects.filter(practice=practice).exclude(state__in=ENDED).exclude(edition__issue_id=issue_id)
    forecast = forecast_sending(workspace, chosen)
    compared = everybody.values_list("address_compared", flat=True)
    return MailingFact(
        chosen=chosen,
        before=last.chosen if last else None,
        doubled=_doubled(compared.iterator()),
        suppressed=suppressed_among(workspace, compared.iterator()),
        unfinished=tuple(sorted(set(open_ones.values_list("edition__issue_id", flat=True)))),
        per_day=forecast.per_day,
        seconds=forecast.seconds,
        today=forecast.today,
    )


def ask_dns(workspace: Workspace, resolver: Resolver) -> DomainFact:
    """What the DNS says of the domains that mail names."""
    lines = examine_domains(workspace, resolver)
    return DomainFact(
        problems=tuple(f"{line.subject}: {line.message}" for line in lines if line.health is Health.MEND),
        unclear=tuple(f"{line.subject}: {line.message}" for line in lines if line.health is Health.NOT_RUN),
    )


def _doubled(compared: Iterable[str]) -> int:
    """People who are there under two ways of writing one mailbox: with a +mark, or with dots that mean nothing."""
    found = Counter(map(_mailbox, compared))
    return sum(count - 1 for count in found.values())


def _mailbox(compared: str) -> str:
    local, _, domain = compared.rpartition("@")
    local = local.partition("+")[0]
    return f"{local.replace('.', '') if domain in _DOTS_MEAN_NOTHING else local}@{domain}"
