"""What lines of one part reach together at a supplier, who counts what is ordered at once, whoever pays for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from handlers.order_content import Dossier, Line
from orders.joint_lines import Asked, Joined, Listing, joined
from orders.money import line_amount, price_text
from orders.price_breaks import cheaper_above
from orders.units import measured, quantity_text


@dataclass(frozen=True, slots=True)
class Joint:
    """Lines of one part in one unit, and what the list of their supplier says; quantities in thousandths of that unit."""

    lines: tuple[Line, ...]
    listing: Listing

    @property
    def quantity(self) -> int:
        """What all of them come to."""
        return sum(line.quantity for line in self.lines)

    @property
    def together(self) -> int:
        """The unit price that all of them reach together."""
        return self.listing.price_of(self.quantity)

    def prices(self) -> Mapping[int, int]:
        """Return by id what lines that the list prices cost together as they stand, where that is another price."""
        return {line.id: self.together for line in self.lines if line.listed and line.price != self.together}

    def moved(self) -> Mapping[int, Mapping[str, int]]:
        """Return by id what of quantity and price is another when all lines are ordered together."""
        asked = [
            Asked(line.line, line.quantity - (line.filled or 0), line.price, line.filled is not None, line.listed)
            for line in self.lines
        ]
        by_number = {each.line: each for each in joined(asked, self.listing)}
        now = {line.id: (line, by_number[line.line]) for line in self.lines}
        return {line_id: found for line_id, (line, each) in now.items() if (found := _differing(line, each))}


def _differing(line: Line, now: Joined) -> Mapping[str, int]:
    wanted = {"quantity": now.quantity, "filled": now.filled, "price": now.price}
    return {name: value for name, value in wanted.items() if value != (getattr(line, name) or 0)}


def moved(joints: Sequence[Joint]) -> Mapping[int, Mapping[str, int]]:
    """Return by id what of quantity and price is another when all lines of a part are ordered together."""
    return {line_id: values for joint in joints for line_id, values in joint.moved().items()}


def said(dossier: Dossier, joints: Sequence[Joint]) -> Iterator[str]:
    """Say what lines reach together: the least that is sold, their price, and where a little more would cost no more."""
    for joint in joints:
        yield from _least_said(dossier, joint)
        yield from _prices_said(dossier, joint)


def _least_said(dossier: Dossier, joint: Joint) -> Iterator[str]:
    least = measured(joint.listing.minimum, joint.lines[0].unit)
    for line in joint.lines:
        if line.filled:
            more = quantity_text(line.filled)
            yield f"Line {line.line}: {more} more than is needed, because {dossier.supplier_name} sells {least} at least."
    if joint.quantity < joint.listing.minimum:
        come = "comes" if len(joint.lines) == 1 else "come"
        there = measured(joint.quantity, joint.lines[0].unit)
        yield f"{_named(joint)} {come} to {there}, and {dossier.supplier_name} sells {least} at least."


def _prices_said(dossier: Dossier, joint: Joint) -> Iterator[str]:
    listing, unit = joint.listing, joint.lines[0].unit
    alone = max(listing.price_of(line.quantity) for line in joint.lines)
    if len(joint.lines) > 1 and joint.together < alone:
        cost = line_amount(joint.quantity, joint.together, dossier.order.currency)
        yield f"{_named(joint)} reach their price together: {measured(joint.quantity, unit)}, {cost} in all."
    steps = {listing.price, *(step.price for step in listing.breaks)}
    for line in joint.lines:
        if not line.listed and line.price in steps and line.price < joint.together:
            yield f"Line {line.line} has the price of a larger quantity; ask whether it still holds."
    better = cheaper_above(joint.quantity, listing.price, listing.breaks, dossier.order.currency)
    if better is not None:
        more = measured(better.from_quantity, unit)
        yield f"{_named(joint)}: {more} would cost no more in all, because the price falls there."


def changed_said(dossier: Dossier, joints: Sequence[Joint]) -> Iterator[str]:
    """Say of a change of an order that the supplier has where the supplier's list would say another price, or more pieces.

    The prices of such an order were agreed, so that none of them moves by itself.
    """
    for joint in joints:
        yield from _least_said(dossier, joint)
        steps = {joint.listing.price, *(step.price for step in joint.listing.breaks)}
        now = price_text(joint.together, dossier.order.currency)
        for line in joint.lines:
            if line.price in steps and line.price != joint.together:
                quantity = measured(joint.quantity, line.unit)
                yield f"Line {line.line}: {quantity} cost {now} each by the list of {dossier.supplier_name}."


def _named(joint: Joint) -> str:
    numbers = " and ".join(str(line.line) for line in joint.lines)
    return f"Line {numbers}" if len(joint.lines) == 1 else f"Lines {numbers}"


def too_few(dossier: Dossier, joints: Sequence[Joint], left: Mapping[int, int]) -> Mapping[int, str]:
    """Say by line id where quantities that are ``left`` of lines fall below the least that the supplier sells."""
    found: dict[int, str] = {}
    for joint in joints:
        after = sum(left[line.id] for line in joint.lines)
        if 0 < after < joint.listing.minimum <= joint.quantity:
            least = measured(joint.listing.minimum, joint.lines[0].unit)
            why = f"{dossier.supplier_name} sells {least} at least: leave as many, or write 0"
            found |= {line.id: why for line in joint.lines if left[line.id] < line.quantity}
    return found
