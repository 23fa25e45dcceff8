"""The preview over HTTP: on loopback, for loopback names, reading only, and in step with the files."""

import http.client
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from newsletter.errors import InputError
from newsletter.web.preview import serve_preview
from newsletter.web.preview.looks import LOOKS
from newsletter.workspace import Workspace, load_workspace


def ask(url: str, path: str = "/", method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


@contextmanager
def events(url: str, **headers: str) -> Iterator[Callable[[], int]]:
    """Yields a function that waits for the next event and returns its number."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("GET", f"/changes?since={number(url)}", headers=headers)
    response = connection.getresponse()

    def following() -> int:
        while line := response.readline():
            if line.startswith(b"data: "):
                return int(line.removeprefix(b"data: "))
        raise AssertionError("the stream ended")

    yield following
    response.close()
    connection.close()


def number(url: str) -> int:
    return int(ask(url)[1].partition(b'data-number="')[2].partition(b'"')[0])


def until(url: str, words: str, path: str = "/") -> str:
    """The page as soon as it holds these words."""
    for _ in range(200):
        page = ask(url, path)[1].decode()
        if words in page:
            return page
        time.sleep(0.02)
    raise AssertionError(f"{words!r} never came")


@pytest.mark.parametrize("look", [look.id for look in LOOKS])
@pytest.mark.parametrize("variant", ["en", "en+north"])
def test_every_look_of_every_variant_is_served(still_url: str, look: str, variant: str) -> None:
    response, page = ask(still_url, f"/?look={look}&variant={quote(variant)}")
    assert response.status == 200
    assert ("Words for the north" in page.decode()) == (variant == "en+north" and look in ("text", "source"))


@pytest.mark.parametrize("look", [look.id for look in LOOKS if look.framed])
def test_frames_hold_the_mail_or_the_web_edition_of_the_variant(still_url: str, look: str) -> None:
    response, document = ask(still_url, f"/frame/{look}?variant={quote('en+north')}")
    assert response.status == 200
    assert "Words for the north" in document.decode()
    assert "script-src" not in response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_pictures_and_calendars_are_served_beside_the_frame(still_url: str) -> None:
    document = ask(still_url, "/frame/web")[1].decode()
    for folder, kind in (("images", "image/"), ("events", "text/calendar")):
        (name,) = re.findall(rf'(?:src|href)="{folder}/([^"]+)"', document)
        response, content = ask(still_url, f"/frame/{folder}/{name}")
        assert (response.status, bool(content)) == (200, True)
        assert response.headers["Content-Type"].startswith(kind)


def test_images_off_blocks_pictures_and_nothing_else_does(still_url: str) -> None:
    assert "img-src 'none'" in ask(still_url, "/frame/images-off")[0].headers["Content-Security-Policy"]
    assert "img-src 'self'" in ask(still_url, "/frame/light")[0].headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/page.css", "/page.js"])
def test_the_page_finds_its_styles_and_script(still_url: str, path: str) -> None:
    response, content = ask(still_url, path)
    assert (response.status, bool(content)) == (200, True)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "", "127.0.0.1:1"])
@pytest.mark.parametrize("path", ["/", "/changes", "/frame/light"])
def test_a_page_elsewhere_that_points_its_name_here_gets_nothing(still_url: str, host: str, path: str) -> None:
    response, body = ask(still_url, path, Host=host)
    assert response.status == 421
    assert b"number" not in body


def test_localhost_is_a_name_for_it_too(still_url: str) -> None:
    assert ask(still_url, Host=f"localhost:{urlsplit(still_url).port}")[0].status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/frame/images/../../../newsletter.toml",
        "/frame/images/..%2f..%2fissue.yaml",
        "/frame/images/%2e%2e/issue.yaml",
        "/../newsletter.toml",
        "/page.html.j2",
        "/frame/images/",
        "/frame/events/visit.ics%00",
        "/frame/nothing",
        "/frame/text",
        "//etc/passwd",
    ],
)
def test_no_address_leads_to_a_file(still_url: str, path: str) -> None:
    assert ask(still_url, path)[0].status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_it_can_be_read_only(still_url: str, method: str) -> None:
    assert ask(still_url, "/", method)[0].status == 501


@pytest.mark.parametrize("path", ["/", "/frame/light", "/changes"])
def test_head_answers_like_get_without_a_body(still_url: str, path: str) -> None:
    response, body = ask(still_url, path, "HEAD")
    assert (response.status, body) == (200, b"")


def test_it_listens_on_loopback_alone(still_url: str) -> None:
    with socket.socket(socket.AF_INET) as other:
        other.settimeout(2)
        with pytest.raises(OSError, match=r".*"):
            other.connect(("127.0.0.2", urlsplit(still_url).port))


def test_a_save_is_pushed_within_a_second(preview_url: str, issue_file: Path) -> None:
    with events(preview_url) as following:
        begun = time.monotonic()
        issue_file.write_text(issue_file.read_text().replace("The first number", "Saved again"))
        following()
        taken = time.monotonic() - begun
    assert "Saved again" in ask(preview_url)[1].decode()
    assert taken < 1


def test_a_page_of_an_earlier_run_is_told_at_once(still_url: str) -> None:
    with events(still_url, **{"Last-Event-ID": "7"}) as following:
        assert following() == number(still_url)


def test_a_mistake_is_shown_and_then_healed(preview_url: str, issue_file: Path) -> None:
    good = issue_file.read_text()
    issue_file.write_text(good.replace("date: 2025-11-28", "date: 2025-11-31"))
    broken = until(preview_url, "This save cannot be shown")
    assert "issue.yaml, line 7" in broken
    assert "Hello to everybody" in ask(preview_url, "/frame/light")[1].decode()
    issue_file.write_text(good.replace("Hello", "Good day"))
    until(preview_url, "Good day", "/frame/light")
    assert "cannot be shown" not in ask(preview_url)[1].decode()


def test_a_template_of_the_workspace_is_followed(
    start_preview: Callable[[Workspace], str], draft_workspace: Workspace
) -> None:
    own = draft_workspace.root / "templates" / "web" / "sections" / "text.html.j2"
    own.parent.mkdir(parents=True)
    own.write_text("<p>First wording</p>")
    url, north = start_preview(draft_workspace), f"variant={quote('en+north')}"
    assert "First wording" in ask(url, f"/frame/web?{north}")[1].decode()
    own.write_text("<p>Second wording</p>")
    until(url, "Second wording", f"/frame/web?{north}")
    own.write_text("{% if %}")
    assert "text.html.j2, line 1" in until(url, "This save cannot be shown", f"/?{north}")


def test_a_changed_setting_is_followed(preview_url: str, draft_folder: Path) -> None:
    settings = draft_folder / "newsletter.toml"
    settings.write_text(settings.read_text().replace("The Example Bulletin", "Another Name"))
    until(preview_url, "Another Name")


def test_an_issue_broken_from_the_start_is_shown_as_soon_as_it_is_mended(
    start_preview: Callable[[Workspace], str], draft_workspace: Workspace, issue_file: Path
) -> None:
    good = issue_file.read_text()
    issue_file.write_text("title: [")
    url = start_preview(draft_workspace)
    assert "This save cannot be shown" in ask(url)[1].decode()
    assert ask(url, "/frame/light")[0].status == 404
    issue_file.write_text(good)
    until(url, "Hello to everybody", "/?look=text")


def test_waiting_browsers_do_not_keep_it_from_ending(draft_workspace: Workspace) -> None:
    stop, url = threading.Event(), []
    thread = threading.Thread(target=serve_preview, args=(draft_workspace, "2025-11", 0, url.append, stop))
    thread.start()
    while not url:
        time.sleep(0.01)
    with events(url[0]):
        stop.set()
        thread.join(5)
        assert not thread.is_alive()


def test_a_taken_port_is_one_clear_sentence(draft_workspace: Workspace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(InputError, match="--port"):
        serve_preview(draft_workspace, "2025-11", taken.getsockname()[1])


@pytest.mark.parametrize("issue_id", ["2031-01", "../2025-11", "..", "2025-11/images"])
def test_an_issue_that_is_not_there_is_refused_at_once(draft_workspace: Workspace, issue_id: str) -> None:
    def ready(_url: str) -> Any:
        raise AssertionError("it should not have started")

    with pytest.raises(InputError):
        serve_preview(draft_workspace, issue_id, 0, ready)


def test_a_public_address_in_the_settings_does_not_send_the_browser_there_for_pictures(
    start_preview: Callable[[Workspace], str], draft_folder: Path
) -> None:
    settings = draft_folder / "newsletter.toml"
    settings.write_text(settings.read_text() + 'base_url = "https://bulletin.example"\n')
    document = ask(start_preview(load_workspace(draft_folder, {})), "/frame/light")[1].decode()
    assert 'src="images/' in document
    assert 'src="https://' not in document
