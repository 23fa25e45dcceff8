"""Who leaves, by whatever way, is never brought back by a file, a paste, a body's list or staff; only by themself."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from django.utils import timezone
from reader import Reader

from newsletter.errors import ConflictError
from newsletter.models import Delivery, EventKind, Mailing, Mechanism, Subscriber
from newsletter.services.commands import obey
from newsletter.services.confirming import confirm
from newsletter.services.deciding import take_off
from newsletter.services.erasing import erase
from newsletter.services.events import DeliveryRef, Report, record_event
from newsletter.services.importing import Fate, import_subscribers
from newsletter.services.personal_links import token_for
from newsletter.services.planning import fix_audience, new_mailing
from newsletter.services.reconciling import reconcile
from newsletter.services.requesting import ask_to_join, ask_to_move
from newsletter.services.subscribing import add_subscriber, stop
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.importing import ImportFile
from newsletter.subscribers.pasted import Pasted
from newsletter.subscribers.tokens import Purpose
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db
Leave = Callable[[Reader, Subscriber, Mailing], object]
Bring = Callable[[Workspace, Path], int]

ADDRESS, NAME = "Mailbox@Bücher.example", "Ann Reader"
FORMER = "ann@former.example"


def by_header(reader: Reader, person: Subscriber, _mailing: Mailing) -> None:
    token = token_for(reader.workspace, Purpose.UNSUBSCRIBE, person)
    reader.client.post(f"/u/{token}", {"List-Unsubscribe": "One-Click"})


def by_link(reader: Reader, person: Subscriber, _mailing: Mailing) -> None:
    reader.send("/unsubscribe", address=person.address.upper())
    reader.wait()


def by_mail(reader: Reader, person: Subscriber, _mailing: Mailing) -> None:
    token = token_for(reader.workspace, Purpose.UNSUBSCRIBE, person)
    obey(reader.workspace, Purpose.UNSUBSCRIBE, token, source="<reply@example.org>")


def by_complaint(reader: Reader, person: Subscriber, mailing: Mailing) -> None:
    row = Delivery.objects.get(mailing=mailing, subscriber=person)
    ref = DeliveryRef(delivery=row.pk, message=row.message_id.strip("<>").partition("@")[0])
    report = Report(provider="mailgun", event_id="1", ref=ref, kind=EventKind.COMPLAINED, at=timezone.now())
    record_event(reader.workspace, report)


def by_staff(reader: Reader, person: Subscriber, _mailing: Mailing) -> None:
    take_off(reader.workspace, person, mechanism=Mechanism.STAFF, by="Staff", reason="asked on the phone")


def for_good(reader: Reader, person: Subscriber, _mailing: Mailing) -> None:
    stop(reader.workspace, person, mechanism=Mechanism.REPLY)


def by_erasure(reader: Reader, person: Subscriber, _mailing: Mailing) -> None:
    erase(reader.workspace, person, by="Staff")


LEAVE: list[Leave] = [by_header, by_link, by_mail, by_complaint, by_staff, for_good, by_erasure]


def _taken(site: Workspace, file: ImportFile) -> int:
    counts = import_subscribers(site, file, basis="public task", by="Staff", skip_errors=True).counts
    return counts[Fate.NEW] + counts[Fate.CHANGED] + counts[Fate.SAME]


def as_csv(site: Workspace, folder: Path) -> int:
    path = folder / "people.csv"
    path.write_text(f"Name;E-Mail\n{NAME};{ADDRESS}\n", encoding="cp1252")
    return _taken(site, ImportFile(path))


def as_spreadsheet(site: Workspace, folder: Path) -> int:
    book = openpyxl.Workbook()
    for row in (["email", "name"], [ADDRESS.upper(), NAME]):
        book.active.append(row)
    book.save(folder / "people.xlsx")
    return _taken(site, ImportFile(folder / "people.xlsx"))


def pasted(site: Workspace, _folder: Path) -> int:
    return _taken(site, ImportFile(Pasted('"Reader, Ann" <mailbox@xn--bcher-kva.EXAMPLE>')))


def at_the_former_address(site: Workspace, folder: Path) -> int:
    path = folder / "old.csv"
    path.write_text(f"email\n{FORMER}\n")
    return _taken(site, ImportFile(path))


def on_a_bodys_list(site: Workspace, folder: Path) -> int:
    path = folder / "staff.csv"
    path.write_text(f"email,name\n{ADDRESS},{NAME}\n{FORMER},{NAME}\n", encoding="utf-8")
    found = reconcile(site, "cqc", ImportFile(path))
    return found.staying + len(found.joiners) + len(found.moves)


def by_hand(site: Workspace, _folder: Path) -> int:
    with pytest.raises(ConflictError):
        add_subscriber(site, ADDRESS, basis="consent", by="Staff")
    with pytest.raises(ConflictError):
        add_subscriber(site, FORMER, basis="consent", by="Staff")
    return 0


def by_a_request_nobody_confirms(site: Workspace, _folder: Path) -> int:
    ask_to_join(site, parse_address(ADDRESS), mechanism=Mechanism.FORM)
    return 0


BRING: list[Bring] = [
    as_csv, as_spreadsheet, pasted, at_the_former_address, on_a_bodys_list, by_hand, by_a_request_nobody_confirms
]  # fmt: skip


@pytest.fixture
def person(site: Workspace) -> Subscriber:
    """A reader of a body who has moved once."""
    made = add_subscriber(site, f"{NAME} <{FORMER}>", basis="public task", by="Staff", body="cqc")
    request = ask_to_move(made, parse_address(ADDRESS), mechanism=Mechanism.FORM)
    confirm(site, request, mechanism=Mechanism.FORM)
    made.refresh_from_db()
    return made


def served(site: Workspace, mailing: Mailing) -> set[str]:
    """Whom a mailing would really write to."""
    add_subscriber(site, f"somebody.else{mailing.pk}@example.org", basis="consent", by="Staff")
    fix_audience(site, mailing)
    waiting = Delivery.objects.filter(mailing=mailing, state="pending").select_related("subscriber")
    return {row.subscriber.address for row in waiting if row.subscriber}


@pytest.mark.parametrize("leave", LEAVE, ids=lambda way: way.__name__)
def test_who_left_stays_out_whatever_is_brought_in(
    leave: Leave, reader: Reader, site: Workspace, person: Subscriber, publish: Callable[..., Mailing], tmp_path: Path
) -> None:
    first = publish("2025-11")
    fix_audience(site, first)
    leave(reader, person, first)
    assert not Subscriber.objects.filter(pk=person.pk, status="subscribed").exists()
    assert [bring.__name__ for bring in BRING if bring(site, tmp_path)] == []
    assert not Subscriber.objects.filter(status="subscribed").exists()
    again = new_mailing(site, first.edition, reason="once more")
    assert served(site, again) == {f"somebody.else{again.pk}@example.org"}


@pytest.mark.parametrize("leave", LEAVE, ids=lambda way: way.__name__)
def test_they_come_back_by_their_own_confirmed_wish(
    leave: Leave, reader: Reader, site: Workspace, person: Subscriber, publish: Callable[..., Mailing]
) -> None:
    first = publish("2025-11")
    fix_audience(site, first)
    leave(reader, person, first)
    request = ask_to_join(site, parse_address(ADDRESS), mechanism=Mechanism.FORM)
    assert confirm(site, request, mechanism=Mechanism.REPLY).changed
    again = new_mailing(site, first.edition, reason="once more")
    assert ADDRESS in served(site, again)
