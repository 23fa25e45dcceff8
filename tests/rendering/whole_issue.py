"""An issue with every section type and every field that holds words, for tests that look at all of them."""

from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

from PIL import Image

from newsletter.content.bodies import Bodies, Body
from newsletter.content.issue import Issue

Say = Callable[[str], str]
LINK = "https://example.org/page?a=1&b=2"
BODIES = Bodies([Body(id="cqc", name="Care Quality Commission", nation="england")])


def picture_folder(folder: Path) -> Path:
    """An issue's folder with one picture in it."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (600, 300), "teal").save(folder / "images" / "dot.png")
    return folder


def issue_from(folder: Path | None, **fields: Any) -> Issue:
    """An issue with these fields and a good head."""
    head = {"title": "Bulletin", "preheader": "What is in it.", "date": date(2025, 11, 7)}
    return Issue.model_validate(head | fields).placed(folder, BODIES)


def letter(text: str = "Hello.", **fields: Any) -> dict[str, Any]:
    """The shortest section."""
    return {"type": "letter", "id": "welcome", "text": text, "name": "Ada Invented"} | fields


def whole_issue(folder: Path, plain: Say, rich: Say) -> Issue:
    """Each section type once; `plain` and `rich` (Markdown) give the words of the field they are asked for."""
    return issue_from(
        folder,
        title=plain("title"),
        subject=plain("subject"),
        preheader=plain("preheader"),
        events=[_event(plain, rich)],
        sections=[part for make in (_opening, _middle, _closing) for part in make(plain, rich)],
    )


def _event(plain: Say, rich: Say) -> dict[str, Any]:
    return {
        "id": "visit",
        "title": plain("event.title"),
        "date": date(2025, 11, 28),
        "starts": time(10),
        "ends": time(13),
        "place": plain("event.place"),
        "url": LINK,
        "text": rich("event.text"),
    }


def _image(name: str, plain: Say) -> dict[str, str]:
    return {"file": "dot.png", "alt": plain(f"{name}.alt"), "caption": plain(f"{name}.caption")}


def _link(name: str, plain: Say) -> dict[str, str]:
    return {"text": plain(f"{name}.link"), "url": LINK}


def _opening(plain: Say, rich: Say) -> list[dict[str, Any]]:
    return [
        {
            "type": "letter",
            "id": "welcome",
            "heading": plain("letter.heading"),
            "text": rich("letter.text"),
            "image": _image("letter", plain),
            "sign_off": plain("letter.sign_off"),
            "name": plain("letter.name"),
            "role": plain("letter.role"),
        },
        {
            "type": "updates",
            "id": "updates",
            "heading": plain("updates.heading"),
            "intro": rich("updates.intro"),
            "items": [
                {
                    "id": "update",
                    "title": plain("update.title"),
                    "text": rich("update.text"),
                    "event": "visit",
                    "link": _link("update", plain),
                }
            ],
        },
        {
            "type": "callout",
            "id": "callout",
            "heading": plain("callout.heading"),
            "text": rich("callout.text"),
            "event": "visit",
            "speakers": [{"name": plain("speaker.name"), "role": plain("speaker.role")}],
            "button": _link("callout", plain),
            "closing": rich("callout.closing"),
        },
        {
            "type": "feature",
            "id": "feature",
            "heading": plain("feature.heading"),
            "text": rich("feature.text"),
            "image": _image("feature", plain),
            "more": rich("feature.more"),
            "link": _link("feature", plain),
        },
    ]


def _middle(plain: Say, rich: Say) -> list[dict[str, Any]]:
    return [
        {
            "type": "spotlights",
            "id": "spotlights",
            "heading": plain("spotlights.heading"),
            "intro": rich("spotlights.intro"),
            "items": [
                {
                    "id": "report",
                    "body": "cqc",
                    "title": plain("report.title"),
                    "summary": rich("report.summary"),
                    "quote": {"text": rich("report.quote"), "by": plain("report.quote.by")},
                    "image": _image("report", plain),
                    "link": _link("report", plain),
                }
            ],
        },
        {
            "type": "news",
            "id": "news",
            "heading": plain("news.heading"),
            "items": [
                {
                    "id": "item",
                    "text": rich("item.text"),
                    "bodies": ["cqc"],
                    "image": _image("item", plain),
                    "link": _link("item", plain),
                }
            ],
            "invitation": rich("news.invitation"),
        },
        {
            "type": "events",
            "id": "events",
            "heading": plain("events.heading"),
            "intro": rich("events.intro"),
        },
    ]


def _closing(plain: Say, rich: Say) -> list[dict[str, Any]]:
    return [
        {
            "type": "resources",
            "id": "resources",
            "heading": plain("resources.heading"),
            "intro": rich("resources.intro"),
            "items": [
                {
                    "id": "resource",
                    "title": plain("resource.title"),
                    "text": rich("resource.text"),
                    "link": _link("resource", plain),
                    "thanks_to": "cqc",
                }
            ],
        },
        {
            "type": "quote",
            "id": "quote",
            "heading": plain("quote.heading"),
            "text": rich("quote.text"),
            "by": plain("quote.by"),
            "role": plain("quote.role"),
        },
        {
            "type": "image",
            "id": "image",
            "heading": plain("image.heading"),
            "image": _image("image", plain),
            "url": LINK,
        },
        {"type": "text", "id": "text", "heading": plain("text.heading"), "text": rich("text.text")},
        {
            "type": "social",
            "id": "social",
            "heading": plain("social.heading"),
            "accounts": [{"name": plain("account.name"), "url": LINK}],
        },
        {
            "type": "feedback",
            "id": "feedback",
            "heading": plain("feedback.heading"),
            "text": rich("feedback.text"),
            "contact": _link("feedback.contact", plain),
            "feedback": _link("feedback", plain),
        },
    ]
