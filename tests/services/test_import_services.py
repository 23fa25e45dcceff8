"""Files of people beside the list: who comes in, who stays out, what would change, and that it is all or nothing."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from django.db import connection

from newsletter.errors import InputError
from newsletter.models import AuditRecord, ConsentRecord, Mechanism, Subscriber, Suppression, SuppressionReason
from newsletter.services.confirming import confirm
from newsletter.services.importing import ImportReport, import_subscribers
from newsletter.services.requesting import ask_to_move
from newsletter.services.subscribing import find_subscriber, leave
from newsletter.services.suppressing import suppress
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.importing import ImportFile
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db

GOOD = "address,name,nation,tags\nann@example.org,Ann,wales,chair\nbob@example.org,Bob,,\n"
Take = Callable[..., ImportReport]


def told(report: ImportReport) -> dict[str, int]:
    return {str(fate): count for fate, count in report.counts.items() if count}


@pytest.fixture
def take(workspace: Workspace, tmp_path: Path) -> Take:
    def run(
        text: str,
        *,
        basis: str = "public task",
        by: str = "Staff",
        columns: Mapping[str, str] | None = None,
        **options: object,
    ) -> ImportReport:
        path = tmp_path / "list.csv"
        path.write_text(text)
        return import_subscribers(workspace, ImportFile(path, columns=columns), basis=basis, by=by, **options)

    return run


def test_an_import_takes_people_in_with_a_consent_record_each(take: Take) -> None:
    report = take(GOOD)
    assert told(report) == {"new": 2}
    assert (report.rows, report.kept_out) == (2, ())
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
    detail = AuditRecord.objects.get().detail
    assert (detail["basis"], detail["counts"]["new"]) == ("public task", 2)


def test_a_second_import_changes_nothing_and_blank_cells_erase_nothing(take: Take) -> None:
    take(GOOD)
    assert told(take(GOOD)) == {"same": 2}
    report = take("address,name,nation\nann@example.org,,scotland\n")
    assert told(report) == {"changed": 1}
    ann = find_subscriber("ann@example.org")
    assert (ann.name, ann.nation, ann.tags) == ("Ann", "scotland", ["chair"])
    assert ConsentRecord.objects.filter(subscriber=ann, event="changed").count() == 1


@pytest.mark.parametrize("status", ["unsubscribed", "bounced", "complained"])
def test_who_left_is_never_brought_back(take: Take, status: str) -> None:
    take(GOOD)
    Subscriber.objects.filter(address="ann@example.org").update(status=status)
    report = take(GOOD.replace("Ann", "Anne"))
    assert told(report) == {"stayed_out": 1, "same": 1}
    ann = find_subscriber("ann@example.org")
    assert (ann.status, ann.name) == (status, "Ann")


def test_suppression_beats_import_also_after_erasure_and_in_other_spelling(take: Take, workspace: Workspace) -> None:
    suppress(workspace, "ann@example.org", SuppressionReason.ERASED)
    report = take(GOOD.replace("ann@", "ANN@"))
    assert told(report) == {"suppressed": 1, "new": 1}
    assert not Subscriber.objects.filter(address_compared="ann@example.org").exists()
    assert "ann" not in Suppression.objects.get().address_key


def test_a_dry_run_tells_the_difference_and_writes_nothing(take: Take) -> None:
    report = take(GOOD, dry_run=True)
    assert (told(report), report.dry_run) == ({"new": 2}, True)
    assert not Subscriber.objects.exists()
    assert not AuditRecord.objects.exists()


def test_a_broken_row_stops_the_whole_file_and_every_problem_is_told(take: Take) -> None:
    with pytest.raises(InputError) as caught:
        take(GOOD + "nobody,X,,\nann@@example.org,Y,,\n")
    assert [(problem.file, problem.line) for problem in caught.value.problems] == [
        ("list.csv", 4),
        ("list.csv", 5),
    ]
    assert not Subscriber.objects.exists()


def test_broken_rows_can_be_left_out_on_purpose(take: Take) -> None:
    report = take(GOOD + "nobody,X,,\nAnn@Example.org,Twice,,\n", skip_errors=True)
    assert told(report) == {"new": 2, "broken": 1, "duplicate": 1}
    assert [str(line) for line in report.kept_out] == [
        "row 4: address: The address is incomplete; write it as name@example.org.",
        "row 5: the same address stands in row 2",
    ]


@pytest.mark.parametrize(
    ("missing", "words"),
    [({"basis": " "}, "why we may write"), ({"basis": "because"}, "consent, public task"), ({"by": ""}, "name")],
)
def test_an_import_without_a_known_basis_or_a_name_is_refused(take: Take, missing: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        take(GOOD, **missing)


def test_a_file_longer_than_one_chunk_comes_in_whole(take: Take) -> None:
    rows = "".join(f"reader{number}@example.org\n" for number in range(1_203))
    assert told(take("address\n" + rows)) == {"new": 1_203}
    assert Subscriber.objects.count() == ConsentRecord.objects.count() == 1_203


def test_an_import_knows_who_moved_and_who_left_under_a_newer_address(take: Take, workspace: Workspace) -> None:
    take(GOOD)
    ann = find_subscriber("ann@example.org")
    request = ask_to_move(ann, parse_address("ann@new.example"), mechanism=Mechanism.FORM)
    confirm(workspace, request, mechanism=Mechanism.FORM)
    report = take("address,nation\nann@new.example,\nann@example.org,scotland\n")
    assert told(report) == {"same": 1, "duplicate": 1}
    assert told(take(GOOD)) == {"same": 2}
    ann.refresh_from_db()
    leave(ann, mechanism=Mechanism.FORM)
    assert told(take(GOOD)) == {"stayed_out": 1, "same": 1}


def test_the_same_mailbox_counts_once_in_any_spelling(take: Take) -> None:
    report = take(
        "address\nann@b\u00fccher.example\nbob@b.example\nANN@xn--bcher-kva.EXAMPLE\nann@B\u00dcCHER.example\n"
    )
    assert told(report) == {"new": 2, "duplicate": 2}
    assert [line.why for line in report.kept_out] == ["the same address stands in row 2"] * 2


def test_a_dry_run_shows_each_detail_as_it_is_and_as_it_would_be(take: Take) -> None:
    take("address,name,nation,tags,shoe\nann@example.org,Ann,wales,chair,38\n", columns={"shoe": "attribute:shoe"})
    changed = "address,name,nation,tags,shoe\nANN@example.org,Ann Other,,press,39\n"
    report = take(changed, dry_run=True, columns={"shoe": "attribute:shoe"})
    assert [(one.row, one.detail, one.before, one.after) for one in report.differences] == [
        (2, "name", "Ann", "Ann Other"),
        (2, "tags", "chair", "chair, press"),
        (2, "attributes", "shoe: 38", "shoe: 39"),
    ]
    assert find_subscriber("ann@example.org").name == "Ann"
    take(changed, columns={"shoe": "attribute:shoe"})
    ann = find_subscriber("ann@example.org")
    assert (ann.address, ann.name, ann.nation, ann.tags, ann.attributes) == (
        "ann@example.org", "Ann Other", "wales", ["chair", "press"], {"shoe": "39"},
    )  # fmt: skip


def test_what_stays_out_lands_in_a_file_with_the_reason_beside_each_row(take: Take, tmp_path: Path) -> None:
    suppress_path = tmp_path / "rejects.csv"
    text = GOOD + "=1+1@,Eve,,\nann@example.org,Twice,,\n"
    with pytest.raises(InputError):
        take(text, rejects=suppress_path)
    rows = suppress_path.read_text(encoding="utf-8-sig").splitlines()
    assert rows == [
        "row,why it stayed out,address,name,nation,tags",
        "4,address: The address is incomplete; write it as name@example.org.,'=1+1@,Eve,,",
        "5,the same address stands in row 2,ann@example.org,Twice,,",
    ]
    assert suppress_path.stat().st_mode & 0o077 == 0


def test_rejects_that_are_mended_can_be_brought_in_as_they_are(take: Take, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    take(GOOD + "nobody,Cat,wales,\n", skip_errors=True, rejects=rejects)
    assert told(take(rejects.read_text(encoding="utf-8-sig").replace("nobody,", "cat@example.org,"))) == {"new": 1}
    assert find_subscriber("cat@example.org").nation == "wales"


def test_people_whose_row_names_no_body_get_the_one_that_sent_the_list(take: Take) -> None:
    take("address,body\nann@example.org,\nbob@example.org,cqc\n", body="imb")
    assert list(Subscriber.objects.order_by("address").values_list("body", flat=True)) == ["imb", "cqc"]


def test_a_file_that_ends_badly_leaves_nothing_behind_and_the_connection_usable(take: Take) -> None:
    with pytest.raises(InputError, match="stray quote"):
        take("address\n" + "".join(f"r{number}@example.org\n" for number in range(9_000)) + '"open\n')
    assert not Subscriber.objects.exists()
    assert told(take(GOOD)) == {"new": 2}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_temp_master")
        assert cursor.fetchone()[0] == 0
