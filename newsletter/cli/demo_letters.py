"""The seven letters that arrive in the demonstration. Everybody in them is invented, as in the sample."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from textwrap import indent


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What somebody writes back. Where `name` is empty it is the reader whose copy is answered."""

    text: str
    name: str = ""
    address: str = ""
    subject: str = ""  # empty: "Re:" and the issue's
    quotes: bool = False  # the bulletin below their words, as most mail programs put it


LETTERS = (
    Letter(
        subject="Thank you",
        text="What a good issue. The piece on use of force was really useful for our board training, and the dates at "
        "the top saved me a search.\n\n{first}",
    ),
    Letter(
        subject="News for the December issue",
        text="Hello team,\n\nPlease could you include this in the next issue: our report on night staffing in "
        "children's homes is out. Inspectors visited eleven homes after ten at night, and found that four of "
        "them had nobody awake.\n\nThe report: https://reports.example/night-staffing\nPhoto: Tomos Vaughan\n\n{first}",
    ),
    Letter(
        text="Dear all,\n\nMy email address has changed to {new}. Please use the new one from now on.\n\n{first}",
        quotes=True,
    ),
    Letter(
        text="Please take me off the mailing list. I have enjoyed it, and I retire on Friday.\n\n"
        "With best wishes,\n{first}",
        quotes=True,
    ),
    Letter(
        name="Marged Ellis",
        address="marged.ellis@home.example",
        subject="My brother",
        text="I did not know whom else to write to. My brother is in Larchfield, and he told me on the phone that "
        "staff beat him on Sunday night. I am very worried about his safety.\n\nMarged Ellis",
    ),
    Letter(
        name="Callum Reid",
        address="callum.reid@volunteers.example",
        text="A friend mentioned signing up to your bulletin. Is it only for staff?\n\nCallum",
    ),
    Letter(
        name="Glenys Pritchard",
        address="glenys.pritchard@lay-visitors.example",
        text="Hello,\n\nOur coordinator passed your bulletin on to all of us, and I have read it twice now.\n"
        "Could you add me to the mailing list please?\n\nMany thanks\n\nGlenys Pritchard\nCustody visitor, Dyfed",
        quotes=True,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The copy of the issue that a letter answers."""

    name: str
    address: str
    message_id: str
    subject: str
    text: str


def written(letter: Letter, answered: Answered, *, to: str, at: datetime, number: int) -> bytes:
    """The letter as a mail, in answer to a copy."""
    name, address = letter.name or answered.name, letter.address or answered.address
    mail = EmailMessage()
    mail["From"] = str(Address(name, addr_spec=address))
    mail["To"] = to
    mail["Subject"] = letter.subject or f"Re: {answered.subject}"
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<demo.{number}.{at:%Y%m%d%H%M%S}@{address.rpartition('@')[2]}>"
    if not letter.subject or letter.quotes:
        mail["In-Reply-To"] = mail["References"] = answered.message_id
    new = f"{address.partition('@')[0]}@inspectorate.example"
    text = letter.text.format(first=name.split()[0], new=new)
    quoted = f"\n\nOn {at:%-d %B %Y}, NPM Bulletin wrote:\n{indent(answered.text, '> ', lambda _line: True)}"
    mail.set_content(text + (quoted if letter.quotes else "") + "\n")
    return mail.as_bytes()
