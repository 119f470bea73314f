"""Prices that fall with the quantity: the break that a quantity reaches, and whether a few more would cost less in all."""

from collections.abc import Sequence
from dataclasses import dataclass

from orders.money import line_amount


@dataclass(frozen=True, slots=True)
class Break:
    """A price (ten-thousandths of the currency) that holds from a quantity (thousandths) on."""

    from_quantity: int
    price: int


def price_for(quantity: int, price: int, breaks: Sequence[Break]) -> int:
    """Return the unit price at a quantity: that of the highest break which it reaches, else the plain price."""
    reached = [each for each in breaks if each.from_quantity <= quantity]
    return max(reached, key=lambda each: each.from_quantity).price if reached else price


def cheaper_above(quantity: int, price: int, breaks: Sequence[Break], currency: str) -> Break | None:
    """Return the next break at which more costs no more in all than ``quantity`` does now, if there is one."""
    present = line_amount(quantity, price_for(quantity, price, breaks), currency).minor
    above = sorted((each for each in breaks if each.from_quantity > quantity), key=lambda each: each.from_quantity)
    return next(
        (each for each in above if line_amount(each.from_quantity, each.price, currency).minor <= present), None
    )
