"""``python -m tests.museum NAME …`` reads specimens, each in a process of its own with hard limits; one JSON line each."""

import gc
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from handlers.extraction import Known, read
from tests.museum import MUSEUM

PLANT = Path(__file__).parents[1] / "mails" / "plants" / "mill.json"
HARD_SECONDS = 20
HARD_MEMORY = 600 * 1024**2
"""What a process may take beyond what it begins with, so that a bomb harms no other."""


def main() -> None:
    """Read the specimens named, or all."""
    known = Known.from_json(json.loads(PLANT.read_text("utf-8")))
    read(b"From: versand@nordlager.example\n\nVersandt: 6 Stk NL-44120\n", known)
    for name in sys.argv[1:] or MUSEUM:
        sys.stdout.write(json.dumps({"name": name} | _apart(name, known)) + "\n")
        sys.stdout.flush()


def _apart(name: str, known: Known) -> dict[str, Any]:
    """What came of a specimen; the mail is made before the child is, so that only reading is measured."""
    raw = MUSEUM[name]()
    # What this process holds is no part of the mail, so the child's collector need not walk it.
    gc.freeze()
    here, there = os.pipe()
    child = os.fork()
    if not child:
        _limit()
        os.write(there, json.dumps(_read(raw, known)).encode())
        os._exit(0)
    os.close(there)
    with os.fdopen(here, "rb") as pipe:
        said = pipe.read()
    _, status, used = os.wait4(child, 0)
    found: dict[str, Any] = json.loads(said) if said and not status else {"died": status}
    return found | {"seconds": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss * 1024}


def _limit() -> None:
    begun_with = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (begun_with + HARD_MEMORY, begun_with + HARD_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (HARD_SECONDS, HARD_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(raw: bytes, known: Known) -> dict[str, Any]:
    begun = time.process_time()
    reading = read(raw, known).to_json()
    took = time.process_time() - begun
    return {
        "took": took,
        "action": reading["decision"]["action"],
        "rule": reading["decision"]["rule"],
        "problems": reading["problems"][:3],
    }


if __name__ == "__main__":
    main()
