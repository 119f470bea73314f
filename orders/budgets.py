"""A cost centre's budget as a ledger: planned, committed and actual, never stored as one sum."""

from dataclasses import dataclass
from enum import StrEnum

from orders.money import line_amount


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


@dataclass(frozen=True, slots=True)
class Promise:
    """What one order line promises to spend: ordered thousandths, price in ten-thousandths, and freight on top."""

    ordered: int
    price: int
    currency: str
    freight: int = 0

    def cost(self, quantity: int) -> int:
        """Return the minor units for a quantity received in all; the freight comes due with the first of it."""
        return line_amount(quantity, self.price, self.currency).minor + (self.freight if quantity else 0)

    def spent(self, before: int, after: int) -> tuple[int, int]:
        """Return how committed and actual change when the quantity received in all goes from ``before`` to ``after``.

        Both follow the running total, so that no cent is lost over many deliveries.
        """
        committed = self.cost(min(before, self.ordered)) - self.cost(min(after, self.ordered))
        return committed, self.cost(after) - self.cost(before)

    def leftover(self, received: int) -> int:
        """Return what is still committed after a quantity was received in all."""
        return self.cost(self.ordered) - self.cost(min(received, self.ordered))
