"""The bot, and bolt with an empty handler, as processes of their own: started, measured from outside, ended by their id."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from benchmarks.plant import DOMAIN, FAULTS, PURCHASING, STORES

ROOT = Path(__file__).parents[1]
START_SECONDS = 60
CONFIGURATION = """\
[plant]
name = "Halden Works"
[slack]
api_url = "{url}/api/"
[mail]
address = "purchasing@{domain}"
[channels]
faults = ["{faults}"]
stores = "{stores}"
purchasing = "{purchasing}"
[requests]
duplicate_hours = 0
[storage]
path = "{folder}"
[web]
on = false
[log]
level = "error"
[[approvals.rules]]
name = "cost centre owner"
who = ["owner"]
"""
SECRETS = {"CHARGEHAND_SLACK__BOT_TOKEN": "xoxb-bench", "CHARGEHAND_SLACK__APP_TOKEN": "xapp-bench"}


class Program:
    """A started program, and how long it took until it said that it is ready."""

    def __init__(self, process: asyncio.subprocess.Process, ready_after: float) -> None:
        self.process = process
        self.ready_after = ready_after

    @classmethod
    async def start(cls, *words: str) -> "Program":
        """Start a Python module and wait for its first line."""
        begun = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *words, cwd=ROOT, env={**os.environ, **SECRETS}, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
        if not line:
            message = f"{' '.join(words)} ended with status {await process.wait()} before it was ready"
            raise RuntimeError(message)
        return cls(process, time.perf_counter() - begun)

    def megabytes(self) -> float:
        """Return the resident memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        kilobytes = next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1]
        return int(kilobytes) / 1024

    async def stop(self) -> None:
        """End it as an administrator would."""
        self.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(self.process.wait(), START_SECONDS)


async def start_bot(folder: Path, url: str) -> Program:
    """Start ``chargehand run`` over the data in a folder, against a peer that is there already."""
    config = folder / "config.toml"
    places = {"faults": FAULTS, "stores": STORES, "purchasing": PURCHASING, "domain": DOMAIN}
    config.write_text(CONFIGURATION.format(url=url, folder=folder, **places), "utf-8")
    return await Program.start("bot", "run", "--config", str(config))


async def start_empty_bolt(url: str) -> Program:
    """Start bolt with a handler that only acknowledges."""
    return await Program.start("benchmarks.empty_bolt", url)
