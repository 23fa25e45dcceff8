"""Attacks on every line of the studio's table, with real things behind it: what is looked at, sent, and answered."""

import hashlib
from collections.abc import Callable, Iterator
from itertools import cycle, product
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.models import QuerySet
from django.test import Client
from furnished import House
from hostile import STRANGE, runs

from newsletter.content.yaml_file import read_yaml
from newsletter.models import Role, User
from newsletter.web.routes import Access, Route
from newsletter.web.studio.table import STUDIO

PASSING = {"Session", "UserSession"}  # rows that say who is here
NAMES = (
    *("q", "page", "body", "status", "after", "version", "look", "state", "back", "sort", "shelf", "settled", "text"),
    *("with", "next", "to", "when", "day", "time", "edition", "seen", "do", "act", "number", "ids", "colleague"),
    *("level", "key", "reason", "part", "kind", "base", "note", "picture", "address", "user", "first", "last"),
    *("role", "name", "file", "pasted", "basis", "skip", "mail", "month", "again", "items.0.text", "login", "html"),
)
ENDS_A_VISIT = {"account_logout"}
FRAMES = {"studio-frame", "studio-agree-mail", "studio-practice-html"}


def rows() -> Iterator[tuple[str, list[Any]]]:
    for model in apps.get_models():
        if model.__name__ not in PASSING:
            yield model.__name__, list(QuerySet(model).order_by("pk").values())


def files(root: Path) -> dict[str, str]:
    found = (path for path in sorted(root.rglob("*")) if path.is_file() and path.suffix != ".lock")
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def all_of_it(house: House) -> tuple[dict[str, Any], dict[str, str]]:
    return dict(rows()), files(house.workspace.root)


@pytest.mark.parametrize("methods", [("get", "head"), ("put", "patch", "delete", "options", "trace")])
def test_nothing_but_a_post_changes_anything(
    house: House, browser_of: Callable[..., Client], methods: tuple[str, ...]
) -> None:
    client, before = browser_of(User.objects.get(name="Ann Example"), strict=True), all_of_it(house)
    for route, method in product(STUDIO, methods):
        answer = getattr(client, method)(house.address(route), headers={"X-HTTP-Method-Override": "POST"})
        assert answer.status_code < 500, route.name
        assert method in ("get", "head") or answer.status_code in (403, 405), route.name
    assert all_of_it(house) == before


@pytest.mark.parametrize("who", ["nobody", Role.EDITOR, Role.ADMINISTRATOR])
def test_no_answer_is_kept_framed_guessed_at_or_told_to_others(
    house: House, browser_of: Callable[..., Client], who: str
) -> None:
    client = browser_of(User.objects.filter(role=who).first())
    for route in sorted(STUDIO, key=lambda route: route.name in ENDS_A_VISIT):
        for answer in (client.get(house.address(route)), client.post(house.address(route) + "?x", {})):
            _private(route, answer)


def _private(route: Route, answer: Any) -> None:
    policy = answer["Content-Security-Policy"]
    assert (
        "frame-ancestors 'none'" in policy
        or (route.name in FRAMES and "'self'" in policy)
        or ("sandbox" in policy and not answer["Content-Type"].startswith("text/html"))
    ), route.name
    assert answer["X-Content-Type-Options"] == "nosniff", route.name
    assert answer["X-Frame-Options"] == ("SAMEORIGIN" if "sandbox" in policy and route.name in FRAMES else "DENY")
    assert answer["Referrer-Policy"] in ("same-origin", "no-referrer"), route.name
    if route.access is not Access.OPEN:
        assert {"no-store", "private"} & set(answer["Cache-Control"].split(", ")), route.name
    for cookie in (each for each in answer.cookies.values() if each["max-age"] != 0):
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/studio/"), route.name


@pytest.mark.parametrize("begin", range(0, len(STRANGE), 3))
def test_whatever_a_request_holds_is_answered_with_a_sentence(house: House, browser: Client, begin: int) -> None:
    values = cycle([*STRANGE[begin:], *STRANGE[:begin]])
    sent = dict(zip(NAMES, values, strict=False))
    for route in STUDIO:
        if route.name in ENDS_A_VISIT:
            continue
        for answer in (browser.get(house.address(route), sent), browser.post(house.address(route), sent)):
            assert answer.status_code < 500, route.name
            assert "X-Planted" not in answer, route.name
            assert runs(answer) == [], route.name


ODD_NAMES = (
    *(
        "items.99999999999999999999.text",
        f"items.{'9' * 5000}.text",
        "items.-1.text",
        "items.\u00b2.text",
        "items..text",
    ),
    *("items.0.0.0", "__class__", "items.0.__class__", "a.b.c.d.e.f", "", ".", "\0", "items.0.text.0", "text.lines.0"),
    *("image.file", "items.0.image.file", "new", "items.0.new", "id", "constructor", "items"),
)
ORDERS = (
    "save",
    "keep",
    "preview",
    "add:items",
    "up:items.0",
    "drop:items.99999999999",
    f"down:items.{'9' * 5000}",
    "x",
)


PARTS = ("studio-head", "studio-section", "studio-event", "studio-new-section", "studio-new-event")


def test_fault_92_odd_names_of_fields_break_no_part_and_write_nothing_else(house: House, browser: Client) -> None:
    file = house.workspace.issues / "2025-11" / "issue.yaml"
    known = read_yaml(file).data
    forms = [{name: "../x", "do": "save"} for name in ODD_NAMES]
    forms += [{**dict.fromkeys(ODD_NAMES, "../x"), "do": order} for order in ORDERS]
    for route, form in product((route for route in STUDIO if route.name in PARTS), forms):
        answer = browser.post(house.address(route) + "?after=%0d%0aX-Planted:1", form)
        assert answer.status_code < 500, (route.name, form)
        assert "X-Planted" not in answer, (route.name, form)
    written = read_yaml(file).data
    assert set(written) == set(known)
    assert [each["type"] for each in written["sections"]] == ["letter", "news", "image"]
