"""News becomes an item of an issue: what was sent is the form's beginning, and a person has the last word."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse

from newsletter.models import QueueItem
from newsletter.services.editing.parts import PartRef
from newsletter.services.inbox.placing import NewsItem, has_picture, open_issues, place
from newsletter.web.public.fields import LineField, LinkField, OneOf, TextField
from newsletter.web.studio.replies.places import item_at
from newsletter.web.studio.screen import Screen
from newsletter.web.studio.write.addresses import address

_PICTURE = ("with_picture", "alt")
_GREETING = re.compile(r"(?:hi|hello|hiya|dear|good (?:morning|afternoon|day)|helo|annwyl)\b.{0,40}", re.IGNORECASE)
_LABEL = 24  # letters before a link that are no sentence, such as "The report: "


class PlaceForm(forms.Form):
    """The item as it will stand in the issue."""

    issue = OneOf(label="Issue", opens=True)
    text = TextField(label="Text", help_text="In Markdown: **strong**, *stressed*.", rows=8, longest=6000)
    link = LinkField(label="Link", required=False)
    link_words = LineField(
        label="Words of the link",
        help_text="What readers find there, such as: Read the report.",
        required=False,
    )
    body = OneOf(label="Body that it is about", opens=True, required=False)
    with_picture = forms.BooleanField(label="Take the picture with it", required=False)
    alt = LineField(label="What the picture shows", help_text="For readers who do not see it.", required=False)
    credit = LineField(label="Credit line", help_text="Such as: Photo: Tomos Vaughan.", required=False)

    def clean(self) -> dict[str, Any]:
        """A link needs words, a picture needs its alt text."""
        given = dict(self.cleaned_data)
        if given.get("link") and not given.get("link_words"):
            self.add_error("link_words", "Say what readers find at the link.")
        if given.get("with_picture") and not given.get("alt"):
            self.add_error("alt", "Say what the picture shows.")
        return given


def place_item(screen: Screen, number: int) -> HttpResponse:
    """The form, and what comes of it."""
    item = item_at(number)
    form = screen.form(PlaceForm, initial=_begun(item))
    _offer(screen, item, form)
    made: list[PartRef] = []
    if screen.done(form, lambda: made.append(_place(screen, item, form))):
        where = address(form.cleaned_data["issue"], made[0])
        screen.request.session["notice"] = "It is in the issue now, at the end of the news."
        return HttpResponse(status=303, headers={"Location": where})
    title = "Put it into an issue"
    return screen.show("web/studio/replies/place.html.j2", title=title, form=form, item=item)


def _begun(item: QueueItem) -> dict[str, Any]:
    content = {name: str(words) for name, words in item.content.items()}
    headline, text = content.get("headline", "").strip(), _without_trimmings(content)
    text = f"**{headline.rstrip('.')}.** {text}" if headline and not text.startswith(headline) else text
    return {
        "text": text,
        "link": content.get("link", ""),
        "body": item.body,
        "alt": content.get("alt", ""),
        "credit": content.get("credit", ""),
        "with_picture": bool(item.picture),
    }


def _without_trimmings(content: Mapping[str, str]) -> str:
    """The text without a greeting, and without lines that say what the fields for link and credit hold."""
    link, credit = (content.get(name, "").strip() or "\0" for name in ("link", "credit"))
    lines = content.get("text", "").strip().split("\n")
    kept = [line for line in lines if line.strip() != credit and not _is_link(line.strip(), link)]
    if kept and _GREETING.fullmatch(kept[0].strip()):
        del kept[0]
    return "\n".join(kept).strip()


def _is_link(line: str, link: str) -> bool:
    return line.endswith(link) and len(line) - len(link) <= _LABEL


def _offer(screen: Screen, item: QueueItem, form: PlaceForm) -> None:
    bodies = sorted(((key, body.name) for key, body in screen.workspace.bodies.items()), key=lambda pair: pair[1])
    form.fields["issue"].choices = [(name, name) for name in open_issues(screen.workspace)]  # type: ignore[attr-defined]
    form.fields["body"].choices = [("", "None of these"), *bodies]  # type: ignore[attr-defined]
    if not has_picture(screen.workspace, item):
        for name in _PICTURE:
            del form.fields[name]


def _place(screen: Screen, item: QueueItem, form: PlaceForm) -> PartRef:
    given = form.cleaned_data
    news = NewsItem(
        text=given["text"],
        link=given["link"],
        link_words=given["link_words"],
        body=given["body"],
        with_picture=given.get("with_picture", False),
        alt=given.get("alt", ""),
        credit=given["credit"],
    )
    return place(screen.workspace, item, given["issue"], news, by=screen.member)
