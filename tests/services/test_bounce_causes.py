"""What an answer says about a mailbox: real mail systems' words, and which of them are held against a reader."""

import pytest

from newsletter.services.bounce_causes import cause_of


@pytest.mark.parametrize(
    ("code", "enhanced", "words"),
    [
        (550, "5.1.1", "5.1.1 The email account that you tried to reach does not exist"),
        (550, "5.1.10", "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"),
        (550, "", "No Such User Here"),
        (550, "", "Unrouteable address"),
        (550, "", "<reader@example.org>: Recipient address rejected: User unknown in virtual mailbox table"),
        (550, "5.5.0", "5.5.0 Requested action not taken: mailbox unavailable"),
        (554, "", "delivery error: dd This user doesn't have a mail.example account"),
        (553, "5.3.0", "5.3.0 <reader@example.org>... Unknown E-Mail Address"),
        (550, "5.1.2", "5.1.2 Host unknown"),
    ],
)
def test_a_mailbox_that_does_not_exist(code: int, enhanced: str, words: str) -> None:
    assert cause_of(code, enhanced, words) == "gone"


@pytest.mark.parametrize(
    ("code", "enhanced", "words"),
    [
        (552, "5.2.2", "5.2.2 The email account that you tried to reach is over quota"),
        (452, "4.2.2", "4.2.2 mailbox full, tried for days"),
        (552, "5.1.1", "5.2.2 Over quota"),
        (550, "5.2.1", "5.2.1 The email account that you tried to reach is disabled"),
        (554, "", "Sorry. This account has been disabled or discontinued"),
        (550, "5.4.1", "5.4.1 Recipient address rejected: Access denied"),
        (552, "", "Mailbox size exceeded: inbox is full"),
    ],
)
def test_a_mailbox_that_takes_nothing_now(code: int, enhanced: str, words: str) -> None:
    assert cause_of(code, enhanced, words) == "closed"


@pytest.mark.parametrize(
    ("code", "enhanced", "words"),
    [
        (550, "5.7.1", "5.7.1 message content rejected"),
        (550, "5.7.26", "5.7.26 This mail has been blocked because the sender is unauthenticated"),
        (554, "", "Transaction failed"),
        (550, "5.1.1", "5.1.1 your address is on a blocklist"),
        (550, "5.1.0", "5.1.0 MailFrom domain is listed; sender rejected"),
        (553, "5.1.8", "5.1.8 Domain of sender address does not exist"),
        (550, "5.2.0", "5.2.0 Message filtered"),
        (550, "", "DMARC check failed"),
    ],
)
def test_a_filter_that_does_not_want_us_is_never_the_readers_fault(code: int, enhanced: str, words: str) -> None:
    assert cause_of(code, enhanced, words) == "blocked"


@pytest.mark.parametrize(
    ("code", "enhanced", "words"),
    [
        (None, "5.1.3", "not one plain address; it was not said to the server"),
        (None, "", "the connection broke before the message was complete"),
        (552, "5.3.4", "5.3.4 message too big"),
        (552, "5.2.3", "5.2.3 Message size exceeds fixed maximum message size"),
        (451, "4.4.1", "4.4.1 no answer from host"),
        (450, "4.2.0", "4.2.0 greylisted"),
        (550, "", "no"),
        (550, "5.0.0", ""),
    ],
)
def test_what_says_nothing_of_the_mailbox_is_not_held_against_it(code: int | None, enhanced: str, words: str) -> None:
    assert cause_of(code, enhanced, words) == "other"
