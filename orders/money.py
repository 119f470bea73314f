"""Money as integer minor units of an ISO 4217 currency, and unit prices as integer ten-thousandths."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Self

from orders.errors import CurrenciesDiffer

PRICE_SCALE = 10_000
"""A unit price is kept in ten-thousandths of the major currency unit: EUR 184.00 is 1_840_000."""

QUANTITY_SCALE = 1_000
"""A quantity is kept in thousandths of its unit: 1.5 m is 1_500."""

AS_THOUSANDS = 3
"""So many digits behind a point or a comma could as well be thousands."""

MOST_DIGITS = 24
"""More digits before the point than any amount has; arithmetic would burst on some of those numbers."""

EXPONENTS = {
    "BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0, "KMF": 0, "KRW": 0,
    "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0,
    "XOF": 0, "XPF": 0,
}  # fmt: skip
"""Digits after the decimal point where they are not two (ISO 4217, column *minor unit*)."""


def exponent(currency: str) -> int:
    """Return how many decimal digits the currency has."""
    return EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units, for instance ``Money(52760, "EUR")`` for EUR 527.60."""

    minor: int
    currency: str

    @classmethod
    def of(cls, written: str | Decimal, currency: str) -> Self:
        """Read a decimal such as ``"527.60"``; raises ``ValueError`` for more digits than the currency has."""
        scaled = _decimal(written).scaleb(exponent(currency))
        if scaled != scaled.to_integral_value():
            message = f"{written} has more digits than {currency} knows"
            raise ValueError(message)
        return cls(int(scaled), currency)

    def __add__(self, other: Self) -> Self:
        self._same(other)
        return type(self)(self.minor + other.minor, self.currency)

    def __sub__(self, other: Self) -> Self:
        self._same(other)
        return type(self)(self.minor - other.minor, self.currency)

    def __lt__(self, other: Self) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Self) -> bool:
        return not other < self

    def plain(self) -> str:
        """Return the amount as a decimal string without grouping, for instance ``"527.60"``."""
        return f"{Decimal(self.minor).scaleb(-exponent(self.currency)):.{exponent(self.currency)}f}"

    def grouped(self) -> str:
        """Return the amount with grouped digits and without its currency, where that is said beside it: ``"1,104.00"``."""
        return str(self).partition(" ")[2]

    def __str__(self) -> str:
        digits = exponent(self.currency)
        return f"{self.currency} {Decimal(self.minor).scaleb(-digits):,.{digits}f}"

    def _same(self, other: Self) -> None:
        if self.currency != other.currency:
            raise CurrenciesDiffer(left=self, right=other)


def line_amount(quantity: int, price: int, currency: str) -> Money:
    """Multiply a quantity (thousandths) by a unit price (ten-thousandths), rounded half up to minor units."""
    exact = Decimal(quantity) * Decimal(price) / (QUANTITY_SCALE * PRICE_SCALE)
    minor = exact.scaleb(exponent(currency)).to_integral_value(rounding=ROUND_HALF_UP)
    return Money(int(minor), currency)


def price_of(written: str | Decimal) -> int:
    """Read a unit price as ten-thousandths; raises ``ValueError`` for more than four decimals or below zero."""
    scaled = _decimal(written) * PRICE_SCALE
    if scaled != scaled.to_integral_value() or scaled < 0:
        message = f"{written} is no unit price with at most four decimals"
        raise ValueError(message)
    return int(scaled)


def price_text(price: int, currency: str) -> str:
    """Return a unit price as a decimal string with at least the currency's digits: ``"184.00"``, ``"0.0345"``, ``"1.1250"``."""
    exact = Decimal(price) / PRICE_SCALE
    digits = max(exponent(currency), -int(exact.normalize().as_tuple().exponent))
    if digits == AS_THOUSANDS != exponent(currency) and exact >= 1:
        digits += 1
    return f"{exact:.{digits}f}"


def _decimal(written: str | Decimal) -> Decimal:
    try:
        value = Decimal(written)
    except InvalidOperation as unreadable:
        message = f"{written!r} is no decimal number"
        raise ValueError(message) from unreadable
    if not value.is_finite() or value.adjusted() > MOST_DIGITS:
        message = f"{written!r} is no number that can be believed"
        raise ValueError(message)
    return value
