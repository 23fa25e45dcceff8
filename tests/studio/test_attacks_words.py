"""Words that want to run: in every column that a person, a file or a mail fills, and in every field of every form."""

from collections.abc import Iterator
from html import escape
from typing import Any

import lxml.html
import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import Client
from furnished import House
from hostile import ADDRESS, MARKUP, runs

from newsletter.models import Mailing
from newsletter.web.studio.table import STUDIO

# Columns that the program alone fills and reads back. Whatever is not named here is planted, new columns too.
OURS = {
    *("nonce", "uid", "key", "fingerprint", "password", "folder", "owner", "event_id", "places", "version", "epoch"),
    *("address", "address_compared", "sender_compared", "person_key", "instance_epoch", "home", "audiences", "cause"),
    *(
        "issue_id",
        "key_id",
        "segment",
        "message_id",
        "language",
        "variants_summary",
        "references",
        "flags",
        "kind",
        "intent",
    ),
    *("authentication", "picture"),
}
READERS = ("/", "/archive/", "/archive/2025-11/", "/archive/2025-11/share", "/subscribe", "/privacy")
COLUMNS = [
    (model, field.name, field.max_length or 1000)
    for model in apps.get_app_config("newsletter").get_models()
    for field in model._meta.concrete_fields
    if isinstance(field, models.CharField | models.TextField | models.JSONField)
    if not field.choices and field.name not in OURS and not field.name.endswith(("_hash", "_key"))
]


def test_what_runs_is_seen() -> None:
    for page in (f"<p>{MARKUP}</p>", f'<a href=" {ADDRESS}">x</a>', '<a href="/" onclick="x()">x</a>', "<p>1337</p>"):
        assert runs(HttpResponse(page)), page
    assert not runs(HttpResponse(f"<p title='{escape(MARKUP)}'>{escape(MARKUP + ADDRESS)}</p><script src=x></script>"))


def plant(attack: str) -> None:
    for model, name, longest in COLUMNS:
        for pk, value in QuerySet(model).values_list("pk", name):
            QuerySet(model).filter(pk=pk).update(**{name: _planted(value, f"{pk}{attack}"[:longest])})


def _planted(value: Any, attack: str) -> Any:
    """The attack in the place of every text; keys and what a program reads by its words stay."""
    if isinstance(value, dict):
        return {key: _planted(inner, attack) for key, inner in value.items()}
    if isinstance(value, list):
        return [_planted(inner, attack) for inner in value]
    return attack if isinstance(value, str) else value


@pytest.mark.parametrize("attack", [MARKUP, ADDRESS], ids=["markup", "address"])
def test_no_column_runs_on_any_page(house: House, browser: Client, attack: str) -> None:
    places = [(route.name, house.address(route)) for route in STUDIO] + [(path, path) for path in READERS]
    Mailing.objects.update(state="finished")
    plant(attack)
    seen = set()
    for name, place in places:
        if name != "account_logout":
            answer = browser.get(place)
            assert answer.status_code < 500, name
            assert runs(answer) == [], name
            seen |= {name} if b"x-planted" in b"".join(answer) else set()
    assert len(seen) > 20, sorted(seen)
    assert "/archive/2025-11/" in seen, "the note above a corrected issue"
    feed = browser.get("/feed")
    assert feed.status_code == 200
    assert b"<x-planted" not in feed.content


def forms(house: House, browser: Client) -> Iterator[tuple[str, dict[str, str]]]:
    """Every form that posts, once: where to, and its fields as they are before anything is typed."""
    known = set()
    for route in STUDIO:
        answer = browser.get(house.address(route))
        if not answer["Content-Type"].startswith("text/html") or not answer.content.strip():
            continue
        for form in lxml.html.document_fromstring(answer.content.decode()).xpath("//form[@method='post']"):
            fields = {name: value or "" for name, value in form.form_values()}
            to = form.get("action") or house.address(route)
            if (to, *sorted(fields)) not in known:
                known.add((to, *sorted(fields)))
                yield to, {name: value for name, value in fields.items() if name != "csrfmiddlewaretoken"}


def test_no_field_runs_and_none_breaks_the_page(house: House, browser: Client) -> None:
    tried = 0
    for to, fields in list(forms(house, browser)):
        if to.endswith("sign-out"):
            continue
        for sent in (dict.fromkeys(fields, MARKUP), *({**fields, name: MARKUP} for name in fields)):
            with transaction.atomic():
                answer = browser.post(to, sent)
                shown = browser.get(answer["Location"]) if answer.status_code in (302, 303) else answer
                assert shown.status_code < 500, (to, sent)
                assert runs(shown) == [], (to, sent)
                transaction.set_rollback(True)
            tried += 1
    assert tried > 60
