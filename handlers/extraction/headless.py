"""Finds tables without a head: rows that each name one known article and count it in a cell of its own."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeGuard

from .blocks import Block, Cell, Grid, Line
from .columns import Table
from .figures import Reader
from .numbers import parse
from .rests import leads_rest
from .spotting import Articles, Spot

_GAP = re.compile(r"[ \u00a0]{2,}|\t|\s*\|\s*")
_NUMBERING = re.compile(r"(?:\(?\d{1,3}[.)]|[-*\u2022\u00b7\u2013])\s+")
_RULE = re.compile(r"[\s\-=_+*.\u2500-\u257f]{3,}")
_COUNT = re.compile(
    r"(?:\d[\d.,'\u2019\u00a0\u202f ]*\s?[^\W\d_]{1,14}\.?|\d{1,6}\s?[xX\u00d7](?:\s\D.*)?|[xX\u00d7]\s?\d{1,6})"
)
#: '4 szt. x 164,00 zł', '10 pcs @ £38.00': a count and its price.
_PRICED = re.compile(
    r"(?P<count>.+?)\s?[xX\u00d7@\u00e0]\s?(?P<price>(?:[A-Z]{3}|[\u20ac$\u00a3])?\s?\d[\d.,\u00a0 ]*\s?(?:[\u20ac$\u00a3]|[A-Z]{3}|z\u0142|K\u010d|kr\.?|Ft|TL)?)"
)
_BARE = re.compile(r"\d[\d.,'\u2019\u00a0\u202f ]*")
_LENGTHS = frozenset({"MMT", "CMT", "INH"})
#: 'FFP2 respirator, box of 20 x 40': only the sign that shops write between blanks, at the end of a line.
_TIMES_BEHIND = re.compile(r"(?P<name>[^\W\d_].{2,80}?)\s\u00d7\s(?P<count>\d{1,6})")
#: '\u00d7 2' and '2 x': so many of what the row names, and of its size.
_SIGN_ALONE = re.compile(r"[xX\u00d7]\s?(?P<after>\d{1,6})|(?P<count>\d{1,6})\s?[xX\u00d7]")
_SIZE = re.compile(r"[^\W\d_]{2,12}\.?:? \d{1,3}(?=\s*(?:/|$))")
_WHOLE = re.compile(r"\d{1,6}")
_CURRENCY = re.compile(r"[\u20ac$\u00a3]|\b(?:[A-Z]{3}|kr|Ft|TL)\b|z\u0142|K\u010d")
#: A price has its fraction; a bare count has none.
_MONEY = re.compile(
    r"(?:[\u20ac$\u00a3]|[A-Z]{3})?\s?\d[\d.,'\u2019\u00a0\u202f ]*[.,]\d{2,4}\s?(?:[\u20ac$\u00a3]|[A-Z]{3}|z\u0142|K\u010d|kr\.?|Ft|TL)?"
)
_LEAST_PAIRS, _MOST_BELOW = 2, 60
_LEAST_CELLS = 3
_ROLES = ("item", "description", "quantity", "price", "date")


def with_headless(blocks: Sequence[Block], reader: Reader, parts: Articles) -> list[Block | Table]:
    """The blocks with the rows of tables without a head taken out of their lines, each table in its place."""
    done: list[Block | Table] = []
    named: list[str] = []
    heading = ""
    for stretch in _stretches(blocks):
        own = [one if isinstance(one, Line) and not one.quoted else None for one in stretch]
        rows = [_row(_GAP.split(one.text.strip()), reader, parts) if one is not None else None for one in own]
        counted = [at for at, row in enumerate(rows) if row is not None]
        above = next((one.text for one in reversed(stretch[: counted[0]]) if _heads(one)), heading) if counted else ""
        if counted and _is_alone(stretch, counted, reader, parts):
            named += [row[0].text for row in rows if row is not None]
            table = _table(stretch[0].part, above)
            table.rows += [row for row in rows if row is not None]
            done += [*stretch[: counted[0]], table, *stretch[counted[-1] + 1 :]]
        else:
            done += stretch
        heading = next((one.text for one in reversed(stretch) if _heads(one)), heading)
    return done if len(set(named)) == len(named) else list(blocks)


def _stretches(blocks: Sequence[Block]) -> list[list[Block]]:
    """Lines of the sender's own without a gap between them together, and every other block by itself."""
    found: list[list[Block]] = []
    open_before = False
    for block in blocks:
        lined = isinstance(block, Line) and not block.quoted and bool(block.text.strip())
        if lined and open_before:
            found[-1].append(block)
        else:
            found.append([block])
        open_before = lined
    return found


