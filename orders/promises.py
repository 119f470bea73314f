"""What a supplier promised of an order line part by part, and which day comes next once some of it has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Promise:
    """So much (thousandths of the line's unit) for a day."""

    quantity: int
    on: date


def next_day(promised: Iterable[Promise], came: int) -> date | None:
    """Return the day of the earliest part that has not come in full; ``came`` is what came since it was promised.

    What comes counts towards the earliest day first, whatever the supplier calls it. None where all of it has come.
    """
    for each in sorted(promised, key=lambda one: one.on):
        if came < each.quantity:
            return each.on
        came -= each.quantity
    return None
