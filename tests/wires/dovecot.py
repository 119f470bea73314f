"""A real Dovecot on a free port in a folder of its own; any user may log in with PASSWORD."""

import grp
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Self

PASSWORD = "secret"
BINARY = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
SETTINGS = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 50
login_trusted_networks = 127.0.0.1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
namespace inbox {{
  inbox = yes
}}
"""
# Without root Dovecot can neither change its user nor its root directory.
WITHOUT_ROOT = """
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
}}
"""


class Dovecot:
    """`with Dovecot() as dovecot`: it answers from then on; `restart()` keeps the port and the mails."""

    host = "127.0.0.1"
    password = PASSWORD

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.port = _free_port()
        self._names = count(1)
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.folder.chmod(0o755)
        (self.folder / "mail").mkdir()
        self._own(self.folder / "mail")
        (self.folder / "dovecot.conf").write_text(self._settings())
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        assert BINARY is not None
        command = [BINARY, "-F", "-c", str(self.folder / "dovecot.conf")]
        self._process = subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True
        )
        assert self._process.stderr is not None
        said = []
        for line in self._process.stderr:
            said.append(line)
            if "starting up" in line:
                break
        else:
            raise RuntimeError("Dovecot does not start: " + "".join(said))
        self._wait_for_greeting()

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        # Told to its master alone, Dovecot would wait ten seconds for clients that keep connecting.
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=20)

    def restart(self) -> None:
        self.stop()
        self.start()

    def deliver(self, user: str, *mails: bytes) -> None:
        """Put mails into a user's INBOX as a delivery agent does: written beside, then moved in."""
        box = self.folder / "mail" / user
        for name in ("tmp", "new", "cur"):
            (box / name).mkdir(parents=True, exist_ok=True)
            self._own(box / name)
        self._own(box)
        for mail in mails:
            name = f"{time.time():.6f}.{next(self._names):06d}.tests"
            draft = box / "tmp" / name
            draft.write_bytes(mail)
            self._own(draft)
            draft.rename(box / "new" / name)

    def _own(self, path: Path) -> None:
        if os.getuid() == 0:
            shutil.chown(path, "nobody", "nogroup")

    def _settings(self) -> str:
        root = os.getuid() == 0
        settings = SETTINGS + ("" if root else WITHOUT_ROOT)
        return settings.format(
            folder=self.folder,
            port=self.port,
            password=PASSWORD,
            uid="nobody" if root else os.getuid(),
            gid="nogroup" if root else os.getgid(),
            user=pwd.getpwuid(os.getuid()).pw_name,
            group=grp.getgrgid(os.getgid()).gr_name,
        )

    def _wait_for_greeting(self) -> None:
        with socket.create_connection((self.host, self.port), timeout=10) as wire:
            wire.recv(1)


def _free_port() -> int:
    """A port below those that the system gives to clients, so that nobody takes it while Dovecot restarts."""
    for port in random.sample(range(15_000, 30_000), 50):
        with socket.socket() as wire:
            try:
                wire.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port for Dovecot")
