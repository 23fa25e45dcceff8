"""A real Postfix of one's own: temporary folders, a loopback port, no system service touched, gone with its block.

    with postfix() as server: ...                  # takes everything and throws it away
    with postfix(maildir=folder) as server: ...    # every mail becomes a file in folder/all/new
    with postfix(lmtp=port) as server: ...         # every mail is handed on there, and comes back if it is refused

Needs Debian's package `postfix`, set up or not, and root, because Postfix's master changes users.
"""

import os
import pwd
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PATIENCE = 20.0  # seconds for it to answer, and to end

_MAIN = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = receiver.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
maillog_file = {home}/maillog
maillog_file_prefixes = {home}
alias_maps =
default_process_limit = 200
smtpd_client_connection_count_limit = 200
"""
_DISCARD = "default_transport = discard\n"
_MAILDIR = """
virtual_mailbox_domains = static:all
virtual_mailbox_base = {maildir}
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{uid}
virtual_minimum_uid = 1
"""
_LMTP = """
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:all/
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
virtual_alias_maps = inline:{{ {{ bounces@example.org = bulletin@example.org }} }}
recipient_delimiter = +
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@contextmanager
def postfix(maildir: Path | None = None, lmtp: int | None = None) -> Iterator[int]:
    """Run it; gives its port. `maildir` must be a folder that everybody may walk into, `lmtp` a port here."""
    with tempfile.TemporaryDirectory(prefix="private-postfix-") as folder:
        home, port = Path(folder), free_port()
        home.chmod(0o755)
        settings = _configure(home, port, maildir, lmtp)
        command = ["postfix", "-c", str(settings), "start-fg"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                wait_for(port, process)
                yield port
            finally:
                subprocess.run(["postfix", "-c", str(settings), "stop"], capture_output=True, check=False)
                process.wait(_PATIENCE)


def _configure(home: Path, port: int, maildir: Path | None, lmtp: int | None) -> Path:
    settings, nobody = home / "etc", pwd.getpwnam("nobody")
    for part in (settings, home / "queue", home / "data"):
        part.mkdir()
    os.chown(home / "data", pwd.getpwnam("postfix").pw_uid, -1)
    delivery = _DISCARD if lmtp is None else _LMTP.format(lmtp=lmtp)
    if maildir is not None:
        maildir.mkdir(exist_ok=True)
        os.chown(maildir, nobody.pw_uid, -1)
        delivery = _MAILDIR.format(maildir=maildir, uid=nobody.pw_uid)
    (settings / "main.cf").write_text(_MAIN.format(home=home) + delivery)
    (settings / "master.cf").write_text(_MASTER.format(port=port))
    return settings


def free_port() -> int:
    """A port on loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until somebody greets at a port. Raises RuntimeError where the process ended, or nobody did."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            if connection.recv(3) == b"220":
                connection.sendall(b"QUIT\r\n")
                return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args} does not answer")
