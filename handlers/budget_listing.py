"""Cost centres as the command line lists them: planned, pending, committed, actual, left and forecast, as words or as plain values."""

from typing import Any

from handlers.budget_forecast import forecast
from handlers.budget_reports import NONE, centre_named
from handlers.order_content import today
from orders.forecast import Forecast
from orders.money import Money
from storage.tables import CostCentre
from storage.unit_of_work import UnitOfWork


def listed(uow: UnitOfWork, centre: str, year: int) -> list[Forecast]:
    """Return the year (0: the present one) of one cost centre by its code or name, or of all by their codes."""
    found = [centre_named(uow, centre)] if centre else sorted(uow.all(CostCentre), key=lambda row: row.code)
    return [forecast(uow, row, year or today(uow).year) for row in found]


def row(found: Forecast) -> list[str]:
    """Return a cost centre as one row of words."""
    figures = found.figures
    amounts = (figures.budget, figures.pending, figures.committed, figures.actual, figures.left, found.total)
    return [figures.cost_centre, *(_said(amount, figures.currency) for amount in amounts)]


def _said(amount: int | None, currency: str) -> str:
    return NONE if amount is None else str(Money(amount, currency))


def as_json(found: Forecast) -> dict[str, Any]:
    """Return a cost centre as plain values; amounts are decimals as text."""
    figures = found.figures

    def plain(amount: int | None) -> str | None:
        return None if amount is None else Money(amount, figures.currency).plain()

    months = [
        {
            "month": one.month,
            "actual": plain(one.actual),
            "committed": plain(one.committed),
            "expected": plain(one.expected),
        }
        for one in found.months
    ]
    return {
        "cost_centre": figures.cost_centre,
        "year": figures.year,
        "currency": figures.currency,
        "planned": plain(figures.budget),
        "pending": plain(figures.pending),
        "committed": plain(figures.committed),
        "actual": plain(figures.actual),
        "left": plain(figures.left),
        "forecast": plain(found.total),
        "spent_before": plain(found.before),
        "later": plain(found.later),
        "undated": plain(found.undated),
        "months": months,
        "sentence": found.sentence(),
    }
