"""Providers that misbehave: rows 29 to 35 of the fault table, and what else HTTP can do to a mail."""

import json
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from http_misbehaving import DRIP, DROP, DROP_HALF, SILENT, answer, misbehaving
from test_conformance import Ledger, envelope

from newsletter.errors import InputError, RouteRefusedError, UnavailableError
from newsletter.services.server_words import Fault, fault_of
from newsletter.transports.base import Accepted, InDoubt, Outcome, Refused, TryLater
from newsletter.transports.provider import ProviderTransport
from newsletter.transports.provider_keys import KEYS, IdempotencyKey
from newsletter.transports.provider_verdicts import seconds_to_wait

YES = answer(200, {"id": "<1@mailgun.example>", "message": "Queued. Thank you."})
RESEND_YES = answer(200, {"id": "re-1"})
KEY = IdempotencyKey(
    header=KEYS["resend"].header,
    lasts=24 * 3600.0,
    busy=KEYS["resend"].busy,
    reused=KEYS["resend"].reused,
    waits=(0.0, 0.0),
)


def mailgun(url: str, **how: object) -> ProviderTransport:
    return ProviderTransport("mailgun", {"api_key": "key", "api_url": f"{url}/v3"}, **how)  # type: ignore[arg-type]


def resend(url: str, key: IdempotencyKey = KEY, **how: object) -> ProviderTransport:
    return ProviderTransport("resend", {"api_key": "key", "api_url": url}, key=key, **how)  # type: ignore[arg-type]


def outcome_of(
    *script: str | bytes, fault: type[Exception] | None = None, how: Callable[..., ProviderTransport] = mailgun
) -> Outcome:
    """What becomes of one mail; `fault` is what must be raised after its outcome is recorded."""
    ledger = Ledger()
    with misbehaving(*script, usual=YES) as server:
        transport = how(server.url, patience=0.3)
        if fault:
            with pytest.raises(fault):
                transport.deliver([envelope(1)], ledger)
        else:
            transport.deliver([envelope(1)], ledger)
    return ledger.outcomes[1]


def test_429_is_tried_again_after_the_seconds_they_name() -> None:
    outcome = outcome_of(answer(429, "slow down", Retry_After="7"))
    assert outcome == TryLater(code=429, text="slow down", retry_after=7.0)


def test_429_without_retry_after_leaves_the_time_to_us() -> None:
    assert outcome_of(answer(429, "slow down")) == TryLater(code=429, text="slow down")


def test_retry_after_may_be_a_date() -> None:
    now = datetime(2025, 11, 3, 9, 0, tzinfo=UTC)
    assert seconds_to_wait({"retry-after": format_datetime(now + timedelta(seconds=90), usegmt=True)}, now) == 90
    assert seconds_to_wait({"Retry-After": format_datetime(now - timedelta(days=1), usegmt=True)}, now) == 0
    assert seconds_to_wait({"Retry-After": "soon"}) is None
    assert seconds_to_wait({}) is None


def test_calls_that_are_ready_wait_as_long_as_a_429_asks() -> None:
    ledger, begun = Ledger(), time.monotonic()
    with misbehaving(answer(429, "", Retry_After="1"), YES) as server:
        mailgun(server.url).deliver(map(envelope, range(2)), ledger)
    assert time.monotonic() - begun >= 1
    assert isinstance(ledger.outcomes[1], Accepted)


def test_503_says_that_nothing_was_handled() -> None:
    outcome = outcome_of(answer(503, "", Retry_After="30"))
    assert outcome == TryLater(code=503, retry_after=30.0)


@pytest.mark.parametrize("status", [500, 502, 504])
def test_another_5xx_after_the_whole_message_leaves_it_in_doubt(status: int) -> None:
    assert outcome_of(answer(status, "oh")) == InDoubt(code=status, text="oh")


