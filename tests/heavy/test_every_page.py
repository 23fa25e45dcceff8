"""Every page of the studio and every state of it: accessible, whole on a narrow screen, and usable by keyboard alone.

Pages are the lines of the table; a new line is tried on the day it is written.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from accessible import broken
from furnished_site import Studio, furnished_site

from newsletter.web.routes import STAFF, Access
from newsletter.web.studio.table import STUDIO

pytestmark = pytest.mark.heavy

NO_PAGES = {"studio-asset", "studio-root", "studio-frame", "studio-frame-picture", "studio-thumbnail", "account_logout"}
NO_PAGES |= {"studio-reply-item-picture", "studio-agree-mail", "studio-practice-html"}
PARTS = {"studio-needs", "studio-fixes", "studio-agree-look", "studio-mailing-now"}  # asked for by a page that is tried
PAGES = [
    route.name
    for route in STUDIO
    if route.access in (*STAFF, Access.MEMBER, Access.DOOR, Access.LINK)
    and route.name not in NO_PAGES | PARTS
    and not route.path.endswith(".csv")
]
# Pages whose form is sent with nothing in it.
EMPTY = (
    *("studio-issues", "studio-head", "studio-section", "studio-new-section", "studio-new-event", "studio-alone"),
    *(
        "studio-draft",
        "studio-covers",
        "studio-doubts",
        "studio-wrong-web",
        "studio-wrong-picture",
        "studio-wrong-copy",
    ),
    *(
        "studio-person-add",
        "studio-trace",
        "studio-import",
        "studio-reconcile",
        "studio-person-remove",
        "studio-invite",
    ),
    *("studio-person-never", "studio-person-move", "studio-reply-other", "studio-reply-answer", "studio-import-look"),
    *("studio-reply-item-place",),
)
MAILING = "UPDATE newsletter_mailing SET state = '{}', scheduled_for = '2030-01-01 09:00:00' WHERE id = 1"
# What else a page may look like: what happened, and where it is then seen.
STATES = (
    *((MAILING.format(state), "studio-mailing", "") for state in ("scheduled", "cancelled", "finished")),
    (MAILING.format("needs_approval"), "studio-mailing", ""),
    (MAILING.format("paused"), "studio-mailing", ""),
    ("UPDATE newsletter_workspacestate SET mode = 'practice'", "studio-live", "?look=yes"),
    ("UPDATE newsletter_subscriber SET status = 'unsubscribed' WHERE id = 3", "studio-people", "?status=unsubscribed"),
    ("UPDATE newsletter_queueitem SET state = 'done' WHERE id = 3", "studio-replies", "?shelf=done"),
    ("SELECT 1", "studio-people", "?q=nobody"),
    ("SELECT 1", "studio-log", "?q=nothing"),
    ("SELECT 1", "studio-agree", "?look"),
    ("SELECT 1", "studio-issue", "?version=cy"),
    ("SELECT 1", "studio-send", "?to=everybody&when=now"),
)
TARGETS = """() => {
  window.targets = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter((each) => !each.disabled && each.type !== 'hidden' && each.tabIndex >= 0
      && each.checkVisibility({visibilityProperty: true}));
  window.seen = new Set();
  window.last = null;
  return targets.length;
}"""
# A field for a day or a time is several stops in one element; the window scrolls a moment after the key.
STEP = """async () => {
  const here = document.activeElement, html = here ? here.outerHTML.slice(0, 120) : '';
  if (!here || here === document.body) return 'out';
  if (here.tagName === 'IFRAME' || here === last) return '';
  if (seen.has(here)) return 'again';
  seen.add(here);
  last = here;
  const style = getComputedStyle(here);
  const isShown = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  const inSight = () => {
    const box = here.getBoundingClientRect();
    return box.width > 0 && box.bottom >= 0 && box.top <= innerHeight;
  };
  for (let times = 0; times < 60 && !inSight(); times += 1) await new Promise(requestAnimationFrame);
  return !isShown ? 'no focus to be seen: ' + html : inSight() ? '' : 'out of sight: ' + html;
}"""
MISSED = """() => targets.filter((each) => !seen.has(each)
  && !(each.type === 'radio' && [...seen].some((other) => other.name === each.name)))
  .map((each) => each.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with furnished_site(tmp_path_factory.mktemp("furnished") / "bulletin") as running:
        yield running


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with furnished_site(tmp_path_factory.mktemp("bare") / "bulletin", "bare") as running:
        yield running


def come_in(browser: Any, studio: Studio, role: str) -> Any:
    """A window in which somebody of a role is signed in."""
    page = browser.new_context(bypass_csp=True).new_page()
    page.set_default_timeout(20_000)
    page.goto(studio.links[role])
    page.click("main button")
    return page


@pytest.fixture(scope="module")
def ann(browser: Any, site: Studio) -> Iterator[Any]:
    page = come_in(browser, site, "administrator")
    yield page
    page.context.close()


def settled(page: Any) -> None:
    """What the page asks for by itself has come."""
    page.wait_for_function("() => !document.querySelector('.htmx-request, [hx-trigger=load]')")


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_accessible_and_whole(ann: Any, site: Studio, axe: str, name: str) -> None:
    ann.goto(site.url + site.places[name])
    assert broken(ann, axe) == []


@pytest.mark.parametrize("name", EMPTY)
def test_each_form_with_something_to_mend_is_accessible_and_whole(ann: Any, site: Studio, axe: str, name: str) -> None:
    ann.goto(site.url + site.places[name])
    settled(ann)
    ann.evaluate("""() => {
      const form = [...document.querySelectorAll('main form')].find((each) => each.method === 'post'
        && each.querySelector('textarea, select, input:not([type=hidden])')) || document.querySelector('main form');
      form.querySelectorAll('input:not([type=hidden]), textarea').forEach((each) => {
        if (['checkbox', 'radio'].includes(each.type)) each.checked = false; else each.value = '';
      });
      const button = form.querySelector('button:not([value]), button[value=save]');
      HTMLFormElement.prototype.submit.call(form);
    }""")
    ann.wait_for_load_state("load")
    assert broken(ann, axe) == []


@pytest.mark.parametrize(
    "state", STATES, ids=[f"{name}{where} {number}" for number, (_, name, where) in enumerate(STATES)]
)
def test_each_state_is_accessible_and_whole(ann: Any, site: Studio, axe: str, state: tuple[str, str, str]) -> None:
    sql, name, where = state
    site.change(sql)
    ann.goto(site.url + site.places[name] + where)
    assert broken(ann, axe) == []


def test_pages_that_say_no_are_accessible_and_whole(browser: Any, ann: Any, site: Studio, axe: str) -> None:
    eve, found = come_in(browser, site, "editor"), {}
    eve.goto(site.url + site.places["studio-accounts"])
    found["403"] = broken(eve, axe)
    for status, where in {
        "404": "/studio/nothing",
        "405": "/studio/people/export",
        "409": "/studio/settings/password",
    }.items():
        ann.goto(site.url + where)
        found[status] = broken(ann, axe)
    eve.goto(site.links["editor"])
    found["410"] = broken(eve, axe)
    stranger = browser.new_context(bypass_csp=True).new_page()
    for _ in range(7):
        stranger.goto(f"{site.url}/studio/sign-in")
        stranger.fill("[name=login]", "ann@example.org")
        stranger.fill("[name=password]", "wrong wrong wrong")
        stranger.click("main form button")
    found["429"] = broken(stranger, axe)
    site.change("ALTER TABLE newsletter_trust RENAME TO trust_away")
    ann.goto(site.url + site.places["studio-reply-trust"])
    found["500"] = broken(ann, axe)
    site.change("ALTER TABLE trust_away RENAME TO newsletter_trust")
    assert found == {status: [] for status in found}


def test_where_there_is_nothing_yet_pages_are_accessible_and_whole(browser: Any, bare: Studio, axe: str) -> None:
    page, found = come_in(browser, bare, "administrator"), {}
    for route in STUDIO:
        if "<" not in route.path and route.name in PAGES:
            page.goto(f"{bare.url}/{route.path}")
            found[route.name] = broken(page, axe)
    bare.change(f"UPDATE newsletter_workspacestate SET mode = 'live', home = '{bare.root}'")
    for where in ("", "settings/live/"):
        page.goto(f"{bare.url}/studio/{where}")
        found[f"live {where}"] = broken(page, axe)
    assert found == {name: [] for name in found}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_gone_through_by_keyboard_alone(ann: Any, site: Studio, name: str) -> None:
    ann.goto(site.url + site.places[name])
    settled(ann)
    count = ann.evaluate(TARGETS)
    said: list[str] = []
    for step in range(count + 150):
        ann.keyboard.press("Tab")
        told = ann.evaluate(STEP)
        if step == 0:
            assert ann.evaluate("document.activeElement.className") == "skip"
        if told in ("out", "again"):
            break
        said += [told] if told else []
    else:
        said.append("the focus comes to no end")
    assert (said, ann.evaluate(MISSED)) == ([], [])
