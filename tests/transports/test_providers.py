"""Providers' APIs: the conformance suite over servers that answer like six of them, and what they are told."""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from provider_stubs import STUBS, Copy, Stub, told
from pytest_httpserver import HTTPServer
from test_conformance import (  # noqa: F401  (the suite runs here over the cases of this file)
    OFFICE,
    Case,
    Ledger,
    envelope,
    test_a_pause_in_the_stream_is_kept,
    test_a_transport_has_a_name_to_show,
    test_a_transport_says_how_many_may_run_side_by_side,
    test_an_empty_batch_does_nothing,
    test_each_copy_arrives_once_unchanged_and_in_order,
    test_intent_comes_before_the_copy_and_its_outcome_before_the_next,
    test_to_try_the_way_out_sends_nothing_and_leaves_it_open,
    test_two_batches_follow_each_other,
    test_what_is_not_granted_is_not_carried_and_the_rest_is,
    test_what_the_stream_raises_comes_through_when_what_was_begun_is_settled,
    test_when_no_intent_can_be_recorded_nothing_more_leaves,
    test_when_no_outcome_can_be_recorded_nothing_more_leaves,
)
from werkzeug import Request, Response

from newsletter.errors import RouteRefusedError
from newsletter.rendering.message import Recipient, build_message
from newsletter.rendering.message_facts import read_message
from newsletter.rendering.mime import InlineImage
from newsletter.rendering.theme import Publication
from newsletter.transports.base import Accepted, Envelope, Refused, TryLater
from newsletter.transports.provider import ProviderTransport


@pytest.fixture(scope="module")
def running() -> Iterator[HTTPServer]:
    with HTTPServer(host="127.0.0.1", threaded=True) as server:
        yield server


@pytest.fixture
def server(running: HTTPServer) -> HTTPServer:
    running.clear()
    return running


@pytest.fixture(params=list(STUBS))
def stub(request: pytest.FixtureRequest, server: HTTPServer) -> Stub:
    if request.param == "amazon_ses":
        pytest.importorskip("boto3", reason="the extra amazon-ses is not installed")
    stub = STUBS[request.param]()
    server.expect_request(stub.path, method="POST").respond_with_handler(stub)
    return stub


def opened(stub: Stub, server: HTTPServer, **how: object) -> ProviderTransport:
    return ProviderTransport(stub.name, stub.options(server.url_for("").rstrip("/")), **how)  # type: ignore[arg-type]


@pytest.fixture
def case(stub: Stub, server: HTTPServer) -> Case:
    return Case(opened(stub, server), lambda: [written_anew(copy) for copy in stub.accepted], list, stub.reference)


def written_anew(copy: Copy) -> bytes:
    """The finished message, if the provider was told everything in it; otherwise what it was told."""
    meant = envelope(copy.delivery)
    facts = read_message(meant.message)
    headers = {name.lower(): value for name, value in facts.headers.items()}
    whole = told(facts) == copy.facts and headers.items() <= copy.headers.items() and copy.recipient == meant.recipient
    return meant.message if whole else repr(copy).encode()


