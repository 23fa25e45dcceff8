"""How fast a mailing leaves, beside its peers: same content, same sink, the ledger on and durable.

    python bench/send.py [--rounds 5] [--only sink|postfix|link|million] [--people 50000]

Needs Debian's package `postfix` (smtp-source, smtp-sink and the real server; nothing of it is started as a service)
and `npm ci` in bench/node. Each of ours runs beside an smtp-source of its own; medians of the rounds are told, and
the median of the ratios to that neighbour. `--people 1000000` runs the mailing to a million.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from message import SIZES, content
from private_postfix import free_port, postfix, wait_for
from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
CONNECTIONS = 8
Result = dict[str, float]
Candidate = Callable[[int], Result]  # the port to the result
_WIDE = 93_000  # bytes of the neighbour's one message, as ours are on the wire


@dataclass(frozen=True)
class Row:
    """A candidate, how many messages it sends, and its name."""

    name: str
    count: int
    run: Candidate


class Bench:
    """Prepared workspaces and files, and the candidates made of them."""

    def __init__(self, scratch: Path) -> None:
        """Make keys, and the content as files for those who want them so."""
        self.scratch = scratch
        for name, key in {"rsa": generate_private_key(65537, 2048), "ed25519": Ed25519PrivateKey.generate()}.items():
            pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            (scratch / f"{name}.pem").write_bytes(pem)
        html, text = content(SIZES["93 KB"])
        (scratch / "html").write_text(html)
        (scratch / "text").write_text(text)
        line = b"words in a line of the length that quoted-printable gives to a mail's body.\r\n"
        (scratch / "raw").write_bytes(b"Subject: November\n\n" + (line * (_WIDE // len(line))).replace(b"\r\n", b"\n"))

    def ours(
        self, count: int, *, key: str = "", window: int = 1, size: str = "93 KB", connections: int = CONNECTIONS
    ) -> Candidate:
        """A mailing to so many people."""
        prepared = self.scratch / f"{size} {count}"
        if not prepared.exists():
            _python("sender.py", "prepare", prepared, count, size)

        def run(port: int) -> Result:
            settings = {
                "TRANSPORT": f"smtp://127.0.0.1:{port}",
                "CONNECTIONS": str(connections),
                "WINDOW": str(window),
            }
            environment = {f"NEWSLETTER__SENDING__{name}": value for name, value in settings.items()}
            if key:
                dkim = {"DOMAIN": "office.example", "SELECTOR": "s1", "KEY_FILE": str(self.scratch / f"{key}.pem")}
                environment |= {f"NEWSLETTER__DKIM__{name}": value for name, value in dkim.items()}
            folder = self.scratch / "run"
            shutil.copytree(prepared, folder)
            try:
                return _python("sender.py", "send", folder, environment=environment)
            finally:
                shutil.rmtree(folder)

        return run

    def smtp_source(self, count: int, sessions: int) -> Candidate:
        """Postfix's generator: one message again and again, no ledger."""

        def run(port: int) -> Result:
            command = ["smtp-source", "-d", "-s", str(sessions), "-m", str(count), "-f", "bulletin@office.example"]
            begun = time.perf_counter()
            subprocess.run([*command, "-t", "a@b.example", "-F", self.scratch / "raw", f"127.0.0.1:{port}"], check=True)
            return {"seconds": time.perf_counter() - begun}

        return run

    def nodemailer(self, count: int, connections: int, *, key: str = "") -> Candidate:
        """The usual way in JavaScript."""
        facts = [str(self.scratch / "html"), str(self.scratch / "text"), str(connections)]
        facts += [str(self.scratch / f"{key}.pem")] if key else []
        return lambda port: _json("node", HERE / "node" / "peer.mjs", port, count, *facts)

    def peer(self, way: str, count: int) -> Candidate:
        """A usual way in Python."""
        return lambda port: _python("peers.py", way, port, count, "93 KB")


def _json(*command: object, environment: dict[str, str] | None = None) -> Result:
    ran = subprocess.run(
        [str(word) for word in command], stdout=subprocess.PIPE, check=True, env=os.environ | (environment or {})
    )
    return dict(json.loads(ran.stdout.splitlines()[-1]))


def _python(script: str, *words: object, environment: dict[str, str] | None = None) -> Result:
    return _json(sys.executable, HERE / script, *words, environment=environment)


@contextmanager
def smtp_sink() -> Iterator[int]:
    """Postfix's sink."""
    port = free_port()
    with subprocess.Popen(["smtp-sink", "-u", "nobody", f"127.0.0.1:{port}", "200"]) as process:
        try:
            wait_for(port, process)
            yield port
        finally:
            process.terminate()


@contextmanager
def helper(script: str, *words: object) -> Iterator[int]:
    """A script of this folder that serves and says at which port."""
    command = [sys.executable, str(HERE / script), *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline().split()[1])
        finally:
            process.terminate()


def wait_for_quiet(share: float = 0.15, patience: float = 3.0) -> None:
    """Wait for half a second in which others use little of the machine; for so many seconds at most."""
    end = time.monotonic() + patience
    while _busy(0.5) > share and time.monotonic() < end:
        pass


def _busy(seconds: float) -> float:
    """Share of all processors that is used, by Linux's count."""
    before = _ticks()
    time.sleep(seconds)
    spent = [after - first for after, first in zip(_ticks(), before, strict=True)]
    return 1 - (spent[3] + spent[4]) / max(1, sum(spent))  # idle, and waiting for the disk


def _ticks() -> list[int]:
    return [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]


