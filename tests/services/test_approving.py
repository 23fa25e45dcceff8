"""What was approved is what is sent: real renderings, frozen, and every edit seen."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from newsletter.content.issue import Issue
from newsletter.errors import ConflictError, InputError
from newsletter.models import Approval, AuditRecord, AutomaticMail, Edition, User
from newsletter.rendering import Rendered, render
from newsletter.services.approvals import ApprovalResult, sendable_edition
from newsletter.services.approving import approve, load_edition
from newsletter.services.outgoing import send_due
from newsletter.services.planning import plan
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db

ISSUE = """
title: November
preheader: What is new
date: 2025-11-07
sections:
  - type: text
    id: hello
    heading: Hello
    text: Good morning to all.
  - type: text
    id: north
    heading: North
    audience: scotland
    text: Good morning to Scotland.
"""

Agree = Callable[..., ApprovalResult]


@pytest.fixture
def agree(workspace: Workspace) -> Agree:
    folder = workspace.issues / "2025-11"
    folder.mkdir(parents=True)
    (folder / "issue.yaml").write_text(ISSUE)

    def run(by: str, findings: Sequence[str] = (), **more: Any) -> ApprovalResult:
        return approve(workspace, "2025-11", by=by, gate=lambda _issue, _versions: findings, **more)

    return run


def edit(workspace: Workspace, old: str, new: str) -> None:
    file = workspace.issues / "2025-11" / "issue.yaml"
    file.write_text(file.read_text().replace(old, new))


def test_two_different_people_make_an_edition_that_may_be_sent(workspace: Workspace, agree: Agree) -> None:
    first = agree("Ann Approver")
    assert (first.complete, first.people, first.needed) == (False, ("Ann Approver",), 2)
    with pytest.raises(ConflictError, match="1 of 2 approvals"):
        sendable_edition(workspace, "2025-11")
    second = agree("Bob Approver")
    assert second.complete
    assert second.edition == first.edition == sendable_edition(workspace, "2025-11")
    assert list(AuditRecord.objects.values_list("action", "by")) == [
        ("approve", "Ann Approver"),
        ("approve", "Bob Approver"),
    ]


@pytest.mark.parametrize("twin", ["Ann Approver", "ANN  approver", " ann\tapprover ", "\uff21nn Approver"])
def test_one_person_does_not_count_twice_however_the_name_is_written(agree: Agree, twin: str) -> None:
    agree("Ann Approver")
    with pytest.raises(ConflictError, match="somebody else"):
        agree(twin)
    assert Approval.objects.count() == 1


def test_an_approval_needs_a_name(agree: Agree) -> None:
    with pytest.raises(InputError, match="--by"):
        agree("  ")
    assert not Edition.objects.exists()


def test_the_frozen_bytes_are_those_that_rendering_gives(workspace: Workspace, agree: Agree) -> None:
    frozen = load_edition(workspace, agree("Ann").edition)
    issue = workspace.load_issue("2025-11")
    assert [variant.key for variant in frozen.variants] == ["en", "en+scotland"]
    mailed = render(issue, workspace.theme)
    assert (frozen.variants[0].html, frozen.variants[0].text) == (mailed.html, mailed.text)
    assert "Scotland" not in frozen.variants[0].text
    assert "Scotland" in frozen.variants[1].text


def test_an_edit_after_approval_needs_new_approvals(workspace: Workspace, agree: Agree) -> None:
    agree("Ann")
    agree("Bob")
    edit(workspace, "Good morning to all", "Good evening to all")
    with pytest.raises(ConflictError, match="changed after it was approved"):
        sendable_edition(workspace, "2025-11")
    result = agree("Ann")
    assert (result.people, result.outdated, result.complete) == (("Ann",), ("Ann", "Bob"), False)
    assert Edition.objects.count() == 2


def test_a_segment_changed_after_approval_is_told_by_its_name(workspace: Workspace, agree: Agree) -> None:
    agree("Ann")
    approved = agree("Bob").edition
    toml = workspace.subscribers / "segments.toml"
    before = toml.read_text()
    for after in (before.replace('"scotland"]', '"scotland", "uk"]'), ""):
        toml.write_text(after)
        with pytest.raises(ConflictError, match=r"segment scotland in .* was changed since. Put it back"):
            sendable_edition(workspace, "2025-11")
    toml.write_text(before.replace("Readers in", "Friends in") + '[[segment]]\nid = "wales"\nname = "Wales"\n')
    assert sendable_edition(workspace, "2025-11") == approved


def test_other_rules_need_the_word_of_both_again(workspace: Workspace, agree: Agree) -> None:
    agree("Ann")
    toml = workspace.subscribers / "segments.toml"
    toml.write_text(toml.read_text().replace('"scotland"]', '"scotland", "uk"]'))
    result = agree("Bob")
    assert (result.people, result.outdated) == (("Bob",), ("Ann",))
    with pytest.raises(ConflictError, match="1 of 2 approvals"):
        sendable_edition(workspace, "2025-11")


@pytest.mark.parametrize("segments", ["", '[[segment]]\nid = "scotlamd"\nname = "Slip"\n', None])
def test_a_segment_that_nobody_wrote_down_is_told_at_approval(
    workspace: Workspace, agree: Agree, segments: str | None
) -> None:
    toml = workspace.subscribers / "segments.toml"
    toml.unlink() if segments is None else toml.write_text(segments)
    with pytest.raises(InputError, match=r"here is no (segment )?'scotland'"):
        agree("Ann")
    assert not Edition.objects.exists()


def test_undoing_an_edit_brings_the_approved_edition_back(workspace: Workspace, agree: Agree) -> None:
    agree("Ann")
    approved = agree("Bob").edition
    edit(workspace, "all", "everybody")
    edit(workspace, "everybody", "all")
    assert sendable_edition(workspace, "2025-11") == approved


@pytest.mark.parametrize(
    "place", ["templates/email/footer.mjml.j2", "subscribers/bodies.toml", "issues/2025-11/images/a.png"]
)
def test_whatever_goes_into_an_edition_counts_as_an_edit(workspace: Workspace, agree: Agree, place: str) -> None:
    agree("Ann")
    agree("Bob")
    target = workspace.root / place
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("# another")
    with pytest.raises(ConflictError, match="changed after it was approved"):
        sendable_edition(workspace, "2025-11")


def test_an_issue_nobody_approved_is_not_sent(workspace: Workspace, agree: Agree) -> None:
    assert agree
    with pytest.raises(ConflictError, match="not approved yet"):
        sendable_edition(workspace, "2025-11")


def test_blocking_findings_are_listed_and_nothing_is_written(workspace: Workspace, agree: Agree) -> None:
    with pytest.raises(ConflictError) as caught:
        agree("Ann", ["picture 1 has no alt text", "the date is missing"])
    assert str(caught.value).splitlines()[1:] == ["picture 1 has no alt text", "the date is missing"]
    assert not Edition.objects.exists()
    assert not workspace.editions.exists()


@pytest.mark.usefixtures("agree")
def test_an_issue_saved_while_it_is_approved_is_looked_at_again(workspace: Workspace) -> None:
    def slow_gate(_issue: Issue, _versions: Sequence[Rendered]) -> Sequence[str]:
        edit(workspace, "Good morning", "Good night")
        return ()

    with pytest.raises(ConflictError, match="saved while it was being approved"):
        approve(workspace, "2025-11", by="Ann", gate=slow_gate)
    assert not Edition.objects.exists()


def test_one_person_alone_is_enough_after_half_an_hour_in_which_the_team_is_told(
    workspace: Workspace, agree: Agree, people: Callable[..., object]
) -> None:
    people(1)
    User.objects.create_user("cat@example.org", name="Cat")
    mia = User.objects.create_user("mia@example.org", name="Mia", role="administrator")
    result = agree("Mia", user=mia, alone_because="Both approvers are ill")
    assert result.complete
    edition = sendable_edition(workspace, "2025-11")
    told = AutomaticMail.objects.filter(kind="alone").values_list("address", flat=True)
    assert set(told) == {"bulletin@example.org", "cat@example.org"}
    with pytest.raises(ConflictError, match="Mia approved 2025-11 alone, so it can leave from"):
        plan(workspace, edition)
    assert result.leaves_from is not None
    assert plan(workspace, edition, at=result.leaves_from).state == "scheduled"
    assert AuditRecord.objects.filter(action="approve").get().detail["alone_because"] == "Both approvers are ill"


def test_a_second_persons_word_ends_the_wait(workspace: Workspace, agree: Agree, people: Callable[..., object]) -> None:
    people(1)
    agree("Mia", alone_because="Nobody else was there")
    assert agree("Ann Approver").leaves_from is None
    assert plan(workspace, sendable_edition(workspace, "2025-11")).chosen == 1


def test_the_mail_about_it_says_who_why_and_when(workspace: Workspace, agree: Agree) -> None:
    agree("Mia", alone_because="Both approvers are ill")
    assert send_due(workspace) == 1
    text = next((workspace.outbox / "automatic").glob("*.eml")).read_text()
    assert "Mia approved 2025-11 without a second person: Both approvers are ill" in text.replace("=\n", "")
