"""The socket of the preview: loopback only, for browsers that ask for it by a loopback name, reading only."""

import logging
import os
import socketserver
import threading
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from newsletter.content.issue import issue_path
from newsletter.errors import InputError
from newsletter.web.preview.board import Board
from newsletter.web.preview.drafts import new_draft, reread
from newsletter.web.preview.routes import Answer, answer
from newsletter.web.preview.watching import changes, fingerprint, watched
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)

_LOOPBACK = "127.0.0.1"
_KEEP_ALIVE = 15.0  # seconds; a comment now and then shows that a waiting browser is still there
_REST = 0.12  # seconds in which the browser fetches what was rendered, before the checks take the processor
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


def serve_preview(
    workspace: Workspace,
    issue_id: str,
    port: int = 0,
    on_ready: Callable[[str], None] = lambda _url: None,
    stop: threading.Event | None = None,
) -> None:
    """Serve the preview of one issue until Ctrl-C, or until `stop` is set; `on_ready` gets its address.

    Port 0 takes a free one. Raises InputError where there is no such issue or the port is taken; what is wrong
    inside the issue is shown on the page instead.
    """
    issue_path(workspace.issue_path(issue_id))
    stop = stop or threading.Event()
    board = Board(new_draft(workspace.root, issue_id))
    with _listen(port, board) as server, suppress(KeyboardInterrupt):
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        try:
            _follow(workspace, issue_id, board, stop, lambda: on_ready(server.url))
        finally:
            board.close()
            server.shutdown()


def _follow(
    workspace: Workspace, issue_id: str, board: Board, stop: threading.Event, on_ready: Callable[[], None]
) -> None:
    def places() -> list[Path]:
        return watched(workspace.root, issue_id, board.newest.theme)

    seen = fingerprint(places())  # taken before the files are read, so that what is saved meanwhile is a change
    for draft in reread(board.newest, board.viewed):
        board.publish(draft)
    on_ready()
    for _ in changes(places, seen, stop):
        steps = reread(board.newest, board.viewed)
        board.publish(next(steps))
        stop.wait(_REST)
        for draft in steps:
            board.publish(draft)


def _listen(port: int, board: Board) -> "PreviewServer":
    try:
        return PreviewServer(port, board)
    except OSError as error:
        raise InputError(
            f"port {port} can't be used ({error.strerror}); name another with --port, or leave it out"
        ) from None


class PreviewServer(ThreadingHTTPServer):
    """Serves one board on loopback."""

    # On Windows the option would let another program take over a port in use.
    allow_reuse_address = os.name != "nt"

    def __init__(self, port: int, board: Board) -> None:
        """Listen; OSError where the port is taken."""
        self.board = board
        super().__init__((_LOOPBACK, port), _Handler)

    def server_bind(self) -> None:
        """Bind without HTTPServer's look-up of the machine's name, which takes seconds where DNS is slow."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = _LOOPBACK, int(self.server_address[1])

    @property
    def url(self) -> str:
        """Where browsers find it."""
        return f"http://{_LOOPBACK}:{self.server_port}/"

    @property
    def hosts(self) -> set[str]:
        """Names that a browser may know it by."""
        return {f"{name}:{self.server_port}" for name in (_LOOPBACK, "localhost")}


class _Handler(BaseHTTPRequestHandler):
    server: PreviewServer
    server_version = "preview"
    sys_version = ""
    timeout = 30  # seconds for a request to arrive

    def do_GET(self) -> None:
        """Answer, unless the request came by another name: a page elsewhere may have pointed its own name at us."""
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            self._send(_misdirected(self.server.url))
        elif self.path.partition("?")[0] == "/changes":
            self._stream()
        else:
            self._send(answer(self.path, self.server.board))

    do_HEAD = do_GET  # noqa: N815  (the name is http.server's)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401  (the names are http.server's)
        """Log to the project's log instead of the terminal."""
        logger.debug(format, *args)

    def _send(self, given: Answer) -> None:
        self.send_response(given.status)
        facts = {"Content-Type": given.content_type, "Content-Length": str(len(given.body))}
        for name, value in (_HEADERS | facts | dict(given.headers)).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            with suppress(ConnectionError):  # the browser went on to the next version meanwhile
                self.wfile.write(given.body)

    def _stream(self) -> None:
        """Server-Sent Events: the number of each new state, until the browser or the preview goes away."""
        self.send_response(HTTPStatus.OK)
        for name, value in ({"Content-Type": "text/event-stream; charset=utf-8"} | _HEADERS).items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(ConnectionError, TimeoutError):
            self._push(b"retry: 500\n\n")
            self._follow(self._last_seen())

    def _follow(self, number: int) -> None:
        board = self.server.board
        while self.command != "HEAD" and not board.closed:
            draft = board.wait_for_other(number, _KEEP_ALIVE)
            number = draft.number if draft else number
            self._push(f"id: {number}\ndata: {number}\n\n".encode() if draft else b": waiting\n\n")

    def _last_seen(self) -> int:
        """The state that the browser shows: named by its page, or after a break by the last event it got."""
        given = self.headers.get("Last-Event-ID") or self.path.partition("since=")[2]
        return int(given) if given.isascii() and given.isdigit() else 0

    def _push(self, event: bytes) -> None:
        self.wfile.write(event)
        self.wfile.flush()


def _misdirected(url: str) -> Answer:
    body = f"This preview answers at {url} only.\n".encode()
    return Answer(body=body, content_type="text/plain; charset=utf-8", status=HTTPStatus.MISDIRECTED_REQUEST)
