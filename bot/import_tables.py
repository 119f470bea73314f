"""Reads CSV and Excel files into rows of text with their line numbers, and says how each file was understood."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.import_columns import ENDINGS, SHAPES

DELIMITERS = (",", ";", "\t", "|")


class NoTable(Exception):  # noqa: N818  # said to whoever imports
    """A file cannot be read as a table; the message names it and says why."""


@dataclass(frozen=True)
class Row:
    """One row: the line of the file on which it begins, and its cells as text."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One file (or sheet) as text: which of our files it is, its heads, its rows, and notes on how it was read.

    ``mark`` is the decimal mark that a workbook's own numbers were written with, empty for plain text.
    """

    shape: str
    file: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    mark: str = ""


@dataclass(frozen=True)
class Folder:
    """What lies in an import folder: tables, and the files that are none of ours."""

    tables: tuple[Table, ...]
    others: tuple[str, ...]


def read_folder(folder: Path) -> Folder:
    """Read every file of ours in a folder; raises ``NoTable`` for one that cannot be read."""
    if not folder.is_dir():
        raise NoTable(f"{folder} is no folder.")
    tables: list[Table] = []
    others: list[str] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~")) or path.suffix.lower() not in ENDINGS:
            continue
        found = list(_tables(path))
        tables += found
        others += [] if found else [path.name]
    return Folder(tuple(tables), tuple(others))


def _tables(path: Path) -> Iterator[Table]:
    try:
        if path.suffix.lower() == ".xlsx":
            yield from _workbook(path)
        elif _name(path.stem) in SHAPES:
            yield _plain(path)
    except OSError as trouble:
        raise NoTable(f"{path.name} cannot be read: {trouble.strerror}.") from trouble


def _name(stem: str) -> str:
    return re.sub(r"[\s-]+", "_", stem.strip().lower()).replace("center", "centre")


def _plain(path: Path) -> Table:
    text, notes = decoded(path.read_bytes(), path.name)
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[Row] = []
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(Row(start, tuple(cells)))
            start = reader.line_num + 1
    except csv.Error as trouble:
        raise NoTable(f"{path.name}:{start} cannot be read as CSV: {trouble}.") from trouble
    return _table(_name(path.stem), path.name, rows, notes=notes)


def _table(shape: str, file: str, rows: Sequence[Row], *, notes: Sequence[str] = (), mark: str = "") -> Table:
    if not rows:
        raise NoTable(f"{file} is empty: the first row names the columns.")
    return Table(shape, file, tuple(head.strip() for head in rows[0].cells), tuple(rows[1:]), tuple(notes), mark)


BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decoded(content: bytes, name: str) -> tuple[str, list[str]]:
    """Decode a text file: by its byte order mark, as UTF-8, or as Windows-1252; notes name what was not UTF-8."""
    encoding = next((encoding for mark, encoding in BOMS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as trouble:
        line = content[: trouble.start].count(b"\n") + 1
        text = content.decode("cp1252", errors="replace")
        return _without_nul(text), [f"{name} is not {encoding.upper()} (line {line}); it was read as Windows-1252."]
    notes = [f"{name} was read as UTF-16."] if encoding == "utf-16" else []
    return _without_nul(text), notes


def _without_nul(text: str) -> str:
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _delimiter(text: str) -> str:
    head = next((line for line in text.splitlines() if line.strip()), "")
    outside = re.sub(r'"[^"]*"', "", head)
    return max(DELIMITERS, key=lambda mark: (outside.count(mark), -DELIMITERS.index(mark)))


def _workbook(path: Path) -> Iterator[Table]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except CalamineError as trouble:
        raise NoTable(f"{path.name} cannot be read as an Excel file: {trouble}.") from trouble
    ours = [(_name(name), name, rows) for name, rows in sheets if _name(name) in SHAPES]
    if _name(path.stem) in SHAPES and sheets:
        ours = [(_name(path.stem), sheets[0][0], sheets[0][1])]
    for shape, sheet, values in ours:
        rows = [Row(number, tuple(_cell(cell) for cell in row)) for number, row in enumerate(values, 1)]
        filled = [row for row in rows if any(cell.strip() for cell in row.cells)]
        yield _table(shape, path.name if len(sheets) == 1 else f"{path.name} [{sheet}]", filled, mark=".")


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".")
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
