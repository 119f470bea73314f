"""What a year of a cost centre will have cost by its end: spent, promised by expected date, and expected from planned orders."""

from dataclasses import dataclass, field
from datetime import date

from orders.budgets import BudgetFigures
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
class Forecast:
    """A year of a cost centre by months, beside its budget."""

    figures: BudgetFigures
    months: tuple[MonthFigures, ...]
    later: int = 0
    """What is promised or expected only after this year."""
    undated: int = 0
    """What planned orders still may take without saying when; it is in no month."""
    planned: tuple[int | None, ...] = field(default=())
    """What was planned for each month, where budgets are set by month."""

    @property
    def total(self) -> int:
        """What the year will have cost by its end, as far as one can know it."""
        return sum(month.total for month in self.months)

    @property
    def runs_out(self) -> int | None:
        """The month in which the budget is used up, if that comes."""
        budget, used = self.figures.budget, 0
        if budget is None:
            return None
        for month in self.months:
            used += month.total
            if used > budget:
                return month.month
        return None

    def sentence(self) -> str:
        """Say what the year comes to, beside what was planned."""
        figures, total = self.figures, Money(self.total, self.figures.currency)
        if figures.budget is None:
            return f"{figures.year} comes to {total}; no budget was set."
        over = self.total - figures.budget
        if over > 0:
            when = f" in {date(figures.year, self.runs_out, 1):%B}" if self.runs_out else ""
            return f"{figures.year} comes to {total}: {Money(over, figures.currency)} above the budget, which is used up{when}."
        return f"{figures.year} comes to {total}, which leaves {Money(-over, figures.currency)} of the budget."
