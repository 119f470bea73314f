"""Reads plain text into lines, and tables drawn with blanks, bars or tabs into grids."""

import re
from dataclasses import dataclass, field

from handlers.extraction.blocks import ANSWER, MOST_LINE, MOST_LINES, MOST_ROWS, Block, Cell, Grid, Line
from handlers.extraction.columns import QUANTITIES, Head, head_of, tells_of_goods
from handlers.extraction.lexicon import Lexicon
from handlers.extraction.places import MONEY

from .aligned import WORD, Column, cells_of, columns_under, nearest, pieces_in, ruled
from .lists import part_at_marks, part_pairs_above
from .xml import Refused

_RULE = re.compile(r"[\s\-=_+|*.:\u2500-\u257f]{3,}")
_LABEL = re.compile(r"\s*([^\s:][^:\t]{1,39}?)\s*:\s*\S")
_LABELLED = re.compile(r"[^\W\d]:(?:\s|$)")
_TEXTUAL = frozenset({"description", "item", "item_ours", "remark"})
#: Dots that lead from a label to its value, or to a place for a signature.
_LEADER = re.compile(r"(?<=\S)\s?(?:[.\u2026_](?: ?[.\u2026_]){3,}|\u2026{2,})(\s*)")
#: 'Fecha entrega ... 20/11/2026': two or three dots, behind a label that begins the line.
_SHORT_LEADER = re.compile(r"(\s*[^\W\d_][^\d:.]{1,24}?)( \.{2,3} +)(?=\S)")
_LEADS = ("..", "\u2026", ". .", "__")
_LEAST_COLUMNS = 3
_MOST_BELOW = 6
#: So a line of words ends that heads no table.
_PROSE_ENDS = (".", "!", "?", ",", ":")
_BARS = str.maketrans(dict.fromkeys("\u2502\u2503\u2551\u00a6", "|"))
_MOST_DEPTH = 3
_MOST_HEAD = 250
_MOST_GROUP = 90
_MOST_ABOVE = 40
_MOST_DIGITS, _MOST_FIGURE = 6, 32


@dataclass(frozen=True, slots=True)
class _Head:
    """The columns of a head and how many lines it takes."""

    columns: list[Column]
    depth: int = 1


def blocks_of(text: str, part: str, words: Lexicon, *, flowed: bool = False) -> list[Block]:
    """Lines and drawn tables in the order of the text; raises Refused for more lines than are read."""
    lines = _unflow(text) if flowed else text.split("\n")
    if len(lines) > MOST_LINES:
        raise Refused("a text of more lines than are read")
    lines = [
        line.expandtabs(8).rstrip()[:MOST_LINE] if "\t" not in line.strip() else line.rstrip()[:MOST_LINE]
        for line in lines
    ]
    lines = [led(line.translate(_BARS)) for line in lines]
    blocks: list[Block] = []
    at, drawn = 0, None
    while at < len(lines):
        if part_at_marks(lines, at, lambda line: _may_head(line) and bool(_heads(line, words, []))):
            part_pairs_above(blocks)
        head = _head_at(lines, at, words)
        if head:
            table = _Drawn(lines, head.columns, words, part)
            grid, after = table.table(at, head.depth)
            drawn = table if grid is not None else drawn
        else:
            grid, after = drawn.again(at) if drawn else (None, at)
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


def led(line: str) -> str:
    """Leaders as a colon at the end of their stretch: 'Carrier ..... DHL' says 'Carrier: DHL', and nothing moves."""
    if not any(mark in line for mark in _LEADS):
        return line
    if (short := _SHORT_LEADER.match(line)) is not None:
        line = short[1] + ": ".rjust(len(short[2])) + line[short.end() :]

    def spaced(match: re.Match[str]) -> str:
        if not line[match.end() :].strip() or _RULE.fullmatch(line):
            return match.group()
        return ": ".rjust(len(match.group()))

    return _LEADER.sub(spaced, line)


