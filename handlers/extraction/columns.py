"""Tells what the columns of a table mean, from their heads and from what stands below them."""

import re
from dataclasses import dataclass, field

from .blocks import MOST_COLUMNS, Cell, Grid
from .composed import senses, units_in_all
from .lexicon import Hit, Lexicon, asked_once
from .units import PACKS
from .words import words_in

QUANTITIES = frozenset({"now", "confirmed", "quantity", "ordered", "total", "outstanding"})
COUNTING = frozenset({"now", "confirmed", "quantity"})
IDENTITIES = frozenset({"item", "item_ours", "gtin", "description", "line", "line_ours"})
MEASURES = frozenset({"measure", "weight", "loaded", "refused"})
_NUMERIC = frozenset({"price", "amount", "packs", "per"}) | MEASURES | QUANTITIES
_PRIORITY = (
    "order", "date", "line_ours", "item_ours", "gtin", "refused", "loaded", "now", "confirmed", "total", "outstanding", "ordered", "quantity",
    "measure", "per", "packs", "price", "amount", "weight", "line", "item", "lot", "serial", "tracking", "unit", "description",
    "document", "place", "remark",
)  # fmt: skip
ROLES = (*_PRIORITY, "ignore")
"""Every meaning that a column may have; what is to be ignored says nothing at all."""
_QUANTITY_LIKE = re.compile(r"^[\s(]*(?:[\u2013\u2014-]|\d[\d.,'\u2019\u00a0\u202f\u2009 ]*)\s*[^\d\n]{0,30}")
_CURRENCY = re.compile(r"^(?:[\u20ac$\u00a3]|[A-Z]{3}(?=[ \u00a0\d]))[ \u00a0]?")
_NOTHING_SAID = re.compile(
    r"n/?a|nil|none|nihil|keine?|geen|aucune?|ningun[oa]|nessun[oa]|nenhuma?|ingen|inget|brak", re.IGNORECASE
)
_DATE_LIKE = re.compile(
    r"\d{1,4}([./-])\s?\d{1,2}\1|^\s*\d{1,2}[/-]\d{1,2}\s*$|\b(?:kw|cw|w|wk|week|v|uge|s|sem|tyg)\.?\s?\d{1,2}\b|\b20\d{6}\b",
    re.IGNORECASE,
)
_MONTH_NAMED = re.compile(r"\d{1,2}(?:st|nd|rd|th|\.)?[ \u00a0-]([^\W\d_]{3,12})|([^\W\d_]{3,12})\.? \d{1,2}\b")
#: A count with its unit, never as long as the number of an order.
_COUNT = re.compile(r"\d{1,3}(?:[.,' \u00a0\u202f]?\d{3})?(?:[.,]\d{1,3})?(?:\s?[^\W\d]{1,14}\.?)?")
_RATIO = re.compile(
    r"(.{1,14}?)\s*(?:/|(?<=\s)[x\u00d7](?=\s)|\b(?:je|pro|per|par|por|na|i)\b|\bin\b(?=.*\S))\s*([^\W\d_]{1,14}\.?)\s*",
    re.IGNORECASE,
)
#: 'Carton of 500', 'drum 200 L', 'conf. 10' and 'each': a unit, and what one of it holds.
PACKED = re.compile(
    r"(?:1\s)?(?P<word>[^\W\d_]{1,16})\.?(?:\s?(?:of|\u00e0|\u00e1|a|de|da|di|von|zu|je|van|po|per|x|\u00d7|/)?\s?(?P<holds>\d[\d.,]*)(?:\s?(?P<of>[^\W\d_]{1,12}[\u00b2\u00b323]?))?\.?)?",
    re.IGNORECASE,
)
_MEASURED = frozenset({"MTR", "FOT", "YRD", "KGM", "LBR", "TNE", "LTR", "GLL", "MTQ", "MTK"})
#: Where the words of a head are joined as programs join them: 'QtyShipped', 'qty_shipped', 'CustPO'.
_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z]{2})(?=[A-Z][a-z]{2})|(?<=[^\W_])_+(?=[^\W_])")
_NAMING = frozenset({"order", "item", "item_ours", "gtin", "line_ours"})
_MOST_HEAD = 45
_LEAST_TURNED = 3
_MOST_SHORT = 2
#: 'Ordered 20' above 'Shipped 12' in one cell.
_COUNTS = re.compile(r"[^\d\n]{2,30}\d[^\n]{0,40}(?:\n[^\d\n]{2,30}\d[^\n]{0,40})+")
#: A count with its unit heads nothing: '80 Stk'.
_COUNTED = re.compile(r"\d[\d.,]*[ \u00a0]?[^\W\d_]{1,6}\.?")
_FIGURE = re.compile(r"[\s\d.,'\u2019\u00a0-]*\d[\s\d.,'\u2019\u00a0-]*")
_HEADER_DEPTH = 3
_PARENT = frozenset({"date", "price", "amount", "weight", "remark", "lot", "serial", "per", "total"})


