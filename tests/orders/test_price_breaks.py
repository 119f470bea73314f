"""Prices that fall with the quantity."""

import pytest

from orders.price_breaks import Break, cheaper_above, price_for

BREAKS = (Break(50_000, 900_000), Break(10_000, 1_200_000))
PLAIN = 1_500_000


@pytest.mark.parametrize(
    ("quantity", "price"),
    [(1000, PLAIN), (9_999, PLAIN), (10_000, 1_200_000), (49_999, 1_200_000), (50_000, 900_000), (10**9, 900_000)],
)
def test_the_highest_break_that_is_reached_makes_the_price(quantity: int, price: int) -> None:
    assert price_for(quantity, PLAIN, BREAKS) == price


def test_without_breaks_the_plain_price_holds() -> None:
    assert price_for(10**9, PLAIN, ()) == PLAIN


def test_a_break_may_also_raise_the_price_where_small_lots_are_subsidised() -> None:
    assert price_for(5000, 100, (Break(5000, 200),)) == 200


def test_it_is_seen_where_ten_cost_no_more_than_nine() -> None:
    assert cheaper_above(9000, PLAIN, BREAKS, "EUR") == Break(10_000, 1_200_000)
    assert cheaper_above(7000, PLAIN, BREAKS, "EUR") is None
    assert cheaper_above(60_000, PLAIN, BREAKS, "EUR") is None
