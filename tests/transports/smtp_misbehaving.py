"""An SMTP server that does as a script says: wrong codes, silence, broken connections, bad TLS, at any step."""

import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

DROP = "drop"  # the connection is reset
SLOW = "slow"  # the usual answer, after a second
TRICKLE = "trickle"  # the usual answer, one byte every fifth of a second
SILENT = "silent"  # nothing more is said until the other side gives up

USUAL = {
    "greeting": "220 ready",
    "ehlo": "250-here\r\n250 SIZE 1000000",
    "starttls": "220 go ahead",
    "auth": "235 welcome",
    "mail": "250 ok",
    "rcpt": "250 ok",
    "data": "354 go ahead",
    "body": "",  # while the body comes in: DROP only
    "dot": "250 2.0.0 Ok: queued as Q1",  # also the answer to BDAT
    "rset": "250 ok",
    "quit": "221 bye",
}
PIPELINING = {"ehlo": "250-here\r\n250-PIPELINING\r\n250 SIZE 1000000"}
CHUNKING = {"ehlo": "250-here\r\n250-PIPELINING\r\n250-CHUNKING\r\n250 SIZE 1000000"}


class _DroppedError(Exception):
    """The script says that the connection ends here."""


class Misbehaving(socketserver.ThreadingTCPServer):
    """Listens on loopback; `commands` is what it heard, `bodies` what it got whole."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self,
        script: Mapping[str, str],
        *,
        usual: Mapping[str, str] = USUAL,
        bad_connections: int | None = None,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        most: int | None = None,
    ) -> None:
        """Follow the script on the first `bad_connections` connections (all, if None), then do as usual.

        After `most` mails of one connection it is reset.
        """
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.script, self.usual = script, USUAL | dict(usual)
        self.bad_connections, self.tls, self.implicit = bad_connections, tls, implicit
        self.most = most
        self.connections = 0
        self.commands: list[str] = []
        self.bodies: list[bytes] = []
        self.over = threading.Event()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks off is what these tests are about."""


class _Conversation(socketserver.StreamRequestHandler):
    server: Misbehaving

    def handle(self) -> None:
        self.taken = 0
        self.server.connections += 1
        good = self.server.bad_connections is not None and self.server.connections > self.server.bad_connections
        self.script = self.server.usual | ({} if good else dict(self.server.script))
        try:
            if self.server.implicit:
                self._wrap()
            self._say("greeting")
            while line := self.rfile.readline():
                self._answer(line.decode("utf-8").strip())
        except _DroppedError:
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.request.close()
        except OSError:
            return
        finally:
            self.request.close()

    def _answer(self, line: str) -> None:
        self.server.commands.append(line)
        verb = line.split(" ")[0].lower()
        if line.upper() == "AUTH LOGIN":
            self._ask_for_name_and_password()
        if verb == "bdat":
            self._take_chunk(int(line.split(" ")[1]))
            return
        self._say(verb)
        if verb == "starttls" and self.server.tls and self.script["starttls"].startswith("220"):
            self._wrap()
        if verb == "data" and self.script["data"].startswith("354"):
            self._take_body()

    def _ask_for_name_and_password(self) -> None:
        for _ in range(2):
            self.wfile.write(b"334 VXNlcm5hbWU6\r\n")
            self.server.commands.append(self.rfile.readline().decode("ascii").strip())

    def _take_body(self) -> None:
        if self.script["body"] == DROP:
            self.rfile.read(1000)
            raise _DroppedError
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise _DroppedError
            lines.append(line)
        self._keep(b"".join(lines))

    def _take_chunk(self, length: int) -> None:
        if self.script.get("bdat"):
            self._say("bdat")  # and what follows is read as commands
            return
        if self.script["body"] == DROP:
            self.rfile.read(1000)
            raise _DroppedError
        self._keep(self.rfile.read(length))

    def _keep(self, body: bytes) -> None:
        self.server.bodies.append(body)
        self._say("dot")
        self.taken += 1
        if self.taken == self.server.most:
            raise _DroppedError

    def _say(self, step: str) -> None:
        words = self.script.get(step, "500 what")
        if words == DROP:
            raise _DroppedError
        if words == SILENT:
            self.server.over.wait(20)
            raise _DroppedError
        if words == TRICKLE:
            for byte in f"{USUAL[step]}\r\n".encode():
                self.wfile.write(bytes([byte]))
                self.server.over.wait(0.2)
            return
        if words == SLOW:
            self.server.over.wait(1)
            words = USUAL[step]
        self.wfile.write(f"{words}\r\n".encode("utf-8", "surrogateescape"))

    def _wrap(self) -> None:
        assert self.server.tls is not None
        self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        self.setup()


@contextmanager
def misbehaving(script: Mapping[str, str] | None = None, **how: object) -> Iterator[Misbehaving]:
    """A running server; ends with the block."""
    with Misbehaving(script or {}, **how) as server:  # type: ignore[arg-type]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
