"""Finishes the web edition: numbers its links for print, and takes the part out that another website can use."""

import lxml.html
from lxml.html import builder
from lxml.etree import _Element as Element

_KEPT = {"id", "href", "src", "alt", "width", "height", "lang", "dir", "datetime", "scope", "start"}
_DOCTYPE = "<!DOCTYPE html>\n"


def number_links(page: str) -> str:
    """Number the outside links of the page and list them at its end; both are shown in print only."""
    document = lxml.html.document_fromstring(page)
    addresses: dict[str, int] = {}
    for link in document.xpath("//main//a[starts-with(@href, 'http') or starts-with(@href, 'mailto:')]"):
        number = addresses.setdefault(link.get("href"), len(addresses) + 1)
        link.append(builder.SUP(f"[{number}]", {"class": "print", "aria-hidden": "true"}))
    listing = document.get_element_by_id("printed-links")
    for address in addresses:
        listing.append(builder.LI(address.removeprefix("mailto:")))
    return _DOCTYPE + str(lxml.html.tostring(document, encoding="unicode"))


def fragment(page: str) -> str:
    """The issue as bare semantic HTML: no frame, class, style or print marks, ready to paste into a website."""
    main = lxml.html.document_fromstring(page).xpath("//main")[0]
    for extra in main.xpath(".//*[@class='print' or @class='frame'] | .//script | .//style"):
        extra.drop_tree()
    for element in main.iter(lxml.etree.Element):
        for name in set(element.attrib) - _KEPT:
            del element.attrib[name]
    return "".join(_outer(child) for child in main).strip() + "\n"


def _outer(element: Element) -> str:
    return str(lxml.html.tostring(element, encoding="unicode"))
