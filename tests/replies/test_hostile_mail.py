"""Rows of the fault table that mail itself brings: each is read or quarantined, and the next mail goes on."""

import json
from email import message_from_bytes

import pytest
from crafted_mails import crafted
from written_replies import ours

from newsletter.replies import GuardedReader, Intent, Kind, classify, parse
from newsletter.replies.guard import GuardedReader as Guard
from newsletter.replies.ourselves import Ourselves

CRAFTED = dict(crafted())
PLAIN = (
    b"From: Ann <ann@reader.example>\r\nTo: bulletin@npm.example\r\nSubject: hello\r\n\r\nLovely issue, thank you.\r\n"
)


def mail(header: str, body: str = "Lovely issue, thank you.") -> bytes:
    return f"From: Ann <ann@reader.example>\r\nTo: bulletin@npm.example\r\n{header}\r\n\r\n{body}\r\n".encode()


def test_fault_60_a_mail_that_breaks_the_child_is_quarantined_and_the_next_goes_on() -> None:
    with Guard(Ourselves(), megabytes=400) as reader:
        assert reader.classify(PLAIN).intent is Intent.FEEDBACK
        broken = reader._ask(_exhaust, b"")
        assert broken is None
        assert reader.classify(PLAIN).intent is Intent.FEEDBACK


def test_fault_60_a_mail_that_takes_too_long_is_quarantined_with_its_reason() -> None:
    with Guard(Ourselves(), seconds=0.2) as reader:
        reader.classify(PLAIN)
        assert reader._ask(_wait, b"") is None
        verdict = reader.classify(PLAIN)
    assert verdict.kind is Kind.HUMAN


def _exhaust(_raw: bytes, _ours: Ourselves) -> str:
    return "x" * (2 * 2**30)


def _wait(_raw: bytes, _ours: Ourselves) -> str:
    import time

    time.sleep(60)
    return ""


def test_fault_63_fifty_megabytes_are_refused_unread() -> None:
    verdict = classify(CRAFTED["50 MB"])
    assert verdict.kind is Kind.QUARANTINED
    assert "larger than 40 MB" in str(verdict.reasons[0])


@pytest.mark.parametrize(
    "name",
    ["a subject of one encoded word of 1 MB", "20,000 addresses in To", "40,000 headers", "a header without end"],
)
def test_fault_64_a_header_block_beyond_its_bound_is_quarantined(name: str) -> None:
    verdict = classify(CRAFTED[name])
    assert verdict.kind is Kind.QUARANTINED
    assert "header is longer than 64 KB" in str(verdict.reasons[0])


@pytest.mark.parametrize("name", ["a subject of 4,000 encoded words", "3,000 addresses in To", "nested comments in To"])
def test_fault_64_a_long_header_within_the_bound_is_read(name: str) -> None:
    assert classify(CRAFTED[name]).kind is Kind.HUMAN


@pytest.mark.parametrize("name", ["5,000 parts, one in another", "3,000 mails, one in another"])
def test_fault_65_a_nested_bomb_is_quarantined(name: str) -> None:
    assert classify(CRAFTED[name]).kind is Kind.QUARANTINED


def test_fault_65_blockquotes_without_end_are_read() -> None:
    assert classify(CRAFTED["blockquotes 100,000 deep"]).kind is Kind.HUMAN


def test_fault_66_attachments_are_named_and_never_opened() -> None:
    read = parse(CRAFTED["a zip of 6 MB"])
    assert [(file.name, file.content_type) for file in read.attachments] == [("42.zip", "application/zip")]
    assert read.text == ""


@pytest.mark.parametrize(
    "name",
    [
        "a charset that lies",
        "a charset that is none",
        "NUL, lone surrogates and overlong forms",
        "base64 that is none",
        "UTF-7",
    ],
)
def test_fault_67_lying_charsets_never_raise_and_what_comes_out_can_be_written(name: str) -> None:
    verdict = classify(CRAFTED[name])
    written = json.dumps(verdict.as_dict("mail"), ensure_ascii=False).encode()
    assert b"\\u0000" not in written
    assert verdict.kind is Kind.HUMAN


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied\r\nSubject: Re: x",
        "Return-Path: <>\r\nSubject: x",
        "X-Autoreply: yes\r\nSubject: x",
        "Subject: Automatic reply: NPM Bulletin",
    ],
)
def test_fault_68_a_machine_is_known_whatever_its_words_ask_for(header: str) -> None:
    verdict = classify(mail(header, "Please remove me from the mailing list."))
    assert verdict.kind is not Kind.HUMAN
    assert verdict.intent is None
    assert verdict.addresses == ()


def test_fault_68_our_own_mail_come_back_is_no_reply() -> None:
    raw = PLAIN.replace(b"Ann <ann@reader.example>", b"NPM Bulletin <bulletin+u-token@npm.example>")
    assert classify(raw, ours()).kind is Kind.AUTO_REPLY


def test_fault_68_a_list_around_a_persons_words_makes_it_no_machines() -> None:
    header = "Precedence: list\r\nList-Id: <friends.lists.example>\r\nX-Auto-Response-Suppress: All\r\nSubject: Re: x"
    assert classify(mail(header, "Please add me to the mailing list.")).intent is Intent.SUBSCRIBE_SELF


def test_fault_69_the_verdict_names_the_address_that_an_act_would_touch() -> None:
    verdict = classify(mail("Reply-To: other@elsewhere.example\r\nSubject: unsubscribe", "Unsubscribe"))
    assert verdict.addresses == ("ann@reader.example",)


def test_fault_70_line_breaks_in_encoded_words_become_blanks() -> None:
    raw = mail("Subject: =?utf-8?q?a=0D=0ABcc:_x@y.example?=\r\nList-Id: =?utf-8?q?b=0D=0ATo:_z?=")
    read = parse(raw)
    assert "\n" not in read.subject + read.first("list-id")
    assert "\r" not in read.subject + read.first("list-id")
    assert "bcc" not in message_from_bytes(raw)
    assert "bcc" not in read.fields


def test_a_line_that_begins_with_from_stays_in_the_text() -> None:
    """Mailboxes put such a line before the header; one in the text is a sentence."""
    assert "From Monday my address" in parse(mail("Subject: x", "Hello.\r\nFrom Monday my address changes.")).text
    assert parse(b"From MAILER-DAEMON Thu Nov  6 10:00:00 2025\n" + PLAIN).subject == "hello"


def test_a_guarded_reader_says_the_same_as_an_unguarded_one() -> None:
    with GuardedReader(ours()) as reader:
        assert reader.classify(PLAIN) == classify(PLAIN, ours())
        assert "Verdict" in reader.explain(PLAIN)
