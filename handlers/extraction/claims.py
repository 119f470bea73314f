"""What a source says about one thing ordered, before it is held against the order."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .units import Figure

#: What a figure of a row may mean.
ROLES = ("now", "confirmed", "quantity", "ordered", "total", "outstanding")


@dataclass(slots=True)
class Claim:
    """One row, list entry or sentence that speaks of one article."""

    part: str
    text: str
    order: str = ""
    line: str = ""
    line_ours: str = ""
    items: list[str] = field(default_factory=list)
    free: str = ""
    figures: dict[str, list[Figure]] = field(default_factory=dict)
    measures: dict[str, list[Figure]] = field(default_factory=dict)
    """What a row says of metres, litres or kilograms beside its counts, by 'measure' and 'weight'."""
    sizes: set[Decimal] = field(default_factory=set)
    """What the words of a row say that one pack holds: 'Box/250', 'PCK 25', 'reel 100 m'."""
    expected_on: date | None = None
    schedule: list[tuple[Decimal, date]] = field(default_factory=list)
    """How its count is parted among days, where rows below it say so."""
    price: Decimal | None = None
    amounts: set[Decimal] = field(default_factory=set)
    """The sums of money of a row."""
    flags: set[str] = field(default_factory=set)
    cells: dict[int, Figure | None] = field(default_factory=dict)
    """What stands in a row below heads that are not understood, by column; None for what is no count."""
    unnamed: list[Decimal] = field(default_factory=list)
    passed: list[Figure] = field(default_factory=list)
    """Figures of a sentence that no rule gave a meaning."""
    lots: list[str] = field(default_factory=list)
    serials: list[str] = field(default_factory=list)
    form: str = "table"
    columns: frozenset[str] = frozenset()
    packs: Decimal | None = None
    per: Decimal | None = None
    grid: str = ""

    def add(self, role: str, figure: Figure) -> None:
        """Adds a figure under its meaning."""
        self.figures.setdefault(role, []).append(figure)


@dataclass(slots=True)
class Source:
    """All that one part says: rows, the orders it names, and what kind of document it is."""

    part: str
    form: str
    claims: list[Claim] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    roles: set[str] = field(default_factory=set)
    structured: "Notice | None" = None


@dataclass(slots=True)
class Notice:
    """The head of a structured document; whole says that an answer holds for the lines that it does not name, too, and remarks are what it says in words."""

    kind: str
    number: str = ""
    issued_on: date | None = None
    response: str = ""
    carrier: str = ""
    tracking: list[str] = field(default_factory=list)
    despatched_on: date | None = None
    expected_on: date | None = None
    delivered_on: date | None = None
    received_by: str = ""
    orders: list[str] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    whole: bool = False
    remarks: list[str] = field(default_factory=list)
