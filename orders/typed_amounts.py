"""Amounts and unit prices as people type and paste them: with a point or a comma, grouped or not; two meanings are asked about."""

import re
from decimal import Decimal

from orders.errors import FigureUnclear

_BETWEEN = re.compile(r"(?<=\d)[ '\u2019\u00a0\u202f](?=\d{3}(?:\D|$))")
_TWO_MEANINGS = re.compile(r"(?P<thousands>[1-9]\d{0,2})[.,](?P<rest>\d{3})")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:(?P<group>[.,])\d{3})(?:(?P=group)\d{3})*(?:(?!(?P=group))[.,]\d+)?")


def plain(written: str, *, thirds: bool = False) -> str:
    """Return a typed figure with a point for its decimals and nothing else; raises ``FigureUnclear``.

    ``1.234,56`` and ``1,234.56`` say which sign is which; ``1,234`` alone could be either, so it is asked about, except
    where ``thirds`` says that three decimals after a point are usual. What is no figure is returned as it is.
    """
    text = _BETWEEN.sub("", written.strip())
    unclear = _TWO_MEANINGS.fullmatch(text)
    if unclear is not None and not (thirds and "." in text):
        raise FigureUnclear(written=written.strip(), **_meanings(unclear["thousands"], unclear["rest"]))
    if _GROUPED.fullmatch(text) and not (thirds and unclear):
        return _ungrouped(text)
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text


def _ungrouped(text: str) -> str:
    group = next(sign for sign in text if sign in ".,")
    return text.replace(group, "").replace(",", ".")


def _meanings(thousands: str, rest: str) -> dict[str, str]:
    small = Decimal(f"{thousands}.{rest}")
    digits = 2 if small == small.to_integral_value() else 4
    return {"large": f"{thousands}{rest}.00", "small": f"{small:.{digits}f}"}
