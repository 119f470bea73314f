"""A process that has read all of the bot's modules, and makes copies of itself that run a program from there on.

Reading the modules is most of a start, and the stories start the bot some 150 times. A copy is a process like any other:
it runs the program's ``__main__``, has its own arguments, surroundings and output, and may be killed.
"""

import asyncio
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_ORDER = 150_000


class Copy:
    """A copy that runs a program; it is no child of ours, so its number and its status are told over a pipe."""

    def __init__(self, pid: int, stdout: asyncio.StreamReader, told: asyncio.StreamReader) -> None:
        self.pid = pid
        self.stdout = stdout
        self.returncode: int | None = None
        self._ending = asyncio.create_task(self._end(told))

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        return await asyncio.shield(self._ending)

    async def _end(self, told: asyncio.StreamReader) -> int:
        self.returncode = int(await told.readline())
        await told.read()
        return self.returncode


class Nursery:
    """Where copies are made; the process is there from the first one on."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._orders: socket.socket | None = None

    async def copy(self, program: str, *words: str, environment: Mapping[str, str]) -> Copy:
        """Run ``python -m program words``, all modules read already; both outputs are one."""
        order = json.dumps({"program": program, "words": words, "environment": dict(environment)}).encode()
        assert len(order) < LONGEST_ORDER
        (out, its_out), (told, its_told) = os.pipe(), os.pipe()
        socket.send_fds(self._open(), [order], [its_out, its_told])
        for end in (its_out, its_told):
            os.close(end)
        said, status = await _reader(out), await _reader(told)
        return Copy(int(await status.readline()), said, status)

    def close(self) -> None:
        """End the process; the copies live their own lives."""
        if self._process is not None and self._orders is not None:
            self._orders.close()
            self._process.wait(30)
        self._process = self._orders = None

    def _open(self) -> socket.socket:
        if self._orders is None:
            self._orders, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            words = [sys.executable, "-u", "-m", "tests.stories.nursery", str(its.fileno())]
            self._process = subprocess.Popen(words, cwd=ROOT, pass_fds=[its.fileno()], stdin=subprocess.DEVNULL)
            its.close()
        return self._orders


async def _reader(end: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    pipe = os.fdopen(end, "rb", buffering=0)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    return reader


def tend() -> None:
    """Make a copy for each order until nobody can give one any more; a copy leaves this function as its program ends."""
    orders = socket.socket(fileno=int(sys.argv[1]))
    _read_modules()
    # Whoever watches over a copy is not waited for.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        order, (*ends,), _, _ = socket.recv_fds(orders, LONGEST_ORDER, 2)
        if not order:
            return
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            orders.close()
            if (copy := os.fork()) == 0:
                os.close(ends[1])
                _run(json.loads(order), ends[0])
                return
            _watch(copy, *ends)
        for end in ends:
            os.close(end)


def _watch(copy: int, out: int, told: int) -> None:
    os.close(out)
    os.write(told, f"{copy}\n".encode())
    _, status = os.waitpid(copy, 0)
    os.write(told, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _run(order: dict[str, object], out: int) -> None:
    for end in (sys.stdout.fileno(), sys.stderr.fileno()):
        os.dup2(out, end)
    os.close(out)
    os.environ.clear()
    os.environ.update(order["environment"])  # type: ignore[call-overload]
    sys.argv = [str(order["program"]), *order["words"]]  # type: ignore[misc]
    runpy.run_module(str(order["program"]), run_name="__main__", alter_sys=True)


def _read_modules() -> None:
    """Read what a start reads, the databases' drivers among it; ``__main__`` stays for the copies."""
    for name in ("typer", "bot.app", "bot.config", "bot.logs", "psycopg", "sqlalchemy.dialects.postgresql.psycopg"):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    tend()
