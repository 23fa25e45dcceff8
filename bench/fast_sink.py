"""An SMTP server that takes everything, as cheaply as Python can, so that it is not what a benchmark measures.

    python bench/fast_sink.py 2525 [--chunking] [--plain] [--accepted FILE]

It offers PIPELINING (not with --plain) and, if asked, CHUNKING. With --accepted the recipient of each message is
written to a file before the message is accepted: the witness of the proofs that kill a sender. It looks for the end of
a body only near the end of what has come, which is right for any client that waits for 354, and for no other use.
Prints `ready PORT` when it listens, and counts at the end.
"""

import argparse
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Protocol

_END = b"\r\n.\r\n"
_BEHIND = 4096  # the most that can follow the end of a body: the next commands
_ROOM = 1 << 18  # bytes read in one call
_EHLO = ["sink", "SIZE 100000000", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"]


class Witness(Protocol):
    """Is told of each message before it is accepted."""

    def __call__(self, recipient: bytes) -> None:
        """Take note."""


class Session:
    """One connection: bytes in, replies out."""

    def __init__(self, ehlo: bytes, witness: Witness) -> None:
        """Begin with commands."""
        self._ehlo, self._witness = ehlo, witness
        self._rest = b""
        self._in_body = False
        self._chunk_left = 0
        self._recipient = b""
        self.over = False

    def receive(self, data: bytes) -> bytes:
        """The replies to these bytes."""
        return b"".join(self._replies(data))

    def _replies(self, data: bytes) -> Iterator[bytes]:
        while data and not self.over:
            if self._chunk_left:
                data = self._chunk(data)
                if not self._chunk_left:
                    yield self._accept()
            elif self._in_body:
                data = self._body(data)
                if not self._in_body:
                    yield self._accept()
            else:
                line, end, data = (self._rest + data).partition(b"\n")
                self._rest = b"" if end else line
                if end:
                    yield self._command(line)

    def _chunk(self, data: bytes) -> bytes:
        taken = min(self._chunk_left, len(data))
        self._chunk_left -= taken
        return data[taken:]

    def _body(self, data: bytes) -> bytes:
        """What follows the end of the body, if the end has come."""
        start = max(0, len(data) - _BEHIND)
        near_end = self._rest + data[start:] if not start else data[start:]
        at = near_end.rfind(_END)
        self._in_body = at < 0
        self._rest = near_end[-4:] if self._in_body else b""
        return b"" if self._in_body else near_end[at + len(_END) :]

    def _command(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"RCPT":
            self._recipient = line[9:].split(b">")[0]
        elif verb == b"DATA":
            self._in_body, self._rest = True, b"\r\n"
            return b"354 go ahead\r\n"
        elif verb == b"BDAT":
            self._chunk_left = int(line.split()[1])
            return b""
        elif verb == b"EHLO":
            return self._ehlo
        elif verb == b"QUIT":
            self.over = True
            return b"221 2.0.0 bye\r\n"
        return b"250 2.1.0 Ok\r\n"

    def _accept(self) -> bytes:
        self._witness(self._recipient)
        return b"250 2.0.0 Ok: queued as 4F1D2\r\n"


class Sink:
    """All connections of one port."""

    def __init__(self, port: int, keywords: list[str], witness: Witness) -> None:
        """Listen on loopback; port 0 takes a free one."""
        lines = [f"250-{word}" for word in keywords[:-1]] + [f"250 {keywords[-1]}"]
        self._ehlo = "".join(f"{line}\r\n" for line in lines).encode("ascii")
        self._witness = witness
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=200)
        self._listener.settimeout(0)
        self._selector.register(self._listener, selectors.EVENT_READ)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def run(self) -> None:
        """Serve until interrupted."""
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    self._greet()
                else:
                    self._serve(key.fileobj, key.data)  # type: ignore[arg-type]

    def close(self) -> None:
        """Hang up everywhere."""
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self._selector.close()

    def _greet(self) -> None:
        connection, _ = self._listener.accept()
        connection.settimeout(5)  # a client that reads nothing is no client
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(b"220 sink ESMTP\r\n")
        self._selector.register(connection, selectors.EVENT_READ, self._session())

    def _session(self) -> Session:
        """What a new connection speaks with."""
        return Session(self._ehlo, self._witness)

    def _serve(self, connection: socket.socket, session: Session) -> None:
        try:
            data = connection.recv(_ROOM)
            if replies := session.receive(data):
                connection.sendall(replies)
        except OSError:
            data = b""
        if not data or session.over:
            self._selector.unregister(connection)
            connection.close()


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("port", type=int)
    options.add_argument("--chunking", action="store_true")
    options.add_argument("--plain", action="store_true")
    options.add_argument("--accepted", metavar="FILE")
    chosen = options.parse_args()
    count = 0
    log = os.open(chosen.accepted, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if chosen.accepted else None

    def witness(recipient: bytes) -> None:
        nonlocal count
        count += 1
        if log is not None:
            os.write(log, recipient + b"\n")

    keywords = _EHLO + ["PIPELINING"] * (not chosen.plain) + ["CHUNKING"] * chosen.chunking
    sink = Sink(chosen.port, keywords, witness)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print(f"ready {sink.port}", flush=True)
    with suppress(KeyboardInterrupt):
        sink.run()
    print(f"accepted {count}, {time.process_time():.2f} s CPU", file=sys.stderr)


if __name__ == "__main__":
    main()
