"""How a form of ours is told from anything else that is posted: a signed field that runs out, and where it came from.

No cookie is needed for it, because nobody signs in here: what must not happen is that another website, a link scanner
or a bot sends a form in a reader's place.
"""

import secrets
from datetime import timedelta

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils.datastructures import MultiValueDict

from newsletter.content.wording import phrase
from newsletter.services.keys import key_of
from newsletter.web.public.visit import Visit
from newsletter.workspace import Workspace

FIELD = "form"  # the signed one
TRAP = "website"  # no person sees it; bots fill in whatever sounds like this

LIFETIME = timedelta(hours=8)  # a page may stay open over a working day
_HASTE = timedelta(seconds=2)  # nobody types an address faster

# What is wrong with a form that came back, told so that a person can go on; None stands for nothing.
TOO_OLD = phrase("This page was open for a long time. Nothing was sent: please press the button once more.")
NOT_OURS = phrase("This form did not come from our own page. Nothing was sent: please press the button once more.")
TOO_FAST = phrase("That was quicker than a person types. Nothing was sent: please press the button once more.")
TRAPPED = phrase(
    "A field that should stay empty was filled in. Nothing was sent: please empty it and press the button again."
)


def seal(workspace: Workspace, form: str) -> str:
    """The value of the signed field: random, so that each showing of a form has one of its own."""
    return _signer(workspace, form).sign(secrets.token_urlsafe(12))


def trouble(visit: Visit, form: str, *, by_token: bool) -> str | None:
    """Why a form that was posted must not be acted on. With `by_token` the page's own address is the authority."""
    posted = visit.request.POST
    return (
        _origin_trouble(visit, by_token=by_token)
        or _seal_trouble(visit.workspace, form, posted.get(FIELD, ""), patient=by_token)
        or _trap_trouble(posted)
    )


def _origin_trouble(visit: Visit, *, by_token: bool) -> str | None:
    """Browsers say in Origin which website a form stands on; programs that are no browser leave it out."""
    headers = visit.request.headers
    fetched, origin = headers.get("Sec-Fetch-Site"), headers.get("Origin")
    if fetched is not None:
        return None if fetched == "same-origin" else NOT_OURS
    if origin is None or (origin == "null" and by_token):
        return None
    ours = visit.site.origin or f"http://{headers.get('Host', '')}"  # without base_url: this computer alone
    return None if origin.lower() == ours else NOT_OURS


def _seal_trouble(workspace: Workspace, form: str, value: str, *, patient: bool) -> str | None:
    signer = _signer(workspace, form)
    try:
        signer.unsign(value, max_age=LIFETIME)
    except SignatureExpired:
        return TOO_OLD
    except BadSignature:
        return NOT_OURS
    if patient:
        return None
    try:
        signer.unsign(value, max_age=_HASTE)
    except SignatureExpired:
        return None
    return TOO_FAST


def _trap_trouble(posted: MultiValueDict[str, str]) -> str | None:
    return TRAPPED if posted.get(TRAP) else None


def _signer(workspace: Workspace, form: str) -> TimestampSigner:
    return TimestampSigner(key=key_of(workspace).derive("forms").hex(), salt=form)
