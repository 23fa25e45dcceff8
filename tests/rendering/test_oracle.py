"""The slow way as witness: the standard library's email package and dkimpy write the same mail as our factory."""

import email.policy
from email.headerregistry import Address
from email.message import EmailMessage

import dkim
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from dkim_verifier import RSA_PEM, SIGNERS, verifies
from sample_mail import FEEDBACK_ID, MESSAGE_ID, PIXEL, PUBLICATION, TOKEN, WHEN, parse, parts

from newsletter.rendering.dkim import OWN, SHARED
from newsletter.rendering.message import InlineImage, Recipient, encode_body

TEAM = PUBLICATION.model_copy(update={"from_name": "Tîm y Bwletin"})
HTML = "<p>Bore da ≠ good morning</p>\n.\nFrom the team\n" + "<p>word</p>" * 90 + "\n"
TEXT = "Bore da ≠ good morning\n.\nFrom the team\n" + "word " * 90 + "end\n"
RECIPIENTS = [
    Recipient(address="reader@body.example", name="Rhiannon Reader"),
    Recipient(address="reader@body.example", name="Siân O'Neill, MBE"),
    Recipient(address="reader@body.example"),
]


def ours(recipient: Recipient, images: list[InlineImage]) -> bytes:
    body, subject = encode_body(HTML, TEXT, images), "Tachwedd — November"
    made = parts(SIGNERS[0], publication=TEAM, subject=subject, body=body)
    return made.build(recipient=recipient, message_id=MESSAGE_ID, unsubscribe_token=TOKEN)


def theirs(recipient: Recipient, images: list[InlineImage]) -> bytes:
    message = EmailMessage(policy=email.policy.SMTP.clone(refold_source="none"))
    message["Date"] = WHEN
    message["From"] = Address(TEAM.sender_name, addr_spec=TEAM.from_address)
    message["Reply-To"] = TEAM.reply_address
    message["To"] = Address(recipient.name, addr_spec=recipient.address)
    message["Subject"] = "Tachwedd — November"
    message["List-Id"] = f"{TEAM.name} <{TEAM.list_id}>"
    message["Feedback-ID"] = FEEDBACK_ID
    message["Message-ID"] = MESSAGE_ID
    message["List-Unsubscribe"] = (
        f"<https://bulletin.office.example/u/{TOKEN}>, <mailto:replies@office.example?subject=unsubscribe%20{TOKEN}>"
    )
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(TEXT, cte="quoted-printable")
    message.add_alternative(HTML, subtype="html", cte="quoted-printable")
    for image in images:
        kind, subtype = image.media_type.split("/")
        message.get_payload()[1].add_related(image.data, kind, subtype, cid=f"<{image.cid}>")
    message["Content-Language"] = "en"  # here: earlier, it would move into the first part
    raw = message.as_bytes()
    names = [name.encode() for name in (*SHARED, *OWN)]
    signature = dkim.sign(
        raw, b"s1", b"office.example", pkcs1(), canonicalize=(b"relaxed", b"simple"), include_headers=names
    )
    return signature + raw


def pkcs1() -> bytes:
    """The form of the key that dkimpy reads."""
    key = load_pem_private_key(RSA_PEM, None)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def header(parsed: EmailMessage) -> dict[str, str]:
    machine = ("DKIM-Signature", "Content-Type")
    return {name: "".join(str(value).split()) for name, value in parsed.items() if name not in machine}


def leaves(parsed: EmailMessage) -> list[tuple[str, object, str | None]]:
    return [
        (part.get_content_type(), _plain(part.get_content()), part["Content-ID"])
        for part in parsed.walk()
        if not part.is_multipart()
    ]


def _plain(content: object) -> object:
    """Line ends aside; our last one belongs to the boundary, theirs stands before it."""
    return content.replace("\r\n", "\n").removesuffix("\n") if isinstance(content, str) else content


@pytest.mark.parametrize("images", [[], [PIXEL]], ids=["plain", "with a picture"])
@pytest.mark.parametrize("recipient", RECIPIENTS, ids=["plain", "accented", "nameless"])
def test_both_ways_give_the_same_header_and_bodies_and_both_verify(
    recipient: Recipient, images: list[InlineImage]
) -> None:
    fast, slow = ours(recipient, images), theirs(recipient, images)
    assert header(parse(fast)) == header(parse(slow))
    assert sorted(parse(fast).keys()) == sorted(parse(slow).keys())
    assert leaves(parse(fast)) == leaves(parse(slow))
    shapes = [[part.get_content_type() for part in parse(raw).walk()] for raw in (fast, slow)]
    assert shapes[0] == shapes[1]
    assert verifies(fast, SIGNERS[0])
    assert verifies(slow, SIGNERS[0])
