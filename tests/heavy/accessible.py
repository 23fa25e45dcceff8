"""Whether a page is accessible and whole: axe-core by day and by night, and the widths that a window may shrink to.

A page is loaded once for all its looks. What stands in frames, mails and web editions, has proofs of its own.
"""

import json
from typing import Any

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
# A window of 1280 at 200 per cent, a telephone, and a window of 1280 at 400 per cent (WCAG 2.2, 1.4.4 and 1.4.10).
WIDTHS = (640, 375, 320)
_CUT = """() => [...document.querySelectorAll('main *')].filter((each) => {
  const style = getComputedStyle(each);
  return each.scrollWidth > each.clientWidth + 1 && style.overflowX === 'hidden' && style.position !== 'absolute'
    && style.display !== 'inline' && each.textContent.trim();
}).map((each) => each.outerHTML.slice(0, 120))"""


def broken(page: Any, axe: str) -> list[str]:
    """All that is wrong with the page as it stands: wide and light, then narrow and dark."""
    page.wait_for_function("() => !document.querySelector('.htmx-request, [hx-trigger=load]')")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    found = axe_finds(page, axe)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} px: wider than the window"] if _is_wide(page) else []
        found += [f"{width} px: cut off: {part}" for part in page.evaluate(_CUT)]
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {line}" for line in axe_finds(page, axe)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def axe_finds(page: Any, axe: str, *rules: str) -> list[str]:
    """What violates WCAG 2.0 to 2.2, levels A and AA, or some rules alone, in the page as it looks now.

    The page's context must have been made with `bypass_csp`, or the page have no policy.
    """
    page.evaluate(f"() => {{ if (!window.axe) {{ {axe} }} }}")
    options = json.dumps({"runOnly": [*rules] or _TAGS, "iframes": False, "resultTypes": ["violations"]})
    found = page.evaluate(f"axe.run(document, {options}).then(result => result.violations)")
    return [
        f"{rule['id']}: {node['html'][:160]} - {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in found
        for node in rule["nodes"]
    ]


def _is_wide(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))
