"""Lines of one part on one order: together they reach what the supplier sells at least, and his prices by quantity."""

from collections.abc import Sequence
from dataclasses import dataclass

from orders.price_breaks import Break, price_for
from orders.stock import order_quantity


@dataclass(frozen=True, slots=True)
class Listing:
    """What a supplier's list says of a part: its price (ten-thousandths) and steps, the least and the lots sold (thousandths)."""

    price: int
    breaks: tuple[Break, ...] = ()
    minimum: int = 0
    multiple: int = 0

    def price_of(self, quantity: int) -> int:
        """Return the unit price that a quantity reaches."""
        return price_for(quantity, self.price, self.breaks)


@dataclass(frozen=True, slots=True)
class Asked:
    """One line as it is asked for: thousandths wanted of it, whether that follows its needs, and whether the list prices it.

    A quantity or a price that a person wrote stays as it was written.
    """

    line: int
    wanted: int
    price: int
    follows: bool = True
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Joined:
    """One line as it is ordered; ``filled`` thousandths are there only because the supplier sells no less."""

    line: int
    quantity: int
    filled: int
    price: int


def joined(lines: Sequence[Asked], listing: Listing) -> tuple[Joined, ...]:
    """Return the lines as they are ordered together; what they come to decides, in whatever order they were written.

    What is missing to the least that is sold goes on the first line that follows its needs, in whole lots. Where every
    quantity was written by a person nothing is added.
    """
    lack = max(listing.minimum - sum(each.wanted for each in lines), 0)
    first = min((each.line for each in lines if each.follows), default=None)
    filled = {
        each.line: order_quantity(each.wanted + lack, multiple=listing.multiple) - each.wanted
        for each in lines
        if lack and each.line == first
    }
    price = listing.price_of(sum(each.wanted for each in lines) + sum(filled.values()))
    return tuple(
        Joined(each.line, each.wanted + (more := filled.get(each.line, 0)), more, price if each.listed else each.price)
        for each in lines
    )
