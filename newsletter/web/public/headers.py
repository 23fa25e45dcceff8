"""What every answer says of itself: no script, no frame, no guessing of types, no address told to other websites."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase

# No page of ours needs a script, and an uploaded or mailed text that held one could not run it.
POLICY = (
    "default-src 'none'; style-src 'self'{styles}; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Content-Security-Policy": POLICY.format(styles=""),
}
# "no-referrer" makes browsers send `Origin: null` with a form, so it stands only where a token is the authority.
WITH_TOKEN = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}
_TWO_YEARS = "max-age=63072000"


class SecurityHeaders:
    """Adds them to every answer that does not say otherwise."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Take what makes the answer."""
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, with its headers."""
        answer = self._answer(request)
        match = request.resolver_match
        for name, value in (HEADERS | WITH_TOKEN if match and "token" in match.kwargs else HEADERS).items():
            answer.headers.setdefault(name, value)
        _measure(request, answer)
        workspace = request.META.get("newsletter.workspace")
        if workspace and (workspace.publication.base_url or "").startswith("https://"):
            answer.headers.setdefault("Strict-Transport-Security", _TWO_YEARS)
        return answer


def _measure(request: HttpRequest, answer: HttpResponseBase) -> None:
    """Say how long an answer is; take its body away from HEAD, or waitress sends it as if it were the next answer."""
    if isinstance(answer, HttpResponse) and answer.status_code != HTTPStatus.NOT_MODIFIED:
        answer.headers.setdefault("Content-Length", str(len(answer.content)))
        if request.method == "HEAD":
            answer.content = b""
