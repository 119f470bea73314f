"""Rates: the newest that holds counts, none is never guessed, and an amount keeps its value over two currencies."""

from datetime import date
from decimal import ROUND_CEILING, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.money import Money
from orders.rates import Rate, converted, rate_on

OLD, NEW = Rate("USD", Decimal("0.90"), date(2026, 10, 1)), Rate("USD", Decimal("0.92"), date(2026, 11, 20))


@pytest.mark.parametrize(
    ("day", "found"),
    [(date(2026, 9, 30), None), (date(2026, 10, 1), OLD), (date(2026, 11, 19), OLD), (date(2026, 11, 20), NEW)],
)
def test_the_newest_rate_that_holds_on_the_day_counts(day: date, found: Rate | None) -> None:
    assert rate_on([NEW, OLD], "USD", day) == found


def test_10_a_rate_that_nobody_wrote_down_or_that_is_zero_is_none() -> None:
    assert rate_on([NEW], "GBP", date(2026, 12, 1)) is None
    assert rate_on([Rate("USD", Decimal(0), date(2026, 1, 1))], "USD", date(2026, 12, 1)) is None


@pytest.mark.parametrize(
    ("amount", "worth", "into", "found"),
    [
        (Money.of("7360", "USD"), "0.92", "EUR", Money.of("6771.20", "EUR")),
        (Money.of("1000", "JPY"), "0.0062", "EUR", Money.of("6.20", "EUR")),
        (Money.of("6.20", "EUR"), "161.29", "JPY", Money.of("1000", "JPY")),
        (Money.of("1", "KWD"), "3.005", "EUR", Money.of("3.01", "EUR")),
    ],
)
def test_an_amount_is_worth_in_another_currency_what_the_rate_says(
    amount: Money, worth: str, into: str, found: Money
) -> None:
    assert converted(amount, Decimal(worth), into) == found


@given(st.integers(0, 10**9), st.decimals("0.0001", "500", places=4))
def test_held_against_a_limit_an_amount_is_never_less_than_it_is(minor: int, worth: Decimal) -> None:
    raised = converted(Money(minor, "USD"), worth, "EUR", ROUND_CEILING)

    assert Decimal(raised.minor) >= Decimal(minor) * worth
    assert Decimal(raised.minor) - Decimal(minor) * worth < 1
