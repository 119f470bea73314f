"""Figures as they are printed: medians and percentiles of what one run measured."""

import json
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure, what it is to reach, and whether less or more is better."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    less_is_better: bool = True
    note: str = ""

    @property
    def reached(self) -> str:
        """Say whether the goal is reached: ``yes``, ``no`` or nothing where there is none."""
        if self.goal is None:
            return ""
        good = self.value <= self.goal if self.less_is_better else self.value >= self.goal
        return "yes" if good else "no"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` (0 to 1) of all lie, by the nearest rank."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def median_of(rounds: Sequence[Sequence[float]], share: float) -> float:
    """Return the median over all rounds of each round's percentile."""
    return statistics.median(percentile(values, share) for values in rounds)


def latency(
    name: str, rounds: Sequence[Sequence[float]], *, p50: float | None = None, p99: float | None = None
) -> list[Figure]:
    """Return median and 99th percentile in milliseconds, each as the median over the rounds."""
    return [
        Figure(f"{name}, p50", median_of(rounds, 0.5) * 1000, "ms", p50),
        Figure(f"{name}, p99", median_of(rounds, 0.99) * 1000, "ms", p99),
    ]


def often(name: str, rounds: Sequence[float], goal: float | None = None, note: str = "") -> Figure:
    """Return how often a second, as the median over the rounds, with the slowest and the fastest round beside it."""
    spread = f"[{min(rounds):.0f}..{max(rounds):.0f}]" + (f" {note}" if note else "")
    return Figure(name, statistics.median(rounds), "/s", goal, less_is_better=False, note=spread)


def show(figures: Sequence[Figure]) -> None:
    """Print the figures as a table, and as one JSON object for machines."""
    width = max(len(figure.name) for figure in figures)
    print(f"{'figure':{width}}  {'measured':>10} {'':8} {'goal':>8}  reached")
    for figure in figures:
        goal = f"{figure.goal:g}" if figure.goal is not None else ""
        print(
            f"{figure.name:{width}}  {figure.value:10.2f} {figure.unit:8} {goal:>8}  {figure.reached:7} {figure.note}"
        )
    print(json.dumps({figure.name: round(figure.value, 3) for figure in figures}))
