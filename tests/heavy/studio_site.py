"""The studio as staff meet it: the sample newsletter served by its own process, and links that let people in."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# Django must not be set up in the process of the tests: it serves their own database there.
_LET_IN = """
import sys
from pathlib import Path
from newsletter.settings import setup
from newsletter.workspace import load_workspace

workspace = load_workspace(Path(sys.argv[1]))
setup(workspace)

from newsletter.models import User
from newsletter.services.accounts import entrance_link
from newsletter.services.one_time_links import address_of

name, role, server = sys.argv[2:]
address = name.lower().replace(" ", ".") + "@example.org"
user = User.objects.filter(email=address).first() or User.objects.create_user(address, name=name, role=role)
print(address_of(workspace, entrance_link(user), server))
"""


@dataclass(frozen=True, kw_only=True)
class Studio:
    """A running studio."""

    root: Path
    url: str

    def link(self, name: str, role: str = "editor") -> str:
        """The address that lets somebody in once."""
        command = [sys.executable, "-c", _LET_IN, str(self.root), name, role, self.url]
        return subprocess.run(command, check=True, env=_environment(), capture_output=True, text=True).stdout.strip()

    def issue(self, issue_id: str) -> Path:
        """The file of an issue."""
        return self.root / "issues" / issue_id / "issue.yaml"


@contextmanager
def studio(root: Path) -> Iterator[Studio]:
    """Make the workspace and serve it; ends the process at last."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "newsletter", "-C", str(root)]
    subprocess.run([*command, "init", str(root)], check=True, env=_environment(), capture_output=True)
    running = Studio(root=root, url=f"http://127.0.0.1:{port}")
    serve = [*command, "serve", "--port", str(port)]
    with subprocess.Popen(serve, env=_environment(), stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(running.url)
            yield running
        finally:
            process.terminate()
            process.wait(30)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError("it does not answer within thirty seconds")
