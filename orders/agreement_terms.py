"""What an agreement says beyond an order's lines: its days, its limits, and prices that fall with the quantity."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from orders.price_breaks import Break


class PriceBasis(StrEnum):
    """Which quantity decides on the price when prices fall with the quantity."""

    PER_RELEASE = "per_release"
    """The quantity of each release by itself."""
    CUMULATIVE = "cumulative"
    """Everything released so far together with the new release; the price reached holds for the whole of that release."""


@dataclass(frozen=True, slots=True)
class LineTerms:
    """What an agreement says of one line beyond the line itself: the quantity that is expected, and the price breaks."""

    line: int
    estimate: int = 0
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that approval covers of an agreement beyond its lines; amounts in minor units, 0 where none is said."""

    first: date | None = None
    last: date | None = None
    amount_limit: int = 0
    minimum_release: int = 0
    basis: PriceBasis = PriceBasis.PER_RELEASE
    cost_centre: str | None = None
    """Whose owner answers for the agreement; its releases name their own."""
    lines: tuple[LineTerms, ...] = ()

    def of_line(self, line: int) -> LineTerms:
        """Return what is said of a line; a line of which nothing more is said has neither estimate nor breaks."""
        return next((each for each in self.lines if each.line == line), LineTerms(line))
