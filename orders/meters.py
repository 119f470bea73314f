"""What a meter's reading means: what was used since the last, a reset, a roll-over, and whether a limit is passed."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from orders.errors import FigureUnclear, ReadingBelow, ReadingUnclear
from orders.money import QUANTITY_SCALE

MOST = 10**9 * QUANTITY_SCALE
"""The largest reading that is believed, in thousandths of the meter's unit."""
_FIGURE = re.compile(r"-?\d{1,9}(?:[.,]\d{1,3})?")
_TWO_MEANINGS = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}")


class MeterKind(StrEnum):
    """How a meter moves."""

    COUNTER = "counter"
    """It only goes up: hours, strokes, cubic metres."""
    GAUGE = "gauge"
    """It goes up and down: a temperature, a pressure, a vibration."""


class ReadingKind(StrEnum):
    """What a reading is beside the one before it."""

    READING = "reading"
    """It goes on from there."""
    RESET = "reset"
    """The meter was changed or set back; what it counted before stays counted."""
    ROLL_OVER = "roll_over"
    """The meter went through its last figure and began anew at zero."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a reading adds: its kind, and how much was used since the last one, in thousandths."""

    kind: ReadingKind
    used: int


def thousandths(written: str) -> int:
    """Read a typed reading as thousandths; raises ``ReadingUnclear``, or ``FigureUnclear`` for ``1.240``."""
    text = written.strip()
    if not _FIGURE.fullmatch(text):
        raise ReadingUnclear(written=written.strip()[:40])
    if _TWO_MEANINGS.fullmatch(text):
        whole, parts = re.split(r"[.,]", text)
        raise FigureUnclear(written=text, large=f"{whole}{parts}", small=f"{whole}.{parts}0")
    return exact(Decimal(text.replace(",", ".")))


def exact(value: Decimal) -> int:
    """Return a reading as thousandths; raises ``ReadingUnclear`` for what is no number, or finer or larger than is kept."""
    try:
        scaled = value * QUANTITY_SCALE
        if not value.is_finite() or abs(scaled) > MOST or scaled != scaled.to_integral_value():
            raise ReadingUnclear(written=str(value)[:40])
    except ArithmeticError as unreadable:
        raise ReadingUnclear(written=str(value)[:40]) from unreadable
    return int(scaled)


def stepped(kind: MeterKind, last: int | None, value: int, rolls_over_at: int = 0) -> Step:
    """Say what a reading adds to the last one; raises ``ReadingBelow`` where a counter would have gone back.

    A counter that rolls over at a figure may be below the last reading, as long as less than half a round was used.
    """
    if kind is MeterKind.GAUGE or last is None:
        return Step(ReadingKind.READING, 0)
    if value >= last:
        return Step(ReadingKind.READING, value - last)
    used = rolls_over_at - last + value
    if not 0 <= used <= rolls_over_at // 2:
        raise ReadingBelow(value=plain(value), last=plain(last))
    return Step(ReadingKind.ROLL_OVER, used)


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of a meter in thousandths: passed above (or below) it, and well again only by the way back."""

    at: int
    back: int = 0
    above: bool = True

    def passed(self, value: int, *, before: bool) -> bool:
        """Say whether the limit counts as passed after a reading; ``before`` says whether it was before it."""
        beyond = value - self.at if self.above else self.at - value
        return beyond > 0 or (before and beyond > -self.back)


def plain(value: int) -> str:
    """Write thousandths as people write figures: ``1240.5``."""
    text = f"{Decimal(value) / QUANTITY_SCALE:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
