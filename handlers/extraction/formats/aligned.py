"""Parts a line into the columns above it: what stands under which head, and what a long text pushed aside."""

import re
from dataclasses import dataclass

_CUT = re.compile(r"\t+| {2,}|\s*\|\s*")
WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Column:
    """The stretch of a head; textual where words stand below it, counts where quantities do."""

    start: int
    end: int
    textual: bool
    counts: bool = False
    head: str = ""


def pieces_in(line: str) -> list[tuple[int, int]]:
    """Where the pieces of a line begin and end that tabs, bars or several blanks part."""
    spans, start = [], 0
    for gap in [*_CUT.finditer(line), None]:
        end = gap.start() if gap else len(line)
        if line[start:end].strip():
            spans.append((start, end))
        if gap:
            start = gap.end()
    return spans


def ruled(rule: str, columns: list[Column]) -> list[Column]:
    """The columns as a rule of dashes draws them, when it draws one dash group per head."""
    spans = [(match.start(), match.end()) for match in re.finditer(r"[-=_]+", rule)]
    if len(spans) != len(columns):
        return columns
    return [
        Column(start, end, column.textual, column.counts, column.head)
        for (start, end), column in zip(spans, columns, strict=True)
    ]


def cells_of(line: str, columns: list[Column]) -> list[str]:
    """The texts of a line under its columns."""
    if "\t" in line.strip() or line.count("|") >= len(columns) - 1 > 0:
        pieces = re.split(r"\t|\|", line.strip().strip("|"))
        return [piece.strip() for piece in (pieces + [""] * len(columns))[: len(columns)]]
    pieces_of = pieces_in(line)
    if len(pieces_of) == len(columns) and _is_full(pieces_of, columns):
        return [line[start:end].strip() for start, end in pieces_of]
    cells: list[list[str]] = [[] for _ in columns]
    before: tuple[int, int] | None = None
    for start, end in pieces_of:
        touched = columns_under(start, end, columns)
        if len(touched) <= 1:
            where = touched[0] if touched else nearest(start, end, columns)
            cells[where].append(line[start:end])
            before = (end, where)
            continue
        for match in WORD.finditer(line[start:end]):
            first, last = start + match.start(), start + match.end()
            where = _home(first, last, columns, before)
            cells[where].append(match.group())
            before = (last, where)
    return [" ".join(words).strip() for words in cells]


def _is_full(pieces: list[tuple[int, int]], columns: list[Column]) -> bool:
    """Whether a line has one piece for each column: in its place, in the gap beside it, or pushed to the right by a long text."""
    pushed, left = False, 0
    for at, ((start, end), column) in enumerate(zip(pieces, columns, strict=True)):
        right = columns[at + 1].start if at + 1 < len(columns) else end
        inside = start < column.end and end > column.start
        if not inside and at + 1 < len(pieces) and pieces[at + 1][0] < column.end:
            return False
        if not (inside or (left <= start and end <= right) or (pushed and start >= column.start)):
            return False
        pushed = pushed or (column.textual and inside and end > right)
        if not pushed and end > right:
            return False
        left = column.end
    return True


def columns_under(start: int, end: int, columns: list[Column]) -> list[int]:
    """The places of the columns that a piece stands under."""
    return [at for at, column in enumerate(columns) if start < column.end and end > column.start]


def _home(start: int, end: int, columns: list[Column], before: tuple[int, int] | None) -> int:
    """The column of one word: the one it stands under, else the text column that it continues, else the nearest."""
    touched = columns_under(start, end, columns)
    if touched:
        return touched[-1] if len(touched) > 1 and before and before[1] == touched[0] else touched[0]
    if before is not None and start - before[0] == 1 and columns[before[1]].textual:
        return before[1]
    return nearest(start, end, columns)


def nearest(start: int, end: int, columns: list[Column]) -> int:
    """The place of the column that stands closest."""

    def away(at: int) -> int:
        column = columns[at]
        return min(abs(column.start - start), abs(column.end - end), abs(column.start - end), abs(start - column.end))

    return min(range(len(columns)), key=away)
