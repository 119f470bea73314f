"""From the start of the process until the bot listens, over an empty database and over one with work in it."""

import asyncio
import tempfile
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.acknowledgement import connected, prepare
from benchmarks.figures import Figure
from benchmarks.processes import start_bot


def measure(*, quick: bool) -> list[Figure]:
    """Measure the median of several starts."""
    starts, orders = (3, 50) if quick else (5, 500)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        prepare(Path(folder), orders)
        seconds = [asyncio.run(_start(Path(folder))) for _ in range(starts)]
    return [Figure("start to ready", median(seconds), "s", 2, note=f"[{min(seconds):.2f}..{max(seconds):.2f}]")]


async def _start(folder: Path) -> float:
    async with connected(partial(start_bot, folder)) as (_, bot):
        return bot.ready_after
