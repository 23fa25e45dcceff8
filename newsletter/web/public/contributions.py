"""The pages by which readers say what they think, and bodies send what is new with them."""

import hashlib

from newsletter.content.wording import phrase
from newsletter.models import QueueKind
from newsletter.rendering.images import LARGEST_UPLOAD
from newsletter.services.contributing import contribute
from newsletter.web.public.form_page import ALL_ISSUES, BUSY, FormPage, Said, Words
from newsletter.web.public.forms import FeedbackForm, NewsForm, ReaderForm
from newsletter.web.public.visit import Visit

_THANKS = Said(
    title=phrase("Thank you"),
    lines=(phrase("What you wrote is with the team now. People read it."),),
    links=(ALL_ISSUES,),
)


def _source(visit: Visit, kind: QueueKind) -> str:
    """The same form pressed twice is one item; who goes back and changes a word sends another."""
    return f"form:{kind}:{hashlib.sha256(visit.request.POST.urlencode().encode()).hexdigest()[:32]}"


def _feedback(visit: Visit, form: ReaderForm) -> Said:
    is_taken = contribute(
        visit.workspace,
        QueueKind.FEEDBACK,
        visit.sender,
        source=_source(visit, QueueKind.FEEDBACK),
        title=dict(FeedbackForm.base_fields["useful"].choices)[form.value("useful")],  # type: ignore[attr-defined]
        content={name: form.value(name) for name in ("useful", "best", "change")},
        address=form.value("address", None),
    )
    return _THANKS if is_taken else BUSY


FEEDBACK = FormPage(
    name="feedback",
    form=FeedbackForm,
    act=_feedback,
    words=Words(
        title=phrase("Give feedback"),
        lead=(phrase("Three questions. Your answers go to the team and to nobody else."),),
        button=phrase("Send my answers"),
    ),
)


def _news(visit: Visit, form: ReaderForm) -> Said:
    is_taken = contribute(
        visit.workspace,
        QueueKind.NEWS,
        visit.sender,
        source=_source(visit, QueueKind.NEWS),
        title=form.value("headline"),
        content={name: form.value(name) for name in ("headline", "text", "link", "alt", "credit")},
        address=form.value("address"),
        body=form.value("body"),
        picture=form.value("picture", None),
    )
    return _THANKS if is_taken else BUSY


NEWS = FormPage(
    name="news",
    form=NewsForm,
    act=_news,
    largest=LARGEST_UPLOAD + 100_000,
    words=Words(
        title=phrase("Send us your news"),
        lead=(
            phrase("Tell us what is new with you, for the next issue of {name}."),
            phrase("We read everything. What we print, and when, is for the team to decide."),
        ),
        button=phrase("Send it to the team"),
    ),
)
