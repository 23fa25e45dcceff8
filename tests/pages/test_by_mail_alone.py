"""With base_url empty: joining, confirming, leaving, coming back and moving, all by mail."""

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import unquote

import pytest
from reader import Reader, text_of

from newsletter.engine.local import send_here
from newsletter.errors import InputError
from newsletter.models import AutomaticKind, Mailing, Mechanism, Subscriber
from newsletter.services.commands import obey, read_command
from newsletter.services.outgoing import queue
from newsletter.services.planning import plan
from newsletter.services.requesting import ask_to_join, ask_to_move
from newsletter.services.subscribing import find_subscriber
from newsletter.subscribers.addresses import parse_address
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(make_site: Callable[..., Workspace]) -> Workspace:
    return make_site(NEWSLETTER__NEWSLETTER__BASE_URL="")


def written_ready(mail: EmailMessage) -> str:
    """The subject of the mail to us that a press on the button opens."""
    part = mail.get_body(("html",))
    assert part is not None
    found = re.search(r'href="mailto:bulletin@example\.org\?subject=([^"]+)"', str(part.get_content()))
    assert found
    return unquote(found[1])


def send(site: Workspace, subject: str) -> bool:
    """Send us that mail, as a mail program may write its subject."""
    command = read_command(f"Re: {subject}")
    assert command
    return obey(site, *command, source="<theirs@example.org>")


def ask(site: Workspace, address: str) -> None:
    """What the inbox does with a mail that says "please subscribe me"."""
    request = ask_to_join(site, parse_address(address), mechanism=Mechanism.REPLY, source="<please@example.org>")
    queue(
        site,
        AutomaticKind.CONFIRM,
        request.address,
        cause=f"request:{request.public_id}",
        request=request,
        answers="<please@example.org>",
    )


def test_a_whole_life_by_mail_alone(site: Workspace, reader: Reader, publish: Callable[..., Mailing]) -> None:
    publish("2025-11")
    ask(site, "ada@example.org")
    reader.wait()
    confirming = reader.mails()[0]
    assert confirming["Auto-Submitted"] == "auto-replied"
    assert "http" not in text_of(confirming)
    assert "opens a mail to us that is written already" in text_of(confirming)
    assert written_ready(confirming) in " ".join(text_of(confirming).split())
    assert send(site, written_ready(confirming)) is True
    assert send(site, written_ready(confirming)) is False
    ada = find_subscriber("ada@example.org")
    assert ada.consent.latest("pk").source == "<theirs@example.org>"

    reader.wait()
    welcome, latest = reader.mails()[1:]
    assert welcome["Subject"] == "Welcome to The Example Bulletin"
    assert latest["Subject"] == "Bulletin 2025-11"
    assert "Hello to everybody" in text_of(latest)

    mailing = plan(site, publish("2025-12").edition, again="to her")
    send_here(site, mailing)
    copy = message_from_bytes(next((site.outbox / mailing.uid).glob("*.eml")).read_bytes(), policy=policy.default)
    header = re.fullmatch(r"<mailto:bulletin@example\.org\?subject=([^>]+)>", str(copy["List-Unsubscribe"]))
    assert header
    assert send(site, unquote(header[1])) is True
    ada.refresh_from_db()
    assert ada.status == "unsubscribed"

    reader.wait()
    goodbye = reader.mails()[-1]
    assert goodbye["Subject"] == "You are off the list of The Example Bulletin"
    assert send(site, written_ready(goodbye)) is True
    ada.refresh_from_db()
    assert ada.status == "subscribed"

    request = ask_to_move(ada, parse_address("new@example.org"), mechanism=Mechanism.REPLY)
    queue(site, AutomaticKind.MOVE, request.address, cause="move", request=request)
    reader.wait()
    assert send(site, written_ready(reader.mails()[-1])) is True
    reader.wait()
    ada.refresh_from_db()
    assert ada.address == "new@example.org"
    assert reader.told()[-1][0] == "ada@example.org"
    assert not any("http" in text_of(mail) for mail in reader.mails() if mail["Subject"] != "Bulletin 2025-11")


def test_pages_can_still_be_looked_at_on_this_computer(reader: Reader, publish: Callable[..., Mailing]) -> None:
    publish("2025-11")
    for path in ("/", "/archive/2025-11/", "/archive/2025-11/share", "/feed", "/subscribe"):
        assert reader.get(path).status_code == 200


@pytest.mark.parametrize(
    "subject", ["confirm", "Please confirm", "confirm abc", "hello", "unsubscribe", "preferences " + "a" * 48]
)
def test_a_subject_without_word_and_token_is_no_command(subject: str) -> None:
    assert read_command(subject) is None


def test_a_command_with_a_token_of_another_purpose_is_refused(
    site: Workspace, reader: Reader, people: Callable[..., list[Subscriber]]
) -> None:
    ask(site, "ada@example.org")
    reader.wait()
    subject = written_ready(reader.mails()[0])
    for word in ("unsubscribe", "undo", "change-address"):
        with pytest.raises(InputError):
            send(site, subject.replace("confirm", word))
    people(1)
    assert {person.status for person in Subscriber.objects.all()} == {"subscribed"}