def test_every_provider_is_told_the_list_headers_and_our_names_for_the_delivery(case: Case, stub: Stub) -> None:
    case.transport.deliver([envelope(7)], Ledger())
    (copy,) = stub.accepted
    assert (copy.delivery, copy.message, copy.recipient) == (7, "mailing.7", "reader7@body.example")
    assert copy.headers["message-id"] == "<mailing.7@office.example>"
    assert copy.headers["list-unsubscribe"].startswith(f"<https://office.example/u/{'x' * 48}>, <mailto:")
    assert copy.headers["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert "date" not in copy.headers


def test_the_answer_names_the_copy(case: Case) -> None:
    ledger = Ledger()
    case.transport.deliver([envelope(7)], ledger)
    outcome = ledger.outcomes[7]
    assert isinstance(outcome, Accepted)
    assert outcome.provider_ref == case.reference or (not case.reference and len(outcome.provider_ref) == 36)


@pytest.mark.parametrize("name", ["mailgun", "postmark", "sendgrid"])
def test_who_can_be_asked_not_to_track_is_asked(name: str, server: HTTPServer) -> None:
    stub = STUBS[name]()
    server.expect_request(stub.path, method="POST").respond_with_handler(stub)
    opened(stub, server).deliver([envelope(1)], Ledger())
    asked = {
        "mailgun": lambda body: b"o%3Atracking-clicks=no" in body and b"o%3Atracking-opens=no" in body,
        "postmark": lambda body: b'"TrackOpens": false' in body and b'"TrackLinks": "None"' in body,
        "sendgrid": lambda body: body.count(b'"enable": false') == 2,
    }
    assert asked[name](stub.requests[0].get_data())


def test_what_a_provider_cannot_be_told_stops_everything_before_a_byte_leaves(server: HTTPServer) -> None:
    """Brevo has no pictures inside a mail."""
    stub, ledger = STUBS["brevo"](), Ledger()
    with pytest.raises(RouteRefusedError, match="Brevo does not support inline attachments"):
        opened(stub, server).deliver([with_picture(1)], ledger)
    assert (stub.requests, ledger.calls) == ([], [])


def test_a_name_of_the_list_that_brevo_would_garble_is_refused(server: HTTPServer) -> None:
    stub = STUBS["brevo"]()
    with pytest.raises(RouteRefusedError, match="non-ASCII characters in 'List-Id'"):
        opened(stub, server).deliver([written(1, publication=OFFICE.model_copy(update={"name": "Bwletîn"}))], Ledger())


def test_pictures_travel_by_their_content_id(server: HTTPServer) -> None:
    stub = STUBS["postmark"]()
    server.expect_request(stub.path, method="POST").respond_with_handler(stub)
    opened(stub, server).deliver([with_picture(1)], Ledger())
    (picture,) = json.loads(stub.requests[0].get_data())["Attachments"]
    assert picture["ContentID"] == "cid:dot@images"
    assert (picture["ContentType"], base64.b64decode(picture["Content"])) == ("image/png", b"not really a picture")


def test_a_mail_that_is_signed_already_is_refused(server: HTTPServer) -> None:
    stub, copy = STUBS["postmark"](), envelope(1)
    signed = replace(copy, message=b"DKIM-Signature: v=1; b=x\r\n" + copy.message)
    with pytest.raises(RouteRefusedError, match=r"leave \[dkim\] out"):
        opened(stub, server).deliver([signed], Ledger())
    assert not stub.requests


def test_one_address_that_cannot_be_told_is_refused_alone(server: HTTPServer) -> None:
    stub, ledger = STUBS["postmark"](), Ledger()
    server.expect_request(stub.path, method="POST").respond_with_handler(stub)
    odd = replace(envelope(1), recipient="two@example.org, three@example.org")
    opened(stub, server).deliver([odd, envelope(2)], ledger)
    assert isinstance(ledger.outcomes[1], Refused)
    assert isinstance(ledger.outcomes[2], Accepted)
    assert ("intent", 1) not in ledger.calls


def test_a_recipient_postmark_will_not_write_to_is_refused(server: HTTPServer) -> None:
    stub, ledger = STUBS["postmark"](), Ledger()
    words = "Found inactive addresses: reader1@body.example. Inactive recipients are ones that have bounced."
    server.expect_request(stub.path).respond_with_json({"ErrorCode": 406, "Message": words}, status=422)
    opened(stub, server).deliver([envelope(1)], ledger)
    assert ledger.outcomes[1] == Refused(code=422, enhanced="5.1.0", text=ledger.outcomes[1].text)


def test_an_account_amazon_has_stopped_stops_the_run(server: HTTPServer) -> None:
    pytest.importorskip("boto3", reason="the extra amazon-ses is not installed")
    stub, ledger = STUBS["amazon_ses"](), Ledger()
    server.expect_request(stub.path).respond_with_json(
        {"message": "paused"}, status=400, headers={"x-amzn-ErrorType": "SendingPausedException"}
    )
    with pytest.raises(RouteRefusedError, match="refuses to take mail from us"):
        opened(stub, server).deliver([envelope(1)], ledger)
    assert ledger.outcomes[1].code == 400


def test_amazons_throttling_is_tried_later_and_its_client_tries_nothing_by_itself(server: HTTPServer) -> None:
    pytest.importorskip("boto3", reason="the extra amazon-ses is not installed")
    stub, ledger, asked = STUBS["amazon_ses"](), Ledger(), []
    slow = {"status": 429, "headers": {"x-amzn-ErrorType": "TooManyRequestsException", "Retry-After": "1"}}

    def handler(request: Request) -> Response:
        asked.append(request)
        return Response(json.dumps({"message": "slow"}), **slow)

    server.expect_request(stub.path).respond_with_handler(handler)
    opened(stub, server).deliver([envelope(1)], ledger)
    assert len(asked) == 1
    assert isinstance(ledger.outcomes[1], TryLater)
    assert ledger.outcomes[1].retry_after == 1.0


def with_picture(number: int) -> Envelope:
    return written(number, images=[InlineImage(cid="dot@images", media_type="image/png", data=b"not really a picture")])


def written(number: int, *, images: Sequence[InlineImage] = (), publication: Publication = OFFICE) -> Envelope:
    message = build_message(
        html="<p>Hello</p>",
        text="Hello",
        subject="Hello",
        inline_images=images,
        publication=publication,
        recipient=Recipient(address=f"reader{number}@body.example"),
        message_id=f"<mailing.{number}@office.example>",
        date=datetime(2025, 11, 3, 9, 0, tzinfo=UTC),
        unsubscribe_token="x" * 48,
        feedback_id="a:b:c:d",
        language="en",
    )
    return replace(envelope(number), message=message)
