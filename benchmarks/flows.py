"""Whole flows in process, through the real handlers and the real storage: work orders and purchase orders."""

from benchmarks.figures import Figure, often
from benchmarks.lifecycles import Lifecycle, report
from benchmarks.plant import Desk, desk
from benchmarks.rounds import per_second


def measure(*, quick: bool) -> list[Figure]:
    """Measure work orders and purchase order lifecycles on a durable SQLite file."""
    with desk() as made:
        return _flows(made, "SQLite", quick=quick, goal=80)


def _flows(made: Desk, kind: str, *, quick: bool, goal: float | None) -> list[Figure]:
    rounds, seconds = (3, 1.0) if quick else (7, 2.0)
    reports = per_second(lambda: report(made), rounds=rounds, seconds=seconds)
    lives = per_second(Lifecycle(made), rounds=rounds, seconds=seconds)
    return [
        often(f"work orders in process, {kind}", reports),
        often(f"purchase order lifecycles, {kind}", lives, goal, "7 durable transactions each"),
    ]
