"""The queue of replies in a real browser: accessible in every state, by keyboard alone, and without scripts."""

import json
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from accessible import broken
from served_demo import Studio, served_demo

pytestmark = pytest.mark.heavy

QUEUE = "/studio/replies/"
AGREED = "UPDATE newsletter_trust SET agreed = 30 WHERE act = 'invite'"
NEWS = json.dumps({"headline": "A prize", "text": "We won it.", "link": "https://prizes.example/", "credit": ""})
ITEM = """INSERT INTO newsletter_queueitem
    (kind, source, at, title, address, address_compared, body, language, content, picture, state)
    VALUES ('news', 'form:1', '2025-11-03 10:00:00', 'A prize', 'ann@example.org', 'ann@example.org', 'imb', 'en', ?,
    '', 'waiting')"""


def letter(name: str, text: str) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"{name} Invented <{name.lower()}@volunteers.example>"
    mail["To"], mail["Subject"] = "bulletin@npm.example", "Your bulletin"
    mail["Message-ID"] = f"<{name}@volunteers.example>"
    mail.set_content(text)
    return mail.as_bytes()


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with served_demo(tmp_path_factory.mktemp("served") / "bulletin") as running:
        words = "Could you please add me to the mailing list?\n" + "Thank you. " * 200
        running.deliver(*(letter(name, words) for name in ("Bea", "Cai")))
        running.ask(AGREED)
        running.ask(ITEM, NEWS)
        yield running


@pytest.fixture(scope="module")
def state(browser: Any, studio: Studio) -> Any:
    """Somebody is signed in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(studio.entrance)
    page.click("main form button")
    page.wait_for_url("**/studio/")
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture
def visit(browser: Any, studio: Studio, state: Any) -> Iterator[Callable[..., Any]]:
    """Opens pages; what the browser's console says of them is kept, and must be nothing."""
    contexts, said = [], []

    def opened(path: str, **options: Any) -> Any:
        viewport = {"width": 1280, "height": 900}
        contexts.append(browser.new_context(viewport=viewport, storage_state=state, **options))
        page = contexts[-1].new_page()
        page.on("console", lambda message: said.append(f"{path}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"{path}: {error}"))
        page.goto(studio.url + path)
        return page

    yield opened
    assert [line for line in said if "400" not in line] == []
    for context in contexts:
        context.close()


def number_of(studio: Studio, sender: str) -> int:
    return int(studio.ask("SELECT id FROM newsletter_reply WHERE sender_name = ?", sender)[0][0])


def state_of(studio: Studio, number: int) -> str:
    return str(studio.ask("SELECT state FROM newsletter_reply WHERE id = ?", number)[0][0])


def test_axe_finds_nothing_in_any_state(visit: Callable[..., Any], studio: Studio, axe: str) -> None:
    unsure = number_of(studio, "Callum Reid")
    item = studio.ask("SELECT id FROM newsletter_queueitem WHERE source = 'form:1'")[0][0]
    places = ["", "?shelf=done", "?shelf=away", "?sort=question", "trust/", f"items/{item}/", f"items/{item}/place"]
    places += [f"{unsure}/", f"{unsure}/other", f"{unsure}/answer?with=joining"]
    page = visit(QUEUE, bypass_csp=True)
    found = {}
    for place in places:
        page.goto(f"{studio.url}{QUEUE}{place}")
        found[place] = broken(page, axe)
    page.goto(f"{studio.url}{QUEUE}{unsure}/other")
    page.click("text=That is what it is")
    found["wrong"] = broken(page, axe)
    assert found == {place: [] for place in found}


def test_by_keyboard_alone_a_reply_is_done_taken_back_and_the_next_one_has_the_focus(
    visit: Callable[..., Any], studio: Studio
) -> None:
    page, glenys = visit(QUEUE + "?sort=join"), number_of(studio, "Glenys Pritchard")
    page.keyboard.press("1")
    assert state_of(studio, glenys) == "waiting_for_staff", "no key acts but inside a card"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.closest('#reply-{glenys}') !== null"):
            break
    page.keyboard.press("1")
    page.wait_for_selector(f"#reply-{glenys}[data-settled]")
    assert state_of(studio, glenys) == "done"
    page.wait_for_function("() => document.getElementById('said').textContent.includes('they are asked to confirm')")
    # The next one has the focus, a moment after the words.
    page.wait_for_function(
        f"() => /^reply-/.test(document.activeElement.id) && document.activeElement.id !== 'reply-{glenys}'"
    )
    page.focus(f"#reply-{glenys} button[value=undo]")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#reply-{glenys}:not([data-settled])")
    page.wait_for_function(f"() => document.activeElement.id === 'reply-{glenys}'")
    assert state_of(studio, glenys) == "waiting_for_staff"
    page.keyboard.press("3")
    page.wait_for_url("**/other")


def test_without_scripts_the_buttons_do_the_same(visit: Callable[..., Any], studio: Studio) -> None:
    page, glenys = visit(QUEUE, java_script_enabled=False), number_of(studio, "Glenys Pritchard")
    page.click(f"#reply-{glenys} button[value=no]")
    assert "said no" in page.inner_text(f"#reply-{glenys}")
    assert state_of(studio, glenys) == "done"
