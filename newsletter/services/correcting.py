"""Which mailings an issue can put right: it then goes to exactly those who have them."""

import re

from django.db.models import Q, QuerySet

from newsletter.models import ENDED, Edition, Mailing
from newsletter.services.modes import is_practice
from newsletter.services.planning import COPY
from newsletter.workspace import Workspace

_CORRECTION = re.compile(r"(.+?)-correction(?:-\d+)?")


def corrects_issue(issue_id: str) -> str:
    """The issue that this one is a short correction of, by its name; empty where it is none."""
    found = _CORRECTION.fullmatch(issue_id)
    return found[1] if found else ""


def correctable(workspace: Workspace, edition: Edition) -> QuerySet[Mailing]:
    """Mailings of what this edition corrects, or of an earlier text of the same issue, the latest first.

    They have begun and ended, and are no single copies.
    """
    earlier = Q(edition__issue_id=edition.issue_id) & ~Q(edition=edition)
    return _begun(workspace, earlier | Q(edition__issue_id=corrects_issue(edition.issue_id)))


def corrected_by(workspace: Workspace, issue_id: str) -> Mailing | None:
    """The latest mailing of what a short correction puts right; None for any other issue."""
    return _begun(workspace, Q(edition__issue_id=corrects_issue(issue_id))).first()


def _begun(workspace: Workspace, wrong: Q) -> QuerySet[Mailing]:
    begun = Mailing.objects.filter(wrong, practice=is_practice(workspace), started_at__isnull=False, state__in=ENDED)
    return begun.exclude(reason__startswith=COPY).select_related("edition").order_by("-pk")
