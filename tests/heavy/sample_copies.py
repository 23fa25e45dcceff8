"""Every variant of every issue of the sample workspace, and the ways in which a reader may look at it."""

import base64
from dataclasses import dataclass
from functools import cache

from newsletter.bundle import bundle_root
from newsletter.rendering import Rendered, render, variants
from newsletter.rendering.view import View
from newsletter.workspace import Workspace, load_workspace

# The fragment brings no styles: margins, space between lines (WCAG 2.2 SC 2.5.8), pictures that shrink and words that
# break are the other website's.
_STYLES = (
    "body { margin: 24px; font: 16px/1.6 sans-serif; overflow-wrap: break-word } img { max-width: 100%; height: auto }"
)
_OTHER_WEBSITE = """<!DOCTYPE html>
<html lang="%s"><head><meta charset="utf-8"><title>%s</title><meta name="viewport" content="width=device-width">
<style>%s</style></head><body><main>%s</main></body></html>"""


@dataclass(frozen=True, kw_only=True)
class Copy:
    """One variant of one issue, with what a proof may want to look at."""

    issue_id: str
    workspace: Workspace
    view: View  # what the mail's templates see
    rendered: Rendered

    def __str__(self) -> str:
        """Say which one, in the words of a failing test."""
        return f"{self.issue_id} ({self.rendered.variant.key})"

    @property
    def pages(self) -> dict[str, str]:
        """Every page made of it, by name, with its pictures inside."""
        around = _OTHER_WEBSITE % (self.view.language, self.issue_id, _STYLES, self.rendered.web_fragment)
        return {
            "mail": self.with_pictures(self.rendered.html),
            "web": self.with_pictures(self.rendered.web_html),
            "fragment": self.with_pictures(around),
        }

    def with_pictures(self, html: str) -> str:
        """A browser knows no cid: and no folder of ours; a data address shows the same picture."""
        for image in self.rendered.images:
            data = f"data:{image.content_type};base64,{base64.b64encode(image.content).decode()}"
            html = html.replace(f"cid:{image.cid}", data).replace(f"images/{image.name}", data)
        return html


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a reader looks at a page."""

    width: int = 600  # CSS pixels
    scheme: str = "light"  # or dark, as the reader's device asks for

    def __str__(self) -> str:
        """Say which one, in the words of a failing test."""
        return f"{self.width} px, {self.scheme}"


LOOKS = [Look(width=width, scheme=scheme) for width in (600, 360) for scheme in ("light", "dark")]


@cache
def sample_workspace() -> Workspace:
    """The workspace that travels with the program, its file alone: the environment sets nothing over it."""
    return load_workspace(bundle_root(), {})


@cache
def sample_copies(issue_id: str) -> list[Copy]:
    """Every variant of one issue, rendered once for all proofs."""
    workspace = sample_workspace()
    issue, theme = workspace.load_issue(issue_id), workspace.theme
    return [
        Copy(
            issue_id=issue_id,
            workspace=workspace,
            view=View(issue, theme, variant, "email"),
            rendered=render(issue, theme, variant),
        )
        for variant in variants(issue)
    ]
