"""A real Mosquitto on a free port in a folder of its own, with one user, and TLS if asked."""

import os
import random
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from tests.wires.certificates import server_context

USER, PASSWORD = "chargehand", "secret"
BINARY = shutil.which("mosquitto", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
SETTINGS = """
listener {port} 127.0.0.1
allow_anonymous false
password_file {folder}/passwords
persistence true
persistence_location {folder}/
log_dest stderr
"""
TLS = """
certfile {folder}/certificate.pem
keyfile {folder}/key.pem
"""


class Mosquitto:
    """`with Mosquitto() as broker`: it answers from then on; `restart()` keeps the port, sessions and what is retained."""

    host = "127.0.0.1"
    user, password = USER, PASSWORD

    def __init__(self, *, tls: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mosquitto-"))
        self.port = _free_port()
        self.tls = tls
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        written = self.folder / "mosquitto.conf"
        settings = SETTINGS + (TLS if self.tls else "") + ("user root\n" if os.getuid() == 0 else "")
        written.write_text(settings.format(folder=self.folder, port=self.port))
        if self.tls:
            server_context(self.folder)
        assert BINARY is not None
        passwords = [str(Path(BINARY).with_name("mosquitto_passwd")), "-b", "-c", "passwords", USER, PASSWORD]
        passwords[0] = shutil.which("mosquitto_passwd") or passwords[0]
        subprocess.run(passwords, cwd=self.folder, check=True, capture_output=True)
        for each in self.folder.iterdir():
            each.chmod(0o600)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        assert BINARY is not None
        command = [BINARY, "-c", str(self.folder / "mosquitto.conf")]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        assert self._process.stderr is not None
        said = []
        for line in self._process.stderr:
            said.append(line)
            if "running" in line:
                return
        raise RuntimeError("Mosquitto does not start: " + "".join(said))

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.communicate(timeout=20)

    def restart(self) -> None:
        self.stop()
        self.start()


def _free_port() -> int:
    """A port below those that the system gives to clients, so that nobody takes it while the broker restarts."""
    for port in random.sample(range(15_000, 30_000), 50):
        with socket.socket() as wire:
            try:
                wire.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port for Mosquitto")
