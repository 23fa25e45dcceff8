"""HTML and CSS that the mail programs of many readers leave out."""

from collections.abc import Iterator

from newsletter.checks.client_support import clients, used_in
from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_FEW = 5.0  # percent of the readers
# What is missed by nobody where it is left out: corners, shadows, cursors, and rules that only make good better.
_GRACEFUL = frozenset({
    "css-animation", "css-at-keyframes", "css-at-media", "css-at-media-hover", "css-at-media-prefers-color-scheme",
    "css-at-media-prefers-reduced-motion", "css-at-supports", "css-border-radius", "css-border-spacing",
    "css-box-shadow", "css-color-scheme", "css-cursor", "css-hyphens", "css-max-height", "css-opacity", "css-outline",
    "css-overflow", "css-overflow-wrap", "css-pseudo-class-active", "css-pseudo-class-focus", "css-pseudo-class-hover",
    "css-pseudo-class-visited", "css-table-layout", "css-text-shadow", "css-transition", "css-white-space",
    "css-word-break", "css-word-spacing", "css-word-wrap", "html-aria-hidden", "html-aria-label", "html-target",
})  # fmt: skip


def look(context: CheckContext) -> Iterator[Fault]:
    """Count the readers without each feature that some variant uses."""
    shares = context.config.clients
    used = {slug: feature for document in context.documents for slug, feature in used_in(document).items()}
    for slug in sorted(used.keys() - _GRACEFUL):
        percent, without = used[slug].missing(shares)
        if percent >= _FEW:
            who = ", ".join(clients().get(client, client) for client in without[:3])
            message = f"{used[slug].title} is left out by {who}: about {percent:.0f} in 100 readers"
            yield Fault(message=message)
    for client in sorted(shares.keys() - clients().keys()):
        message = f"[checks.clients] names '{client}', and caniemail.com has no such mail program"
        yield Fault(message=message, file="newsletter.toml", remedy="Write one such as gmail.android.")


RULE = Rule(
    id="client-support",
    title="What mail programs do not show",
    severity=Severity.WARNS,
    looks_at=Sight.HTML,
    why="Tests of caniemail.com (Rémi Parmentier, MIT), against the shares in [checks.clients].",
    remedy="Use what all of them show, or make sure that nothing is lost without it.",
    look=look,
    needs=("mails",),
)
