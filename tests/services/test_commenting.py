"""Drafts for comment: the real mail, numbered, to anyone; what comes back is found by its number."""

from email import message_from_bytes, policy

import pytest

from newsletter.errors import ConflictError, InputError
from newsletter.models import AuditRecord, DraftRemark, DraftRound
from newsletter.services.commenting import remarks_on, round_answered, send_draft, settle_remark, take_remarks
from newsletter.subscribers.addresses import parse_address
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db
BOSS = parse_address("The Boss <boss@example.org>")
ISSUE = """
title: November
preheader: What is new
date: 2025-11-07
languages: [en, cy]
events:
  - {id: visit, title: The visit, date: 2025-11-28}
sections:
  - {type: quote, id: words, text: Well said., by: Ada}
  - {type: text, id: north, heading: North, audience: scotland, text: Good morning to Scotland.}
  - type: news
    id: news
    items:
      - {id: one, text: The first., translations: {cy: {text: Y cyntaf.}}}
      - {id: two, text: The second.}
  - {type: events, id: events}
"""
PLACES = {"1": "words", "2": "north", "3": "news", "4": "news/one", "5": "news/two", "6": "events", "7": "events/visit"}


@pytest.fixture
def drafted(workspace: Workspace) -> Workspace:
    folder = workspace.issues / "2025-11"
    folder.mkdir(parents=True)
    (folder / "issue.yaml").write_text(ISSUE)
    return workspace


def mails(workspace: Workspace) -> list[str]:
    paths = sorted((workspace.outbox / "drafts").glob("*.eml"))
    parsed = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]
    return [f"{mail['Subject']}\n{mail.get_body(('plain',)).get_content()}" for mail in parsed]  # type: ignore[union-attr]


def test_a_draft_says_so_and_numbers_every_part_also_what_is_for_some_alone(drafted: Workspace) -> None:
    made = send_draft(drafted, "2025-11", [BOSS], by="Ada", note="By Thursday, please.")
    assert made.places == PLACES
    english, welsh = sorted(mails(drafted), key=lambda text: "Y cyntaf" in text)
    for words in ("[DRAFT] November", "By Thursday, please.", "[1] Well said.", "[2, scotland only] North", "[4] The"):
        assert words in english
    assert "[4] Y cyntaf." in welsh
    assert "In this issue" not in english  # whose own numbers would be taken for these
    assert AuditRecord.objects.get(action="send draft").detail == {"people": 1}


def test_the_draft_itself_is_unchanged_and_nobody_is_written_down(drafted: Workspace) -> None:
    before = (drafted.issues / "2025-11" / "issue.yaml").read_bytes()
    send_draft(drafted, "2025-11", [BOSS], by="Ada")
    assert (drafted.issues / "2025-11" / "issue.yaml").read_bytes() == before
    assert "boss" not in str(list(DraftRound.objects.values())).casefold()


@pytest.mark.parametrize(("to", "by"), [([], "Ada"), ([BOSS] * 51, "Ada"), ([BOSS], " ")])
def test_without_a_name_or_for_a_crowd_nothing_leaves(drafted: Workspace, to: list[object], by: str) -> None:
    with pytest.raises(InputError):
        send_draft(drafted, "2025-11", to, by=by)  # type: ignore[arg-type]
    assert not DraftRound.objects.exists()
    assert not (drafted.outbox / "drafts").exists()


def test_an_answer_is_found_by_the_message_it_names_and_kept_once(drafted: Workspace) -> None:
    made = send_draft(drafted, "2025-11", [BOSS], by="Ada")
    (path, *_) = (drafted.outbox / "drafts").glob("*.eml")
    sent = message_from_bytes(path.read_bytes())
    assert round_answered(["<other@example.org>", sent["Message-ID"]]) == made
    assert round_answered(["<sample.0123456789abcdef-1@bulletin.example.org>", ""]) is None
    for _ in range(2):
        take_remarks(made, "4: not the first\n\nThe rest is fine.", author="The Boss", source="<a@example.org>")
    told = [(place, remark.text, remark.author) for place, remark in remarks_on("2025-11")]
    assert told == [("news/one", "not the first", "The Boss"), ("", "The rest is fine.", "The Boss")]


def test_a_remark_is_settled_once(drafted: Workspace) -> None:
    made = send_draft(drafted, "2025-11", [BOSS], by="Ada")
    take_remarks(made, "1: no", author="The Boss", source="<a@example.org>")
    number = DraftRemark.objects.get().pk
    settle_remark("2025-11", number, by="Ada")
    with pytest.raises(ConflictError, match="dealt with already"):
        settle_remark("2025-11", number, by="Ben")
    assert DraftRemark.objects.get().settled_by == "Ada"
