"""The mails the program writes on its own: what they say, how they are marked, and that none is lost or forgotten."""

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.utils import timezone
from reader import Reader, text_of

from newsletter.engine.catcher import mail_catcher
from newsletter.errors import UnavailableError
from newsletter.models import AutomaticKind, AutomaticMail, LinkPurpose, Mailing, Mechanism, Subscriber, User
from newsletter.rendering.headers import LINE
from newsletter.services.deciding import take_off
from newsletter.services.one_time_links import make_link
from newsletter.services.outgoing import purge_sent, queue, send_due
from newsletter.services.requesting import ask_to_join, ask_to_move
from newsletter.services.writing import LETTERS
from newsletter.subscribers.addresses import parse_address
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db
People = Callable[..., list[Subscriber]]


@pytest.fixture
def everything(site: Workspace, people: People, publish: Callable[..., Mailing]) -> None:
    """One mail of every kind waits."""
    publish("2025-11")
    person = people(1)[0]
    requests = {
        AutomaticKind.CONFIRM: ask_to_join(site, parse_address("new@example.org"), mechanism=Mechanism.FORM),
        AutomaticKind.MOVE: ask_to_move(person, parse_address("new@example.org"), mechanism=Mechanism.FORM),
    }
    link = make_link(LinkPurpose.INVITATION, User.objects.create_user("new@example.org", name="New"))
    for kind in AutomaticKind:
        queue(
            site,
            kind,
            "reader0@example.org",
            cause=f"test:{kind}",
            subscriber=person,
            request=requests.get(kind),
            link=str(link.pk),
            **FACTS,
        )


FACTS = {
    "what": "Something.",
    "number": "7",
    "subject": "Re: Hello",
    "text": "Dear Ada,\n\nThank you.",
    "by": "Mia",
    "issue": "2025-11",
    "person": "Mia",
    "why": "Nobody was there.",
    "when": "09:30",
    "inviter": "Al",
}


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_every_kind_has_its_words() -> None:
    assert set(LETTERS) == set(AutomaticKind) - {AutomaticKind.LATEST}


@pytest.mark.usefixtures("everything")
def test_every_mail_has_both_parts_is_marked_and_reads_well(reader: Reader) -> None:
    reader.wait()
    mails = reader.mails()
    assert len(mails) == len(AutomaticKind)
    assert not AutomaticMail.objects.exclude(state="sent", address="").exists()
    for mail in mails:
        by_program = mail["Subject"] != "Re: Hello"
        marks = ("auto-generated", "All") if by_program else (None, None)
        assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == marks
        assert mail["Precedence"] is None
        assert mail["From"].addresses[0].addr_spec == "bulletin@example.org"
        text, html = text_of(mail), html_of(mail)
        assert all(len(line) <= LINE or line.startswith("https://") for line in text.splitlines()), text
        assert 'lang="en"' in html
        assert "{" not in text


@pytest.mark.usefixtures("everything")
def test_only_the_issue_can_be_left_by_a_press_in_the_mail_program(reader: Reader) -> None:
    reader.wait()
    one_click = [str(mail["Subject"]) for mail in reader.mails() if mail["List-Unsubscribe-Post"]]
    assert one_click == ["Bulletin 2025-11"]


def test_a_mail_that_answers_another_says_which(site: Workspace, people: People, reader: Reader) -> None:
    person = people(1)[0]
    queue(site, AutomaticKind.MOVED, person.address, cause="x", subscriber=person, answers="<question@example.org>")
    reader.wait()
    mail = reader.mails()[0]
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["In-Reply-To"] == mail["References"] == "<question@example.org>"


def test_one_cause_is_one_mail(site: Workspace, people: People, reader: Reader) -> None:
    person = people(1)[0]
    told = [queue(site, AutomaticKind.MOVED, person.address, cause="x", subscriber=person) for _ in range(2)]
    reader.wait()
    reader.wait()
    assert told == [True, False]
    assert len(reader.mails()) == 1


def test_leaving_and_its_notice_are_one_change(
    site: Workspace, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the notice can't be written down nobody is taken off in silence."""
    person = people(1)[0]

    def broken(*_args: object, **_facts: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("newsletter.services.deciding.queue", broken)
    with pytest.raises(RuntimeError):
        take_off(site, person, mechanism=Mechanism.LINK)
    person.refresh_from_db()
    assert (person.status, person.consent.count()) == ("subscribed", 0)


def test_while_the_mail_server_is_away_everything_waits_and_then_leaves(
    make_site: Callable[..., Workspace], people: People, tmp_path: Path
) -> None:
    with mail_catcher(tmp_path / "caught") as url:
        site = make_site(NEWSLETTER__SENDING__TRANSPORT=url)
    take_off(site, people(1)[0], mechanism=Mechanism.LINK)
    with pytest.raises(UnavailableError):
        send_due(site)
    mail = AutomaticMail.objects.get()
    assert (mail.state, mail.address, mail.attempts) == ("waiting", "reader0@example.org", 0)
    assert send_due(site) == 0, "a server that is away is not asked every second"
    with mail_catcher(tmp_path / "caught") as url:
        site = make_site("site", NEWSLETTER__SENDING__TRANSPORT=url)
        AutomaticMail.objects.update(next_at=timezone.now())
        assert send_due(site) == 1
    assert len(list((tmp_path / "caught").glob("*.eml"))) == 1


def test_what_a_crash_leaves_goes_again_as_the_same_message(site: Workspace, people: People, reader: Reader) -> None:
    take_off(site, people(1)[0], mechanism=Mechanism.LINK)
    before = AutomaticMail.objects.get()
    AutomaticMail.objects.update(attempts=1, next_at=timezone.now() + timedelta(minutes=1))  # died on the wire
    reader.wait()
    assert reader.mails() == []
    AutomaticMail.objects.update(next_at=timezone.now())
    reader.wait()
    assert reader.mails()[0]["Message-ID"] == before.message_id


def test_nothing_is_tried_for_ever(site: Workspace, people: People) -> None:
    take_off(site, people(1)[0], mechanism=Mechanism.LINK)
    AutomaticMail.objects.update(attempts=7)
    assert send_due(site) == 0
    assert AutomaticMail.objects.get().state == "given_up"
    AutomaticMail.objects.update(date=timezone.now() - timedelta(days=40))
    assert purge_sent() == 1


def test_a_mail_that_can_no_longer_be_written_holds_up_no_other(
    site: Workspace, people: People, reader: Reader
) -> None:
    first, second = people(2)
    queue(site, AutomaticKind.CONFIRM, first.address, cause="its request is gone")
    take_off(site, second, mechanism=Mechanism.LINK)
    reader.wait()
    assert [to for to, _subject in reader.told()] == [second.address]
    assert AutomaticMail.objects.get(cause="its request is gone").state == "given_up"


def test_the_text_of_a_mail_holds_a_personal_link_only_where_its_reader_asked_for_one(
    site: Workspace, people: People, reader: Reader
) -> None:
    """The database never holds a token: it is made when the mail leaves."""
    take_off(site, people(1)[0], mechanism=Mechanism.LINK)
    row = AutomaticMail.objects.values().get()
    reader.wait()
    token = reader.link().rpartition("/")[2]
    assert len(token) == 48
    assert not any(token in str(value) for value in [*row.values(), *AutomaticMail.objects.values().get().values()])
