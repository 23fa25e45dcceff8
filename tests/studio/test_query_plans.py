"""No page of the studio reads the ledger from end to end, so a list of a million makes none of them slow.

SQLite plans a query by its indexes alone as long as nobody runs ANALYZE, so a handful of rows shows what a million get.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from test_roles import BEHIND, SAMPLE

from newsletter.models import Delivery, Edition, Mailing, QueueItem, Reply, Subscriber
from newsletter.services.planning import plan
from newsletter.services.steering import start
from newsletter.web.routes import Route
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db

LEDGER = {f"newsletter_{name}" for name in ("delivery", "attempt", "deliveryevent", "bounce")}
MUST_SHOW = {  # else this would pass because nothing was looked at
    *("studio-home", "studio-mailings", "studio-mailing", "studio-mailing-now", "studio-mailing-part", "studio-doubts"),
    *("studio-wrong", "studio-report", "studio-report-csv", "studio-trend", "studio-trend-csv", "studio-send"),
    *("studio-people", "studio-person", "studio-segments", "studio-segment", "studio-replies", "studio-reply"),
}
_TABLE = re.compile(r'"?(newsletter_\w+)"?(?:\s+(?:AS\s+)?"?(\w+)"?)?', re.IGNORECASE)


@pytest.fixture
def busy(workspace: Workspace, approved: Edition, people: Callable[..., list[Subscriber]]) -> dict[str, str]:
    """A mailing with a delivery of every sort, a reply and an item; returns what stands for the parts of a path."""
    people(9, nation="scotland")
    mailing = plan(workspace, approved, again="once more, so that it can be sent to everybody here too")
    start(mailing)
    rows = list(Delivery.objects.order_by("pk"))
    for row, state in zip(
        rows, ("accepted", "refused", "in_doubt", "pending", "claimed", "transmitting"), strict=False
    ):
        Delivery.objects.filter(pk=row.pk).update(state=state)
    reply = Reply.objects.create(fingerprint="1", source="here", at=timezone.now(), size=1, state="waiting_for_staff")
    item = QueueItem.objects.create(kind="feedback", source="form:1", at=timezone.now(), title="Thank you")
    return {
        "mailings": str(mailing.pk),
        "people": str(rows[0].subscriber_id),
        "replies": str(reply.pk),
        "replies/items": str(item.pk),
    }


def addresses(busy: dict[str, str]) -> Iterator[tuple[str, str]]:
    for route in BEHIND:
        yield route.name, filled(route, busy)
    for query in (
        "q=reader",
        "q=%40example.org",
        "q=Reader+1",
        "body=cqc",
        "status=subscribed",
        "body=cqc&status=bounced",
    ):
        yield f"people {query}", f"/studio/people/?{query}"
    for part in ("waiting", "deferred", "refused", "left", "not_known"):
        yield f"part {part}", f"/studio/mailings/{busy['mailings']}/list/{part}"
    edition = Edition.objects.get().content_hash
    for to in ("everybody", "segment:scotland"):  # who has it already is looked up for these
        yield f"numbers of {to}", f"/studio/issues/2025-11/send?edition={edition}&when=now&to={to}"


def filled(route: Route, busy: dict[str, str]) -> str:
    place = route.path.removeprefix("studio/").partition("/<int:")[0]
    values = {**SAMPLE, "int": busy.get(place, "1"), "str": "accepted"}
    values |= {"slug": "scotland"} if route.name == "studio-segment" else {}
    return "/" + re.sub(r"<(\w+):\w+>", lambda found: values[found[1]], route.path)


def scans(query: str) -> list[str]:
    """Tables that a query reads from their beginning to their end."""
    if not query.lstrip().startswith(("SELECT", "WITH")) or "incoming" in query:
        return []
    names = {alias: table for table, alias in _TABLE.findall(query)}
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query.replace('%', '%%')}", ())
        steps = [re.match(r"SCAN (\w+)", row[3]) for row in cursor.fetchall()]
    return [names.get(step[1], step[1]) for step in steps if step]


def test_no_page_of_the_studio_scans_the_deliveries(browser: Client, busy: dict[str, str]) -> None:
    shown: set[str] = set()
    for name, address in addresses(busy):
        with CaptureQueriesContext(connection) as captured:
            answer = browser.get(address)
        queries = [query["sql"] for query in captured.captured_queries]
        shown |= {name} if answer.status_code == 200 else set()
        assert answer.status_code == 200 or not name.startswith(("people", "part", "numbers")), name
        for query in queries:
            assert not LEDGER.intersection(scans(query)), f"{name}: {query}"
    assert shown >= MUST_SHOW, MUST_SHOW - shown


def test_a_query_that_scans_the_deliveries_is_noticed(busy: dict[str, str]) -> None:
    assert scans('SELECT count(*) FROM "newsletter_delivery"') == ["newsletter_delivery"]
    assert scans("SELECT d.id FROM newsletter_delivery d WHERE d.code = 550") == ["newsletter_delivery"]
    assert scans(f"SELECT id FROM newsletter_delivery WHERE mailing_id = {busy['mailings']}") == []
    assert Mailing.objects.exists()
