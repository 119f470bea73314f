"""Budgets follow the running total, so that no cent is lost over many deliveries."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.budgets import (
    BudgetFigures,
    BudgetKind,
    BudgetPolicy,
    Mode,
    Plan,
    Promise,
    Span,
    Standing,
    Weighed,
    freed,
    in_brief,
    period_named,
    plan_for,
    sentence,
)

prices = st.integers(0, 10**8)
quantities = st.integers(0, 10**7)


def test_what_is_left_is_neither_promised_nor_spent() -> None:
    figures = BudgetFigures("410", 2026, "EUR", budget=12_000_00, committed=2_000_00, actual=8_750_00)

    assert figures.left == 1_250_00
    assert figures.after(527_60) == 722_40


def test_where_no_budget_was_set_nothing_is_left_and_nothing_is_lacking() -> None:
    figures = BudgetFigures("410", 2026, "EUR", budget=None, committed=0, actual=5_00)

    assert figures.left is None
    assert figures.after(1_00) is None


def test_the_freight_comes_due_with_the_first_delivery() -> None:
    promise = Promise(ordered=2_000, price=1_840_000, currency="EUR", beyond=18_00)

    assert promise.spent(0, 1_000) == (-0 + promise.cost(0) - promise.cost(1_000), 202_00)
    assert promise.spent(1_000, 2_000)[1] == 184_00


@given(price=prices, freight=st.integers(0, 10**5), steps=st.lists(st.integers(1, 10**6), min_size=1, max_size=6))
def test_many_deliveries_spend_exactly_what_one_would_and_leave_nothing_committed(  # type: ignore[no-untyped-def]
    price, freight, steps
) -> None:
    promise = Promise(ordered=sum(steps), price=price, currency="EUR", beyond=freight)
    committed, actual, before = promise.cost(promise.ordered), 0, 0

    for step in steps:
        freed, spent = promise.spent(before, before + step)
        committed, actual, before = committed + freed, actual + spent, before + step
        assert committed == promise.leftover(before)

    assert committed == 0
    assert actual == promise.cost(promise.ordered)


@given(price=prices, ordered=quantities, over=quantities)
def test_what_comes_beyond_the_order_is_spent_and_never_frees_more_than_was_promised(  # type: ignore[no-untyped-def]
    price, ordered, over
) -> None:
    promise = Promise(ordered=ordered, price=price, currency="EUR")

    freed, spent = promise.spent(0, ordered + over)

    assert -freed == promise.cost(ordered)
    assert spent == promise.cost(ordered + over)
    assert promise.leftover(ordered + over) == 0


def test_the_ledger_has_two_kinds_of_rows() -> None:
    assert [kind.value for kind in BudgetKind] == ["committed", "actual"]


def test_a_budget_says_in_one_sentence_what_there_is_what_is_left_and_what_an_order_leaves() -> None:
    figures = BudgetFigures("410", 2026, "EUR", budget=12_000_00, committed=2_000_00, actual=8_750_00, pending=300_00)

    assert sentence(figures, 527_60) == (
        "Cost centre 410: EUR 12,000.00, of which 1,250.00 left, 722.40 after this, 300.00 more waits for approval."
    )
    assert sentence(figures, 1_300_00).endswith(
        "of which 1,250.00 left, this is 50.00 too much, 300.00 more waits for approval."
    )
    assert sentence(replace(figures, pending=0)) == "Cost centre 410: EUR 12,000.00, of which 1,250.00 left."
    assert (
        sentence(replace(figures, actual=11_000_00, pending=0))
        == "Cost centre 410: EUR 12,000.00, overdrawn by 1,000.00."
    )
    assert sentence(replace(figures, period="May 2026", pending=0)).startswith(
        "Cost centre 410 in May 2026: EUR 12,000.00"
    )


def test_without_the_role_for_money_only_enough_or_not_is_said() -> None:
    figures = BudgetFigures("410", 2026, "EUR", budget=100, committed=0, actual=0)

    assert sentence(figures, 100, money=False) == "Cost centre 410 has enough left for this."
    assert sentence(figures, 101, money=False) == "This is more than cost centre 410 has left."
    assert sentence(replace(figures, budget=None), 1, money=False) == "Cost centre 410 has no budget for 2026."


def test_currencies_with_other_digits_are_written_as_theirs() -> None:
    assert sentence(BudgetFigures("410", 2026, "JPY", budget=12_000, committed=0, actual=0), 500) == (
        "Cost centre 410: JPY 12,000, of which 12,000 left, 11,500 after this."
    )
    assert "KWD 1.234, of which 1.234 left" in sentence(BudgetFigures("4", 2026, "KWD", 1_234, 0, 0))


@pytest.mark.parametrize(
    ("period", "month", "expected"),
    [("year", 8, "2026"), ("quarter", 8, "Q3 2026"), ("month", 8, "Aug 2026"), ("quarter", 12, "Q4 2026")],
)
def test_a_day_lies_in_a_year_a_quarter_and_a_month(period: str, month: int, expected: str) -> None:
    assert str(Span.around(date(2026, month, 31 if month in {8, 12} else 1), period)) == expected


def test_months_that_are_no_quarter_are_named_from_the_first_to_the_last() -> None:
    assert str(Span(2026, 2, 3)) == "Feb to Apr 2026"


def test_the_plan_of_a_period_is_its_own_else_the_sum_of_its_parts_else_that_of_the_year() -> None:
    year, may, june = Plan(Span(2026), 1_200), Plan(Span(2026, 5, 1), 90, 5), Plan(Span(2026, 6, 1), 110)
    second = Span(2026, 4, 3)

    assert plan_for([year, may, june], may.span) == may
    assert plan_for([year, may, june], second) == Plan(second, 200, 5)
    assert plan_for([year, may], Span(2026, 7, 1)) == year
    assert plan_for([may, june], Span(2026)) == Plan(Span(2026), 200, 5)
    assert plan_for([may, june, Plan(second, 500)], Span(2026)) == Plan(Span(2026), 500)
    assert plan_for([year], Span(2027)) is None
    assert plan_for([], Span(2026)) is None


@pytest.mark.parametrize(
    ("mode", "without", "budget", "meets"),
    [
        (Mode.SHOW, Mode.SHOW, 1, Mode.SHOW), (Mode.WARN, Mode.SHOW, 1, Mode.WARN), (Mode.BLOCK, Mode.SHOW, 1, Mode.BLOCK),
        (Mode.BLOCK, Mode.SHOW, 2, Mode.SHOW), (Mode.BLOCK, Mode.SHOW, None, Mode.SHOW), (Mode.SHOW, Mode.BLOCK, None, Mode.BLOCK),
    ],
)  # fmt: skip
def test_an_amount_of_two_meets_what_the_plant_has_settled(
    mode: Mode, without: Mode, budget: int | None, meets: Mode
) -> None:
    figures = BudgetFigures("410", 2026, "EUR", budget=budget, committed=0, actual=0)

    assert BudgetPolicy(mode, without).asks(figures, 2) is meets


def test_promises_are_freed_from_the_oldest_on_and_never_below_nothing() -> None:
    old, new = Standing(1, 2026, 12, "EUR", "", 70), Standing(1, 2027, 1, "EUR", "", 50)

    assert [(part.of, part.amount) for part in freed([new, old], 40)] == [(old, 70), (new, 10)]
    assert freed([new, old], 120) == []
    assert freed([new, old], 500) == []
    assert [(part.of, part.amount) for part in freed([new, old], -5)] == [(old, 70), (new, 50)]


@pytest.mark.parametrize(
    ("written", "months"), [("Q2", (4, 3)), ("05", (5, 1)), ("12", (12, 1)), ("may", (5, 1)), ("year", (1, 12))]
)
def test_a_period_is_written_as_quarter_month_or_year(written: str, months: tuple[int, int]) -> None:
    assert period_named(written) == months


@pytest.mark.parametrize("written", ["", "0", "13", "Q5", "soon"])
def test_what_is_no_period_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=f"^.*{re.escape(written)}.*$"):
        period_named(written)


def test_a_brief_word_says_what_is_left_or_lacking_and_nothing_without_a_budget() -> None:
    figures = BudgetFigures("410", 2026, "EUR", budget=100, committed=0, actual=0)

    assert in_brief(Weighed(1, figures, 40)) == "Budget 410: EUR 1.00 left."
    assert in_brief(Weighed(1, figures, 140)) == "Budget 410: EUR 0.40 too much."
    assert in_brief(Weighed(1, replace(figures, budget=None), 140)) == ""
