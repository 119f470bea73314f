"""Reads plain text into lines, and tables drawn with blanks, bars or tabs into grids."""

import re
from dataclasses import dataclass

from handlers.extraction.blocks import MOST_LINE, MOST_ROWS, Block, Cell, Grid, Line
from handlers.extraction.columns import IDENTITIES, QUANTITIES, Head, head_of
from handlers.extraction.lexicon import Lexicon

_CUT = re.compile(r"\t+| {2,}|\s*\|\s*")
_RULE = re.compile(r"[\s\-=_+|*.:\u2500-\u257f]{3,}")
_WORD = re.compile(r"\S+")
_LABELLED = re.compile(r"[^\W\d]:(?:\s|$)")
_TEXTUAL = frozenset({"description", "item", "item_ours", "remark"})
_LEAST_COLUMNS = 3
_MOST_HEAD = 250
_MOST_DIGITS = 6
_MOST_FIGURE = 32


@dataclass(frozen=True, slots=True)
class _Column:
    start: int
    end: int
    textual: bool
    counts: bool = False


def blocks_of(text: str, part: str, words: Lexicon, *, flowed: bool = False) -> list[Block]:
    """Lines and drawn tables in the order of the text."""
    lines = _unflow(text) if flowed else text.split("\n")
    lines = [
        line.expandtabs(8).rstrip()[:MOST_LINE] if "\t" not in line.strip() else line.rstrip()[:MOST_LINE]
        for line in lines
    ]
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        columns = _heads(lines[at], words)
        grid, after = _table(lines, at, columns, part) if columns else (None, at)
        if grid is not None:
            blocks.append(grid)
            at = after
        else:
            blocks.append(Line(lines[at], part, cut=len(lines[at]) >= MOST_LINE))
            at += 1
    return blocks


def _unflow(text: str) -> list[str]:
    """Joins soft line breaks (RFC 3676)."""
    joined: list[str] = []
    open_line = False
    for line in text.split("\n"):
        if open_line and not line.startswith(">") and line.strip() and joined:
            joined[-1] += line
        else:
            joined.append(line)
        open_line = line.endswith(" ") and line != "-- " and not line.startswith(">") and bool(line.strip())
    return joined


def _heads(line: str, words: Lexicon) -> list[_Column]:
    """The columns of a head line; empty when the line is none."""
    stripped = line.strip()
    if not 0 < len(stripped) <= _MOST_HEAD or stripped[0] == ">" or sum(map(str.isdigit, stripped)) > _MOST_DIGITS:
        return []
    columns: list[_Column] = []
    roles: set[str] = set()
    unknown = 0
    for start, end in _pieces(line):
        found = _split_heads(line, start, end, words)
        if not found:
            unknown += 1
            columns.append(_Column(start, end, textual=False))
        for column, names in found:
            columns.append(column)
            roles |= set(names)
    known = len(columns) - unknown
    if known < _LEAST_COLUMNS and not (known == 2 and unknown == 0 and len(_pieces(line)) == 2):  # noqa: PLR2004
        return []
    return columns if roles & QUANTITIES and roles & IDENTITIES and unknown <= known // 2 else []


