"""A year by months: what is late counts now, what has no day is in no month, and the sentence says how it ends."""

from datetime import date

from orders.budgets import BudgetFigures
from orders.forecast import Due, Forecast, MonthFigures, by_month

TODAY = date(2026, 11, 23)
FIGURES = BudgetFigures("410", 2026, "EUR", budget=100_00, committed=0, actual=0, pending=7_00)


def test_what_is_due_is_put_into_its_month_and_never_into_one_that_is_over() -> None:
    due = [
        Due(date(2026, 12, 1), 30),
        Due(date(2026, 3, 1), 5),
        Due(None, 2),
        Due(date(2027, 1, 1), 9),
        Due(date(2026, 12, 9), 40, promised=False),
        Due(None, 11, promised=False),
    ]

    months, later, undated = by_month(2026, TODAY, {2: 100, 11: 1}, due)

    assert months[1] == MonthFigures(2026, 2, actual=100)
    assert months[10] == MonthFigures(2026, 11, actual=1, committed=7)
    assert months[11] == MonthFigures(2026, 12, committed=30, expected=40)
    assert (later, undated) == (9, 11)


def test_a_year_that_is_over_holds_only_what_was_spent() -> None:
    months, later, _ = by_month(2025, TODAY, {12: 4}, [Due(date(2025, 12, 1), 30)])

    assert sum(month.total for month in months) == 4
    assert later == 30


def test_a_year_adds_up_what_was_before_and_names_the_month_in_which_the_budget_is_used_up() -> None:
    months, later, undated = by_month(2026, TODAY, {1: 50_00}, [Due(date(2026, 12, 1), 60_00)])
    found = Forecast(FIGURES, tuple(months), 10_00, later, undated)

    assert found.running()[0] == 60_00
    assert (found.total, found.runs_out) == (120_00, 12)
    assert found.sentence() == "2026 comes to EUR 120.00: EUR 20.00 above the budget, which is used up in December."
    assert found.besides() == ["EUR 7.00 waits for approval."]


def test_a_year_within_its_budget_and_one_without_a_budget_say_so() -> None:
    months, *_ = by_month(2026, TODAY, {1: 40_00}, [])
    without = BudgetFigures("410", 2026, "EUR", budget=None, committed=0, actual=0)

    assert (
        Forecast(FIGURES, tuple(months)).sentence() == "2026 comes to EUR 40.00, which leaves EUR 60.00 of the budget."
    )
    assert Forecast(without, tuple(months)).sentence() == "2026 comes to EUR 40.00; no budget was set."
    assert Forecast(without, tuple(months)).runs_out is None


def test_a_budget_that_was_used_up_before_the_ledger_began_names_the_first_month() -> None:
    months, *_ = by_month(2026, TODAY, {}, [])

    assert Forecast(FIGURES, tuple(months), before=101_00).runs_out == 1
