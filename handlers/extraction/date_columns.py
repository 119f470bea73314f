"""Finds the column of days under a head that only says what happens on them: 'Despatch', 'Afsendes', 'Ankunft'."""

from .columns import Table
from .dates import Calendar
from .lexicon import Lexicon

_HAPPENING = frozenset(
    {"columns.now", "columns.confirmed", "columns.outstanding", "words.arrives", "words.gone", "words.sending"}
    | {"says.despatch", "says.delivery", "says.future", "titles.despatch", "titles.delivery"}
)
_ONCE = frozenset({"columns.ordered", "words.ordered", "words.former", "words.was", "columns.total", "words.total"})


def settle_dates(table: Table, words: Lexicon, calendar: Calendar) -> None:
    """A column without a meaning in which nothing but days stands is that of the dates, where no other one is."""
    if "date" in table.roles:
        return
    found = [at for at, role in enumerate(table.roles) if role == "" and _is_dated(table, at, words, calendar)]
    if len(found) == 1:
        table.roles[found[0]] = "date"


def _is_dated(table: Table, column: int, words: Lexicon, calendar: Calendar) -> bool:
    texts = [row[column].own.strip() for row in table.rows if column < len(row) and row[column].own.strip()]
    said = {hit.meaning for hit in words.hits(table.heads[column])} if column < len(table.heads) else set()
    return bool(texts and said & _HAPPENING and not said & _ONCE) and all(calendar.only(text) for text in texts)