def test_a_connection_reset_before_the_last_byte_is_no_doubt() -> None:
    ledger = Ledger()
    with misbehaving(DROP_HALF) as server, pytest.raises(UnavailableError, match="3 calls in a row"):
        mailgun(server.url).deliver(map(big, range(9)), ledger)
    assert not server.bodies
    assert len(ledger.outcomes) == 3
    assert all(isinstance(outcome, TryLater) and outcome.untouched for outcome in ledger.outcomes.values())


def big(number: int) -> object:
    """More than the kernel's buffers on both sides take in, so that the last byte cannot leave before the reset."""
    from dataclasses import replace

    copy = envelope(number)
    return replace(copy, message=copy.message.replace(b"<p>=C5=B4</p>", b"<p>=C5=B4</p>" * 4000, 200))


def test_a_connection_reset_after_the_last_byte_leaves_it_in_doubt() -> None:
    outcome = outcome_of(DROP)
    assert isinstance(outcome, InDoubt)
    assert outcome.code is None


def test_a_time_out_after_the_whole_message_leaves_it_in_doubt() -> None:
    assert isinstance(outcome_of(SILENT), InDoubt)


def test_an_answer_that_drips_in_is_given_up_at_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.transports.provider._CONNECT_SECONDS", 0.1)
    monkeypatch.setattr("newsletter.transports.provider._GRACE_SECONDS", 0.1)
    begun = time.monotonic()
    assert isinstance(outcome_of(DRIP), InDoubt)
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    "reply",
    [
        answer(200, "not json"),
        answer(200, {"message": "Queued. Thank you."}),
        answer(200, {"id": "x", "message": "Hm"}),
        answer(200, {"id": "x", "message": 5}),
        answer(200, {"id": "", "message": "Queued. Thank you."}),
        answer(200, ["odd"]),
        answer(200, "x" * 300_000),
        answer(200, "{}", Content_Length="5000"),
    ],
)
def test_a_positive_answer_that_cannot_be_read_leaves_it_in_doubt(reply: bytes) -> None:
    assert isinstance(outcome_of(reply), InDoubt)


def test_the_raw_words_of_an_answer_without_a_name_are_kept() -> None:
    assert outcome_of(answer(200, {"message": "Queued."})).text == '{"message": "Queued."}'


@pytest.mark.parametrize("status", [401, 402, 403, 404])
def test_a_refusal_of_us_stops_the_run_and_puts_the_delivery_back(status: int) -> None:
    outcome = outcome_of(answer(status, "Forbidden"), fault=RouteRefusedError)
    assert outcome == TryLater(code=status, text="Forbidden", untouched=True)


def test_a_redirect_is_not_followed() -> None:
    outcome = outcome_of(answer(302, "", Location="/elsewhere"), YES, fault=RouteRefusedError)
    assert isinstance(outcome, TryLater)


def test_a_refusal_that_names_the_address_is_the_recipients() -> None:
    outcome = outcome_of(answer(400, {"message": "to parameter is not valid: Reader1@body.example"}))
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.enhanced, fault_of(outcome)) == (400, "5.1.0", None)


def test_another_refusal_counts_for_the_breaker() -> None:
    assert fault_of(outcome_of(answer(400, {"message": "we do not like this"}))) is Fault.POLICY
    assert fault_of(outcome_of(answer(413, ""))) is Fault.TOO_BIG


def test_a_server_that_is_not_there_stops_the_run_with_nobody_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    ledger = Ledger()
    with pytest.raises(UnavailableError):
        mailgun(f"http://127.0.0.1:{port}").deliver(map(envelope, range(9)), ledger)
    assert len(ledger.outcomes) == 3
    assert all(isinstance(outcome, TryLater) and outcome.untouched for outcome in ledger.outcomes.values())


def test_silence_stops_a_run_before_everybody_is_in_doubt() -> None:
    ledger = Ledger()
    with misbehaving(SILENT) as server, pytest.raises(UnavailableError, match="no answer"):
        mailgun(server.url, patience=0.2, in_flight=4).deliver(map(envelope, range(50)), ledger)
    assert 3 <= len(ledger.outcomes) <= 8
    assert {type(outcome) for outcome in ledger.outcomes.values()} == {InDoubt}


