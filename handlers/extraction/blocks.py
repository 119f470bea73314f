"""The neutral form of what a part shows: lines of text and grids of cells, each with its place."""

import re
from dataclasses import dataclass, field
from typing import TypeAlias

#: A line that its own mark tells from an earlier mail in which it stands: '*** 8 pcs sent', '>>> JB: in stock'.
ANSWER = re.compile(
    r"\s{0,12}(?P<mark>\*{2,}|>{3,}|={1,2}>|-{1,2}>|<{2,}|#{2,}|\u2192|\u21d2)\s?(?=[^\s*>=<#-])(?!.*(?P=mark)\s*$)"
)
MOST_LINE = 2_000
MOST_LINES = 5_000
MOST_ROWS = 1_000
MOST_COLUMNS = 60
_CELL = 15


@dataclass(slots=True)
class Line:
    """One line as shown; quoted lines were written before, and above is the quoted line that stands just over it."""

    text: str
    part: str
    quoted: bool = False
    above: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a grid; across and down say that it only continues a merged cell."""

    text: str
    across: bool = False
    down: bool = False

    @property
    def own(self) -> str:
        """The text, unless the cell to the left says it already."""
        return "" if self.across else self.text


@dataclass(slots=True)
class Grid:
    """Rows of cells as shown."""

    rows: list[list[Cell]]
    part: str
    quoted: bool = False
    heading: str = field(default="")


Block: TypeAlias = Line | Grid


def weight(block: Block) -> int:
    """How much there is to read: about one for a cell or for the words that a cell could hold; what is quoted weighs little."""
    if isinstance(block, Line):
        return 1 + (0 if block.quoted else len(block.text) // _CELL)
    filled = sum(bool(cell.own) for row in block.rows for cell in row)
    return filled // 4 if block.quoted else filled


def shown(row: list[Cell]) -> str:
    """A row as evidence: its own cells between bars."""
    return " | ".join(" ".join(cell.text.split()) for cell in row if not cell.across)[:MOST_LINE]