def measure(title: str, port: int, neighbour: Row, rows: list[Row], rounds: int, console: Console) -> None:
    """Run all of them in turn, each beside the neighbour, and print the medians."""
    rates, ratios, facts = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list), {}
    for _ in range(rounds):
        for row in rows:
            wait_for_quiet()
            beside = neighbour.count / neighbour.run(port)["seconds"]
            result = row.run(port)
            rate = row.count / result["seconds"]
            rates[neighbour.name].append(beside)
            rates[row.name].append(rate)
            ratios[row.name].append(rate / beside)
            facts[row.name] = result
    _print(title, rates, ratios, facts, {row.name: row.count for row in rows}, console)


def _print(
    title: str,
    rates: dict[str, list[float]],
    ratios: dict[str, list[float]],
    facts: dict[str, Result],
    counts: dict[str, int],
    console: Console,
) -> None:
    table = Table("", "a second", "range", "of smtp-source", "CPU µs each", "RSS MB", title=title)
    for name, found in rates.items():
        told = facts.get(name, {})
        cpu = f"{told['cpu'] / counts[name] * 1e6:,.0f}" if "cpu" in told else ""
        table.add_row(
            name,
            f"{median(found):,.0f}",
            f"{min(found):,.0f} to {max(found):,.0f}",
            f"{median(ratios[name]):.2f}" if name in ratios else "",
            cpu,
            f"{told['rss']:,.0f}" if "rss" in told else "",
        )
    console.print(table)


def into_sink(bench: Bench, rounds: int, console: Console) -> None:
    """93 KB into smtp-sink, everybody."""
    rows = [
        Row("ours, unsigned", 4_000, bench.ours(4_000)),
        Row("ours, Ed25519", 4_000, bench.ours(4_000, key="ed25519")),
        Row("ours, RSA-2048", 4_000, bench.ours(4_000, key="rsa")),
        Row("nodemailer, 10 connections", 300, bench.nodemailer(300, 10)),
        Row("nodemailer and its DKIM", 150, bench.nodemailer(150, 10, key="rsa")),
        Row("Django", 200, bench.peer("django", 200)),
        Row("smtplib and EmailMessage", 80, bench.peer("smtplib", 80)),
    ]
    with smtp_sink() as port:
        neighbour = Row("smtp-source, 16 sessions", 3_000, bench.smtp_source(3_000, 16))
        measure("93 KB into smtp-sink", port, neighbour, rows, rounds, console)


def into_postfix(bench: Bench, rounds: int, console: Console) -> None:
    """93 KB into a real Postfix that throws them away."""
    rows = [
        Row("ours, unsigned", 1_000, bench.ours(1_000)),
        Row("ours, RSA-2048", 1_000, bench.ours(1_000, key="rsa")),
    ]
    with postfix() as port:
        neighbour = Row("smtp-source, 16 sessions", 1_000, bench.smtp_source(1_000, 16))
        measure("93 KB into Postfix, discarded", port, neighbour, rows, rounds, console)


def over_a_link(bench: Bench, rounds: int, console: Console) -> None:
    """93 KB over a round trip of 20 ms."""
    neighbour = Row("smtp-source, 8 sessions", 150, bench.smtp_source(150, 8))
    rows = [
        Row("ours, unsigned", 1_200, bench.ours(1_200)),
        Row("nodemailer, 8 connections", 200, bench.nodemailer(200, 8)),
    ]
    chunks = [Row("ours, CHUNKING, window 4", 3_000, bench.ours(3_000, window=4))]
    with ExitStack() as stack:
        behind = stack.enter_context(helper("delay_proxy.py", stack.enter_context(smtp_sink())))
        measure("93 KB, 20 ms round trip, smtp-sink", behind, neighbour, rows, rounds, console)
        sink = stack.enter_context(helper("fast_sink.py", 0, "--chunking"))
        behind = stack.enter_context(helper("delay_proxy.py", sink))
        measure("93 KB, 20 ms round trip, sink with CHUNKING", behind, neighbour, chunks, rounds, console)


def to_a_million(bench: Bench, people: int, console: Console) -> None:
    """26 KB into the fast sink: speed, and memory beside that of a small mailing."""
    words = "people", "connections", "planned in s", "sent in s", "a second", "CPU µs each", "RSS MB"
    table = Table(*words, title="26 KB, fast sink")
    for count, connections in ((10_000, CONNECTIONS), (people, CONNECTIONS), (people, 4 * CONNECTIONS)):
        folder = bench.scratch / f"26 KB {count}"
        planned = "" if folder.exists() else f"{_python('sender.py', 'prepare', folder, count, '26 KB')['seconds']:.1f}"
        wait_for_quiet()
        with helper("fast_sink.py", 0) as port:
            told = bench.ours(count, size="26 KB", connections=connections)(port)
        seconds, cpu = told["seconds"], told["cpu"] / count * 1e6
        figures = f"{seconds:.1f}", f"{count / seconds:,.0f}", f"{cpu:.0f}", f"{told['rss']:.1f}"
        table.add_row(f"{count:,}", str(connections), planned, *figures)
    console.print(table)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--only", choices=["sink", "postfix", "link", "million"])
    options.add_argument("--people", type=int, default=50_000)
    chosen, console = options.parse_args(), Console(width=120)
    with tempfile.TemporaryDirectory(prefix="bench-send-") as scratch:
        bench, slow = Bench(Path(scratch)), max(1, chosen.rounds * 3 // 5)
        parts: dict[str, Callable[[], None]] = {
            "sink": lambda: into_sink(bench, chosen.rounds, console),
            "postfix": lambda: into_postfix(bench, slow, console),
            "link": lambda: over_a_link(bench, slow, console),
            "million": lambda: to_a_million(bench, chosen.people, console),
        }
        for name, part in parts.items():
            if chosen.only in (None, name):
                part()


if __name__ == "__main__":
    main()
