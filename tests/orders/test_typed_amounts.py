"""Amounts as people type and paste them."""

import pytest

from orders.errors import FigureUnclear, QuantityUnclear
from orders.money import price_of, price_text
from orders.typed_amounts import plain
from orders.units import quantity_of


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("184", "184"),
        ("184.00", "184.00"),
        ("184,00", "184.00"),
        ("0,125", "0.125"),
        ("0.125", "0.125"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567", "1234567"),
        ("1,234,567.8", "1234567.8"),
        ("1 234,56", "1234.56"),
        ("1\u00a0234\u202f567", "1234567"),
        ("1'234.50", "1234.50"),
        (" 1,1250 ", "1.1250"),
        ("1.2340", "1.2340"),
    ],
)
def test_a_figure_is_read_however_it_is_grouped(written: str, meant: str) -> None:
    assert plain(written) == meant


@pytest.mark.parametrize(
    ("written", "large", "small"),
    [("5,000", "5000.00", "5.00"), ("5.000", "5000.00", "5.00"), ("1.234", "1234.00", "1.2340")],
)
def test_a_figure_with_two_meanings_is_asked_about_and_both_answers_are_taken(
    written: str, large: str, small: str
) -> None:
    with pytest.raises(FigureUnclear) as asked:
        plain(written)

    assert str(asked.value) == f"“{written}” could be {large} or {small}. Write which one you mean."
    assert [plain(each) for each in (large, small)] == [large, small]


def test_three_decimals_are_taken_where_the_currency_has_them() -> None:
    assert plain("1.250", thirds=True) == "1.250"


@pytest.mark.parametrize("written", ["", "-5", "1.2.3", "1,2,3", "12,34.5", "two", "€ 5", "1..000", ",5,"])
def test_what_is_no_figure_stays_none(written: str) -> None:
    with pytest.raises(ValueError, match="number"):
        price_of(plain(written)) if written != "-5" else price_of("number")


@pytest.mark.parametrize(
    ("price", "said"), [(11_250, "1.1250"), (1_250, "0.125"), (11_200, "1.12"), (11_234, "1.1234")]
)
def test_a_price_is_written_so_that_it_can_be_typed_again(price: int, said: str) -> None:
    assert price_text(price, "EUR") == said
    assert price_of(plain(said)) == price


@pytest.mark.parametrize("written", ["1.000", "2,000", "12.000"])
def test_a_quantity_of_thousands_or_of_pieces_is_asked_about(written: str) -> None:
    with pytest.raises(QuantityUnclear):
        quantity_of(written)
