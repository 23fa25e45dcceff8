"""A reader as tests play one: opens pages, fills in their forms, looks into the inbox, presses what the mails hold."""

import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import lxml.html
from django.http import HttpResponse
from django.test import Client

from newsletter.services.answering import answer_posted
from newsletter.services.outgoing import send_due
from newsletter.workspace import Workspace


def page(answer: Any) -> Any:
    """The parsed page of an answer."""
    return lxml.html.document_fromstring(answer.content.decode())


def heading(answer: Any) -> str:
    return " ".join(page(answer).xpath("string(//h1)").split())


def words(answer: Any) -> str:
    """All that a page says, but for the fields of its form."""
    return " ".join(page(answer).xpath("string(//main)").split())


def without_form_field(answer: Any) -> str:
    """A page as it is for everybody: the signed field of a form is another each time."""
    return re.sub(r'name="form" value="[^"]*"', "", answer.content.decode())


class Reader:
    """One reader with a browser of their own."""

    def __init__(self, workspace: Workspace, network: str = "192.0.2.7", **headers: str) -> None:
        self.workspace = workspace
        self.client = Client(REMOTE_ADDR=network, **{"newsletter.workspace": workspace}, **headers)

    def get(self, path: str, **options: Any) -> HttpResponse:
        return self.client.get(path, **options)

    def form(self, path: str) -> dict[str, str]:
        """Every field of a page's form as it is before anything is filled in."""
        form = page(self.get(path)).xpath("//form[@method='post']")[0]
        return {name: value for name, value in form.form_values() if value is not None}

    def send(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> HttpResponse:
        """Open a page, fill in its form, press its button."""
        return self.client.post(path, {**self.form(path), **(data or {}), **more})

    def wait(self) -> None:
        """A second passes: what was posted is acted on, and the mails leave."""
        answer_posted(self.workspace)
        send_due(self.workspace)

    def mails(self) -> list[EmailMessage]:
        """Every automatic mail so far, oldest first."""
        folder = self.workspace.outbox / "automatic"
        parser = BytesParser(policy=policy.default)
        return [parser.parsebytes(file.read_bytes()) for file in sorted(folder.glob("*.eml"))]

    def told(self) -> list[tuple[str, str]]:
        """Of every automatic mail to whom it went, and its subject."""
        return [(str(mail["To"]), str(mail["Subject"])) for mail in self.mails()]

    def link(self, number: int = -1) -> str:
        """Path of the page that a mail leads to."""
        found = re.search(rf"{self.workspace.publication.base_url}(/\S+)", text_of(self.mails()[number]))
        assert found, text_of(self.mails()[number])
        return found[1]


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
