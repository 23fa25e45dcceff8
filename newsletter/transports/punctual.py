"""The standard library's SMTP client with a deadline for each reply.

A socket's timeout holds for each piece that comes in, so a server that sends one byte every few seconds could keep
smtplib waiting for days, and one that never ends its reply for ever.
"""

import io
import smtplib
import socket
import time


class _Until(io.RawIOBase):
    """Reads from a socket until a moment, and after it only what is there already."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.moment = 0.0  # by the monotonic clock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._connection.settimeout(max(0.0, self.moment - time.monotonic()))
        return self._connection.recv_into(buffer)


class Punctual(smtplib.SMTP):
    """Takes the socket's timeout as the time for a whole reply."""

    _until: _Until

    def getreply(self) -> tuple[int, bytes]:
        """The next reply. Raises SMTPServerDisconnected where it is not whole in time."""
        if self.sock is None:
            return super().getreply()
        if self.file is None:
            self._until = _Until(self.sock)
            self.file = io.BufferedReader(self._until)
        seconds = self.sock.gettimeout()
        self._until.moment = time.monotonic() + (seconds or 0.0)
        try:
            return super().getreply()
        finally:
            self._until.moment = 0.0
            if self.sock:
                self.sock.settimeout(seconds)


class PunctualSsl(Punctual, smtplib.SMTP_SSL):
    """The same with TLS from the first byte."""
