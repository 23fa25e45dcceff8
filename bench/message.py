"""What one copy costs: our message factory beside the standard library's email package and dkimpy, same content.

Run `python bench/message.py`. CPU microseconds a message, the best of several rounds; nothing is sent.
"""

import argparse
import email.policy
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage

import dkim
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from rich.console import Console
from rich.table import Table

from newsletter.rendering.dkim import Signer
from newsletter.rendering.message import MessageParts, Recipient, encode_body
from newsletter.rendering.theme import Publication
from newsletter.subscribers.tokens import Purpose, TokenKeys, make_token
from newsletter.transports.base import Envelope

WHEN = datetime(2025, 11, 28, 10, 0, tzinfo=UTC)
WHO = Publication(
    name="Monthly Bulletin",
    from_address="bulletin@office.example",
    list_id="bulletin.office.example",
    base_url="https://bulletin.office.example",
)
KEYS = TokenKeys(secrets={0: b"k" * 32}, current=0)
ID = "<0123456789abcdef.0123456789abcdef@office.example>"
PLAIN = Recipient(address="rhiannon.reader@body.example", name="Rhiannon Reader")
ACCENTED = Recipient(address="sian@body.example", name="Siân ap Gwilym")
SIZES = {"26 KB": (19_500, 2_800), "93 KB": (74_600, 8_000)}  # bytes of HTML and of text, before they are encoded
_SENTENCE = '<p style="margin:0 0 12px">The Bulletin’s invented words – so that lines have their usual length.</p>\n'


def content(size: tuple[int, int]) -> tuple[str, str]:
    """HTML and text of about these sizes."""
    html, text = size
    return (_SENTENCE * (html // len(_SENTENCE) + 1))[:html], ("The Bulletin’s words. " * text)[:text]


def microseconds(work: Callable[[], object], *, rounds: int = 5, budget: float = 0.15) -> float:
    """CPU time of one call of this thread, the best round."""
    count, spent = 1, 0.0
    while spent < budget / 4:
        count, spent = count * 2, _cpu(work, count * 2)
    return min(_cpu(work, count) for _ in range(rounds)) / count * 1e6


def _cpu(work: Callable[[], object], count: int) -> float:
    start = time.process_time()
    for _ in range(count):
        work()
    return time.process_time() - start


def parts(size: tuple[int, int], signer: Signer | None = None) -> MessageParts:
    """What all copies share."""
    html, text = content(size)
    return MessageParts(
        publication=WHO,
        subject="November",
        body=encode_body(html, text),
        date=WHEN,
        feedback_id="m1:2025-11:bulletin:m1",
        language="en",
        signer=signer,
    )


def ours(made: MessageParts, recipient: Recipient) -> Envelope:
    """One copy as the composer makes it, its token included."""
    token = make_token(Purpose.UNSUBSCRIBE, 0xFEDCBA9876543210, KEYS)
    message = made.build(recipient=recipient, message_id=ID, unsubscribe_token=token)
    return Envelope(delivery_id=1, sender=WHO.from_address, recipient=recipient.address, message=message)


def theirs(size: tuple[int, int], key: bytes | None) -> bytes:
    """The same mail by EmailMessage, signed by dkimpy where a key is given."""
    html, text = content(size)
    message = EmailMessage(policy=email.policy.SMTP)
    message["Date"], message["Subject"], message["Message-ID"] = WHEN, "November", ID
    message["From"] = Address(WHO.sender_name, addr_spec=WHO.from_address)
    message["To"] = Address(PLAIN.name, addr_spec=PLAIN.address)
    message["List-Unsubscribe"] = "<https://bulletin.office.example/u/token>"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    raw = message.as_bytes()
    signed = key and dkim.sign(raw, b"s1", b"office.example", key, canonicalize=(b"relaxed", b"simple"))
    return (signed or b"") + raw


def main() -> None:
    """Measure and print."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    rsa, ed25519 = generate_private_key(65537, 2048), Ed25519PrivateKey.generate()
    table = Table("CPU µs a message", *SIZES, title="Message factory")
    for name, measure in _rows(rsa, ed25519).items():
        table.add_row(name, *(f"{measure(size):,.1f}" for size in SIZES.values()))
    Console().print(table)


def _rows(rsa: RSAPrivateKey, ed25519: Ed25519PrivateKey) -> dict[str, Callable[[tuple[int, int]], float]]:
    signers = {
        name: Signer(domain="office.example", selector="s1", key=key)
        for name, key in {"RSA-2048": rsa, "Ed25519": ed25519}.items()
    }
    pem = rsa.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return {
        "build alone, plain name": lambda size: _build(parts(size)),
        "token, build, envelope, plain name": lambda size: _ours(parts(size), PLAIN),
        "the same, accented name": lambda size: _ours(parts(size), ACCENTED),
        "reading an accented copy back": lambda size: _read_back(parts(size)),
        **{f"the same, plain name, {name}": _signed(signer) for name, signer in signers.items()},
        "EmailMessage": lambda size: microseconds(lambda: theirs(size, None), rounds=3),
        "EmailMessage and dkimpy, RSA-2048": lambda size: microseconds(lambda: theirs(size, pem), rounds=3),
    }


def _signed(signer: Signer) -> Callable[[tuple[int, int]], float]:
    return lambda size: _ours(parts(size, signer), PLAIN)


def _build(made: MessageParts) -> float:
    token = make_token(Purpose.UNSUBSCRIBE, 7, KEYS)
    return microseconds(lambda: made.build(recipient=PLAIN, message_id=ID, unsubscribe_token=token))


def _read_back(made: MessageParts) -> float:
    token = make_token(Purpose.UNSUBSCRIBE, 7, KEYS)
    message = made.build(recipient=ACCENTED, message_id=ID, unsubscribe_token=token)
    return microseconds(lambda: made.check(message, recipient=ACCENTED, message_id=ID, unsubscribe_token=token))


def _ours(made: MessageParts, recipient: Recipient) -> float:
    return microseconds(lambda: ours(made, recipient))


if __name__ == "__main__":
    main()
