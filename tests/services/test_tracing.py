"""Whose subscription a received mail came by, whatever is left of the mail."""

import base64
import quopri
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from newsletter.errors import InputError
from newsletter.models import Delivery, Edition, Subscriber
from newsletter.services.keys import key_of
from newsletter.services.personal_links import renew_links, revoke, token_for
from newsletter.services.planning import plan
from newsletter.services.tracing import whose
from newsletter.subscribers.tokens import Purpose
from newsletter.subscribers.verp import verp_address
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def copy(workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]) -> Delivery:
    """The second of three deliveries."""
    people(3)
    return Delivery.objects.filter(mailing=plan(workspace, edition)).select_related("subscriber").order_by("pk")[1]


def header(workspace: Workspace, copy: Delivery) -> str:
    """As a mail program shows it: folded."""
    assert copy.subscriber
    token = token_for(workspace, Purpose.UNSUBSCRIBE, copy.subscriber)
    return (
        f"Subject: November\r\nMessage-ID: {copy.message_id}\r\nList-Unsubscribe: <https://news.example.org/u/{token}>,\r\n"
        f" <mailto:bulletin@example.org?subject=unsubscribe%20{token}>\r\n"
    )


def found(workspace: Workspace, raw: str | bytes) -> list[int]:
    return [
        trace.person.pk for trace in whose(workspace, raw.encode() if isinstance(raw, str) else raw) if trace.person
    ]


def test_each_sign_alone_is_enough(workspace: Workspace, copy: Delivery) -> None:
    for line in header(workspace, copy).splitlines()[1:]:
        assert found(workspace, line) == [copy.subscriber_id]
    bounce = verp_address("bounces@example.org", copy.pk, key_of(workspace).for_tokens)
    (trace,) = whose(workspace, f"To: {bounce.upper()}\n".encode())
    assert (trace.person, trace.delivery) == (copy.subscriber, copy)


def test_a_mail_names_its_person_once_and_its_issue(workspace: Workspace, copy: Delivery) -> None:
    (trace,) = whose(workspace, header(workspace, copy).encode())
    assert (trace.person, trace.delivery, trace.sign) == (copy.subscriber, copy, "its Message-ID")


@pytest.mark.parametrize("encode", ["attachment", "quoted-printable", "base64", "cut", "quoted"])
def test_it_is_found_however_it_was_passed_on(workspace: Workspace, copy: Delivery, encode: str) -> None:
    text = header(workspace, copy)
    if encode == "attachment":
        mail = EmailMessage()
        mail["From"] = "somebody@example.org"
        mail.set_content("I want to leave, but I am not on the list?")
        inner = EmailMessage()
        inner["List-Unsubscribe"] = text.partition("List-Unsubscribe: ")[2].replace("\r\n", "")
        inner.set_content("The issue")
        mail.add_attachment(inner)
        raw = bytes(mail)
    elif encode == "quoted-printable":
        raw = b"Content-Transfer-Encoding: quoted-printable\n\n" + quopri.encodestring(text.encode())
    elif encode == "base64":
        raw = b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(text.encode())
    elif encode == "cut":
        token = text.partition("/u/")[2][:48]
        raw = f"<https://news.example.org/u/{token[:20]}=\n{token[20:]}>".encode()
    else:
        raw = "\n".join(f"> {line}" for line in text.splitlines()).encode()
    assert found(workspace, raw) == [copy.subscriber_id]


def test_old_and_revoked_links_still_say_whose_they_were(workspace: Workspace, copy: Delivery) -> None:
    assert copy.subscriber
    text = header(workspace, copy)
    revoke(token_for(workspace, Purpose.UNSUBSCRIBE, copy.subscriber), by="Staff")
    assert found(workspace, text.partition("List-Unsubscribe")[2]) == [copy.subscriber_id]
    renew_links(copy.subscriber, by="Staff")
    assert found(workspace, text) == [copy.subscriber_id]


def test_an_erased_reader_is_told_as_that(workspace: Workspace, copy: Delivery) -> None:
    text = header(workspace, copy)
    assert copy.subscriber
    copy.subscriber.delete()
    assert {trace.person for trace in whose(workspace, text.encode())} == {None}


@pytest.mark.parametrize("raw", [b"", b"Hello, here is the bulletin", b"\0\xff" * 1000, b"a" * 48, b"x" * 30_000_001])
def test_where_nothing_of_ours_is_in_it_that_is_said(workspace: Workspace, raw: bytes) -> None:
    with pytest.raises(InputError):
        whose(workspace, raw)
