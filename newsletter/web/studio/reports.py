"""Looking back: what became of a mailing, by body and by domain, and the latest issues in a row. Each also as CSV."""

from django.http import Http404, HttpResponse

from newsletter.models import Mailing
from newsletter.services.looking_back import sent_back, trend
from newsletter.services.reporting import report_on
from newsletter.services.returned_mail import returned_mail
from newsletter.subscribers.safe_csv import csv_text
from newsletter.web.studio.screen import Screen


def report(screen: Screen, number: int) -> HttpResponse:
    """One mailing."""
    mailing = _mailing(number)
    returned = returned_mail(mailing)
    back = sent_back(screen.workspace, returned)
    return screen.show(
        "web/studio/report.html.j2",
        title=f"How {mailing.edition.issue_id} went",
        mailing=mailing,
        report=report_on(mailing, returned),
        bodies=back.by_body,
        domains=back.by_domain,
    )


def report_csv(screen: Screen, number: int) -> HttpResponse:
    """The same as a table for a spreadsheet."""
    mailing = _mailing(number)
    returned = returned_mail(mailing)
    found = report_on(mailing, returned)
    rows: list[tuple[object, ...]] = [("sum", part.words, part.count) for part in found.receipt.parts]
    rows += [("came back because", why, count) for why, count in found.came_back.items()]
    back = sent_back(screen.workspace, returned)
    for what, groups in (("body", back.by_body), ("domain", back.by_domain)):
        rows += [(f"came back, by {what}", name, count) for name, count in groups.told]
        rows += [(f"came back, by {what}", "others, fewer than five each", groups.small)] if groups.small else []
    return _csv(screen, f"mailing-{number}.csv", ("what", "which", "people"), rows)


def in_a_row(screen: Screen) -> HttpResponse:
    """The latest issues."""
    points = trend(screen.workspace)
    most = max((point.receipt.chosen for point in points), default=0)
    return screen.show("web/studio/trend.html.j2", title="Issue by issue", points=points, most=most)


def in_a_row_csv(screen: Screen) -> HttpResponse:
    """The same as a table for a spreadsheet."""
    heads = ("issue", "began", "chosen", "accepted", "sent back", "left out", "we can't tell", "joined", "left")
    rows: list[tuple[object, ...]] = [
        (
            point.mailing.edition.issue_id,
            f"{point.mailing.started_at:%Y-%m-%d}" if point.mailing.started_at else "",
            point.receipt.chosen,
            point.receipt.count("accepted"),
            point.receipt.count("refused") + point.receipt.count("expired"),
            point.receipt.left_out,
            point.receipt.count("in_doubt") + point.receipt.count("not_known"),
            point.movements.joined,
            point.movements.left,
        )
        for point in trend(screen.workspace)
    ]
    return _csv(screen, "issues.csv", heads, rows)


def _csv(screen: Screen, name: str, heads: tuple[str, ...], rows: list[tuple[object, ...]]) -> HttpResponse:
    answer = HttpResponse(csv_text(heads, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return screen.protected(answer)


def _mailing(number: int) -> Mailing:
    found = Mailing.objects.select_related("edition").filter(pk=number, started_at__isnull=False).first()
    if found is None:
        raise Http404
    return found
