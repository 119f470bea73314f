"""Reads the visible sheets of XLSX, XLS and ODS workbooks into grids; oversized ones are refused unopened."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from handlers.extraction.blocks import MOST_COLUMNS, MOST_LINE, MOST_ROWS, Block, Cell, Grid

from .xml import Refused

_MOST_UNPACKED = 20 * 1024 * 1024
_MOST_ENTRIES = 500
_MOST_SHEETS = 10


def blocks_of(content: bytes, part: str, mark: str) -> list[Block]:
    """One grid per visible sheet; numbers are written with the given decimal mark."""
    _refuse_bombs(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
        ]
        sheets = [book.get_sheet_by_name(name).to_python(nrows=MOST_ROWS) for name in names[:_MOST_SHEETS]]
    except (CalamineError, OSError, ValueError, KeyError) as fault:
        raise Refused(f"a workbook that cannot be opened: {fault}") from fault
    grids: list[Block] = []
    for rows in sheets:
        cells = [
            [Cell(_said(value, mark)) for value in row[:MOST_COLUMNS]]
            for row in rows
            if any(value != "" for value in row)
        ]
        if cells:
            grids.append(Grid(cells, part))
    return grids


def _refuse_bombs(content: bytes) -> None:
    """Looks into the directory of the archive only."""
    if not content.startswith(b"PK"):
        return
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as fault:
        raise Refused("a damaged workbook") from fault
    if len(entries) > _MOST_ENTRIES or sum(entry.file_size for entry in entries) > _MOST_UNPACKED:
        raise Refused("a workbook that unpacks to too much")


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
