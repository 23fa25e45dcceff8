"""Makes what rules look at from a few lines of YAML, each of which says how a case differs from what is good."""

import io
from datetime import date
from pathlib import Path
from typing import Any

from PIL import Image as Pillow
from pydantic import TypeAdapter

from newsletter.checks.context import CheckContext
from newsletter.checks.facts import DomainFact, LinkFact, LinkOutcome, MailingFact, PageFact, SpamFact, Spelling
from newsletter.checks.registry import RULES
from newsletter.content.bodies import Bodies, Body
from newsletter.content.check_config import CheckConfig
from newsletter.content.issue import Issue
from newsletter.content.variants import Variant
from newsletter.errors import Problem
from newsletter.rendering.rendered import Rendered, RenderedImage
from newsletter.rendering.theme import Palette, Publication, Theme

GOOD = {
    "title": "Bulletin of November 2025",
    "preheader": "A conference, three reports and a letter",
    "date": "2025-11-07",
}
MESSAGE = """\
From: Bulletin <bulletin@npm.example>
To: reader@body.example
Subject: Bulletin
Date: Fri, 07 Nov 2025 09:00:00 +0000
Message-ID: <m1.d1@npm.example>
List-Id: <bulletin.npm.example>
List-Unsubscribe: <https://npm.example/u/x>, <mailto:bulletin@npm.example?subject=unsubscribe>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain; charset="utf-8"

Hello.
--b
Content-Type: text/html; charset="utf-8"

<p>Hello.</p>
--b--
"""
FACTS: dict[str, Any] = {
    "spelling": Spelling,
    "spam": tuple[SpamFact, ...],
    "pages": tuple[PageFact, ...],
    "mailing": MailingFact,
    "domain": DomainFact,
    "tracked": tuple[str, ...],
    "people": tuple[str, ...],
}
PAGE = '<html lang="en" dir="ltr"><head><title>Bulletin</title></head><body><h1>Bulletin</h1>{}</body></html>'


def issue_of(case: dict[str, Any]) -> Issue:
    """A good issue, changed as a case says."""
    letter = {"type": "letter", "id": "welcome", "text": case.get("text", "Dear readers."), "name": "Ana Invented"}
    letter |= case.get("letter", {})
    sections = [*case.get("first", []), letter, *case.get("sections", [])]
    if "image" in case:
        sections.append({"type": "image", "id": "picture", "image": {"file": "chart-1.png"} | case["image"]})
    issue = Issue.model_validate(GOOD | {"sections": sections} | case.get("issue", {}))
    folder = Path(str(case["folder"])) if "folder" in case else None
    return issue.placed(folder, Bodies([Body.model_validate(body) for body in case.get("bodies", ())]))


def mail_of(case: dict[str, Any]) -> Rendered:
    """A mail as rendering would hand it on."""
    body = case.get("body", "") + "x" * case.get("bytes", 0)
    html = case.get("html") or PAGE.format(body)
    html = html.replace("<head>", f"<head>{case.get('head', '')}")
    html = html.replace("</head>", f"<style>{case.get('css', '') + 'a' * case.get('style_bytes', 0)}</style></head>")
    return Rendered(
        variant=Variant(language=case.get("language", "en")),
        subject="Bulletin",
        preheader="",
        html=html,
        text=case.get("plain", ""),
        web_html="",
        web_fragment="",
        images=tuple(picture(kind) for kind in case.get("pictures", ()))
        + tuple(image_of(bytes(size)) for size in case.get("weights", ())),
        calendars=(),
        warnings=tuple(case.get("warnings", ())),
        embeds_images=False,
    )


def messages_of(case: dict[str, Any]) -> list[str]:
    """The good message, with header fields and lines replaced as a case says; lines end as in mail."""
    text = case.get("message", MESSAGE)
    for old, new in case.get("replaced", {}).items():
        assert old in text, old
        text = text.replace(old, new)
    return [text.replace("\n", "\r\n") + "x" * case.get("message_bytes", 0)]


def picture(kind: str) -> RenderedImage:
    """A drawn picture: `dark` or `light` lines on nothing, or `solid`."""
    drawn = Pillow.new("RGBA", (64, 64), (255, 255, 255, 255 if kind == "solid" else 0))
    drawn.paste((20, 20, 20, 255) if kind == "dark" else (240, 240, 240, 255), (20, 20, 40, 40))
    file = io.BytesIO()
    drawn.save(file, "PNG")
    return image_of(file.getvalue())


def image_of(content: bytes) -> RenderedImage:
    """A picture as rendering would hand it on."""
    return RenderedImage(name="p.png", content=content, content_type="image/png", width=64, height=64)


def theme_of(case: dict[str, Any]) -> Theme:
    """The standard theme, with colours that loading would have refused where a case says so."""
    theme = Theme(publication=Publication(base_url=case.get("base_url")))
    changed = {
        name: Palette.model_construct(**(getattr(theme, name).model_dump() | case[name]))
        for name in ("light", "dark")
        if name in case
    }
    return theme.model_copy(update=changed)


def context_of(case: dict[str, Any]) -> CheckContext:
    """All that rules may look at."""
    facts = {
        url: LinkFact(url=url, **fact | {"outcome": LinkOutcome(fact["outcome"])})
        for url, fact in case.get("links", {}).items()
    }
    return CheckContext(
        issue=issue_of(case),
        config=CheckConfig.model_validate(case.get("config", {})),
        theme=theme_of(case),
        mails=(mail_of(case),),
        refusals=tuple(Problem(**problem) for problem in case.get("refusals", ())),
        link_facts=facts,
        messages=tuple(text.encode() for text in messages_of(case)),
        **{name: TypeAdapter(kind).validate_python(case[name]) for name, kind in FACTS.items() if name in case},
        today=date.fromisoformat(case["today"]) if "today" in case else None,
        rule_ids=frozenset(rule.id for rule in RULES),
    )
