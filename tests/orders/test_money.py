"""Money and unit prices never pass through a float."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.errors import CurrenciesDiffer
from orders.money import Money, exponent, line_amount, price_of, price_text


@pytest.mark.parametrize(
    ("written", "currency", "minor"), [("527.60", "EUR", 52760), ("1200", "JPY", 1200), ("1.234", "KWD", 1234)]
)
def test_an_amount_is_kept_in_minor_units(written: str, currency: str, minor: int) -> None:
    money = Money.of(written, currency)

    assert money.minor == minor
    assert Decimal(money.plain()) == Decimal(written)


@pytest.mark.parametrize(
    ("written", "currency"), [("1.005", "EUR"), ("0.5", "JPY"), ("abc", "EUR"), ("NaN", "EUR"), ("Infinity", "EUR")]
)
def test_an_amount_that_the_currency_cannot_hold_is_refused(written: str, currency: str) -> None:
    with pytest.raises(ValueError, match=r"digits|number"):
        Money.of(written, currency)


def test_two_currencies_are_never_added() -> None:
    with pytest.raises(CurrenciesDiffer, match=r"EUR 1\.00 and USD 1\.00"):
        Money(100, "EUR") + Money(100, "USD")


def test_amounts_compare_and_subtract() -> None:
    small, large = Money(100, "EUR"), Money(250, "EUR")

    assert small < large
    assert small <= Money(100, "EUR")
    assert not large <= small
    assert (large - small).minor == 150
    assert str(Money(1234567, "EUR")) == "EUR 12,345.67"
    assert exponent("EUR") == 2


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_line_amount_is_the_exact_product_rounded_half_up(quantity: int, price: int) -> None:
    amount = line_amount(quantity, price, "EUR")

    exact = Decimal(quantity) * Decimal(price) / 10_000_000
    assert abs(Decimal(amount.plain()) - exact) <= Decimal("0.005")


def test_half_a_cent_is_rounded_up() -> None:
    assert line_amount(500, 100, "EUR").minor == 1


@pytest.mark.parametrize(("written", "kept"), [("184.00", 1_840_000), ("0.0345", 345)])
def test_a_unit_price_keeps_four_decimals(written: str, kept: int) -> None:
    assert price_of(written) == kept
    assert price_text(kept, "EUR") == written


@pytest.mark.parametrize("written", ["0.00001", "-1", "x"])
def test_a_price_below_zero_or_too_fine_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"price|number"):
        price_of(written)
