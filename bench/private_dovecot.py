"""A real Dovecot of one's own: IMAP and LMTP on loopback ports, temporary folders, gone with its block.

    with dovecot({"vera@home.example": "secret"}) as server: ...    # server.imap and server.lmtp are its ports

Only these people have a mailbox; mail to others is refused as to unknown users. Needs Debian's packages
`dovecot-imapd` and `dovecot-lmtpd`, set up or not, and root or a user of one's own.
"""

import os
import pwd
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from private_postfix import free_port

_PATIENCE = 20.0  # seconds for it to answer, and to end
_USER = "nobody"

_CONF = """
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
mail_location = maildir:{home}/mail/%u
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
postmaster_address = postmaster@receiver.example
passdb {{
  driver = passwd-file
  args = scheme=plain username_format=%u {home}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {home}/users
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """Where it answers."""

    imap: int
    lmtp: int


@contextmanager
def dovecot(people: Mapping[str, str]) -> Iterator[Dovecot]:
    """Run it for these people and their passwords."""
    with tempfile.TemporaryDirectory(prefix="private-dovecot-") as folder:
        home, server = Path(folder), Dovecot(imap=free_port(), lmtp=free_port())
        _configure(home, server, people)
        with (home / "output").open("wb") as output:  # it holds on to whatever it was started with
            command = ["dovecot", "-F", "-c", str(home / "dovecot.conf")]
            with subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL) as process:
                try:
                    _wait_for(server.imap, process, home)
                    yield server
                finally:
                    process.terminate()
                    process.wait(_PATIENCE)


def _configure(home: Path, server: Dovecot, people: Mapping[str, str]) -> None:
    nobody = pwd.getpwnam(_USER)
    home.chmod(0o755)
    (home / "mail").mkdir()
    os.chown(home / "mail", nobody.pw_uid, nobody.pw_gid)
    rows = (f"{name}:{password}:{nobody.pw_uid}:{nobody.pw_gid}::{home}\n" for name, password in people.items())
    (home / "users").write_text("".join(rows))
    group = subprocess.run(["id", "-gn", _USER], capture_output=True, text=True, check=True).stdout.strip()
    text = _CONF.format(home=home, user=_USER, group=group, imap=server.imap, lmtp=server.lmtp)
    (home / "dovecot.conf").write_text(text)


def _wait_for(port: int, process: subprocess.Popen[bytes], home: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            if connection.recv(4) == b"* OK":
                return
        time.sleep(0.05)
    told = (home / "output").read_text(errors="replace") + (home / "log").read_text(errors="replace")
    raise RuntimeError(f"Dovecot does not answer: {told[-800:]}")
