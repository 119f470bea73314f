"""Understands a table by the part numbers that stand in it, where its heads alone do not say that it is one of goods."""

from .blocks import Cell, Grid
from .columns import QUANTITIES, Table, understood
from .lexicon import Lexicon
from .spotting import Spotter

_LEAST_COLUMNS = 3
_LOST = frozenset({"", "description", "remark", "document", "place"})


def table_by_articles(grid: Grid, words: Lexicon, parts: Spotter) -> tuple[list[list[Cell]], Table | None]:
    """The rows above the head and the table below it; all rows and None where no column holds known part numbers alone."""
    for at, row in enumerate(grid.rows[:-1]):
        own = [cell for cell in row if cell.own.strip()]
        if len(own) < _LEAST_COLUMNS or any(map(str.isdigit, "".join(cell.own for cell in own))):
            continue
        table = understood(grid, at, words)
        column = _of_articles(table, parts)
        if column is None or not _is_free(table, column):
            return grid.rows, None
        table.roles[column] = "item"
        counted = QUANTITIES & set(table.roles) or {"packs", "weight"} <= set(table.roles) or _has_figures(table)
        return (grid.rows[:at], table) if counted else (grid.rows, None)
    return grid.rows, None


def _is_free(table: Table, column: int) -> bool:
    """Whether a column has no meaning that part numbers would deny, and no other one is that of the articles."""
    return table.roles[column] == "item" or ("item" not in table.roles and table.roles[column] in _LOST)


def _of_articles(table: Table, parts: Spotter) -> int | None:
    """The one column in which most cells begin with a known part number, each with another one."""
    found = []
    for column in range(len(table.roles)):
        texts = [row[column].own.strip() for row in table.rows if column < len(row) and row[column].own.strip()]
        spots = [parts.find(text) for text in texts]
        named = [said[0].key for said in spots if said and said[0].start == 0]
        if named and len(set(named)) == len(named) and len(named) * 2 >= len(texts):
            found.append(column)
    return found[0] if len(found) == 1 else None


def _has_figures(table: Table) -> bool:
    """Whether some column without a meaning holds figures, of which the order may prove what they are."""
    return any(
        role == "" and any(column < len(row) and row[column].own.strip()[:1].isdigit() for row in table.rows)
        for column, role in enumerate(table.roles)
    )
