"""Budgets follow the running total, so that no cent is lost over many deliveries."""

from hypothesis import given
from hypothesis import strategies as st

from orders.budgets import BudgetFigures, BudgetKind, Promise

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
    promise = Promise(ordered=2_000, price=1_840_000, currency="EUR", freight=18_00)

    assert promise.spent(0, 1_000) == (-0 + promise.cost(0) - promise.cost(1_000), 202_00)
    assert promise.spent(1_000, 2_000)[1] == 184_00


@given(price=prices, freight=st.integers(0, 10**5), steps=st.lists(st.integers(1, 10**6), min_size=1, max_size=6))
def test_many_deliveries_spend_exactly_what_one_would_and_leave_nothing_committed(  # type: ignore[no-untyped-def]
    price, freight, steps
) -> None:
    promise = Promise(ordered=sum(steps), price=price, currency="EUR", freight=freight)
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
