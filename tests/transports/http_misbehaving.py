"""An HTTP server that does as a script says, request by request: wrong codes, silence, broken connections."""

import json
import socket
import socketserver
import struct
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

DROP_HALF = "the connection is reset while the body comes in"
DROP = "the connection is reset when all is there"
SILENT = "nothing is said until the other side gives up"
DRIP = "the usual answer, a letter at a time"


def answer(status: int, body: object = None, **headers: str) -> bytes:
    """A whole answer; names of headers are written with underscores."""
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    fields = {"Content-Length": str(len(content)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Here\r\n{head}\r\n".encode() + content


class Misbehaving(socketserver.ThreadingTCPServer):
    """Listens on loopback; the last step of the script is repeated. `bodies` is what came in whole."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, script: Sequence[str | bytes], usual: bytes) -> None:
        """Take what to do with each request, in the order of their coming."""
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.script, self.usual = list(script), usual
        self.lock = threading.Lock()
        self.bodies: list[bytes] = []
        self.headers: list[Mapping[str, str]] = []
        self.connections = self.at_once = self.most_at_once = 0
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def step(self) -> str | bytes:
        with self.lock:
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks off is what these tests are about."""


class _Conversation(socketserver.StreamRequestHandler):
    server: Misbehaving

    def handle(self) -> None:
        self.server.connections += 1
        while self.rfile.readline():
            headers = dict(self._headers())
            step = self.server.step()
            if not self._carry_out(step, headers):
                return

    def _headers(self) -> Iterator[tuple[str, str]]:
        while line := self.rfile.readline().decode().strip():
            name, _, value = line.partition(": ")
            yield name.lower(), value

    def _carry_out(self, step: str | bytes, headers: Mapping[str, str]) -> bool:
        length = int(headers["content-length"])
        if step == DROP_HALF:
            self.rfile.read(length // 2)
            return self._reset()
        self.server.bodies.append(self.rfile.read(length))
        self.server.headers.append(headers)
        if step == DROP:
            return self._reset()
        if step == SILENT:
            self.server.over.wait(20)
            return False
        if step == DRIP:
            for byte in self.server.usual:
                self.wfile.write(bytes([byte]))
                if self.server.over.wait(0.05):
                    return False
            return True
        assert isinstance(step, bytes)
        self.wfile.write(step)
        return True

    def _reset(self) -> bool:
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.request.close()
        return False


@contextmanager
def misbehaving(*script: str | bytes, usual: bytes = b"") -> Iterator[Misbehaving]:
    """A running server; ends with the block."""
    with Misbehaving(script, usual) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
