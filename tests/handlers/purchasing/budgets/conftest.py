"""What tests of budgets share: a cost centre with little left, a plant that watches it, and an order for EUR 368.00."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from orders.budgets import BudgetPolicy, Mode, Span
from storage import budget
from storage.tables import Budget, BudgetEntry, BudgetSum, CostCentre, Person
from storage.unit_of_work import table


@dataclass
class Books:
    """A cost centre's money, with words for what a test does to it."""

    buying: Any
    centre: CostCentre

    @property
    def desk(self) -> Any:
        return self.buying.desk

    def watched(self, mode: Mode = Mode.SHOW, **more: Any) -> None:
        """Let the plant watch its budgets in this way from now on."""
        self.desk.plant = replace(self.desk.plant, budget=BudgetPolicy(mode=mode, **more))

    def planned(self, amount: int, **more: Any) -> None:
        """Plan an amount for the year, or for some months of it."""
        where = {"cost_centre_id": self.centre.id, "year": 2026, "month": 1, "months": 12} | more
        row = next(
            iter(
                self.desk.all(Budget, **{name: where[name] for name in ("cost_centre_id", "year", "month", "months")})
            ),
            None,
        )

        def work(uow: Any) -> None:
            if row is None:
                uow.add(Budget, amount=amount, **{"currency": "EUR"} | where)
            else:
                uow.change(Budget, row.id, amount=amount, **more)

        self.desk.writes(work)

    def unplanned(self) -> None:
        """Take every plan away."""
        self.desk.writes(lambda uow: uow.run(table(Budget).delete()))

    def figures(self, year: int = 2026, *months: int) -> Any:
        return self.desk.reads(lambda uow: budget.figures(uow, self.centre.id, Span(year, *months)))

    def sums(self, year: int = 2026) -> tuple[int, int]:
        """Return what is committed and actual in a year."""
        rows = self.desk.all(BudgetSum, cost_centre_id=self.centre.id, year=year)
        return sum(row.committed for row in rows), sum(row.actual for row in rows)

    def entries(self) -> list[tuple[str, str, int, int]]:
        """Return the ledger as cause, kind, year and amount."""
        return [(row.cause, row.kind, row.year, row.amount) for row in self.desk.all(BudgetEntry)]

    def agree(self) -> bool:
        """Say whether every sum equals its ledger and nothing is promised below zero."""
        return self.desk.reads(budget.differences) == []


@pytest.fixture
def books(buying: Any, cost_centre: CostCentre) -> Books:
    return Books(buying, cost_centre)


@pytest.fixture
def treasurer(hire: Callable[..., Person], buying: Any) -> Person:
    """Somebody of finance who decides on no orders."""
    person = hire("Ines Vogt", "finance")
    buying.people["treasurer"] = person
    return person