@dataclass(frozen=True, slots=True)
class Head:
    """What a column head may mean, best first, and the unit that it names."""

    roles: tuple[str, ...]
    units: tuple[str, ...] = ()
    text: str = ""
    whole: bool = False


@dataclass(slots=True)
class Table:
    """A grid whose columns are understood: one role per column ('' where unknown) and its data rows."""

    roles: list[str]
    units: list[tuple[str, ...]]
    rows: list[list[Cell]]
    part: str
    heading: str = ""
    heads: list[str] = field(default_factory=list)


@asked_once
def head_of(text: str, words: Lexicon) -> Head | None:
    """The meanings of a column head, or None when it is none."""
    text = parted(text)
    if not text or len(text) > _MOST_HEAD:
        return None
    general = _measured_head(text, words) or _general_head(text, words)
    if (taught := words.taught("column", text)) is None or _names_goods(general, taught):
        return general
    return Head((taught,), words.meanings_of(_bracketed(text), "units"), text, whole=True)


def parted(text: str) -> str:
    """A head with its words apart: 'QtyShipped' as 'Qty Shipped'."""
    return " ".join(_JOINED.sub(" ", text).split())


def _names_goods(general: Head | None, taught: str) -> bool:
    """Whether a head plainly names the order or the article: no rule takes away what tells goods apart."""
    return general is not None and general.whole and set(general.roles) <= _NAMING and taught not in _NAMING


def _general_head(text: str, words: Lexicon) -> Head | None:
    """The meanings of a column head in the general words."""
    if _is_ratio(text, words) or "%" in text:
        return Head(("amount",) if "%" in text else ("per",), (), text, whole=True)
    hits = words.hits(text)
    roles = [hit for hit in hits if hit.meaning.startswith("columns.")]
    if max((hit.length for hit in roles), default=0) < len(words_in(text)) and senses(text, words):
        return Head(("date",), (), text, whole=True)
    if not roles:
        return _shortened(text, words)
    if (units := units_in_all(text, hits, words)) is not None:
        return Head(("quantity",), units, text, whole=True)
    return _counted_by_units(text, roles, words) or _named_head(text, hits, roles, words)


def _named_head(text: str, hits: list[Hit], roles: list[Hit], words: Lexicon) -> Head | None:
    """The meanings of a head by its longest phrases, where they are the better part of it."""
    count, longest = len(words_in(text)), max(hit.length for hit in roles)
    units = words.meanings_of(_bracketed(text), "units")
    if longest * 2 < count and not (units and longest * 2 >= count - 1):
        return None
    names = [(hit.meaning.split(".", 1)[1], hit.length) for hit in roles]
    best = {name for name, length in names if length == longest}
    if best == {"quantity"} and longest < count:
        said = _said_of_quantity(text, roles, words)
        best = best if not said else said if len(said) == 1 else set()
    best = _said_otherwise(best, hits)
    if best == {"date"} and any(hit.meaning == "words.former" for hit in hits):
        best = {"remark"}
    if longest < count:
        best |= {name for name, _ in names if name in ("date", "price", "amount", "weight")}
    return Head(
        tuple(role for role in _PRIORITY if role in best),
        units or words.meanings_of(text, "units") or (_measured_in(text, words) if best & MEASURES else ()),
        text,
        whole=longest == count,
    )


