"""Looking back in the studio: the sum, where mail came back, the latest issues in a row; each as a table and as CSV."""

from collections.abc import Callable

import lxml.html
import pytest
from django.test import Client
from django.utils import timezone

from newsletter.models import Delivery, Edition, Mailing, Subscriber
from newsletter.services.planning import plan
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailing(workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]) -> Mailing:
    people(6, body="large")
    people(2, body="small")
    mailing = plan(workspace, edition)
    Delivery.objects.update(state="refused", code=550, enhanced="5.1.1")
    Mailing.objects.update(started_at=timezone.now(), state="finished")
    return mailing


def test_a_report_tells_the_sum_and_hides_small_groups_and_why_nothing_is_tracked(
    browser: Client, mailing: Mailing
) -> None:
    answer = browser.get(f"/studio/mailings/{mailing.pk}/report")
    page = lxml.html.document_fromstring(answer.content.decode())
    told = page.xpath("string(//main)")
    assert "8 chosen = 0 accepted + 8 sent back by their mail system" in told
    assert "we do not look" in told
    rows = [[cell.text_content() for cell in row] for row in page.xpath("//table//tr")]
    assert ["large", "6"] in rows
    assert ["others, fewer than five each", "2"] in rows
    assert "small" not in told
    assert not page.xpath("//@style")


def test_the_same_as_csv(browser: Client, mailing: Mailing) -> None:
    text = browser.get(f"/studio/mailings/{mailing.pk}/report.csv").content.decode("utf-8-sig")
    assert '"came back, by body",large,6' in text
    assert "2025-11" in browser.get("/studio/mailings/in-a-row.csv").content.decode("utf-8-sig")


def test_issue_by_issue(browser: Client, mailing: Mailing) -> None:
    assert "2025-11" in browser.get("/studio/mailings/in-a-row").content.decode()
    assert browser.get(f"/studio/mailings/{mailing.pk + 1}/report").status_code == 404
