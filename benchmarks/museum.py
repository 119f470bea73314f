"""The slowest and the largest reading of the museum of broken mails, each specimen in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Figure

ROOT = Path(__file__).parents[1]


def measure(*, quick: bool) -> list[Figure]:
    """Measure every specimen: CPU time as the median of its rounds, memory as the most of them."""
    rounds = [_visit() for _ in range(1 if quick else 3)]
    dead = {name for visited in rounds for name, one in visited.items() if "died" in one}
    read = rounds[0].keys() - dead
    seconds = {name: median(visited[name]["took"] for visited in rounds) for name in read}
    memory = {name: max(visited[name]["memory"] for visited in rounds) for name in read}
    slowest, largest = max(seconds, key=seconds.__getitem__), max(memory, key=memory.__getitem__)
    return [
        Figure(f"slowest of {len(rounds[0])} broken mails", seconds[slowest], "s CPU", 2, note=slowest),
        Figure("largest of them in memory", memory[largest] / 1024**2, "MiB", 300, note=largest),
        Figure("of them that killed their process", len(dead), "", 0),
    ]


def _visit() -> dict[str, dict[str, Any]]:
    done = subprocess.run([sys.executable, "-m", "tests.museum"], cwd=ROOT, capture_output=True, text=True, check=True)
    return {one["name"]: one for one in map(json.loads, done.stdout.splitlines())}
