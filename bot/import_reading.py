"""Matches the heads of an import file with our columns and reads its rows, keeping every fault with its place."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.import_columns import CLEAR, SHAPES, Column, FileShape
from bot.import_tables import Row, Table
from bot.import_values import EMPTY, NUMERIC, Unreadable, decimal_mark, read_cell


@dataclass(frozen=True, slots=True)
class Wrong:
    """One cell or row that cannot be taken over: where it stands, what is there, and why not."""

    file: str
    line: int
    column: str
    written: str
    reason: str

    def sentence(self) -> str:
        """Return the fault as people read it."""
        said = f" “{self.written[:60]}”" if self.written else ""
        return f"{self.file}:{self.line} {self.column}{said} {self.reason}."


@dataclass(frozen=True, slots=True)
class Entry:
    """One row as values by our column names; an absent column keeps what is there."""

    file: str
    line: int
    values: Mapping[str, Any]

    def wrong(self, column: str, reason: str) -> Wrong:
        """Say what is wrong with one of the row's values."""
        return Wrong(self.file, self.line, column, str(self.values.get(column, "")), reason)


@dataclass
class Content:
    """What a file says: its entries, its faults, and notes on how it was understood."""

    table: Table
    shape: FileShape
    entries: list[Entry] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def understood(table: Table) -> Content:
    """Read one table into entries."""
    content = Content(table, SHAPES[table.shape], notes=list(table.notes))
    columns = _columns(content)
    lacking = [name for name in content.shape.required if name not in {column.name for column in columns.values()}]
    if lacking:
        heads = ", ".join(f"“{head}”" for head in table.heads if head)
        content.wrong.append(
            Wrong(table.file, 1, lacking[0], "", f"is missing; every row needs it, and the heads are {heads}")
        )
        return content
    mark = table.mark or decimal_mark(
        row.cells[number] for row in table.rows for number in _numeric(columns) if number < len(row.cells)
    )
    for row in table.rows:
        _read(content, row, columns, mark)
    return content


def _numeric(columns: Mapping[int, Column]) -> list[int]:
    return [number for number, column in columns.items() if column.kind in NUMERIC]


def plain(head: str) -> str:
    """Return a head without case, spaces and marks, as heads are compared."""
    return re.sub(r"[\W_]+", "", head).lower()


def _columns(content: Content) -> dict[int, Column]:
    """Return the column behind each head, in three rounds: our own names, other programs' names, spare ones."""
    shape, heads = content.shape, content.table.heads
    found: dict[int, Column] = {}
    for spoken in (_own, _aliases, _spare):
        taken = {column.name for column in found.values()}
        for number, head in enumerate(heads):
            column = next((column for column in shape.columns if plain(head) in spoken(column)), None)
            if number in found or column is None or column.name in taken or not plain(head):
                continue
            earlier = next((other for other, taken_by in found.items() if taken_by is column), None)
            if earlier is not None:
                both = f"and “{heads[earlier]}” both mean our column {column.name}; rename one of them"
                content.wrong.append(Wrong(content.table.file, 1, head, "", both))
            found[number] = column
    _key_from_name(shape, found)
    unread = [head for number, head in enumerate(heads) if head and number not in found]
    if unread:
        content.notes.append(f"{content.table.file}: these heads are not read: {', '.join(unread)}.")
    return found


def _own(column: Column) -> set[str]:
    return {plain(column.name)}


def _aliases(column: Column) -> set[str]:
    return {plain(alias) for alias in column.aliases}


def _spare(column: Column) -> set[str]:
    return {plain(alias) for alias in column.spare}


def _key_from_name(shape: FileShape, found: dict[int, Column]) -> None:
    """Let the name be the key where a file has no other; the name then follows from the key."""
    key = shape.column(shape.key[0])
    if shape.named and key not in found.values():
        number = next((number for number, column in found.items() if column.name == "name"), None)
        if number is not None:
            found[number] = key


def _read(content: Content, row: Row, columns: Mapping[int, Column], mark: str) -> None:
    file, heads = content.table.file, content.table.heads
    if any(cell.strip() for cell in row.cells[len(heads) :]):
        reason = f"has {len(row.cells)} cells, but the head names {len(heads)}; is a comma unquoted"
        content.wrong.append(Wrong(file, row.line, "The row", "", reason))
        return
    values: dict[str, Any] = {}
    faults: list[Wrong] = []
    for number, column in columns.items():
        cell = row.cells[number].strip() if number < len(row.cells) else ""
        try:
            values |= _cell(content.shape, column, cell, mark)
        except Unreadable as unreadable:
            faults.append(Wrong(file, row.line, column.name, cell, str(unreadable)))
    content.wrong += faults
    if not faults:
        content.entries.append(Entry(file, row.line, values))


def _cell(shape: FileShape, column: Column, cell: str, mark: str) -> dict[str, Any]:
    needed = column.name in shape.required
    if needed and cell in {"", CLEAR}:
        raise Unreadable("is empty, but every row needs it")
    if not cell:
        return {}
    if cell == CLEAR:
        return {column.name: EMPTY.get(column.kind, "")}
    return {column.name: read_cell(cell, column, mark)}


def wrong_rows(table: Table, wrong: Sequence[Wrong]) -> str:
    """Return the rows at fault as CSV of the same shape, with one more column that says what is wrong."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*table.heads, "problem"])
    by_line: dict[int, list[str]] = {}
    for fault in wrong:
        by_line.setdefault(fault.line, []).append(f"{fault.column} {fault.reason}")
    for row in table.rows:
        if row.line in by_line:
            padded = [*row.cells, *[""] * (len(table.heads) - len(row.cells))]
            writer.writerow([*padded, "; ".join(by_line[row.line])])
    return out.getvalue()
