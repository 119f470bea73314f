"""How far a price has moved since it was last paid, and when that is worth a word or a warning."""

from dataclasses import dataclass
from datetime import date

from orders.money import price_text

WORTH_SAYING_PERMILLE = 5
"""A price that moved by less than half a percent is no news."""
WARNING_PERMILLE = 100
"""From a tenth on, a dearer price is a warning."""


@dataclass(frozen=True, slots=True)
class LastPaid:
    """What a unit cost the last time, in ten-thousandths, and the day of that order's approval."""

    price: int
    currency: str
    unit: str
    on: date


def permille(was: int, now: int) -> int | None:
    """Return by how many thousandths a price has moved; None where there was none before."""
    return round((now - was) * 1000 / was) if was else None


def said(name: str, now: int, currency: str, unit: str, last: LastPaid | None) -> str:
    """Say what something costs beside what it cost last: ``Seal: EUR 190.00, last EUR 184.00 in May 2026 (+3.3 %)``."""
    today = f"{name}: {currency} {price_text(now, currency)}" if now else f"{name}: no price yet"
    if last is None or not last.price:
        return f"{today}, never ordered before"
    before = f"last {last.currency} {price_text(last.price, last.currency)} in {last.on:%b %Y}"
    moved = permille(last.price, now) if now and (currency, unit) == (last.currency, last.unit) else None
    if moved is None:
        return f"{today}, {before}"
    how = f"{moved / 10:+.1f} %" if abs(moved) >= WORTH_SAYING_PERMILLE else "as before"
    return f"{today}, {before} ({how}{', much dearer' if moved >= WARNING_PERMILLE else ''})"