def _head_at(lines: list[str], at: int, words: Lexicon) -> _Head | None:
    """The head that begins here, over as many lines as together say most; None when there is none."""
    if not _may_head(lines[at]):
        return None
    single = _heads(lines[at], words, lines[at + 1 : at + 1 + _MOST_BELOW])
    depth = 1
    while depth < min(_MOST_DEPTH, len(lines) - at) and all(map(_may_go_on, (lines[at], lines[at + depth]))):
        depth += 1
    known = sum(bool(head_of(lines[at][one.start : one.end], words)) for one in single) if depth > 1 else 0
    for deep in range(depth, 1, -1):
        joined = _joined_heads(lines[at : at + deep], words)
        if sum(bool(head_of(one.head, words)) for one in joined) >= max(known, 1):
            return _Head(joined, deep)
    return _Head(single) if single else None


def _may_head(line: str) -> bool:
    stripped = line.strip()
    return 0 < len(stripped) <= _MOST_HEAD and stripped[0] != ">" and sum(map(str.isdigit, stripped)) <= _MOST_DIGITS


def _may_go_on(line: str) -> bool:
    """Whether a line could be the second line of a head: words and no figure."""
    return bool(line.strip()) and _may_head(line) and not any(map(str.isdigit, line)) and not _RULE.fullmatch(line)


def _joined_heads(lines: list[str], words: Lexicon) -> list[Column]:
    """Columns whose heads are written over several lines: what stands above each other belongs together."""
    if any("\t" in line.strip() or "|" in line or _LABELLED.search(line) for line in lines):
        return []
    pieces = sorted((start, end, row) for row, line in enumerate(lines) for start, end in pieces_in(line))
    groups: list[list[tuple[int, int, int]]] = []
    reach = -1
    for piece in pieces:
        if groups and piece[0] < reach:
            groups[-1].append(piece)
        else:
            groups.append([piece])
        reach = max(reach, piece[1])
    if len(groups) < _LEAST_COLUMNS or any(len({row for _, _, row in group}) < len(group) for group in groups):
        return []
    columns, roles, known = [], set(), 0
    for group in groups:
        text = " ".join(lines[row][start:end] for start, end, row in sorted(group, key=lambda one: one[2]))
        head = head_of(text, words)
        known += head is not None
        roles |= set(head.roles) if head else set()
        columns.append(_column(min(one[0] for one in group), max(one[1] for one in group), head, text))
    enough = known >= _LEAST_COLUMNS and len(columns) - known <= known // 2
    return columns if enough and tells_of_goods(roles) else []


def _heads(line: str, words: Lexicon, below: list[str]) -> list[Column]:
    """The columns of a head line; empty when the line is none."""
    columns: list[Column] = []
    roles: set[str] = set()
    unknown = 0
    pieces = pieces_in(line)
    if len(pieces) == 1 and line.endswith(_PROSE_ENDS):
        return []
    for start, end in pieces:
        found = _split_heads(line, start, end, words)
        if len(found) > 1 and not _stand_apart(start, end, below):
            whole = head_of(line[start:end], words)
            found = [(_column(start, end, whole, ""), whole.roles)] if whole else []
        if not found:
            unknown += 1
            columns.append(Column(start, end, textual=False))
        for column, names in found:
            columns.append(column)
            roles |= set(names)
    known = len(columns) - unknown
    if known < _LEAST_COLUMNS and not (known == 2 and unknown == 0 and len(pieces) == 2):  # noqa: PLR2004
        return []
    return columns if tells_of_goods(roles) and unknown <= known // 2 else []


def _split_heads(line: str, start: int, end: int, words: Lexicon) -> list[tuple[Column, tuple[str, ...]]]:
    """One head, or several that stand only one blank apart: the longest known phrase from the left each time."""
    whole = head_of(line[start:end], words)
    if whole and (whole.whole or not _all_heads(line[start:end], words)):
        return [(_column(start, end, whole, ""), whole.roles)]
    found: list[tuple[Column, tuple[str, ...]]] = []
    spans = [(start + match.start(), start + match.end()) for match in WORD.finditer(line[start:end])]
    at = 0
    while at < len(spans):
        for last in range(min(at + 3, len(spans)) - 1, at - 1, -1):
            head = head_of(line[spans[at][0] : spans[last][1]], words)
            if head and head.whole:
                found.append(
                    (Column(spans[at][0], spans[last][1], textual=bool(set(head.roles) & _TEXTUAL)), head.roles)
                )
                at = last
                break
        else:
            return []
        at += 1
    return found


