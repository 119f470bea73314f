"""``python -m benchmarks``: every figure of the product in one run, as a table and as one line of JSON."""

import argparse
import sys
import time
from collections.abc import Callable

from benchmarks import accuracy, acknowledgement, backlog, flows, growth, intake, museum, starting
from benchmarks.figures import Figure, show

PARTS: dict[str, Callable[..., list[Figure]]] = {
    "wire": acknowledgement.measure,
    "flows": flows.measure,
    "mails": accuracy.measure,
    "museum": museum.measure,
    "intake": intake.measure,
    "backlog": backlog.measure,
    "growth": growth.measure,
    "start": starting.measure,
}
"""Every part by the name that ``--only`` takes."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds, under a minute")
    parser.add_argument("--only", action="append", choices=PARTS, help="measure only this part (may be repeated)")
    asked = parser.parse_args()
    figures: list[Figure] = []
    for name in asked.only or PARTS:
        begun = time.perf_counter()
        print(f"{name} …", file=sys.stderr, flush=True)
        figures += PARTS[name](quick=asked.quick)
        print(f"{name} took {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    show(figures)


if __name__ == "__main__":
    main()
