"""What the SMTP engines cost by themselves: a stream and a journal in memory, the fast sink in a process of its own.

    python bench/engine.py [--count 20000]

Prints messages a second and CPU microseconds a message. The stream yields prepared messages with a header of their
own, so what is counted is the transport and the kernel's copying alone.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path

from newsletter.transports import Engine, open_transport
from newsletter.transports.base import Accepted, Envelope, Outcome, PlainForms

_LINE = b"words in a line of the length that quoted-printable gives to a mail's body.\r\n"


class Counting(PlainForms):
    """Grants everything and counts."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.accepted = self.others = self.calls = 0

    def settle(self, outcomes: Sequence[tuple[int, Outcome]], intents: Sequence[int]) -> AbstractSet[int]:
        """Count."""
        self.calls += 1
        for _, outcome in outcomes:
            if isinstance(outcome, Accepted):
                self.accepted += 1
            else:
                self.others += 1
        return frozenset(intents)


@contextmanager
def sink(*options: str) -> Iterator[int]:
    """The fast sink in a process of its own; gives its port."""
    command = [sys.executable, str(Path(__file__).with_name("fast_sink.py")), "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline().split()[1])
        finally:
            process.terminate()


def envelopes(count: int, size: int) -> Iterator[Envelope]:
    """Messages of about this size, each with its own header."""
    body = b"\r\n" + _LINE * (size // len(_LINE))
    for number in range(count):
        head = b"Subject: issue\r\nTo: reader%d@example.org\r\nX-Padding: %s\r\n" % (number, b"x" * 900)
        yield Envelope(
            delivery_id=number,
            sender="bounces@example.org",
            recipient=f"reader{number}@example.org",
            message=head + body,
        )


def cpu() -> float:
    """Seconds of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def run(name: str, engine: Engine, count: int, size: int, options: Sequence[str] = (), **limits: int) -> None:
    """One line of the table."""
    stream_alone = _cost_of_stream(count, size)
    with sink(*options) as port:
        transport = open_transport(
            f"smtp://127.0.0.1:{port}", outbox=Path("unused"), password=None, engine=engine, **limits
        )
        journal, begun, used = Counting(), time.perf_counter(), cpu()
        transport.deliver(envelopes(count, size), journal)
        used, lasted = cpu() - used, time.perf_counter() - begun
    each = (used - stream_alone) / count * 1e6
    print(
        f"{name:28} {size // 1000:3} KB  {count / lasted:8.0f} msg/s  {each:6.1f} us CPU each"
        f"  {count / journal.calls:5.1f} a commit  {journal.accepted} accepted, {journal.others} not"
    )


def _cost_of_stream(count: int, size: int) -> float:
    used = cpu()
    for _ in envelopes(count, size):
        pass
    return cpu() - used


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20000)
    count = parser.parse_args().count
    for size in (26_000, 93_000):
        run("fast, 1 connection", Engine.FAST, count, size, connections=1)
        run("fast, 8 connections", Engine.FAST, count, size, connections=8)
        run("fast, 8, window 4", Engine.FAST, count, size, ["--chunking"], connections=8, window=4)
        run("fast, 8, no pipelining", Engine.FAST, count // 4, size, ["--plain"], connections=8)
        run("plain, 1 connection", Engine.PLAIN, count // 4, size)


if __name__ == "__main__":
    main()
