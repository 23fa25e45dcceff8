"""What attackers write into fields, and how a test sees that a page would run it."""

from collections.abc import Iterator
from typing import Any

import lxml.html

MARK = "x-planted"
MARKUP = f"'\"><{MARK} onmouseover=alert(1) style=color:red>{{{{7*191}}}}</{MARK}><script>alert(1)</script>"
ADDRESS = "javascript:alert('x-planted')"
STRANGE = ("\0", "\u00b2", "9" * 5000, "-1", "\r\nX-Planted: yes", "../../../etc/passwd", "{0}%s%n", "\U0001f680" * 9)
_LEADS = ("href", "src", "action", "formaction", "xlink:href", "data", "hx-get", "hx-post", "srcdoc")


def runs(answer: Any) -> list[str]:
    """What of an attack a browser would take for more than words; nothing where all is well."""
    if not answer.get("Content-Type", "").startswith("text/html") or not answer.content.strip():
        return []
    return [*_live(lxml.html.document_fromstring(answer.content.decode()))]


def _live(page: Any) -> Iterator[str]:
    for element in page.iter():
        if element.tag == MARK or (element.tag == "script" and not element.get("src")):
            yield f"<{element.tag}>"
        for name, value in element.attrib.items():
            plain = "".join(str(value).split()).lower()
            if name.startswith("on") or (
                name in _LEADS and plain.startswith(("javascript:", "vbscript:", "data:text"))
            ):
                yield f"{element.tag} {name}={value[:40]}"
    if "1337" in page.text_content():
        yield "a template in a text"
