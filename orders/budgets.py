"""A cost centre's budget as a ledger: planned, committed and actual, never stored as one sum."""

from dataclasses import dataclass
from enum import StrEnum


class BudgetKind(StrEnum):
    """What a row of the budget ledger says."""

    COMMITTED = "committed"
    """Approved and promised to a supplier, not yet delivered."""
    ACTUAL = "actual"
    """Delivered or spent."""


@dataclass(frozen=True, slots=True)
class BudgetFigures:
    """A budget of one cost centre and year, in minor units of one currency."""

    cost_centre: str
    year: int
    currency: str
    budget: int | None
    committed: int
    actual: int
    pending: int = 0

    @property
    def left(self) -> int | None:
        """What neither is promised nor spent; None where no budget was set."""
        return None if self.budget is None else self.budget - self.committed - self.actual

    def after(self, amount: int) -> int | None:
        """What is left once ``amount`` is committed as well."""
        return None if self.left is None else self.left - amount