def _measured_head(text: str, words: Lexicon) -> Head | None:
    """'Metres', 'm / kg' and 'Rolls': nothing but words of units, of which no column that counts is called."""
    pieces = words_in(text)
    units = [words.meanings_of(piece, "units") for piece in pieces if len(piece) > 1 or piece == "m"]
    if not pieces or len(units) < len(pieces) or not all(units):
        return None
    said = {unit for one in units for unit in one}
    named = words.meanings_of(text, "columns")
    if said <= PACKS and not named:
        return Head(("packs",), tuple(said), text, whole=True)
    if said <= _MEASURED and (not named or len(pieces) > 1):
        return Head(("measure",), units[0] if len(pieces) == 1 else (), text, whole=True)
    return None


def _measured_in(text: str, words: Lexicon) -> tuple[str, ...]:
    """The one unit of measure among the words of a head: 'Net kg'."""
    found = [words.meanings_of(word, "units") for word in words_in(text) if len(word) > 1]
    units = [one for one in found if one and set(one) <= _MEASURED]
    return units[0] if len(units) == 1 else ()


def _said_otherwise(best: set[str], hits: list[Hit]) -> set[str]:
    """'Sent before' is what went earlier, 'qty owed' what is still to come; a head that says both ways says nothing."""
    said = {hit.meaning for hit in hits}
    if "now" in best and ("total" in best or "words.total" in said):
        return best - {"now"} | {"total"}
    if best == {"quantity"} and "words.outstanding" in said:
        return {"outstanding"}
    return best - {"now", "outstanding"} if best >= {"now", "outstanding"} else best


def _counted_by_units(text: str, roles: list[Hit], words: Lexicon) -> Head | None:
    """'Pairs/pcs delivered': what is said of a count, beside nothing but the words of its units."""
    said = [hit for hit in roles if hit.meaning.split(".", 1)[1] in QUANTITIES - {"quantity"}]
    covered = {place for hit in said for place in range(hit.first, hit.last + 1)}
    left = [word for at, word in enumerate(words_in(text)) if at not in covered]
    units = [words.meanings_of(word, "units") for word in left]
    names = {hit.meaning.split(".", 1)[1] for hit in said}
    if any(hit.length == len(covered) + len(left) for hit in roles):
        return None
    if len(names) != 1 or not left or not all(units) or any("HUR" in one for one in units):
        return None
    return Head(tuple(names), tuple(dict.fromkeys(unit for one in units for unit in one)), text, whole=True)


def _said_of_quantity(text: str, roles: list[Hit], words: Lexicon) -> set[str]:
    """What a shortened word beside 'quantity' may make of it: 'Q.tà sped.' is what was shipped, 'Menge best.' may be two things."""
    covered = {place for hit in roles for place in range(hit.first, hit.last + 1)}
    left = [word for at, word in enumerate(words_in(text)) if at not in covered]
    return set(words.begun(left[0], "columns")) & QUANTITIES - {"quantity"} if len(left) == 1 else set()


def _shortened(text: str, words: Lexicon) -> Head | None:
    """A head of one shortened word, when its quantity, if it is one, can only be of one kind."""
    begun = set(words.begun(text, "columns"))
    if not begun or len(begun & QUANTITIES) > 1:
        return None
    return Head(tuple(role for role in _PRIORITY if role in begun), (), text, whole=True)


def _bracketed(text: str) -> str:
    found = re.search(r"(?:[(\[/]|\bin\b)\s*([^()\[\]/]{1,12})\s*[)\]]?\s*$", text)
    return found.group(1) if found else ""


def _is_ratio(text: str, words: Lexicon) -> bool:
    """'Stück/Karton', 'pcs per box': what one pack holds, not how many there are."""
    found = _RATIO.fullmatch(text)
    if found is None:
        return False
    counted = words.meanings_of(found.group(1), "units") or "quantity" in words.meanings_of(found.group(1), "columns")
    packed = set(words.meanings_of(found.group(2), "units")) & PACKS
    return bool(counted and (packed or "packs" in words.meanings_of(found.group(2), "columns")))


def table_of(grid: Grid, words: Lexicon) -> tuple[list[list[Cell]], Table | None, list[list[Cell]]]:
    """The rows before the head, the table with its data rows, and none after; no table where no head is found."""
    for at, row in enumerate(grid.rows):
        if not _is_head(row, words):
            continue
        table = understood(grid, at, words)
        if tells_of_goods(set(table.roles)):
            return grid.rows[:at], table, []
    turned = _turned(grid, words)
    return table_of(turned, words) if turned else (grid.rows, None, [])


