"""Finishes the web edition: numbers its links for print, and takes the part out that another website can use."""

from typing import Any

import lxml.html
from lxml.etree import Element
from lxml.html import builder

_KEPT = {"id", "href", "src", "alt", "width", "height", "lang", "dir", "datetime", "scope", "start"}
_OUTSIDE = "//main//a[starts-with(@href, 'http') or starts-with(@href, 'mailto:')]"
_FRAME = ".//*[@class='print' or @class='frame'] | .//script | .//style"


def number_links(page: str) -> str:
    """Number the outside links of the page and list them at its end; both are shown in print only."""
    document = _parsed(page)
    addresses: dict[str, int] = {}
    for link in document.xpath(_OUTSIDE):
        number = addresses.setdefault(printed_address(link.get("href")), len(addresses) + 1)
        link.append(builder.SUP(f"[{number}]", {"class": "print", "aria-hidden": "true"}))
    listing = document.get_element_by_id("printed_links")
    for address in addresses:
        listing.append(builder.LI(address))
    return f"<!DOCTYPE html>\n{_serialised(document)}"


def printed_address(target: str) -> str:
    """A link's address as a person would type it."""
    return target.removeprefix("mailto:").partition("?subject=")[0] if target.startswith("mailto:") else target


def fragment(page: str) -> str:
    """The issue as bare semantic HTML: no frame, class, style or print marks, ready to paste into a website."""
    main = _parsed(page).xpath("//main")[0]
    for extra in main.xpath(_FRAME):
        extra.drop_tree()
    for element in main.iter(Element):
        for name in set(element.attrib) - _KEPT:
            del element.attrib[name]
    return "".join(map(_serialised, main)).strip() + "\n"


def _parsed(page: str) -> Any:  # noqa: ANN401  (lxml's own types cannot say what an XPath finds)
    return lxml.html.document_fromstring(page)


def _serialised(element: Any) -> str:  # noqa: ANN401
    return str(lxml.html.tostring(element, encoding="unicode"))
