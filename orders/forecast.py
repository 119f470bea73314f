"""What a year of a cost centre will have cost by its end: spent, promised by expected date, and expected from planned orders."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from orders.budgets import YEAR, BudgetFigures
from orders.money import Money


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """What one month costs as far as one can know it: spent, promised for it, expected from planned orders."""

    year: int
    month: int
    actual: int = 0
    committed: int = 0
    expected: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.actual + self.committed + self.expected


@dataclass(frozen=True, slots=True)
class Due:
    """An amount with the day on which it is expected; None where nobody knows it."""

    on: date | None
    amount: int
    promised: bool = True
    """Whether it is promised to a supplier, and not only planned."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """A year of a cost centre by months, beside its budget."""

    figures: BudgetFigures
    months: tuple[MonthFigures, ...]
    before: int = 0
    """What had been spent in it before Chargehand kept the ledger."""
    later: int = 0
    """What is promised or expected only after this year."""
    undated: int = 0
    """What planned orders may still take without saying when; it is in no month."""
    planned: tuple[int | None, ...] = field(default=())
    """What was planned for each month, where budgets are set by month."""

    @property
    def total(self) -> int:
        """What the year will have cost by its end, as far as one can know it."""
        return self.before + sum(month.total for month in self.months)

    def running(self) -> list[int]:
        """Return what the year will have cost by the end of each month."""
        return [self.before + sum(one.total for one in self.months[: place + 1]) for place in range(len(self.months))]

    @property
    def runs_out(self) -> int | None:
        """The month in which the budget is used up, if that comes."""
        budget = self.figures.budget
        if budget is None:
            return None
        return next((one.month for one, used in zip(self.months, self.running(), strict=True) if used > budget), None)

    def sentence(self) -> str:
        """Say what the year comes to, beside what was planned."""
        figures, total = self.figures, Money(self.total, self.figures.currency)
        if figures.budget is None:
            return f"{figures.year} comes to {total}; no budget was set."
        over = self.total - figures.budget
        if over > 0:
            when = f", which is used up in {date(figures.year, self.runs_out, 1):%B}" if self.runs_out else ""
            return f"{figures.year} comes to {total}: {Money(over, figures.currency)} above the budget{when}."
        return f"{figures.year} comes to {total}, which leaves {Money(-over, figures.currency)} of the budget."

    def besides(self) -> list[str]:
        """Say what is in no month of the year."""
        money = self.figures.currency
        told = [
            (self.later, "is expected only after this year"),
            (self.undated, "may still be ordered from planned orders that say no day"),
            (self.figures.pending, "waits for approval"),
        ]
        return [f"{Money(amount, money)} {what}." for amount, what in told if amount]


def by_month(
    year: int, today: date, actual: Mapping[int, int], due: Iterable[Due]
) -> tuple[list[MonthFigures], int, int]:
    """Put what was spent by month and what is due by day into the months of a year; returns what is later and undated too.

    What should have come already is expected in the present month; what is promised without a day as well.
    """
    months = {month: MonthFigures(year, month, actual.get(month, 0)) for month in range(1, YEAR + 1)}
    later = undated = 0
    for one in due:
        if one.on is None and not one.promised:
            undated += one.amount
            continue
        on = max(one.on or today, today)
        if on.year > year:
            later += one.amount
        elif on.year == year:
            months[on.month] = _with(months[on.month], one)
    return list(months.values()), later, undated


def _with(month: MonthFigures, one: Due) -> MonthFigures:
    if one.promised:
        return replace(month, committed=month.committed + one.amount)
    return replace(month, expected=month.expected + one.amount)
