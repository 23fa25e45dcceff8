"""What each look does to the mail or the web edition before it is shown in a frame."""

import re

from newsletter.rendering.links import Links
from newsletter.rendering.rendered import Rendered
from newsletter.web.preview.dark_mode import in_scheme
from newsletter.web.preview.looks import Look

_HEAD_STYLES = re.compile(r"<style\b.*?</style\s*>", re.DOTALL | re.IGNORECASE)
_OUTSIDE_LINK = re.compile(r'<a\b(?=[^>]*\shref="https?:)', re.IGNORECASE)
_BLOCK = re.compile(r"(?<!^)(?=<(?:body|div|table|tr|td|h[1-6]|p|ul|ol|li|img|style|meta|blockquote|!--\[if)\b)")

# Turning the hue back keeps blue blue; a picture inverted twice looks as it is.
_INVERTED = "<style>html, img { filter: invert(1) hue-rotate(180deg); } html { background: #ffffff; }</style>"


def framed(rendered: Rendered, look: Look, links: Links) -> str:
    """The document that a frame shows for a look; pictures are at `images/`, beside it."""
    page = rendered.web_html if look.kind == "web" else with_local_images(rendered, links)
    page = in_scheme(page, "dark" if look.id in ("dark", "web-dark") else "light")
    if look.id == "styles-off":
        page = without_head_styles(page)
    if look.id == "forced-dark":
        page = page.replace("</head>", f"{_INVERTED}</head>", 1)
    return _links_leave_frame(page)


def with_local_images(rendered: Rendered, links: Links) -> str:
    """The mail with its pictures taken from the preview: nobody else can resolve cid:, nor reach a draft's pictures."""
    page = rendered.html
    for image in rendered.images:
        for address in filter(None, (f"cid:{image.cid}", links.image(image.name))):
            page = page.replace(f'"{address}"', f'"images/{image.name}"')
    return page


def without_head_styles(page: str) -> str:
    """The mail as programs show it that drop every style element."""
    return _HEAD_STYLES.sub("", page)


def readable_lines(page: str) -> list[str]:
    """The source in lines short enough to read: compiled mail comes in lines of thousands of characters."""
    return _BLOCK.sub("\n", page).replace("\n\n", "\n").splitlines()


def _links_leave_frame(page: str) -> str:
    """Outside links open in a tab of their own: most sites refuse to be framed. Links within the document stay."""
    return _OUTSIDE_LINK.sub('<a target="_blank" rel="noopener noreferrer"', page)
