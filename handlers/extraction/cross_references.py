"""Tells our part numbers from our order numbers in a column that only says it is ours: 'Your ref.', 'Su referencia', 'V/ Ref.'."""

from .columns import Table
from .spotting import Spotter


def settle_references(table: Table, parts: Spotter) -> None:
    """A column called after orders in which nothing but known part numbers stands is that of our articles."""
    for column, role in enumerate(table.roles):
        if role == "order" and "item_ours" not in table.roles and _are_articles(_texts(table, column), parts):
            table.roles[column] = "item_ours"


def _texts(table: Table, column: int) -> list[str]:
    cells = (row[column].own.strip() for row in table.rows if column < len(row))
    return [text for text in cells if text]


def _are_articles(texts: list[str], parts: Spotter) -> bool:
    """Whether each text is a known part number and nothing else."""
    return bool(texts) and all(
        any(spot.start == 0 and spot.end == len(text) for spot in parts.find(text)) for text in texts
    )
