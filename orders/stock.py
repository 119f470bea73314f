"""Stock in four figures, and what a movement may do to them; all quantities in thousandths."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from orders.errors import NotEnoughStock, NotFree
from orders.money import QUANTITY_SCALE
from orders.units import quantity_text, unit_word


class MovementKind(StrEnum):
    """Why stock changed."""

    COUNT = "count"
    """Counted by a person, or taken over by import."""
    RECEIPT = "receipt"
    """Came in on a purchase order."""
    ISSUE = "issue"
    """Went out to a work order."""
    TRANSFER = "transfer"
    """Moved from one store into another; the other store has its twin."""
    RETURN = "return"
    """Came back from a work order."""
    REVERSAL = "reversal"
    """Takes back an earlier movement."""


class CountState(StrEnum):
    """Where a stock count stands."""

    OPEN = "open"
    """People count."""
    BOOKED = "booked"
    """Its differences are rows of the ledger."""
    DROPPED = "dropped"
    """It was given up, and nothing was booked."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is there, what is promised to work orders, and what is on its way."""

    on_hand: int
    reserved: int
    on_order: int = 0

    @property
    def available(self) -> int:
        """On hand and not reserved."""
        return max(self.on_hand - self.reserved, 0)

    @property
    def projected(self) -> int:
        """On hand, less reserved, plus on order: what reordering looks at."""
        return self.on_hand - self.reserved + self.on_order


@dataclass(frozen=True, slots=True)
class Cover:
    """How a need is met: reserved from stock now, and what is short."""

    reserved: int
    shortfall: int


def cover(needed: int, figures: Figures) -> Cover:
    """Reserve what is available for a need and name the rest as shortfall."""
    reserved = min(needed, figures.available)
    return Cover(reserved, needed - reserved)


def check_issue(quantity: int, figures: Figures, *, part: str, unit: str, store: str) -> None:
    """Refuse to take more than is on hand."""
    if quantity > figures.on_hand:
        on_hand = quantity_text(figures.on_hand)
        raise NotEnoughStock(on_hand=on_hand, unit=unit_word(unit, figures.on_hand), part=part, store=store)


def counted_difference(counted: int, listed: int, booked: int) -> int | None:
    """Say what has to be booked so that the ledger says what was counted; None where that cannot be said.

    ``listed`` was booked when the sheet was written, ``booked`` is now. If stock moved between the two, a count that
    equals one of them was right before or after the move; any other may belong to either, and is counted again.
    """
    if listed == booked:
        return counted - booked
    return 0 if counted in {listed, booked} else None


def check_transfer(quantity: int, figures: Figures, *, part: str, unit: str, store: str) -> None:
    """Refuse to move more than is free: what is kept for work orders stays where it was promised."""
    if quantity > figures.available:
        free = quantity_text(figures.available)
        raise NotFree(free=free, unit=unit_word(unit, figures.available), part=part, store=store)


@dataclass(frozen=True, slots=True)
class Layer:
    """Thousandths of a part that went out (above 0) or came back (below 0) at one unit cost, in ten-thousandths."""

    quantity: int
    unit_cost: int
    currency: str


def given_back(moved: Sequence[Layer], quantity: int) -> tuple[Layer, ...]:
    """Return at which costs so many thousandths come back: the last that went out first, each at the cost it went out with.

    ``moved`` is everything of one part on one work order, the oldest first; raises ``ValueError`` beyond what is still out.
    """
    out: list[Layer] = []
    for layer in moved:
        if layer.quantity > 0:
            out.append(layer)
        else:
            _drawn(out, -layer.quantity)
    return tuple(_drawn(out, quantity))


def _drawn(out: list[Layer], quantity: int) -> list[Layer]:
    """Take so many thousandths off the end of what is out."""
    drawn: list[Layer] = []
    while quantity > 0:
        if not out:
            message = "more comes back than went out"
            raise ValueError(message)
        last = out.pop()
        many = min(last.quantity, quantity)
        if many < last.quantity:
            out.append(replace(last, quantity=last.quantity - many))
        drawn.append(replace(last, quantity=many))
        quantity -= many
    return drawn


def order_quantity(shortfall: int, *, minimum: int = 0, multiple: int = 0) -> int:
    """Raise a shortfall to the supplier's minimum and to whole lots."""
    wanted = max(shortfall, minimum)
    return -(-wanted // multiple) * multiple if multiple else wanted


def whole_packs(shortfall: int, pack_size: int) -> int:
    """Return how many packs (in thousandths, always whole ones) cover a shortfall in the part's own unit."""
    return -(-shortfall // pack_size) * QUANTITY_SCALE