def _pieces(line: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for gap in [*_CUT.finditer(line), None]:
        end = gap.start() if gap else len(line)
        if line[start:end].strip():
            spans.append((start, end))
        if gap:
            start = gap.end()
    return spans


def _split_heads(line: str, start: int, end: int, words: Lexicon) -> list[tuple[_Column, tuple[str, ...]]]:
    """One head, or several that stand only one blank apart: the longest known phrase from the left each time."""
    whole = head_of(line[start:end], words)
    if whole and (whole.whole or not _all_heads(line[start:end], words)):
        return [(_column(start, end, whole), whole.roles)]
    found: list[tuple[_Column, tuple[str, ...]]] = []
    spans = [(start + match.start(), start + match.end()) for match in _WORD.finditer(line[start:end])]
    at = 0
    while at < len(spans):
        for last in range(min(at + 3, len(spans)) - 1, at - 1, -1):
            head = head_of(line[spans[at][0] : spans[last][1]], words)
            if head and head.whole:
                found.append(
                    (_Column(spans[at][0], spans[last][1], textual=bool(set(head.roles) & _TEXTUAL)), head.roles)
                )
                at = last
                break
        else:
            return []
        at += 1
    return found


def _column(start: int, end: int, head: Head) -> _Column:
    return _Column(start, end, textual=bool(set(head.roles) & _TEXTUAL), counts=bool(set(head.roles) & QUANTITIES))


def _all_heads(text: str, words: Lexicon) -> bool:
    """Whether each word of the text is a head of its own."""
    return all(head is not None and head.whole for head in (head_of(word, words) for word in text.split()))


def _table(lines: list[str], at: int, columns: list[_Column], part: str) -> tuple[Grid | None, int]:
    """The grid below a head line and where it ends; None when no row of figures follows."""
    head = lines[at]
    rows: list[list[Cell]] = [[Cell(head[column.start : column.end].strip()) for column in columns]]
    place = at + 1
    if place < len(lines) and _RULE.fullmatch(lines[place]):
        columns = _ruled(lines[place], columns)
        place += 1
    last = place
    while place < len(lines) and len(rows) < MOST_ROWS:
        line = lines[place]
        if not line.strip() or _RULE.fullmatch(line):
            if not _goes_on(lines, place + 1, columns):
                break
        elif not _take_row(line, columns, rows):
            break
        place += 1
        last = place
    return (Grid(rows, part), last) if len(rows) > 1 else (None, at)


def _ruled(rule: str, columns: list[_Column]) -> list[_Column]:
    """The columns as a rule of dashes draws them, when it draws one dash group per head."""
    spans = [(match.start(), match.end()) for match in re.finditer(r"[-=_]+", rule)]
    if len(spans) != len(columns):
        return columns
    return [
        _Column(start, end, column.textual, column.counts) for (start, end), column in zip(spans, columns, strict=True)
    ]


def _goes_on(lines: list[str], place: int, columns: list[_Column]) -> bool:
    """Whether the table goes on behind a gap: figures stand where figures belong, and nothing else does."""
    pieces = _pieces(lines[place]) if place < len(lines) else []
    if len(pieces) < 2 or any(_LABELLED.search(lines[place][start:end]) for start, end in pieces):  # noqa: PLR2004 - one piece is no row
        return False
    cells = _cells(lines[place], columns)
    counted = [text for text, column in zip(cells, columns, strict=True) if column.counts and text]
    return (
        _is_row(cells) and bool(counted) and all(text[0].isdigit() for text in counted) and bool(cells[0] or cells[1])
    )


def _is_row(cells: list[str]) -> bool:
    filled = [text for text in cells if text]
    return len(filled) >= 2 and any(text[0].isdigit() and len(text) < _MOST_FIGURE for text in filled)  # noqa: PLR2004


def _take_row(line: str, columns: list[_Column], rows: list[list[Cell]]) -> bool:
    """Adds the line as a row, or to the row above when it only goes on with its text; False ends the table."""
    cells = _cells(line, columns)
    if len(_pieces(line)) > 1 and _is_row(cells):
        rows.append([Cell(text) for text in cells])
        return True
    indent = len(line) - len(line.lstrip())
    if len(rows) == 1 or indent < columns[min(1, len(columns) - 1)].start - 1:
        return False
    where = next((at for at, text in enumerate(cells) if text), None)
    if where is None or sum(bool(text) for text in cells) > 1:
        return False
    above = rows[-1][where]
    rows[-1][where] = Cell(f"{above.text}\n{cells[where]}" if above.text else cells[where])
    return True


def _cells(line: str, columns: list[_Column]) -> list[str]:
    """The texts of a line under its columns."""
    if "\t" in line.strip() or line.count("|") >= len(columns) - 1 > 0:
        pieces = re.split(r"\t|\|", line.strip().strip("|"))
        return [piece.strip() for piece in (pieces + [""] * len(columns))[: len(columns)]]
    cells: list[list[str]] = [[] for _ in columns]
    before: tuple[int, int] | None = None
    pieces_of = _pieces(line)
    for start, end in pieces_of:
        touched = _touched(start, end, columns)
        if len(touched) <= 1:
            where = touched[0] if touched else _nearest(start, end, columns)
            cells[where].append(line[start:end])
            before = (end, where)
            continue
        for match in _WORD.finditer(line[start:end]):
            first, last = start + match.start(), start + match.end()
            where = _home(first, last, columns, before)
            cells[where].append(match.group())
            before = (last, where)
    return [" ".join(words).strip() for words in cells]


def _touched(start: int, end: int, columns: list[_Column]) -> list[int]:
    return [at for at, column in enumerate(columns) if start < column.end and end > column.start]


def _home(start: int, end: int, columns: list[_Column], before: tuple[int, int] | None) -> int:
    """The column of one word: the one it stands under, else the text column that it continues, else the nearest."""
    touched = _touched(start, end, columns)
    if touched:
        return touched[-1] if len(touched) > 1 and before and before[1] == touched[0] else touched[0]
    if before is not None and start - before[0] == 1 and columns[before[1]].textual:
        return before[1]
    return _nearest(start, end, columns)


def _nearest(start: int, end: int, columns: list[_Column]) -> int:
    def away(at: int) -> int:
        column = columns[at]
        return min(abs(column.start - start), abs(column.end - end), abs(column.start - end), abs(start - column.end))

    return min(range(len(columns)), key=away)
