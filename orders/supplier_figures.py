"""What a supplier is measured by: each figure with its stated definition, counted as so many of so many, and rules on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class FigureKind(StrEnum):
    """How a figure is told from what was counted."""

    SHARE = "share"
    """So many of so many, in percent; more is better."""
    AVERAGE = "average"
    """Working minutes by how many there were, in hours; less is better."""
    VARIANCE = "variance"
    """What was paid against what is on record, in percent more or less; less is better."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its name in storage, how people call it, and exactly what counts."""

    name: str
    words: str
    kind: FigureKind
    definition: str


FIGURES = (
    Figure(
        "on_time", "On time", FigureKind.SHARE,
        "Receipt lines posted on the day ordered or before, of all receipt lines that had such a day.",
    ),
    Figure(
        "in_full", "In full", FigureKind.SHARE,
        "Order lines whose first receipt brought all that was ordered and nothing to be rejected, of all order lines "
        "that had a first receipt.",
    ),
    Figure(
        "on_time_in_full", "On time and in full", FigureKind.SHARE,
        "Order lines whose first receipt was both, of all order lines with a day that had a first receipt.",
    ),
    Figure(
        "promise_kept", "Promise kept", FigureKind.SHARE,
        "Receipt lines posted on the day last promised or before, of all receipt lines for which a day was promised.",
    ),
    Figure(
        "answer", "Answers after", FigureKind.AVERAGE,
        "Working time from sending an order to the supplier's first answer, by the plant's calendar, divided by the "
        "orders that were answered.",
    ),
    Figure(
        "price", "Price against list", FigureKind.VARIANCE,
        "What accepted goods cost as ordered against what the same goods cost by the supplier's price on record when "
        "they came, where unit and currency are the same.",
    ),
    Figure(
        "quality", "Quality", FigureKind.SHARE,
        "Receipt lines of which nothing was rejected, of all receipt lines.",
    ),
    Figure(
        "invoice", "Invoices right", FigureKind.SHARE,
        "Invoices that fitted at once, or waited for nothing but the goods, of all invoices.",
    ),
)  # fmt: skip
BY_NAME = {figure.name: figure for figure in FIGURES}


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of one figure: so many of so many."""

    good: int = 0
    total: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Return both together."""
        return Tally(self.good + other.good, self.total + other.total)


@dataclass(frozen=True, slots=True)
class Came:
    """One posted receipt line: thousandths of the order line's unit, days at the plant, money in minor units."""

    expected: int
    """What the line still asked for before, without what was given up."""
    is_first: bool
    here: int
    rejected: int
    on: date
    due_on: date | None = None
    promised_on: date | None = None
    paid: int = 0
    listed: int = 0
    """What the accepted goods cost by the price on record; 0 where none can be compared."""


def counted(came: Came) -> dict[str, Tally]:
    """Return what one receipt line adds to each figure."""
    full = came.is_first and came.here - came.rejected >= came.expected
    said = {"quality": Tally(int(not came.rejected), 1)}
    if came.due_on is not None:
        said["on_time"] = Tally(int(came.on <= came.due_on), 1)
    if came.promised_on is not None:
        said["promise_kept"] = Tally(int(came.on <= came.promised_on), 1)
    if came.is_first:
        said["in_full"] = Tally(int(full), 1)
    if came.is_first and came.due_on is not None:
        said["on_time_in_full"] = Tally(int(full and came.on <= came.due_on), 1)
    if came.listed and came.paid:
        said["price"] = Tally(came.paid, came.listed)
    return said


def figure_of(figure: Figure, tally: Tally) -> Decimal | None:
    """Return a figure with one decimal: percent, hours, or percent above (below) the price on record; None for nothing counted."""
    if not tally.total:
        return None
    good, total = Decimal(tally.good), Decimal(tally.total)
    exact = {
        FigureKind.SHARE: good / total * 100,
        FigureKind.AVERAGE: good / total / 60,
        FigureKind.VARIANCE: (good - total) / total * 100,
    }[figure.kind]
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


def told(figure: Figure, tally: Tally) -> str:
    """Return a figure as people read it; a dash where nothing was counted."""
    found = figure_of(figure, tally)
    if found is None:
        return "-"
    plain = f"{abs(found):f}".removesuffix(".0")
    if figure.kind is FigureKind.AVERAGE:
        return f"{plain} h"
    if figure.kind is FigureKind.VARIANCE:
        return f"{plain}% {'above' if found > 0 else 'below'}" if found else "as listed"
    return f"{plain}%"


@dataclass(frozen=True, slots=True)
class Gate:
    """A rule on new orders: warn, or block, where a figure of the last months is worse than a limit."""

    figure: str
    limit: Decimal
    months: int = 12
    least: int = 5
    """How many must have been counted, so that one bad day says nothing."""
    blocks: bool = False

    def fails(self, tally: Tally) -> bool:
        """Say whether a figure is worse than the limit; too little counted never is."""
        figure = BY_NAME[self.figure]
        found = figure_of(figure, tally)
        # Money is counted in minor units: how many there were says nothing about how often.
        enough = tally.total >= self.least or figure.kind is FigureKind.VARIANCE
        if found is None or not enough:
            return False
        return found < self.limit if figure.kind is FigureKind.SHARE else found > self.limit

    def sentence(self, supplier: str, tally: Tally) -> str:
        """Say what is wrong with a supplier by this rule."""
        figure = BY_NAME[self.figure]
        unit = "h" if figure.kind is FigureKind.AVERAGE else "%"
        side = "at least" if figure.kind is FigureKind.SHARE else "at most"
        name = f"{figure.words[0].lower()}{figure.words[1:]}"
        return (
            f"{supplier}, {name} in {self.months} months: {told(figure, tally)}; "
            f"your rule wants {side} {self.limit:f}{' ' if unit == 'h' else ''}{unit}."
        )


def failing(gates: tuple[Gate, ...], tallies: Mapping[tuple[str, int], Tally]) -> list[tuple[Gate, Tally]]:
    """Return the rules that fail, by tallies per figure and number of months."""
    held = [(gate, tallies.get((gate.figure, gate.months), Tally())) for gate in gates]
    return [(gate, tally) for gate, tally in held if gate.fails(tally)]


def months_back(day: date, months: int) -> list[str]:
    """Return the last months up to a day's own, oldest first, as ``2026-11``."""
    last = day.year * 12 + day.month - 1
    return [f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(last - months + 1, last + 1)]
