"""Prices by quantity that lines of one part reach together: a supplier counts what is ordered at once, whoever pays for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.order_content import Dossier, Line
from orders.money import line_amount
from orders.price_breaks import Break, cheaper_above, price_for
from orders.units import measured


@dataclass(frozen=True, slots=True)
class Joint:
    """Lines of one part in one unit, and the prices of its supplier; quantities in thousandths of that unit."""

    lines: tuple[Line, ...]
    price: int
    breaks: tuple[Break, ...]

    @property
    def quantity(self) -> int:
        """What all of them come to."""
        return sum(line.quantity for line in self.lines)

    @property
    def together(self) -> int:
        """The unit price that all of them reach together."""
        return price_for(self.quantity, self.price, self.breaks)

    def is_listed(self, line: Line) -> bool:
        """Say whether a line costs what the supplier's list says at some quantity, and not what somebody wrote."""
        return line.price in {self.price, *(step.price for step in self.breaks)}


def moved(joints: Sequence[Joint]) -> dict[int, int]:
    """Return by line the price that it reaches together with others, where that is another than it has."""
    return {
        line.id: joint.together
        for joint in joints
        if len(joint.lines) > 1
        for line in joint.lines
        if joint.is_listed(line) and line.price != joint.together
    }


def said(dossier: Dossier, joints: Sequence[Joint]) -> Iterator[str]:
    """Say which lines are priced together, and where a little more would cost no more in all."""
    for joint in joints:
        numbers = " and ".join(str(line.line) for line in joint.lines)
        unit = joint.lines[0].unit
        alone = max(price_for(line.quantity, joint.price, joint.breaks) for line in joint.lines)
        if len(joint.lines) > 1 and joint.together < alone:
            cost = line_amount(joint.quantity, joint.together, dossier.order.currency)
            yield f"Lines {numbers} reach their price together: {measured(joint.quantity, unit)}, {cost} in all."
        for line in joint.lines:
            if joint.is_listed(line) and line.price < joint.together:
                yield f"Line {line.line} has the price of a larger quantity; ask whether it still holds."
        better = cheaper_above(joint.quantity, joint.price, joint.breaks, dossier.order.currency)
        if better is not None:
            which = f"Line {numbers}" if len(joint.lines) == 1 else f"Lines {numbers}"
            more = measured(better.from_quantity, unit)
            yield f"{which}: {more} would cost no more in all, because the price falls there."
