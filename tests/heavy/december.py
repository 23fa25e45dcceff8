"""What the editor writes into December's issue: something for every type of section, and three things to fix."""

from collections.abc import Mapping
from pathlib import Path

from PIL import Image, ImageDraw

Words = Mapping[str, str]  # names of fields and what is put into them

SUBJECT = "NPM Bulletin December 2025: briefing in January"
SITE = "https://nationalpreventivemechanism.org.uk"
HEAD: Words = {
    "subject": SUBJECT,
    "preheader": "A briefing on the self-evaluation, how to send us items in Welsh, and three reports on winter.",
}
EVENT: Words = {
    "title": "Briefing on the OPCAT self-evaluation",
    "date": "2026-01-13",
    "starts": "10:00",
    "ends": "11:00",
    "place": "Online",
}
# Sections that November hands on, by the name of their type.
EDITED: Mapping[str, Words] = {
    "Letter": {
        "text": "This is my first letter to you as interim Head, so let me begin with thanks to the the many of you "
        "who have written to wish us well.\n\nMany of you will visit places of detention over the holidays, when staff "
        "are few. Thank you for that most of all.",
        "name": "Idris Penhallow",
        "role": "Interim Head of UK NPM",
    },
    "Updates": {
        "items.0.title": "Northern Ireland",
        "items.0.text": "The subgroup will settle the wording of its submission on bail and remand. Next meeting:",
        "items.0.event": "northern-ireland-subgroup-q3",
    },
    "Spotlight reports": {
        "items.0.title": "Monitoring in winter",
        "items.0.summary": "Inspectors asked how warm rooms are kept, and whom people can tell when they are not.",
        "items.0.link.text": "Read ‘Monitoring in winter’",
        "items.0.link.url": "https://www.cqc.org.uk/winter?utm_source=bulletin",
    },
    "News in brief": {
        "items.0.text": "CJI and IMBNI met to compare notes on prisons in Northern Ireland.",
        "invitation": "Is your news missing from this issue? "
        "[E-mail your news for January to the bulletin](mailto:bulletin@npm.example?subject=News).",
    },
    "List of events": {"intro": "All of these are open to everybody who holds an OPCAT mandate."},
    "Resources": {
        "items.0.title": "The Nelson Mandela Rules",
        "items.0.text": "Ten years ago the United Nations adopted its revised rules for the treatment of prisoners.",
        "items.0.link.text": "Read the Nelson Mandela Rules",
        "items.0.link.url": "https://www.un.org",
    },
    "Closing words": {"text": "The NPM Central Team wishes you a peaceful end of the year!! We are glad of your news."},
    "Accounts elsewhere": {"heading": "Find us elsewhere"},
}
# Those that it lacks. The picture's file is added by the test.
ADDED: Mapping[str, Words] = {
    "Call to action": {
        "heading": "Get ready for the self-evaluation",
        "text": "In one hour we go through the questions, show a completed example and explain how the review works.",
        "event": "event",
        "button.text": "Book a place at the briefing",
        "button.url": SITE,
    },
    "Feature": {
        "heading": "What inspectors found in winter",
        "text": "Three bodies asked the same question in three nations. The answers have much in common.",
        "link.text": "Compare the three answers",
        "link.url": SITE,
    },
    "Quotation": {
        "text": "Every place of detention should be ready for a visit tomorrow morning.",
        "by": "Priya Venn",
        "role": "NPM Central Team",
    },
    "Plain text": {
        "heading": "Send us your items in Welsh",
        "text": "We give both languages equal care. Please send us your items by <date:2025-12-19>.",
    },
}
ALT = "Bar chart: complaints about cold rooms fell from 148 to 86 in three years."
WRONG_HOUR = "The briefing on 13 January begins at 11am, not at 10am."


def picture_in(folder: Path) -> Path:
    """A chart, as somebody has it on their computer."""
    picture = Image.new("RGB", (1200, 600), "#f4f1ea")
    pen = ImageDraw.Draw(picture)
    for place, height in enumerate((444, 351, 258)):
        pen.rectangle((150 + 350 * place, 540 - height, 350 + 350 * place, 540), fill="#1d5c63")
    picture.save(folder / "Complaints in winter.png")
    return folder / "Complaints in winter.png"
