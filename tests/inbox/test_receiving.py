"""Replies that another server hands to us: kept before they are acknowledged."""

import smtplib
from collections.abc import Callable

import pytest
from django.db import connection
from letters import OURS, letter

from newsletter.engine.receiving import receiving
from newsletter.errors import InputError
from newsletter.models import Reply
from newsletter.services.inbox.letters import read_letter
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db(transaction=True)


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def test_lmtp_and_smtp_take_a_mail_with_the_envelope_it_came_in(make_workspace: Callable[..., Workspace]) -> None:
    workspace = make_workspace(NEWSLETTER__INBOX__SOURCES='["lmtp://127.0.0.1:0", "smtp://127.0.0.1:0"]')
    raw = letter("Please add me")
    with receiving(workspace) as (lmtp, smtp):
        with smtplib.LMTP("127.0.0.1", port_of(lmtp)) as client:
            client.ehlo()
            client.mail("")
            assert {client.rcpt(address)[0] for address in (OURS, "bounces+abc@example.org")} == {250}
            assert client.data(raw)[0] == 250
            assert client.getreply()[0] == 250  # one answer for each recipient (RFC 2033)
            assert client.sendmail("ada@cqc.example", [OURS], raw) == {}
        with smtplib.SMTP("127.0.0.1", port_of(smtp)) as client:
            client.sendmail("ada@cqc.example", [OURS], raw)
    reply = Reply.objects.get()
    kept = read_letter(workspace, reply.fingerprint) or b""
    assert kept.startswith(b"Return-Path: <>\r\nDelivered-To: bulletin@example.org\r\nDelivered-To: bounces+abc@")
    assert reply.sender == "ada@cqc.example"
    assert set(reply.arrivals.values_list("is_filed", flat=True)) == {True}


def test_a_socket_of_the_file_system(make_workspace: Callable[..., Workspace]) -> None:
    workspace = make_workspace(NEWSLETTER__INBOX__SOURCES='["lmtp:data/in"]')
    workspace.data.mkdir()
    for number in range(2):  # what a killed process leaves is no hindrance
        with receiving(workspace), smtplib.LMTP(str(workspace.root / "data" / "in")) as client:
            client.sendmail("ada@cqc.example", [OURS], letter(f"{number}"))
    assert Reply.objects.count() == 2


def test_what_can_not_be_kept_is_not_acknowledged(make_workspace: Callable[..., Workspace]) -> None:
    workspace = make_workspace(NEWSLETTER__INBOX__SOURCES='["lmtp://127.0.0.1:0"]')
    raw = letter("Please add me")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE newsletter_reply RENAME TO away")
    try:
        with (
            receiving(workspace) as (lmtp,),
            smtplib.LMTP("127.0.0.1", port_of(lmtp)) as client,
            pytest.raises(smtplib.SMTPDataError, match="try again"),
        ):
            client.sendmail("ada@cqc.example", [OURS], raw)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE away RENAME TO newsletter_reply")
    with receiving(workspace) as (lmtp,), smtplib.LMTP("127.0.0.1", port_of(lmtp)) as client:
        client.sendmail("ada@cqc.example", [OURS], raw)
    assert Reply.objects.count() == 1


@pytest.mark.parametrize("url", ["lmtp://192.0.2.1:24", "smtp://mail.example:25"])
def test_other_machines_are_not_listened_to(make_workspace: Callable[..., Workspace], url: str) -> None:
    workspace = make_workspace(NEWSLETTER__INBOX__SOURCES=f'["{url}"]')
    with pytest.raises(InputError, match="other machines"), receiving(workspace):
        pass


def test_a_port_that_is_taken_is_told(make_workspace: Callable[..., Workspace]) -> None:
    with receiving(make_workspace(NEWSLETTER__INBOX__SOURCES='["lmtp://127.0.0.1:0"]')) as (lmtp,):
        again = make_workspace("second", NEWSLETTER__INBOX__SOURCES=f'["{lmtp}"]')
        with pytest.raises(InputError, match="another port"), receiving(again):
            pass
