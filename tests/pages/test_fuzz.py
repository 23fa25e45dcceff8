"""A fuzzer over the table of routes: whatever is asked, with whatever method, query, body or header, nothing breaks."""

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reader import Reader

from newsletter.models import Mailing, RequestKind, Subscriber, SubscriptionRequest
from newsletter.services.personal_links import token_for, token_for_request
from newsletter.services.requesting import ask_to_join, ask_to_move
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.tokens import Purpose
from newsletter.web.public.protection import seal
from newsletter.web.routes import Route
from newsletter.web.site import ROUTES
from newsletter.web.studio.table import STUDIO
from newsletter.workspace import Workspace

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "150"))
FORMS = ("subscribe", "unsubscribe", "settings", "own-settings", "address", "go", "move", "confirm", "undo", "feedback")
FIELDS = (
    "address",
    "body",
    "language",
    "segments",
    "pause",
    "useful",
    "best",
    "q",
    "page",
    "website",
    "picture",
    "link",
)

text = st.text(max_size=40)
values = st.one_of(
    text,
    st.sampled_from(["reader0@example.org", "new@example.org", "cqc", "en", "3", "keep", "very", "One-Click", "2"]),
)
fields = st.dictionaries(st.one_of(st.sampled_from([*FIELDS, "List-Unsubscribe"]), text), values, max_size=6)
kinds = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/json",
        "text/plain; charset=utf-16",
        "application/x-www-form-urlencoded; charset=nothing",
        "",
    ]
)
headers = st.dictionaries(
    st.sampled_from(["Origin", "Sec-Fetch-Site", "Host", "Accept-Language", "If-None-Match", "Range", "Cookie"]),
    st.sampled_from(["null", "same-origin", "https://news.example.org", "*", "bytes=0-", "x" * 300, 'W/"x"', "a=b; c"]),
    max_size=3,
)


@pytest.fixture
def site(make_site: Callable[..., Workspace]) -> Workspace:
    """No budget stands in the way."""
    names = ("REQUESTS_PER_NETWORK", "MAILS_PER_DOMAIN", "MAILS_OVERALL", "LEAVES_PER_BODY")
    return make_site(**{f"NEWSLETTER__PAGES__{name}": "1000000" for name in names})


@pytest.fixture
def tokens(site: Workspace, people: Callable[..., list[Subscriber]], publish: Callable[..., Mailing]) -> list[str]:
    """One living token of every purpose."""
    publish("2025-11")
    person = people(3)[0]
    join = ask_to_join(site, parse_address("new@example.org"), mechanism="form")
    move = ask_to_move(person, parse_address("other@example.org"), mechanism="form")
    assert SubscriptionRequest.objects.filter(kind=RequestKind.MOVE).exists()
    personal = [token_for(site, purpose, person) for purpose in Purpose if purpose is not Purpose.BOUNCE]
    return [*personal, token_for_request(site, join), token_for_request(site, move)]


def filled(route: Route, data: st.DataObject, tokens: list[str]) -> str:
    """A path of the route, its parts from life or from nowhere."""
    parts = {
        "<str:token>": st.one_of(st.sampled_from(tokens), text),
        "<issue:issue>": st.sampled_from(["2025-11", "2025-12", "..", "x" * 90]),
        "<file:name>": st.sampled_from(["site.css", "visit.ics", "dot.png", "manifest.json", "a.b.c"]),
        "<slug:provider>": st.sampled_from(["mailgun", "nobody", "x"]),
    }
    path = route.path
    for place, strategy in parts.items():
        if place in path:
            path = path.replace(place, data.draw(strategy))
    return "/" + path


@pytest.mark.django_db
@given(data=st.data())
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_breaks_a_page(data: st.DataObject, reader: Reader, tokens: list[str], site: Workspace) -> None:
    route = data.draw(st.sampled_from(ROUTES))
    path = data.draw(st.sampled_from(["", "/cy", "/xx"])) + filled(route, data, tokens)
    method = data.draw(st.sampled_from(["GET", "POST", "POST", "POST", "HEAD", "PUT", "OPTIONS", "FOO"]))
    body: object = data.draw(st.one_of(fields, st.binary(max_size=200)))
    if isinstance(body, dict):
        sealed = {"form": seal(site, data.draw(st.sampled_from(FORMS)))} if data.draw(st.booleans()) else {}
        ask = getattr(reader.client, method.lower() if method in ("GET", "POST", "HEAD") else "options")
        answer = ask(path, {**body, **sealed} if ask != reader.client.options else "", headers=data.draw(headers))
    else:
        answer = reader.client.generic(method, path, body, data.draw(kinds), headers=data.draw(headers))
    assert answer.status_code < 500
    assert not answer.cookies or route in STUDIO
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    if data.draw(st.integers(0, 9)) == 0:
        reader.wait()