def understood(grid: Grid, at: int, words: Lexicon) -> Table:
    """The table whose head stands in a row of the grid, its columns with the meanings that their heads have."""
    depth = _depth(grid.rows, at, words)
    heads = [_merged(grid.rows[at : at + depth], column, words) for column in range(_width(grid.rows[at:]))]
    data = grid.rows[at + depth :]
    units = [head.units if head else () for head in heads]
    table = Table(_settle(heads, data, words), units, data, grid.part, grid.heading)
    table.heads = [head_text(grid.rows[at : at + depth], column) for column in range(len(heads))]
    _number_rows(table)
    _settle_packs(table, words)
    return table


def _number_rows(table: Table) -> None:
    """A first column under '#' or an unknown short head that counts 1, 2, 3 only numbers the rows."""
    if not table.roles or table.roles[0] or not QUANTITIES & set(table.roles[1:]):
        return
    head = table.heads[0].strip(" .:")
    told = [row[0].own.strip(" .") for row in table.rows if row and row[0].own.strip()]
    in_turn = told == [str(at) for at in range(1, len(told) + 1)]
    if in_turn and (head == "#" or (len(head) <= _MOST_SHORT and len(told) > 1)):
        table.roles[0] = "line"


def _settle_packs(table: Table, words: Lexicon) -> None:
    """A column of 'carton of 500' and 'each' is the unit of the counts beside it, where their head speaks of packs."""
    counting = [units for role, units in zip(table.roles, table.units, strict=True) if role in COUNTING]
    in_packs = all(set(units) & PACKS for units in counting) if counting else "packs" in table.roles
    if "unit" in table.roles or not in_packs:
        return
    for column, role in enumerate(table.roles):
        below = [row[column].own.strip() for row in table.rows if column < len(row) and row[column].own.strip()]
        if role in ("", "per", "description", "remark") and below and _are_packs(below, words):
            table.roles[column] = "unit"
            return


def _are_packs(texts: list[str], words: Lexicon) -> bool:
    """Whether each text is a unit, and one of them a pack with what it holds."""
    found = [PACKED.fullmatch(text) for text in texts]
    units = [set(words.meanings_of(one["word"], "units")) if one else set() for one in found]
    return all(units) and any(one and one["holds"] and unit & PACKS for one, unit in zip(found, units, strict=True))


def _turned(grid: Grid, words: Lexicon) -> Grid | None:
    """A table whose heads stand down its left side, turned so that they stand above; None where it is no such table."""
    width = len(grid.rows[0]) if grid.rows else 0
    if width < _LEAST_TURNED or not 1 < len(grid.rows) <= MOST_COLUMNS:
        return None
    if any(len(row) != width or any(cell.across or cell.down for cell in row) for row in grid.rows):
        return None
    heads = [head_of(row[0].text, words) for row in grid.rows]
    values = [cell.text for row in grid.rows for cell in row[1:] if cell.text.strip()]
    if not all(heads) or any(head_of(text, words) for text in values):
        return None
    return Grid([list(column) for column in zip(*grid.rows, strict=True)], grid.part, grid.quoted, grid.heading)


def tells_of_goods(roles: set[str]) -> bool:
    """Whether columns with these meanings name goods and count them: by figures, by packs, or one serial number a row."""
    counted = roles & (QUANTITIES | {"measure"})
    counts = bool(counted) or roles >= {"packs", "per"} or roles >= {"packs", "amount"} or "serial" in roles
    return counts and bool(roles & (IDENTITIES if counted else {"item", "item_ours"}))


def _width(rows: list[list[Cell]]) -> int:
    return max(len(row) for row in rows)


def _is_head(row: list[Cell], words: Lexicon) -> bool:
    own = [cell for cell in row if cell.own.strip()]
    if len(own) < 2 or any(_is_figure(cell.text) or _COUNTED.fullmatch(cell.text.strip()) for cell in own):  # noqa: PLR2004 - one cell heads nothing
        return False
    heads = [head_of(cell.text, words) for cell in own]
    roles = {role for head in heads if head for role in head.roles}
    named = sum(head is not None for head in heads)
    return named * 2 >= len(own) and tells_of_goods(roles) and named >= 2  # noqa: PLR2004


