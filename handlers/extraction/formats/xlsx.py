"""Reads the visible cells of XLSX, XLS and ODS workbooks into grids; oversized ones are refused unopened."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from handlers.extraction.blocks import MOST_COLUMNS, MOST_LINE, MOST_ROWS, Block, Cell, Grid

from .reserves import refuse_reserves
from .workbook import Unseen, filters, refuse_bombs, unseen_of
from .xml import Refused

_MOST_SHEETS = 10


@dataclass(frozen=True, slots=True)
class Sight:
    """How a workbook is looked at: the decimal mark to write, where doubts go, and which grids say what left."""

    mark: str
    doubt: Callable[[str], None]
    tells: Callable[[Grid], bool]


def blocks_of(content: bytes, part: str, sight: Sight) -> list[Block]:
    """One grid per visible sheet; what is hidden is left out, and a doubt where it could say something else."""
    refuse_bombs(content)
    refuse_reserves(content)
    try:
        unseen = unseen_of(content)
        if filters(content):
            sight.doubt("rows or columns are hidden")
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        grids: list[Block] = []
        for name in _names(book, sight):
            rows = _rows(book.get_sheet_by_name(name), unseen.get(name, Unseen()), sight)
            grids += [Grid(rows, part)] if rows else []
    except (CalamineError, OSError, ValueError, KeyError) as fault:
        raise fault if isinstance(fault, Refused) else Refused(f"a workbook that cannot be opened: {fault}") from fault
    return grids


def _names(book: CalamineWorkbook, sight: Sight) -> list[str]:
    """The visible sheets; a hidden one that says what left makes a doubt, and so do more than are read."""
    visible = []
    for sheet in book.sheets_metadata:
        if sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        if sheet.visible == SheetVisibleEnum.Visible:
            visible.append(sheet.name)
        elif _is_table(book.get_sheet_by_name(sheet.name), sight):
            sight.doubt(f"the sheet {sheet.name!r} is hidden")
    if len(visible) > _MOST_SHEETS:
        sight.doubt("more sheets than are read")
    return visible[:_MOST_SHEETS]


def _is_table(sheet: CalamineSheet, sight: Sight) -> bool:
    """Whether the sheet says what left; price lists, scales of quantities and lists of choices do not."""
    rows = sheet.to_python(nrows=MOST_ROWS)
    cells = [[Cell(_said(value, sight.mark)) for value in row[:MOST_COLUMNS]] for row in rows]
    return bool(cells) and sight.tells(Grid(cells, ""))


def _rows(sheet: CalamineSheet, unseen: Unseen, sight: Sight) -> list[list[Cell]]:
    """The filled rows as seen."""
    top, left = sheet.start or (0, 0)
    if sheet.height > MOST_ROWS:
        sight.doubt(f"the sheet {sheet.name!r} has more rows than are read")
    values = sheet.to_python(nrows=MOST_ROWS)
    held = {(top + down, left + across) for down, row in enumerate(values) for across, value in enumerate(row) if value != ""}  # fmt: skip
    if any(down in unseen.rows or across in unseen.columns for down, across in held):
        sight.doubt(f"rows or columns of the sheet {sheet.name!r} are hidden")
    if unseen.uncalculated:
        sight.doubt(f"formulas of the sheet {sheet.name!r} were never calculated")
    if unseen.struck:
        sight.doubt(f"something in the sheet {sheet.name!r} is struck out")
    merged = _merged(sheet)
    rows = []
    for down, row in enumerate(values, top):
        if down in unseen.rows or not any(value != "" for value in row):
            continue
        places = [(down, across) for across in range(left, left + len(row)) if across not in unseen.columns]
        rows.append([_cell(place, values, merged, (top, left, sight.mark)) for place in places[:MOST_COLUMNS]])
    return rows


def _merged(sheet: CalamineSheet) -> dict[tuple[int, int], tuple[int, int]]:
    """The cells that only go on with a merged one, and the place of that one; wide and long ranges only frame a sheet."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if (bottom - top) * (right - left) <= MOST_ROWS:
            places = ((down, across) for down in range(top, bottom + 1) for across in range(left, right + 1))
            found |= {place: (top, left) for place in places if place != (top, left)}
    return found


def _cell(
    place: tuple[int, int],
    values: list[list[Any]],
    merged: dict[tuple[int, int], tuple[int, int]],
    frame: tuple[int, int, str],
) -> Cell:
    top, left, mark = frame
    down, across = merged.get(place, place)
    if not (0 <= down - top < len(values) and 0 <= across - left < len(values[down - top])):
        return Cell("")
    text = _said(values[down - top][across - left], mark)
    return Cell(text, across=across < place[1], down=down < place[0])


def _said(value: Any, mark: str) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        text = format(value, ".6f").rstrip("0").rstrip(".")
        return text.replace(".", mark)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(str(value).split())[:MOST_LINE]
