"""How near a provider's API comes to what its latency allows: 50 calls in flight against a stub that takes 80 ms.

    python -m bench.provider [--rounds 5] [--messages 3000] [--provider resend]

The stub runs in a process of its own and answers each request after the delay, whatever else is under way. The most
that is possible is in-flight / delay; the mail is the one of the other benchmarks, 75 KB of HTML with 8 KB of text.
"""

import argparse
import asyncio
import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from newsletter.rendering.message import MessageParts, Recipient, encode_body
from newsletter.rendering.theme import Publication
from newsletter.transports.base import Envelope, Outcome, PlainForms
from newsletter.transports.provider import ProviderTransport

DELAY, IN_FLIGHT = 0.080, 50
ANSWERS = {
    "resend": b'{"id": "re-1"}',
    "mailgun": b'{"id": "<1@mailgun.example>", "message": "Queued. Thank you."}',
    "brevo": b'{"messageId": "<1@brevo.example>"}',
}


class Notes(PlainForms):
    """A journal in memory."""

    def __init__(self) -> None:
        self.outcomes: dict[int, Outcome] = {}
        self.commits = 0

    def settle(self, outcomes: Sequence[tuple[int, Outcome]], intents: Sequence[int]) -> frozenset[int]:
        self.outcomes.update(outcomes)
        self.commits += 1
        return frozenset(intents)


class _Stub(asyncio.BufferedProtocol):
    """Counts the bytes of a request without keeping them, and answers when they are all there and the delay is over."""

    def __init__(self, reply: bytes) -> None:
        self._reply = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(reply), reply)
        self._room = memoryview(bytearray(1 << 18))
        self._left = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        if not self._left:  # the client sends a header block at once
            head, _, begun = bytes(self._room[:nbytes]).partition(b"\r\n\r\n")
            self._left = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            nbytes = len(begun)
        self._left -= nbytes
        if not self._left:
            asyncio.get_running_loop().call_later(DELAY, self._transport.write, self._reply)


def _serve(reply: bytes, port: "multiprocessing.Queue[int]") -> None:
    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(lambda: _Stub(reply), "127.0.0.1", 0)
        port.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def _mails(count: int, html_bytes: int) -> Iterator[Envelope]:
    parts = MessageParts(
        publication=Publication(
            name="The Bulletin",
            organisation="Office",
            from_address="bulletin@office.example",
            list_id="bulletin.office.example",
            base_url="https://office.example",
        ),
        subject="November",
        body=encode_body(
            "<p>Some words of a bulletin.</p>\n" * (html_bytes // 33), "Some words.\n" * (html_bytes // 110)
        ),
        date=datetime(2025, 11, 3, 9, 0, tzinfo=UTC),
        feedback_id="a:b:c:d",
        language="en",
    )
    blank = Envelope(delivery_id=0, sender="bulletin@office.example", recipient="", message=b"")
    for number in range(count):
        address = f"reader{number}@body.example"
        message = parts.build(
            recipient=Recipient(address=address, name="A Reader"),
            message_id=f"<mailing.{number}@office.example>",
            unsubscribe_token=f"{number:048}",
        )
        yield replace(blank, delivery_id=number, recipient=address, message=message)


def _busy() -> float:
    """Seconds all processors have worked since the machine started, for whomever."""
    counted = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
    return (sum(map(int, counted)) - int(counted[3]) - int(counted[4])) / os.sysconf("SC_CLK_TCK")


def _worked(process: int | None) -> float:
    """Seconds of processor that one process has used."""
    counted = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(counted[11]) + int(counted[12])) / os.sysconf("SC_CLK_TCK")


def measure(provider: str, url: str, messages: int, html_bytes: int) -> tuple[float, float, int]:
    """Messages a second, seconds of our processor for a thousand, and commits."""
    transport = ProviderTransport(provider, {"api_key": "key", "api_url": url}, in_flight=IN_FLIGHT)
    notes = Notes()
    begun, used = time.perf_counter(), time.process_time()
    transport.deliver(_mails(messages, html_bytes), notes)
    seconds, processor = time.perf_counter() - begun, time.process_time() - used
    if len(notes.outcomes) != messages or {type(one).__name__ for one in notes.outcomes.values()} != {"Accepted"}:
        raise RuntimeError("not every message was accepted")
    return messages / seconds, processor / messages * 1000, notes.commits


def main() -> None:
    """Print one line a round, and the median."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--messages", type=int, default=3000)
    options.add_argument("--provider", choices=ANSWERS, default="resend")
    options.add_argument("--html", type=int, default=75_000, help="bytes of HTML")
    chosen = options.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsletter.settings")
    port: multiprocessing.Queue[int] = multiprocessing.Queue()
    stub = multiprocessing.Process(target=_serve, args=(ANSWERS[chosen.provider], port), daemon=True)
    stub.start()
    url, possible, rates = f"http://127.0.0.1:{port.get()}/", IN_FLIGHT / DELAY, []
    for number in range(1, chosen.rounds + 1):
        all_before, stub_before, begun = _busy(), _worked(stub.pid), time.perf_counter()
        rate, processor, commits = measure(chosen.provider, url, chosen.messages, chosen.html)
        others = _busy() - all_before - (_worked(stub.pid) - stub_before) - processor * chosen.messages / 1000
        foreign = others / (time.perf_counter() - begun) / (os.cpu_count() or 1)
        rates.append(rate)
        share = f"{rate / possible:5.1%} of {possible:.0f}/s"
        print(f"{number}: {rate:6.0f}/s  {share}  {processor:.2f} s CPU/1000  others {foreign:.0%}  {commits} commits")
    print(f"median {statistics.median(rates):.0f}/s, {statistics.median(rates) / possible:.1%} of what is possible")
    stub.terminate()


if __name__ == "__main__":
    main()
