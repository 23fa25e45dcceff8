"""Looking through each message once is enough: a body that was found sound is known by comparing it."""

import pytest

from newsletter.transports.base import Envelope
from newsletter.transports.smtp_envelope import EnvelopeCheck

BODY = b"\r\nwords\r\n" * 50


def envelope(message: bytes, *, sender: str = "", recipient: str = "a@b.example") -> Envelope:
    return Envelope(delivery_id=1, sender=sender, recipient=recipient, message=message)


def test_sound_messages_pass_whatever_their_order() -> None:
    check = EnvelopeCheck()
    for number in range(40):
        check(envelope(b"Subject: %d\r\n" % number + BODY * (number % 12 + 1)))
    check(envelope("To: é\r\n".encode() + BODY, recipient="é@b.example"))


@pytest.mark.parametrize(
    "message",
    [
        b"Subject: x\n" + BODY,
        b"Subject: x\r\n.\r\n" + BODY,
        b".Subject: x\r\n" + BODY,
        b"Subject: x" + BODY[:-2],
        b"Subject: x\r\n" + BODY + b".\r\n",
        b"Subject: x\r\n" + BODY[:-2] + b"\n",
        b"Subject: x\r\n" + BODY.replace(b"words", b"wo\rds", 1),
        b"Subject: x\r\n" + BODY.replace(b"\r\nwords", b"\r\n.ords"),
        "Subject: é\r\n".encode() + BODY,
        "Subject: x\r\n\r\né\r\n".encode(),
        b"",
        b"\r\nBODY",
    ],
)
def test_a_known_body_lets_nothing_pass_that_would_not_pass_alone(message: bytes) -> None:
    alone, knowing = EnvelopeCheck(), EnvelopeCheck()
    knowing(envelope(b"Subject: x\r\n" + BODY))
    knowing(envelope(b"Subject: x\r\n\r\n" + BODY))
    for check in (alone, knowing):
        with pytest.raises(ValueError, match="message"):
            check(envelope(message))


def test_a_sender_is_one_plain_address_or_none() -> None:
    check = EnvelopeCheck()
    for sender in ("a@b.example", "", "c+1@b.example"):
        check(envelope(b"x\r\n", sender=sender))
    with pytest.raises(ValueError, match="sender"):
        check(envelope(b"x\r\n", sender="a@b.example> BODY=X"))