def _column(start: int, end: int, head: Head | None, text: str) -> Column:
    roles = set(head.roles) if head else set()
    return Column(
        start, end, textual=bool(roles & _TEXTUAL), counts=bool(roles & (QUANTITIES | {"measure"})), head=text
    )


def _stand_apart(start: int, end: int, below: list[str]) -> bool:
    """Whether some row below has more than one value under this stretch of the head."""
    return any(
        len([1 for word in WORD.finditer(line) if word.start() < end and word.end() > start]) > 1 for line in below
    )


def _all_heads(text: str, words: Lexicon) -> bool:
    """Whether each word of the text is a head of its own."""
    return all(head is not None and head.whole for head in (head_of(word, words) for word in text.split()))


@dataclass(slots=True)
class _Drawn:
    """A table drawn with blanks: its lines, its columns, and the rows taken so far."""

    lines: list[str]
    columns: list[Column]
    words: Lexicon
    part: str
    rows: list[list[Cell]] = field(default_factory=list)

    def table(self, at: int, depth: int) -> tuple[Grid | None, int]:
        """The grid below a head and where it ends; None when no row of figures follows."""
        head = self.lines[at]
        self.rows.append([Cell(one.head or head[one.start : one.end].strip()) for one in self.columns])
        place = at + depth
        if place < len(self.lines) and self._names_units(self.lines[place]):
            place += 1
        if place < len(self.lines) and _RULE.fullmatch(self.lines[place]):
            self.columns = ruled(self.lines[place], self.columns)
            place += 1
        last = place
        while place < len(self.lines) and len(self.rows) < MOST_ROWS:
            line = self.lines[place]
            if ANSWER.match(line):
                break
            if not line.strip() or _RULE.fullmatch(line):
                if not self._goes_on(place + 1):
                    break
            elif not (self._take_row(line) or self._take_group(place) or self._take_more(place)):
                break
            place += 1
            last = place
        return (Grid(self.rows, self.part), last) if len(self.rows) > 1 else (None, at)

    def again(self, at: int) -> tuple[Grid | None, int]:
        """The rows below a line of its own that stand under the columns of this table once more: its back-orders."""
        above = next((line.strip() for line in reversed(self.lines[:at]) if line.strip(" \t-=_*")), "")
        headed = 0 < len(above) <= _MOST_ABOVE and not any(map(str.isdigit, above))
        other = _Drawn(self.lines, self.columns, self.words, self.part, [self.rows[0]])
        place = at
        while headed and self._is_simple() and place < len(self.lines):
            line = self.lines[place]
            if not (self._is_again(line) and other._take_row(line)) and not (line.strip() and other._take_more(place)):
                break
            place += 1
        return (Grid(other.rows, self.part), place) if len(other.rows) > 1 else (None, at)

    def _is_simple(self) -> bool:
        """Whether just one column counts, and does not say that what it counts has left."""
        heads = [head_of(cell.text, self.words) for cell in self.rows[0]]
        said = [role for head in heads if head for role in head.roles[:1] if role in QUANTITIES]
        return said == ["quantity"]

    def _is_again(self, line: str) -> bool:
        """Whether a line fills the first column, and the one that counts."""
        return self._is_data(line) and len(pieces_in(line)) >= _LEAST_COLUMNS and bool(cells_of(line, self.columns)[0])

    def _names_units(self, line: str) -> bool:
        """Whether a line below the head says nothing but in what its columns are: 'EUR   EUR'."""
        said = [line[start:end].strip(" ()[]") for start, end in pieces_in(line)]
        return bool(said) and all(
            word in ("%", "\u20ac", "$", "\u00a3") or word.upper() in MONEY or self.words.meanings_of(word, "units")
            for word in said
        )

    def _goes_on(self, place: int) -> bool:
        """Whether the table goes on behind a gap: figures stand where figures belong, and nothing else does."""
        if place >= len(self.lines):
            return False
        return self._is_data(self.lines[place]) or (self._is_group(place) and len(self.rows) > 1)

    def _is_data(self, line: str) -> bool:
        pieces = pieces_in(line)
        if len(pieces) < 2 or any(_LABELLED.search(line[start:end]) for start, end in pieces):  # noqa: PLR2004 - one piece is no row
            return False
        if len(pieces) < len(self.columns) and len(columns_under(*pieces[0], self.columns)) > 1:
            return False
        cells = cells_of(line, self.columns)
        counted = [text for text, column in zip(cells, self.columns, strict=True) if column.counts and text]
        return (
            _is_row(cells)
            and bool(counted)
            and all(text[0].isdigit() for text in counted)
            and bool(cells[0] or cells[1])
        )

    def _is_group(self, place: int) -> bool:
        """A line that names an order above rows of its own."""
        line = self.lines[place].strip()
        names = (
            any(hit.meaning == "labels.order" for hit in self.words.hits(line)) if len(line) < _MOST_GROUP else False
        )
        after = self.lines[place + 1] if place + 1 < len(self.lines) else ""
        return names and any(map(str.isdigit, line)) and self._is_data(after)

    def _take_group(self, place: int) -> bool:
        if not self._is_group(place):
            return False
        text = self.lines[place].strip()
        self.rows.append([Cell(text, across=at > 0) for at in range(len(self.columns))])
        return True

    def _take_row(self, line: str) -> bool:
        """Adds the line as a row, when it is one."""
        cells = cells_of(line, self.columns)
        if len(pieces_in(line)) < 2 or not _is_row(cells) or self._is_label(line) or self._is_text(cells):  # noqa: PLR2004
            return False
        self.rows.append([Cell(text) for text in cells])
        return True

    def _is_text(self, cells: list[str]) -> bool:
        """Whether nothing but words stands where figures belong: a line of text that reaches under the columns."""
        counted = [text for text, column in zip(cells, self.columns, strict=True) if column.counts and text]
        return bool(counted) and not any(map(str.isdigit, "".join(counted))) and all(len(one) > 3 for one in counted)  # noqa: PLR2004

    def _is_label(self, line: str) -> bool:
        """'Ihre Materialnummer: 6204' under a row, however far its value stands away."""
        pair = _LABEL.match(line)
        head = head_of(pair.group(1), self.words) if pair else None
        indent = len(line) - len(line.lstrip())
        return head is not None and head.whole and indent > self.columns[0].start and not QUANTITIES & set(head.roles)

    def _take_more(self, place: int) -> bool:
        """Adds the line to the row above when it only goes on with its text; False ends the table."""
        line = self.lines[place]
        indent = len(line) - len(line.lstrip())
        if len(self.rows) == 1 or any(cell.across for cell in self.rows[-1]):
            return False
        if self._is_label(line):
            where = next((at for at, column in enumerate(self.columns) if column.textual), 0)
            return self._append(where, " ".join(line.split()))
        if indent < self.columns[min(1, len(self.columns) - 1)].start - 1 or len(pieces_in(line)) > 1:
            return False
        where = nearest(indent, indent + 1, self.columns)
        return self._append(where, line.strip())

    def _append(self, where: int, text: str) -> bool:
        above = self.rows[-1][where]
        self.rows[-1][where] = Cell(f"{above.text}\n{text}" if above.text else text)
        return True


def _is_row(cells: list[str]) -> bool:
    filled = [text for text in cells if text]
    return len(filled) >= 2 and any(text[0].isdigit() and len(text) < _MOST_FIGURE for text in filled)  # noqa: PLR2004