def _heads(block: Block) -> TypeGuard[Line]:
    """Whether a block is a line that may head the rows below it."""
    return isinstance(block, Line) and bool(block.text.strip()) and not _RULE.fullmatch(block.text)


def _is_alone(stretch: list[Block], counted: list[int], reader: Reader, parts: Articles) -> bool:
    """Whether nothing stands between the rows, no other line of the stretch names an article, and none is a rest of a row."""
    if counted != list(range(counted[0], counted[-1] + 1)):
        return False
    others = [one.text for at, one in enumerate(stretch) if at not in counted and isinstance(one, Line)]
    return not any(parts.find(text) or leads_rest(text.strip(), reader.words) for text in others)


def table_of_rows(grid: Grid, reader: Reader, parts: Articles) -> tuple[list[list[Cell]], Table | None]:
    """The rows of a grid that count no article, and a table of those that do; none where only some of those that name one do."""
    said = [(row, _row(_apart([cell.own.strip() for cell in row], parts), reader, parts)) for row in grid.rows]
    rows = [counted for _, counted in said if counted is not None]
    left = [row for row, counted in said if counted is None]
    if not rows or any(parts.find(cell.own) for row in left for cell in row):
        return grid.rows, None
    table = _table(grid.part, grid.heading)
    table.rows += rows
    return left, table


def _apart(cells: list[str], parts: Articles) -> list[str]:
    """The cells with an article that stands among other lines of one in a cell of its own: 'Gloves', 'Code: G-9' and '30 packs'."""
    named = [(at, _whole_first(cell, parts)) for at, cell in enumerate(cells)]
    named = [(at, spots) for at, spots in named if spots]
    if len(named) != 1 or len(named[0][1]) != 1 or "\n" not in cells[named[0][0]]:
        return cells
    at, (spot,) = named[0]
    text = cells[at]
    return [*cells[:at], text[spot.start : spot.end], text[: spot.start] + text[spot.end :], *cells[at + 1 :]]


def _whole_first(text: str, parts: Articles) -> list[Spot]:
    """The articles of a text: where one stands in one piece, those that words and figures only look like are descriptions."""
    spots = parts.find(text)
    whole = [spot for spot in spots if not re.search(r"\s", text[spot.start : spot.end])]
    return whole or spots


def counted_above(lines: list[Line], parts: Articles) -> tuple[list[Line], list[Table]]:
    """The lines that are left, and tables of goods that shops count behind their name, above the article: 'Shoe x 10', 'Size 42 / RS-S342'."""
    taken: dict[int, list[Cell]] = {}
    for at in range(len(lines) - 1):
        if (row := _pair(lines[at : at + 3], parts)) is not None:
            taken[at] = row
    tables: list[Table] = []
    for at, row in taken.items():
        if at - 2 not in taken:
            above = next((one.text for one in reversed(lines[:at]) if one.text.strip(" \t-=_*")), "")
            tables.append(_table(lines[at].part, above))
        tables[-1].rows.append(row)
    if any(len(table.rows) < _LEAST_PAIRS for table in tables):
        return lines, []
    return [line for at, line in enumerate(lines) if at not in taken and at - 1 not in taken], tables


def _pair(lines: list[Line], parts: Articles) -> list[Cell] | None:
    """The row of a counted name above its article; None where it is no such pair, or another count stands around it."""
    named, article = _TIMES_BEHIND.fullmatch(lines[0].text.strip()), lines[1].text.strip()
    spots = parts.find(article)
    if named is None or _names_whole(lines[0].text, parts) or len(spots) != 1 or len(article) > _MOST_BELOW:
        return None
    left = _SIZE.sub("", article[: spots[0].start] + article[spots[0].end :])
    after = lines[2].text.strip() if len(lines) > 2 else ""  # noqa: PLR2004
    if any(map(str.isdigit, left)) or _COUNT.fullmatch(after) or _BARE.fullmatch(after):
        return None
    item = article[spots[0].start : spots[0].end]
    return [Cell(item), Cell(named["name"]), Cell(f"{named['count']} x {named['name']}"), Cell(""), Cell("")]