def _is_figure(text: str) -> bool:
    return _FIGURE.fullmatch(text) is not None


def _depth(rows: list[list[Cell]], at: int, words: Lexicon) -> int:
    """How many rows the head spans: merged cells reach down, or a second row of heads and units follows."""
    depth = 1
    while depth < _HEADER_DEPTH and at + depth < len(rows):
        below = rows[at + depth]
        own = [cell for cell in below if cell.own.strip() and not cell.down]
        reached = any(cell.down for cell in below)
        split = any(cell.across for cell in rows[at + depth - 1])
        named = all(head_of(cell.text, words) or words.meanings_of(cell.text, "units") for cell in own)
        if not own or any(_is_figure(cell.text) for cell in own) or not named or not (reached or split):
            break
        depth += 1
    return depth


def _merged(rows: list[list[Cell]], column: int, words: Lexicon) -> Head | None:
    """The head of a column from its cells above each other: the upper says of what, the lower what or in which unit."""
    texts = _head_texts(rows, column)
    if not texts:
        return None
    if len(texts) > 1 and words.taught("column", " ".join(texts)):
        return head_of(" ".join(texts), words)
    lower = head_of(texts[-1], words)
    units = words.meanings_of(texts[-1], "units")
    upper = head_of(texts[0], words) if len(texts) > 1 else None
    if upper is None or (lower and set(lower.roles) & _PARENT and not units):
        if lower is None and units:
            return Head(("quantity",), units, texts[-1])
        return lower
    if lower and not units and "quantity" not in lower.roles:
        return lower
    return Head(upper.roles, units, " ".join(texts))


def _head_texts(rows: list[list[Cell]], column: int) -> list[str]:
    cells = [row[column] for row in rows if column < len(row)]
    return [cell.text for cell in cells if cell.text.strip() and not cell.down]


def head_text(rows: list[list[Cell]], column: int) -> str:
    """The whole head of a column as one text, from the upper cell down."""
    return " ".join(_head_texts(rows, column))


def _settle(heads: list[Head | None], rows: list[list[Cell]], words: Lexicon) -> list[str]:
    """One role per column: the first meaning that fits what stands below the head."""
    settled = []
    for column, head in enumerate(heads):
        below = [row[column].own.strip() for row in rows if column < len(row) and row[column].own.strip()]
        fitting = [role for role in head.roles if _fits(role, below, words)] if head else []
        settled.append(fitting[0] if fitting else "")
    if settled.count("packs") == 1:
        shortened = [at for at, head in enumerate(heads) if head and set(head.roles) == {"confirmed", "packs"}]
        settled = ["per" if at in shortened else role for at, role in enumerate(settled)]
    return settled if "now" in settled else ["now" if role == "loaded" else role for role in settled]


def _fits(role: str, below: list[str], words: Lexicon) -> bool:
    if not below:
        return True
    if role in ("price", "amount"):
        below = [_CURRENCY.sub("", text) for text in below]
    if role in _NUMERIC:
        return _are_figures(below, words, named=role == "quantity")
    if role == "date":
        return sum(_looks_dated(text, words) for text in below) * 2 >= len(below)
    if role == "order":
        return not all(_COUNT.fullmatch(text) for text in below)
    return True


def _are_figures(below: list[str], words: Lexicon, *, named: bool) -> bool:
    """Whether half of the cells are counts; of a head that a name may have, too, dashes alone prove nothing."""
    told = [text for text in below if any(map(str.isdigit, text))] if named else []
    texts = told or below
    figures = sum(
        bool(_QUANTITY_LIKE.match(text) or _COUNTS.fullmatch(text) or _NOTHING_SAID.fullmatch(text))
        and not _looks_dated(text, words)
        for text in texts
    )
    return figures * 2 >= len(texts)


def _looks_dated(text: str, words: Lexicon) -> bool:
    named = (match[1] or match[2] for match in _MONTH_NAMED.finditer(text))
    return bool(_DATE_LIKE.search(text)) or any(words.meanings_of(name, "months") for name in named)
