"""Whole flows in process, through the real handlers and the real storage: work orders and purchase orders."""

from collections.abc import Callable
from statistics import median

from benchmarks.figures import Figure, often
from benchmarks.floor import bare_lifecycle
from benchmarks.lifecycles import Lifecycle, report
from benchmarks.plant import Desk, desk
from benchmarks.postgres import postgres
from benchmarks.rounds import per_second

SQLITE_GOAL = 80.0


def measure(*, quick: bool) -> list[Figure]:
    """Measure both flows on a durable SQLite file, beside the bare driver, and on PostgreSQL where there is one."""
    with bare_lifecycle() as bare, desk() as made:
        figures = _flows(made, "SQLite", quick=quick, goal=SQLITE_GOAL)
        bares = _measured(bare, quick=quick)
    lives = next(figure for figure in figures if figure.goal == SQLITE_GOAL)
    figures += [
        often("bare sqlite3, seven transactions", bares),
        Figure(
            "purchase order lifecycles over bare sqlite3",
            lives.value / median(bares),
            "times",
            1 / 3,
            less_is_better=False,
        ),
    ]
    with postgres() as address:
        if address:
            with desk(address) as made:
                figures += _flows(made, "PostgreSQL", quick=quick, goal=None)
    return figures


def _measured(work: Callable[[], object], *, quick: bool) -> list[float]:
    return per_second(work, rounds=3, seconds=1.0) if quick else per_second(work, rounds=7, seconds=2.0)


def _flows(made: Desk, kind: str, *, quick: bool, goal: float | None) -> list[Figure]:
    reports = _measured(lambda: report(made), quick=quick)
    lives = _measured(Lifecycle(made), quick=quick)
    return [
        often(f"work orders in process, {kind}", reports),
        often(f"purchase order lifecycles, {kind}", lives, goal, "7 durable transactions each"),
    ]
