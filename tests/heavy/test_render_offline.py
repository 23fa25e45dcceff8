"""Rendering asks nothing of any network: not for a font, a stylesheet, a picture or a name."""

import subprocess
import sys

import pytest

# An audit hook sees every socket that Python opens, in a process whose caches are empty.
GUARD = """
import sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request"):
        raise SystemExit(f"asked the network: {event} {arguments!r}")

sys.addaudithook(refuse)
"""
RENDER = """
from newsletter.bundle import bundle_root
from newsletter.rendering import render, variants
from newsletter.workspace import load_workspace

workspace = load_workspace(bundle_root(), {})
issue = workspace.load_issue(sys.argv[1])
for variant in variants(issue):
    print(len(render(issue, workspace.theme, variant).html))
"""
ASK = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/', timeout=1)"

pytestmark = pytest.mark.heavy


def guarded(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A fresh process that ends at its first step towards a network."""
    command = [sys.executable, "-c", GUARD + program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_rendering_opens_no_socket_and_looks_up_no_name(issue_id: str) -> None:
    done = guarded(RENDER, issue_id)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()


def test_a_program_that_asks_the_network_would_be_stopped() -> None:
    assert "asked the network" in guarded(ASK).stderr
