"""Finds the sums of money that a sentence names beside an article."""

import re
from decimal import Decimal

from .numbers import parse

_CURRENCY = r"(?:EUR|GBP|USD|CHF|SEK|NOK|DKK|PLN|CZK|HUF|TRY|\u20ac|\u00a3|\$|z\u0142|kr)"
_PRICE = re.compile(
    rf"(?:(?<![^\W_]){_CURRENCY}\s?(?P<before>\d[\d.,'\u2019]*\d|\d)|(?<![\w.,])(?P<behind>\d[\d.,'\u2019]*\d|\d)\s?{_CURRENCY}(?![^\W_]))",
    re.IGNORECASE,
)


def price_in(text: str, locale: str) -> Decimal | None:
    """The lowest sum of money that a text names: beside it stands at most what the whole line costs."""
    written = [match["before"] or match["behind"] for match in _PRICE.finditer(text)]
    sums = [number.value for number in (parse(one.strip(), locale) for one in written) if number and number.value]
    return min(sums, default=None)
