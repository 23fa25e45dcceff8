"""Who comes onto the list, who stays off it, and what is written down about it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from newsletter.errors import ConflictError, InputError
from newsletter.models import AuditRecord, ConsentRecord, Mechanism, Subscriber, Suppression, SuppressionReason
from newsletter.services.confirming import confirm
from newsletter.services.importing import ImportReport, import_subscribers
from newsletter.services.requesting import ask_to_move
from newsletter.services.subscribing import (
    add_subscriber,
    change_details,
    count_by_status,
    find_subscriber,
    leave,
    pause,
    resume,
    suppress,
)
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.importing import ImportFile
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db

GOOD = "address,name,nation,tags\nann@example.org,Ann,wales,chair\nbob@example.org,Bob,,\n"
Take = Callable[..., ImportReport]


@pytest.fixture
def take(workspace: Workspace, tmp_path: Path) -> Take:
    def run(text: str, *, basis: str = "public task", by: str = "Staff", **options: bool) -> ImportReport:
        path = tmp_path / "list.csv"
        path.write_text(text)
        return import_subscribers(workspace, ImportFile(path), basis=basis, by=by, **options)

    return run


def test_an_import_takes_people_in_with_a_consent_record_each(take: Take) -> None:
    report = take(GOOD)
    assert (report.new, report.rows, report.errors) == (2, 2, ())
    ann = find_subscriber("ANN@example.org")
    assert (ann.name, ann.nation, ann.tags, ann.status, ann.basis) == (
        "Ann",
        "wales",
        ["chair"],
        "subscribed",
        "public task",
    )
    (record,) = ann.consent.all()
    assert (record.event, record.mechanism, record.source, record.by) == (
        "imported",
        "import",
        "list.csv, row 2",
        "Staff",
    )
    assert AuditRecord.objects.get().detail == {"rows": 2, "new": 2, "changed": 0}


def test_a_second_import_changes_nothing_and_blank_cells_erase_nothing(take: Take) -> None:
    take(GOOD)
    assert take(GOOD).same == 2
    report = take("address,name,nation\nann@example.org,,scotland\n")
    assert (report.changed, report.new) == (1, 0)
    ann = find_subscriber("ann@example.org")
    assert (ann.name, ann.nation, ann.tags) == ("Ann", "scotland", ["chair"])
    assert ConsentRecord.objects.filter(subscriber=ann, event="changed").count() == 1


@pytest.mark.parametrize("status", ["unsubscribed", "bounced", "complained"])
def test_who_left_is_never_brought_back(take: Take, status: str) -> None:
    take(GOOD)
    Subscriber.objects.filter(address="ann@example.org").update(status=status)
    report = take(GOOD.replace("Ann", "Anne"))
    assert (report.stayed_out, report.same) == (1, 1)
    ann = find_subscriber("ann@example.org")
    assert (ann.status, ann.name) == (status, "Ann")


def test_suppression_beats_import_also_after_erasure_and_in_other_spelling(take: Take, workspace: Workspace) -> None:
    suppress(workspace, "ann@example.org", SuppressionReason.ERASED)
    report = take(GOOD.replace("ann@", "ANN@"))
    assert (report.suppressed, report.new) == (1, 1)
    assert not Subscriber.objects.filter(address_compared="ann@example.org").exists()
    assert "ann" not in Suppression.objects.get().address_key


def test_a_dry_run_tells_the_difference_and_writes_nothing(take: Take) -> None:
    report = take(GOOD, dry_run=True)
    assert (report.new, report.dry_run) == (2, True)
    assert not Subscriber.objects.exists()
    assert not AuditRecord.objects.exists()


def test_a_broken_row_stops_the_whole_file_and_every_problem_is_told(take: Take) -> None:
    with pytest.raises(InputError) as caught:
        take(GOOD + "nobody,X,,\nann@@example.org,Y,,\n")
    assert [(problem.file, problem.line, problem.field) for problem in caught.value.problems] == [
        ("list.csv", 4, "address"),
        ("list.csv", 5, "address"),
    ]
    assert not Subscriber.objects.exists()


def test_broken_rows_can_be_left_out_on_purpose(take: Take) -> None:
    report = take(GOOD + "nobody,X,,\nAnn@Example.org,Twice,,\n", skip_errors=True)
    assert (report.new, len(report.errors), report.duplicates, report.rows) == (2, 1, 1, 4)


@pytest.mark.parametrize(
    ("missing", "words"),
    [({"basis": " "}, "why we may write"), ({"basis": "because"}, "consent, public task"), ({"by": ""}, "name")],
)
def test_an_import_without_a_known_basis_or_a_name_is_refused(take: Take, missing: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        take(GOOD, **missing)


def test_a_file_longer_than_one_chunk_comes_in_whole(take: Take) -> None:
    rows = "".join(f"reader{number}@example.org\n" for number in range(1_203))
    assert take("address\n" + rows).new == Subscriber.objects.count() == ConsentRecord.objects.count() == 1_203


def test_leaving_works_once_and_is_written_down(workspace: Workspace) -> None:
    ann = add_subscriber(workspace, "Ann <Ann@example.org>", basis="consent", by="Staff")
    assert leave(ann, mechanism=Mechanism.LINK)
    assert not leave(ann, mechanism=Mechanism.LINK)
    assert list(ann.consent.order_by("pk").values_list("event", "mechanism")) == [("added", "staff"), ("left", "link")]
    assert count_by_status() == {"pending": 0, "subscribed": 0, "unsubscribed": 1, "bounced": 0, "complained": 0}


def test_staff_cannot_add_who_left_or_is_never_to_be_written_to(workspace: Workspace) -> None:
    ann = add_subscriber(workspace, "ann@example.org", basis="consent", by="Staff")
    leave(ann, mechanism=Mechanism.STAFF, by="Staff")
    suppress(workspace, "bob@example.org", SuppressionReason.ASKED)
    for address in ("ann@example.org", "bob@example.org"):
        with pytest.raises(ConflictError) as caught:
            add_subscriber(workspace, address, basis="consent", by="Staff")
        assert address not in str(caught.value)


def test_an_unknown_address_gets_a_sentence_without_the_address() -> None:
    with pytest.raises(InputError) as caught:
        find_subscriber("nobody@example.org")
    assert "nobody" not in str(caught.value)


def test_a_pause_ends_on_its_day_and_can_be_ended_before(workspace: Workspace) -> None:
    ann = add_subscriber(workspace, "ann@example.org", basis="consent", by="Staff")
    until = timezone.now() + timedelta(days=30)
    assert pause(ann, until, mechanism=Mechanism.FORM)
    assert not pause(ann, until, mechanism=Mechanism.FORM)
    assert resume(ann, mechanism=Mechanism.FORM)
    assert not resume(ann, mechanism=Mechanism.FORM)
    for days in (-1, 400):
        with pytest.raises(InputError, match="within a year"):
            pause(ann, timezone.now() + timedelta(days=days), mechanism=Mechanism.FORM)
    events = ann.consent.order_by("pk").values_list("event", "reason")
    assert list(events)[1:] == [("paused", f"until {until:%Y-%m-%d}"), ("resumed", "")]


def test_changed_details_are_recorded_by_name_and_never_by_value(workspace: Workspace) -> None:
    ann = add_subscriber(workspace, "ann@example.org", basis="consent", by="Staff")
    changed = change_details(ann, {"language": "cy", "tags": ["press"], "name": ""}, mechanism=Mechanism.FORM)
    assert changed == ["language", "tags"]
    assert change_details(ann, {"language": "cy"}, mechanism=Mechanism.FORM) == []
    ann.refresh_from_db()
    assert (ann.language, ann.tags) == ("cy", ["press"])
    assert ann.consent.latest("pk").reason == "language, tags"


def test_an_import_knows_who_moved_and_who_left_under_a_newer_address(take: Take, workspace: Workspace) -> None:
    take(GOOD)
    ann = find_subscriber("ann@example.org")
    request = ask_to_move(ann, parse_address("ann@new.example"), mechanism=Mechanism.FORM)
    confirm(workspace, request, mechanism=Mechanism.FORM)
    assert (take(GOOD).new, Subscriber.objects.count()) == (0, 2)
    ann.refresh_from_db()
    leave(ann, mechanism=Mechanism.FORM)
    assert take(GOOD).stayed_out == 1