def _names_whole(text: str, parts: Articles) -> bool:
    """Whether a text holds a part number in one piece; 'tape 48' only describes the TAPE-48."""
    return any(not re.search(r"\s", text[spot.start : spot.end]) for spot in parts.find(text))


def _table(part: str, heading: str) -> Table:
    return Table([*_ROLES], [()] * len(_ROLES), [], part, heading, heads=[""] * len(_ROLES))


def _row(cells: list[str], reader: Reader, parts: Articles) -> list[Cell] | None:
    """Article, name, count, price and the rest of a row; None where it is no such row or counts in two cells."""
    cells = [cell.strip() for cell in cells if cell.strip()]
    if len(cells) < _LEAST_CELLS or cells[0].startswith(">"):
        return None
    first = _NUMBERING.match(cells[0])
    cells[0] = cells[0][first.end() :] if first else cells[0]
    named = [at for at, cell in enumerate(cells) if _is_article(cell, parts)]
    if len(named) != 1 or _names_others(cells, cells[named[0]], parts):
        return None
    counted = [(at, said) for at, cell in enumerate(cells) if at not in named and (said := _count(cell, reader))]
    if not counted:
        return _priced_row(cells, named[0], reader)
    (place, (count, price)), item = counted[0], cells[named[0]]
    others = [cell for at, cell in enumerate(cells) if at not in (place, named[0])]
    unsure = len(counted) > 1 or named[0] > place
    if unsure or any(_BARE.fullmatch(cell) or _says_otherwise(cell, reader) for cell in others):
        return None
    times = _SIGN_ALONE.fullmatch(count)
    count = f"{times['count'] or times['after']} x {' '.join(others)}" if times and others else count
    return [Cell(item), Cell("\n".join(others)), Cell(count), Cell(price), Cell("")]


def _names_others(cells: list[str], item: str, parts: Articles) -> bool:
    """Whether a row names a part number that does not stand on one order line with its article."""
    key = parts.find(item)[0].key
    return any(not parts.are_one(key, spot.key) for cell in cells for spot in parts.find(cell))


def _priced_row(cells: list[str], named: int, reader: Reader) -> list[Cell] | None:
    """A bare count, a price and what they make together, the one directly behind the other: '12 | $42.15 | $505.80 | 12/04/2026'."""
    for at in range(named + 1, len(cells) - 2):
        count, price, total = (_amount(cell, reader) for cell in cells[at : at + 3])
        sure = _WHOLE.fullmatch(cells[at]) and _MONEY.fullmatch(cells[at + 1]) and _MONEY.fullmatch(cells[at + 2])
        if sure and count and price and total == count * price:
            days = cells[at + 3 :] if len(cells) == at + 4 else []
            names = cells[named + 1 : at] + cells[:named]
            if any(_BARE.fullmatch(cell) or _says_otherwise(cell, reader) for cell in names):
                return None
            return [
                Cell(cells[named]),
                Cell("\n".join(names)),
                Cell(cells[at]),
                Cell(cells[at + 1]),
                Cell("".join(days)),
            ]
    return None


def _amount(cell: str, reader: Reader) -> Decimal | None:
    """The number of a cell without the sign of its currency; None where it is none, or could be two."""
    number = parse(_CURRENCY.sub("", cell).strip(), reader.locale)
    return number.value if number is not None and number.other is None else None


def _says_otherwise(cell: str, reader: Reader) -> bool:
    """Whether a cell says of the count beside it that it is not what left: 'back order', 'bestellt'."""
    return any(
        hit.meaning.startswith(
            ("says.", "words.outstanding", "words.negation", "columns.outstanding", "columns.ordered")
        )
        for hit in reader.words.hits(cell)
    )


def _is_article(cell: str, parts: Articles) -> bool:
    spots = parts.find(cell)
    return len(spots) == 1 and spots[0].start == 0 and spots[0].end == len(cell)


def _count(cell: str, reader: Reader) -> tuple[str, str] | None:
    """The count of a cell that holds nothing else but its price; None for any other cell."""
    priced = _PRICED.fullmatch(cell)
    count, price = (priced["count"], priced["price"]) if priced and _COUNT.fullmatch(priced["count"]) else (cell, "")
    if not _COUNT.fullmatch(count):
        return None
    figure = reader.cell(count)
    times = re.search(r"(?<![^\W_])[xX\u00d7](?![^\W_])", count) is not None
    if figure is None or figure.strange or set(figure.units) & _LENGTHS:
        return None
    return (count, price) if figure.units or figure.sizes or times else None
