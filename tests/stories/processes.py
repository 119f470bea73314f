"""The real parts as processes of their own: the sandbox's Slack, the bot, and whatever carries mail."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.stories.nursery import Copy, Nursery

ROOT = Path(__file__).parents[2]
START_SECONDS = 60


class Process:
    """A program whose lines are read as they come; it is ours, so it is ended by its own id."""

    def __init__(self, process: asyncio.subprocess.Process | Copy, name: str) -> None:
        self.process = process
        self.name = name
        self.lines: list[str] = []
        self._new = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, name: str, *words: str, environment: Mapping[str, str] | None = None) -> "Process":
        pipes: dict[str, Any] = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.STDOUT}
        given = {"PYTHONUNBUFFERED": "1", **(environment or {})}
        process = await asyncio.create_subprocess_exec(*words, env={**os.environ, **given}, cwd=ROOT, **pipes)
        return cls(process, name)

    async def says(self, word: str) -> str:
        """Wait for a line that holds a word; a program that ends before is shown with what it said."""
        async with asyncio.timeout(START_SECONDS):
            while True:
                found = next((line for line in self.lines if word in line), None)
                if found is not None:
                    return found
                if self._reading.done():
                    raise AssertionError(f"{self.name} ended: " + "\n".join(self.lines))
                self._new.clear()
                await self._new.wait()

    async def stop(self) -> int:
        """End it as an administrator would; returns its status."""
        print(f"--- {self.name} said:", *self.lines, sep="\n")  # noqa: T201  # shown where a story fails
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await self.ended()

    async def kill(self) -> None:
        """End it as a power cut would."""
        if self.process.returncode is None:
            self.process.kill()
        await self.ended()

    async def ended(self) -> int:
        async with asyncio.timeout(START_SECONDS):
            status = await self.process.wait()
            await self._reading
        return status

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(line.decode(errors="replace").rstrip())
            self._new.set()
        self._new.set()


async def start_sandbox(
    folder: Path, seed: Mapping[str, Any], *, mail: bool, port: int = 0
) -> tuple[Process, dict[str, Any]]:
    """Start the pretend outside world as its own process; returns it with its keys and addresses."""
    folder.mkdir(parents=True, exist_ok=True)
    planted = folder / "seed.json"
    planted.write_text(json.dumps(seed), "utf-8")
    words = [sys.executable, "-m", "sandbox", "--data", str(folder), "--plant", str(planted), "--port", str(port)]
    process = await Process.start("sandbox", *words, *([] if mail else ["--no-mail"]))
    await process.says("sandbox ready")
    return process, json.loads((folder / "secrets.json").read_text("utf-8"))


async def start_bot(
    config: Path, environment: Mapping[str, str], *, program: str = "bot", nursery: Nursery | None = None
) -> Process:
    """Start ``chargehand run``, or a program that runs it in a way of its own; a nursery's copy starts sooner."""
    words = ("run", "--config", str(config))
    if nursery is None:
        process = await Process.start("bot", sys.executable, "-m", program, *words, environment=environment)
    else:
        process = Process(await nursery.copy(program, *words, environment={**os.environ, **environment}), "bot")
    await process.says("listens in")
    return process
