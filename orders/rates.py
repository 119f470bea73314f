"""Exchange rates as a table: what one unit of a currency is worth in the plant's, from which day on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from orders.money import Money, exponent


@dataclass(frozen=True, slots=True)
class Rate:
    """From the day ``on``, one unit of ``currency`` is worth ``worth`` units of the plant's currency."""

    currency: str
    worth: Decimal
    on: date


def rate_on(rates: Iterable[Rate], currency: str, day: date) -> Rate | None:
    """Return the newest rate of a currency that holds on a day; None where there is none, never a guess."""
    known = [rate for rate in rates if rate.currency == currency and rate.on <= day and rate.worth > 0]
    return max(known, key=lambda rate: rate.on, default=None)


def converted(amount: Money, worth: Decimal, into: str, rounding: str = ROUND_HALF_UP) -> Money:
    """Return an amount in another currency, rounded to that currency's minor unit."""
    exact = Decimal(amount.minor).scaleb(-exponent(amount.currency)) * worth
    minor = exact.scaleb(exponent(into)).to_integral_value(rounding=rounding)
    return Money(int(minor), into)
