"""The studio with something of everything in it, or with nothing at all, served by a process of its own."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from served_site import wait_for

TESTS = Path(__file__).parents[1]
TOML = """
[newsletter]
name = "The Example Bulletin"
organisation = "Example Organisation"
from_address = "bulletin@example.org"
list_id = "bulletin.example.org"
"""
SEGMENTS = '[[segment]]\nid = "scotland"\nname = "Readers in Scotland"\nnation = ["scotland"]\n'
# Django must not be set up in the process of the tests: Playwright runs an event loop there.
_FURNISH = """
import json, sys
from pathlib import Path
from newsletter.cli.session import Session
workspace = Session(Path(sys.argv[1])).with_database()
from django.utils import timezone
from editions import approved_edition
from furnished import furnish
from newsletter.models import Mailing, Subscriber, User
from newsletter.services.accounts import entrance_link
from newsletter.services.one_time_links import address_of
from newsletter.web.studio.table import STUDIO
places = {}
if sys.argv[3] == "furnished":
    people = [
        Subscriber(address=address, address_compared=address, name=f"Reader {number}", basis="consent")
        for number, address in enumerate(f"reader{number}@example.org" for number in range(4))
    ]
    house = furnish(workspace, approved_edition(workspace), Subscriber.objects.bulk_create(people))
    places = {route.name: house.address(route) for route in STUDIO}
    Mailing.objects.update(state="paused")
made = {}
for name, role in (("Ann Example", "administrator"), ("Eve Example", "editor")):
    known = {"name": name, "role": role, "last_login": timezone.now()}
    user = User.objects.filter(name=name).first() or User.objects.create_user(f"{name[:3]}@example.com", **known)
    made[role] = address_of(workspace, entrance_link(user), sys.argv[2])
print(json.dumps([places, made]))
"""


@dataclass(frozen=True, kw_only=True)
class Studio:
    """A running studio."""

    root: Path
    url: str
    places: dict[str, str]  # a real address for each line of the table, by its name
    links: dict[str, str]  # what lets somebody of a role in once

    def change(self, sql: str) -> None:
        """Another state of things, past the services: how they come about is proved elsewhere."""
        with closing(sqlite3.connect(self.root / "data" / "newsletter.sqlite3", timeout=20)) as connection, connection:
            connection.execute(sql)


@contextmanager
def furnished_site(root: Path, kind: str = "furnished") -> Iterator[Studio]:
    """Make the workspace, put things in unless it is to be `bare`, serve it; ends the process at last."""
    (root / "subscribers").mkdir(parents=True)
    (root / "newsletter.toml").write_text(TOML)
    (root / "subscribers" / "segments.toml").write_text(SEGMENTS)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-c", _FURNISH, str(root), url, kind]
    told = subprocess.run(command, check=True, capture_output=True, text=True, env=_environment(), timeout=120).stdout
    places, links = json.loads(told.splitlines()[-1])
    serve = [sys.executable, "-m", "newsletter", "-C", str(root), "serve", "--port", str(port)]
    with subprocess.Popen(serve, env=_environment(), stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(url)
            yield Studio(root=root, url=url, places=places, links=links)
        finally:
            process.terminate()
            process.wait(30)


def _environment() -> dict[str, Any]:
    ours = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    helpers = [path for path in sys.path if path.startswith(str(TESTS))]
    return ours | {"PYTHONPATH": os.pathsep.join([*helpers, str(TESTS.parent)])}
