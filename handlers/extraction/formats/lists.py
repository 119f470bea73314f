"""Finds lists of values parted by semicolons or commas in plain text and parts them by tabs, as tables are."""

import csv
from collections.abc import Callable
from itertools import takewhile

from handlers.extraction.blocks import Block, Line

_LEAST_COLUMNS = 3
_PAIR = 2


def part_at_marks(lines: list[str], at: int, heads: Callable[[str], bool]) -> bool:
    """Parts the list that begins here by tabs, when its first line heads a table, and says so; one with a torn row stays."""
    mark = ";" if ";" in lines[at] else ","
    if lines[at].count(mark) < _LEAST_COLUMNS - 1 or not heads("\t".join(_values(lines[at], mark))):
        return False
    rows = [_values(line, mark) for line in takewhile(lambda line: mark in line, lines[at:])]
    even = list(takewhile(lambda row: len(row) == len(rows[0]), rows))
    if len(even) < _PAIR or (mark == "," and len(even) < len(rows)):
        return False
    for place, row in enumerate(even):
        lines[at + place] = "\t".join(row)
    return mark == ","


def part_pairs_above(blocks: list[Block]) -> None:
    """Parts 'label,value' on the lines just above a list of values by tabs, too."""
    for block in reversed(blocks):
        if not isinstance(block, Line):
            return
        pair = _values(block.text, ",") if "," in block.text else []
        if len(pair) == _PAIR and all(pair):
            block.text = "\t".join(pair)
        elif block.text.strip():
            return


def _values(line: str, mark: str) -> list[str]:
    """The values of a line, those in quotes whole; a line that is no such row is one value."""
    try:
        row = next(csv.reader([line], delimiter=mark, skipinitialspace=True), [])
    except csv.Error:
        return [line]
    return [" ".join(value.split()) for value in row]
