"""A mailing over a provider's API, from its plan to its receipt, with the ledger between."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from pytest_httpserver import HTTPServer
from test_sending import InlineJobs
from werkzeug import Request, Response

from newsletter.errors import RouteRefusedError
from newsletter.models import Delivery, Edition, Mailing, Subscriber
from newsletter.services.planning import plan
from newsletter.services.receipts import Receipt
from newsletter.services.sending import Dispatch, send_mailing
from newsletter.transports.provider import ProviderTransport
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailing(workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]) -> Mailing:
    people(45)
    return plan(workspace, edition)


@pytest.fixture
def send(workspace: Workspace, mailing: Mailing, httpserver: HTTPServer) -> Callable[[], Receipt]:
    """Sends with eight calls in flight."""

    def run() -> Receipt:
        options = {"server_token": "token", "api_url": httpserver.url_for("/")}
        transport = ProviderTransport("postmark", options, in_flight=8)
        dispatch = Dispatch(workspace=workspace, mailing=mailing, open_transport=lambda: transport)
        return send_mailing(dispatch, InlineJobs(dispatch.jobs), patience=timedelta())

    return run


def test_everybody_gets_one_copy_and_the_ledger_has_their_names_for_it(
    send: Callable[[], Receipt], httpserver: HTTPServer
) -> None:
    asked: list[str] = []

    def handler(request: Request) -> Response:
        asked.append(request.get_json()["To"])
        number = request.get_json()["Metadata"]["delivery"]
        told = {"ErrorCode": 0, "Message": "OK", "MessageID": f"pm-{number}", "To": asked[-1]}
        return Response(json.dumps(told), content_type="application/json")

    httpserver.expect_request("/email").respond_with_handler(handler)
    assert send().sentence == "45 chosen = 45 accepted"
    assert len(set(asked)) == len(asked) == 45
    assert all(row.provider_ref == f"pm-{row.pk}" for row in Delivery.objects.all())


def test_a_refused_key_leaves_everybody_waiting(
    send: Callable[[], Receipt], httpserver: HTTPServer, mailing: Mailing
) -> None:
    httpserver.expect_request("/email").respond_with_json({"ErrorCode": 10, "Message": "bad token"}, status=401)
    with pytest.raises(RouteRefusedError, match="Postmark API refuses to take mail from us"):
        send()
    states = set(Delivery.objects.filter(mailing=mailing).values_list("state", flat=True))
    assert states <= {"pending", "deferred"}
