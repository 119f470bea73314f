"""Reads comma, semicolon and tab separated files into a grid."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice

from handlers.extraction.blocks import MOST_COLUMNS, MOST_LINE, MOST_ROWS, Block, Cell, Grid

from .xml import Refused

_MARKS = ";\t,|"
_SAMPLE = 20


def delimiter(text: str) -> str:
    """The mark that cuts the first lines into the most columns most evenly; empty when none does."""
    lines = [line for line in text.splitlines()[: _SAMPLE * 2] if line.strip()][:_SAMPLE]
    best, score = "", 0
    for mark in _MARKS:
        counts = [len(row) - 1 for row in _read(lines, mark)]
        even = max((counts.count(count) * count for count in set(counts)), default=0)
        if even > score:
            best, score = mark, even
    return best


def _read(lines: Iterable[str], mark: str) -> Iterator[list[str]]:
    """The rows; blanks before a quote do not count, and a row that is quoted as a whole is read once more."""
    for row in csv.reader(lines, delimiter=mark, skipinitialspace=mark != "\t"):
        wrapped = len(row) == 1 and mark in row[0]
        yield next(csv.reader([row[0]], delimiter=mark, skipinitialspace=mark != "\t"), row) if wrapped else row


def blocks_of(text: str, part: str) -> list[Block]:
    """One grid with all rows; nothing where no separator is found, Refused where more stands there than is read."""
    text = text.lstrip("\ufeff")
    mark = ""
    if text[:4].lower() == "sep=":
        mark, text = text[4:5], text.partition("\n")[2]
    try:
        rows = _rows(text, mark or delimiter(text))
    except csv.Error as fault:
        raise Refused(f"a damaged list: {fault}") from fault
    return [Grid(rows, part)] if rows else []


def _rows(text: str, mark: str) -> list[list[Cell]]:
    """The filled rows; none without a mark, Refused for more than are read."""
    if not mark:
        return []
    read = list(islice(_read(io.StringIO(text), mark), MOST_ROWS + 1))
    if len(read) > MOST_ROWS:
        raise Refused("a list with too many rows")
    return [[Cell(cell.strip()[:MOST_LINE]) for cell in row[:MOST_COLUMNS]] for row in read if any(map(str.strip, row))]
