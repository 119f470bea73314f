"""Figures over many work orders by stated definitions: backlog by age, planned share, schedule compliance, hours by week."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from orders.reliability import HOUR, Span, merged, total, within
from orders.work_orders import TaskType

AGES = (
    ("under a week", timedelta(days=7)),
    ("1 to 4 weeks", timedelta(days=28)),
    ("1 to 3 months", timedelta(days=91)),
    ("older", timedelta.max),
)
"""The classes of age of open work, each up to but without its limit."""

PLANNED = frozenset({TaskType.INSPECTION.value, TaskType.SERVICE.value, TaskType.CALIBRATION.value})
"""Which work is planned: care that is due, not something that failed."""


def by_age(opened: Iterable[datetime], now: datetime) -> list[tuple[str, int]]:
    """Return how many open work orders are how old, every class named, the youngest first."""
    counted = Counter(next(name for name, limit in AGES if now - moment < limit) for moment in opened)
    return [(name, counted[name]) for name, _ in AGES]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; no share of nothing."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """From 0 to 1, or None where there is nothing to divide by."""
        return self.part / self.whole if self.whole else None

    def __str__(self) -> str:
        return "-" if self.value is None else f"{self.value:.0%}"


def planned_share(spent: Iterable[tuple[str, int]]) -> Share:
    """Return planned minutes of all minutes (SMRP 5.3.1); each entry is a task type with its minutes."""
    minutes: Counter[bool] = Counter()
    for task_type, worked in spent:
        minutes[task_type in PLANNED] += worked
    return Share(minutes[True], minutes[True] + minutes[False])


def compliance(due: Iterable[tuple[datetime, datetime | None]]) -> Share:
    """Return how many work orders were done by their due date of all that were due (SMRP 5.4.4): (due, done or None)."""
    rows = list(due)
    return Share(sum(done is not None and done <= limit for limit, done in rows), len(rows))


def weeks(now: datetime, count: int) -> tuple[Span, ...]:
    """Return the last whole weeks up to now, Monday to Monday in the zone of ``now``, the present one last and cut at now."""
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = [monday - timedelta(weeks=back) for back in range(count - 1, -1, -1)]
    return tuple(Span(start, min(start + timedelta(weeks=1), now)) for start in starts)


def week_name(span: Span) -> str:
    """Name a week as calendars do: ``W48``."""
    return f"W{date.isocalendar(span.start.date()).week:02}"


def down_hours(downs: dict[int | None, list[Span]], window: Span) -> float:
    """Return the hours that assets stood in a window; each asset stands once, however many jobs say so."""
    return sum((total(within(merged(spans), window)) / HOUR for spans in downs.values()), 0.0)


def ranked(amounts: dict[str, float], most: int, other: str = "Other") -> list[tuple[str, float]]:
    """Return the largest first; what would be one too many becomes one bar for the rest, always last."""
    kept: Sequence[tuple[str, float]] = sorted(amounts.items(), key=lambda each: (-each[1], each[0]))
    if len(kept) <= most:
        return list(kept)
    return [*kept[: most - 1], (other, sum(amount for _, amount in kept[most - 1 :]))]


def most_of(bars: Sequence[tuple[str, float]], count: int = 2) -> Share:
    """Return which share the first bars have of all, as whole hundredths of an hour."""
    scaled = [round(100 * amount) for _, amount in bars]
    return Share(sum(scaled[:count]), sum(scaled))
