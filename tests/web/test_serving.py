"""`newsletter serve` as its own process: it answers, refuses what is too large, and ends as it should on SIGTERM."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
import requests

from newsletter.workspace import Workspace


@pytest.fixture
def served(make_workspace: Callable[..., Workspace]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that serves, and its address."""
    workspace = make_workspace()
    settings = {"NEWSLETTER__SENDING__TRANSPORT": "provider:postmark", "NEWSLETTER__PROVIDER__WEBHOOK_SECRET": "a:b"}
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "newsletter", "-C", str(workspace.root), "serve", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment | settings
    ) as process:
        assert process.stdout
        told = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", told)
        assert found, told + process.stdout.read()
        yield process, found[0]
        process.kill()


def test_it_answers_on_loopback_until_sigterm_and_then_ends_well(served: tuple[subprocess.Popen[str], str]) -> None:
    process, address = served
    assert requests.get(f"{address}/healthz", timeout=10).json() == {"status": "ok"}
    hook = f"{address}/hooks/postmark/"
    assert requests.post(hook, json={"RecordType": "Open"}, auth=("a", "b"), timeout=10).status_code == 200
    assert requests.post(hook, json={"RecordType": "Open"}, auth=("a", "c"), timeout=10).status_code == 401
    assert requests.post(hook, data=b"x" * 3_000_000, auth=("a", "b"), timeout=10).status_code == 413
    assert "Server" not in requests.get(f"{address}/healthz", timeout=10).headers
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=20)
    assert process.returncode == 0, rest
    assert "what was on the wire is finished" in rest


def test_head_is_answered_without_a_body(served: tuple[subprocess.Popen[str], str]) -> None:
    """Else what follows on the same connection would be read as the next answer."""
    host, port = served[1].removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        wire.sendall(b"HEAD /subscribe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: wire.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert re.search(rb"Content-Length: [1-9]\d{3}", head)
    assert body == b""


def test_a_port_that_is_taken_is_a_sentence(make_workspace: Callable[..., Workspace]) -> None:
    workspace = make_workspace()
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "newsletter", "-C", str(workspace.root), "serve", "--port", port]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"127.0.0.1:{port} can't be listened on")