def test_an_idempotency_key_is_the_message_id_and_ends_the_doubt() -> None:
    ledger = Ledger()
    with misbehaving(answer(500), DROP, RESEND_YES) as server:
        resend(server.url).deliver([envelope(1)], ledger)
    assert ledger.outcomes[1] == Accepted(code=200, text='{"id": "re-1"}', provider_ref="re-1")
    assert [headers["idempotency-key"] for headers in server.headers] == ["mailing.1@office.example"] * 3
    assert len(set(server.bodies)) == 1


def test_a_timeout_is_asked_about_with_the_same_key() -> None:
    assert isinstance(outcome_of(SILENT, RESEND_YES, how=resend), Accepted)


def test_without_any_answer_a_key_leaves_the_delivery_in_doubt() -> None:
    assert isinstance(outcome_of(answer(500), how=resend), InDoubt)


def test_a_key_whose_time_is_over_is_not_used_again() -> None:
    old = IdempotencyKey(header=KEY.header, lasts=0.0, busy=KEY.busy, reused=KEY.reused, waits=(0.0, 0.0))
    ledger = Ledger()
    with misbehaving(DROP, RESEND_YES) as server:
        resend(server.url, old).deliver([envelope(1)], ledger)
    assert len(server.bodies) == 1
    assert isinstance(ledger.outcomes[1], InDoubt)


def test_a_first_try_that_is_still_under_way_is_asked_again() -> None:
    busy = answer(409, {"name": "concurrent_idempotent_requests"})
    assert isinstance(outcome_of(busy, RESEND_YES, how=resend), Accepted)


def test_an_api_that_is_not_there_is_found_before_a_mail_is_tried() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with pytest.raises(UnavailableError, match=r"Mailgun API cannot be reached \(ConnectionError\)"):
        mailgun(f"http://127.0.0.1:{port}").probe()


def test_a_key_that_came_with_another_message_stops_everything() -> None:
    reused = answer(409, {"name": "invalid_idempotent_request"})
    assert isinstance(outcome_of(reused, fault=RouteRefusedError, how=resend), InDoubt)


def test_many_calls_are_in_flight_over_connections_that_are_kept() -> None:
    ledger = Ledger()
    with misbehaving(YES) as server:
        mailgun(server.url, in_flight=8).deliver(map(envelope, range(40)), ledger)
    assert len(ledger.outcomes) == len(server.bodies) == 40
    assert server.connections <= 8


def test_no_more_calls_are_intended_than_are_in_flight() -> None:
    ledger = Ledger()
    with misbehaving(YES) as server:
        mailgun(server.url, in_flight=5).deliver(map(envelope, range(40)), ledger)
    open_now = most = 0
    for kind, _ in ledger.calls:
        open_now += 1 if kind == "intent" else -1
        most = max(most, open_now)
    assert most == 5


def test_a_key_in_the_clear_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(InputError, match="https"):
        mailgun("http://api.example")


def test_a_missing_key_is_named_as_newsletter_toml_has_it() -> None:
    with pytest.raises(InputError, match=r"\[provider\] api_key is missing; set NEWSLETTER__PROVIDER__API_KEY"):
        ProviderTransport("mailgun", {})


def test_a_provider_nobody_knows_is_told_with_those_that_are() -> None:
    with pytest.raises(InputError, match="use one of amazon_ses, brevo"):
        ProviderTransport("pigeon", {})


def test_json_of_the_same_message_is_the_same_bytes() -> None:
    bodies = []
    for _ in range(2):
        with misbehaving(RESEND_YES) as server:
            resend(server.url).deliver([envelope(1)], Ledger())
        bodies += server.bodies
    assert bodies[0] == bodies[1]
    assert json.loads(bodies[0])["subject"] == "Copy 1"
