"""Link scanners open everything, some twice, and some press every button: nothing of ours changes by that."""

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import lxml.html
import pytest
from django.apps import apps
from reader import Reader

from newsletter.engine.local import send_here
from newsletter.models import Mailing, Subscriber
from newsletter.services.planning import plan
from newsletter.web.site import ROUTES
from newsletter.web.studio.table import STUDIO
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db(transaction=True)

BASE = "https://news.example.org"
FILLED = {"address": "reader0@example.org", "useful": "very", "pause": "6", "q": "x", "headline": "x", "text": "x"}


def state() -> dict[str, list[Any]]:
    """Every row of every table of ours."""
    models = apps.get_app_config("newsletter").get_models()
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}  # type: ignore[attr-defined]


def addresses(mail: EmailMessage) -> Iterator[str]:
    """Every address of our server in a mail: in its headers, its text and its HTML."""
    texts = [str(value) for value in mail.values()]
    texts += [str(part.get_content()) for part in mail.walk() if part.get_content_maintype() == "text"]
    for text in texts:
        yield from re.findall(rf"{BASE}(/[^\s\"'<>]*)", "".join(text.split("\r\n ")))


def scan(reader: Reader, path: str, *, depth: int = 1) -> None:
    """Open an address four times, post to it in every way a scanner might think of, and follow what its page holds."""
    for method in ("get", "head", "get", "head", "options"):
        answer = getattr(reader.client, method)(path)
        assert answer.status_code < 500
        assert not answer.cookies
    for body in ({}, FILLED):
        assert reader.client.post(path, body).status_code in (400, 405, 413)
    document = lxml.html.document_fromstring(reader.get(path).content or b"<p></p>")
    for form in document.xpath("//form[@method='post']"):
        fields = {name: value for name, value in form.form_values() if name != "form"} | FILLED
        assert reader.client.post(form.get("action"), fields).status_code == 400
        assert reader.client.post(form.get("action"), {**fields, "form": "guessed:1:x"}).status_code == 400
    for link in document.xpath("//a/@href") if depth else ():
        if link.startswith("/"):
            scan(reader, link, depth=depth - 1)


def issue_mails(site: Workspace, mailing: Mailing) -> list[EmailMessage]:
    files = sorted((site.outbox / mailing.uid).glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]  # type: ignore[misc]


@pytest.fixture
def mails(
    site: Workspace,
    read_by: Callable[..., Reader],
    people: Callable[..., list[Subscriber]],
    publish: Callable[..., Mailing],
) -> list[EmailMessage]:
    """Every kind of mail we send, with all its links alive: an issue, and each automatic one."""
    people(3, body="cqc")
    mailing = plan(site, publish("2025-10").edition, again="to have mails")
    send_here(site, mailing)
    reader = read_by(site)
    reader.send("/subscribe", address="new@example.org")
    reader.send("/settings", address="reader0@example.org")
    reader.send("/unsubscribe", address="reader1@example.org")
    reader.wait()
    settings = next(mail for mail in reader.mails() if "settings" in str(mail["Subject"]))
    path = next(address for address in addresses(settings) if address.startswith("/settings/"))
    reader.send(f"{path}/address", address="other@example.org")
    reader.wait()
    return [*issue_mails(site, mailing), *reader.mails()]


def test_fault_78_a_scanner_that_opens_and_presses_everything_changes_nothing(
    mails: list[EmailMessage], site: Workspace, read_by: Callable[..., Reader]
) -> None:
    found = sorted({address for mail in mails for address in addresses(mail)})
    kinds = {path.split("/")[1] for path in found}
    assert {"u", "confirm", "settings", "undo", "move", "unsubscribe", "subscribe", "archive"} <= kinds
    before, scanner = state(), read_by(site, "203.0.113.5")
    for path in found:
        scan(scanner, path, depth=1)
    for route in ROUTES:
        if "<" not in route.path and route not in STUDIO:  # whose forms take a cookie; tests/studio tries them
            scan(scanner, f"/{route.path}", depth=0)
    scanner.wait()
    assert state() == before


def test_it_would_be_seen_if_a_page_changed_something(mails: list[EmailMessage], site: Workspace) -> None:
    before = state()
    path = next(address for mail in mails for address in addresses(mail) if address.startswith("/u/"))
    Reader(site).client.post(path, {"List-Unsubscribe": "One-Click"})
    assert state() != before
