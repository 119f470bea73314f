"""Turns the rows of an understood table into claims."""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from .blocks import Cell, shown
from .claims import Claim
from .columns import COUNTING, MEASURES, PACKED, QUANTITIES, Table, head_of
from .contents import contents_of, filled, sizes_of
from .dates import Calendar
from .figures import Reader
from .identity import Numbers
from .numbers import Number, parse
from .packed_rows import only_measures, prove_packs
from .schedules import without_schedules
from .units import COUNTED, PACKS, PIECES, Figure
from .words import fold

_SUMS = frozenset({"labels.total_row", "columns.weight", "columns.packs", "columns.amount"})
_COUNTED = re.compile(r"\d[\d.,'\u2019\u00a0\u202f]*\s?[^\W\d_]{1,14}\.?")
_NUMBER = re.compile(r"0*(\d{1,8})(?:[.,]0+)?")
_LABELLED = re.compile(r"\s*([^\s:][^:\n]{1,39}?)\s*:\s*(\S.{0,80})$")
_SAID_COUNT = re.compile(r"\s*([^\s\d:][^\d:]{1,29}?)\s*:?\s*(\d.{0,40})")
#: 'PO-42 / 10' in one cell: the order and its line.
_ORDER_AND_LINE = re.compile(r"\s*(\S.{2,30}?)\s*/\s*0*(\d{1,6})\s*")
_LEAST_ORDER = 4
_BARE = frozenset({"loaded", "refused"})
#: An article may be called by figures alone, below a head that is not known.
_LONG_NUMBER = re.compile(r"\d{6,}")
_MOST_HEADING = 120
_MOST_TITLE = 48
_REFUSING = frozenset({"words.rejected", "says.cancellation", "titles.cancellation"})
_MOVING = frozenset({"says.despatch", "says.delivery", "words.gone", "titles.despatch"})
_MOST_EXTRA = 6
_DISCOUNT = re.compile(
    r"(?<!\w)(?:rabat|discount|disc(?![a-z])|dto|dcto|descuento|desconto|remise|korting|sconto|slev|kedvezm|iskonto|indirim|alennus|upust)",
    re.IGNORECASE,
)


def claims_of(table: Table, reader: Reader, calendar: Calendar, numbers: Numbers) -> list[Claim]:
    """One claim per row that names an article or a line; sums and frames are left out, orders head their rows."""
    rows = _Rows(table, reader, numbers)
    for row in table.rows:
        rows.take(row, _claim(row, table, reader, calendar))
    return without_schedules(rows.claims, calendar)


@dataclass(slots=True)
class _Rows:
    """The rows of one table from the top: which order they stand under and whether they are parts of a set."""

    table: Table
    reader: Reader
    numbers: Numbers
    claims: list[Claim] = field(default_factory=list)
    order: str = ""
    kit: bool = False
    doubtful: bool = False
    refused: bool = False
    apart: bool = False
    serials: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        heading = self.table.heading
        if len(heading) <= _MOST_HEADING:
            self.order = self._only(heading)
            said = {hit.meaning for hit in self.reader.words.hits(heading)}
            self.doubtful = "words.doubtful" in said
            self.apart = bool(heading.strip()) and not said & _MOVING and not self.order
            self.refused = bool(said & _REFUSING) and not said & _MOVING and len(heading) < _MOST_TITLE

    def take(self, row: list[Cell], claim: Claim) -> None:
        """Adds the claim of a row, or what the row says of those below it."""
        if claim.serials and not QUANTITIES & set(self.table.roles):
            self._count_serials(claim)
        if _is_summary(row, claim, self.reader):
            if not claim.figures:
                self.order = self._only(shown(row)) or self.order
            return
        self._place(claim)
        if self.refused:
            claim.flags.add("remark:rejected")
        if self.apart:
            claim.flags.add("apart")
        if self.doubtful or "remark:doubtful" in claim.flags:
            claim.flags.add("doubtful")
        if claim.line and self.kit:
            self.kit = False
        if self.kit:
            claim.flags.add("component")
        if any(
            hit.meaning == "words.consists"
            for text in (claim.free, *claim.items)
            for hit in self.reader.words.hits(text)
        ):
            self.kit = True
        claim.grid = f"{self.table.part}/{id(self.table)}"
        self.claims.append(claim)

    def _place(self, claim: Claim) -> None:
        """The order of a row: its own cell says it, else the row or line that heads it."""
        if not claim.order:
            claim.order = self.order
            return
        own = self._only(claim.order)
        if not own and any(character.isdigit() for character in claim.order):
            claim.flags.add("stranger")
        claim.order = own

    def _count_serials(self, claim: Claim) -> None:
        """In a table without any count each serial number is one piece; a number met twice counts nothing."""
        doubled = self.serials & set(claim.serials) or len(set(claim.serials)) < len(claim.serials)
        self.serials |= set(claim.serials)
        if doubled or not all(any(map(str.isdigit, one)) for one in claim.serials):
            claim.flags.add("unreadable")
        claim.add("quantity", Figure(Number(Decimal(len(claim.serials))), ("C62",), text=claim.text[:40]))
        claim.columns |= {"quantity"}

    def _only(self, text: str) -> str:
        found = {mention.number for mention in self.numbers.mentions(text, self.reader.words)} if text else set()
        return found.pop() if len(found) == 1 else ""


def _claim(row: list[Cell], table: Table, reader: Reader, calendar: Calendar) -> Claim:
    claim = Claim(part=table.part, text=shown(row), columns=frozenset(table.roles))
    units: Figure | None = None
    written: list[tuple[str, str, tuple[str, ...]]] = []
    for role, head_units, cell in zip(table.roles, table.units, row, strict=False):
        text = cell.own.strip()
        if role in QUANTITIES and (counts := _labelled_counts(text, reader)):
            written += counts
            claim.columns = claim.columns - {role} | {said for said, _, _ in counts}
        elif role in QUANTITIES:
            if not cell.down:
                written.append((role, text, head_units))
        elif role in MEASURES or role == "packs":
            _measure(claim, role, text, head_units, reader)
        elif text:
            units = _take(claim, role, text, reader, calendar) or units
    if _has_discount(row, table):
        claim.price = None
    claim.cells = {
        column: _unknown(cell.own, reader)
        for column, (role, cell) in enumerate(zip(table.roles, row, strict=False))
        if role == "" and not cell.down
    }
    _fill(claim, written, units, reader)
    if not COUNTING & set(table.roles):
        prove_packs(claim, row, table, reader)
    if _shares_a_count(row, table):
        claim.flags |= {"shared", "unreadable"}
    return claim


def _unknown(text: str, reader: Reader) -> Figure | None:
    """The figure of a cell that holds nothing else, bare or in pieces or packs."""
    figure = reader.cell(text)
    whole = figure is not None and (parse(text, reader.locale) is not None or _COUNTED.fullmatch(text.strip()))
    return figure if whole or (figure is not None and figure.is_zero) else None


def _has_discount(row: list[Cell], table: Table) -> bool:
    """Whether a column of discounts takes something off: the price beside it is then not the one that is asked."""
    cells = zip(table.heads, row, strict=False)
    return any(_DISCOUNT.search(fold(head)) and re.search(r"[1-9]", cell.own) for head, cell in cells)


def _shares_a_count(row: list[Cell], table: Table) -> bool:
    """Whether a count reaches down from the row above to another article: what of it is this one's is not said."""
    cells = list(zip(table.roles, row, strict=False))
    counted = any(role in QUANTITIES and cell.down and cell.text.strip() for role, cell in cells)
    return counted and any(role in ("item", "item_ours") and cell.own.strip() and not cell.down for role, cell in cells)


def _labelled_counts(text: str, reader: Reader) -> list[tuple[str, str, tuple[str, ...]]]:
    """'Ordered 20' above 'Shipped 12' in one cell; empty where a line of the cell is no such pair."""
    found: list[tuple[str, str, tuple[str, ...]]] = []
    for line in text.split("\n") if "\n" in text else []:
        pair = _SAID_COUNT.fullmatch(line)
        head = head_of(pair.group(1), reader.words) if pair else None
        roles = [role for role in head.roles if role in QUANTITIES] if head and head.whole else []
        if pair is None or not roles:
            return []
        found.append((roles[0], pair.group(2).strip(), ()))
    return found


def _take(claim: Claim, role: str, text: str, reader: Reader, calendar: Calendar) -> Figure | None:
    """Puts a cell that is no quantity where it belongs; returns the figure of a unit cell."""
    if role in ("line", "line_ours"):
        _number_line(claim, role, text)
    elif role in ("item", "item_ours", "gtin"):
        claim.items.append(text)
    elif role == "order":
        claim.order = text
    elif role == "price":
        _take_price(claim, text, reader)
    elif role == "unit":
        return _unit(text, reader)
    elif role == "date":
        _date(claim, text, reader, calendar)
    elif role in ("per", "packs"):
        _pack(claim, role, text, reader)
    elif role == "amount":
        _measure(claim, "measure", text, (), reader)
        amount = None if "%" in text else _price(text, reader)
        claim.amounts |= {amount} if amount else set()
    elif role in ("lot", "serial"):
        getattr(claim, f"{role}s").extend(re.findall(r"[^\s,;]+", text))
    else:
        _describe(claim, role, text, reader)
    return None


def _number_line(claim: Claim, role: str, text: str) -> None:
    number = _NUMBER.fullmatch(text.strip(" ."))
    setattr(claim, role, number.group(1) if number else "")
    both = _ORDER_AND_LINE.fullmatch(text) if role == "line_ours" and not number else None
    if both and sum(map(str.isdigit, both.group(1))) >= _LEAST_ORDER:
        claim.order, claim.line_ours = both.group(1), both.group(2)
    elif not number:
        claim.free += f"\n{text}"


def _date(claim: Claim, text: str, reader: Reader, calendar: Calendar) -> None:
    """The day on which it comes; 'shipped 18 November' among such days says that it came already."""
    day = calendar.only(text)
    if day is not None and (calendar.written is None or day >= calendar.written):
        claim.expected_on = day
    if {"says.despatch", "words.gone"} & {hit.meaning for hit in reader.words.hits(text)}:
        claim.flags.add("gone")


def _describe(claim: Claim, role: str, text: str, reader: Reader) -> None:
    if role == "remark":
        claim.flags |= {
            f"remark:{hit.meaning.split('.', 1)[1]}"
            for hit in reader.words.hits(text)
            if hit.meaning.startswith("words.")
        }
        counted = [one.figure for one in reader.written(text, []) if one.counted and one.figure.units]
        claim.measures.setdefault("remark", []).extend(counted)
    elif role == "" and (figure := parse(text, reader.locale)) is not None:
        claim.unnamed.append(figure.value)
        claim.free += f"\n{text}" if _LONG_NUMBER.fullmatch(text) else ""
    elif role in ("description", ""):
        claim.unnamed += _counted(text, reader) if role == "" else []
        claim.free += f"\n{text}"
        _read_labels(claim, text, reader)


def _counted(text: str, reader: Reader) -> list[Decimal]:
    """The count of a cell that says nothing but that, as '10 Stk': below a head that is not understood it could be the one that counts."""
    figure = reader.cell(text) if _COUNTED.fullmatch(text) else None
    return [figure.number.value] if figure is not None and set(figure.units) & (PIECES | PACKS) else []


def _read_labels(claim: Claim, text: str, reader: Reader) -> None:
    """'Your part: 6204' on a line of its own below the name of an article."""
    for line in text.split("\n"):
        pair = _LABELLED.match(line)
        head = head_of(pair.group(1), reader.words) if pair else None
        roles = set(head.roles) if head and head.whole else set()
        if pair and roles & {"item", "item_ours", "gtin"}:
            claim.items.append(pair.group(2))
        elif pair and "line_ours" in roles and (number := _NUMBER.fullmatch(pair.group(2).strip(" ."))):
            claim.line_ours = number.group(1)
        elif pair and roles & {"lot", "serial"}:
            getattr(claim, "lots" if "lot" in roles else "serials").extend(re.findall(r"[^\s,;]+", pair.group(2)))


def _pack(claim: Claim, role: str, text: str, reader: Reader) -> None:
    """How many packs there are, and what one holds: no quantity by themselves."""
    figure = reader.cell(text)
    if figure is not None and figure.number.other is not None:
        claim.flags.add("unsure_pack")
    if figure is None or figure.number.other is not None or figure.number.value <= 0:
        return
    if role == "per":
        claim.per = figure.number.value
    else:
        claim.packs = figure.number.value


def _measure(claim: Claim, role: str, text: str, head: tuple[str, ...], reader: Reader) -> None:
    """What is measured or packed beside the count, where the cell or the head says in which unit."""
    figure = reader.cell(text, head) if text else None
    if figure is not None and (figure.units or role in _BARE or (figure.is_zero and role == "measure")):
        claim.measures.setdefault(role, []).append(figure)
    if role == "packs" and text:
        _pack(claim, role, text, reader)


def _take_price(claim: Claim, text: str, reader: Reader) -> None:
    """A price; a discount beside it is none, and one that is more than nothing leaves open what the price is."""
    price = _price(text, reader)
    if "%" not in text:
        claim.price = price
    elif price:
        claim.price = None


def _price(text: str, reader: Reader) -> Decimal | None:
    """A price by the piece; None where it could mean two things or holds other words."""
    number = parse(re.sub(r"[^\d.,' ]", "", text), reader.locale)
    return number.value if number is not None and number.other is None else None


def _unit(text: str, reader: Reader) -> Figure | None:
    packed = PACKED.fullmatch(text)
    units = reader.unit(packed["word"]) if packed else ()
    holds = parse(packed["holds"], reader.locale) if packed and packed["holds"] else None
    if packed and holds is not None and holds.other is None and set(units) & PACKS:
        inner = reader.unit(packed["of"]) if packed["of"] else ()
        strange = packed["of"] if packed["of"] and not inner else ""
        return Figure(Number(Decimal(1)), units, holds.value, inner, text, strange, word=packed["word"])
    one = reader.cell(f"1 {text}") or reader.cell(text if text.startswith("1 ") else "")
    if one is not None and (one.units or one.strange or one.content):
        return one
    doubted = _doubted(one, f"1 {text}", reader) if one is not None else None
    return doubted if doubted is not None and doubted.strange else None


def _doubted(figure: Figure, text: str, reader: Reader) -> Figure:
    """A figure in a cell with nothing but a word that nobody knows: '2 Bund' may be two of anything."""
    word = text[1:].lstrip("0123456789.,'\u2019\u00a0\u202f ").strip(" .") if _COUNTED.fullmatch(text) else ""
    known = not word or reader.unit(word) or reader.words.hits(word)
    return figure if known else replace(figure, strange=word)


def _fill(claim: Claim, written: list[tuple[str, str, tuple[str, ...]]], unit: Figure | None, reader: Reader) -> None:
    """Adds the quantities, each with the unit of its head, of the unit column, or of the pack in the description."""
    said = "\n".join([claim.free, *claim.items])
    contents = contents_of(said, reader)
    claim.sizes = sizes_of(said, reader)
    for role, text, head_units in written:
        figure = reader.cell(text, head_units)
        if figure is None:
            if text:
                claim.flags.add("unreadable")
            continue
        figure = _in_column_unit(figure, unit, head_units) if unit is not None else figure
        figure = filled(figure, contents)
        if claim.per and figure.content is None and figure.units and set(figure.units) <= PACKS:
            figure = replace(figure, content=claim.per, described=True)
        claim.add(role, figure if figure.content is not None else _doubted(figure, text, reader))
    if not claim.columns & COUNTING and (alone := only_measures(claim)):
        claim.figures["quantity"] = alone
        claim.columns |= {"quantity"}
    if not claim.columns & COUNTING and claim.packs and (claim.per or (unit is not None and unit.units)):
        packs = Figure(Number(claim.packs), (), claim.per, (), claim.text[:40])
        claim.add("quantity", packs if claim.per or unit is None else replace(packs, text="").with_unit(unit))
        claim.columns |= {"quantity"}


def _in_column_unit(figure: Figure, unit: Figure, head: tuple[str, ...]) -> Figure:
    """The figure with the unit of its row; the row says what the packs are of which only the head of the column speaks."""
    packs = figure.content is None and set(figure.units) <= PACKS
    if packs and (not figure.units or unit.content is not None or (figure.units == head and set(unit.units) & COUNTED)):
        return replace(figure, units=()).with_unit(unit)
    torn = figure.units == head and set(head) & PIECES and unit.content is not None and set(unit.units) & PACKS
    return replace(figure, strange=unit.text) if torn else figure


def _is_summary(row: list[Cell], claim: Claim, reader: Reader) -> bool:
    """A total, a freight row, or a cell that spans the table says nothing of an article."""
    wide = any(cell.across and cell.text.strip() for cell in row)
    named = bool(claim.items or claim.line or claim.line_ours or claim.free.strip())
    unread = "unreadable" in claim.flags and any(character.isdigit() for text in claim.items for character in text)
    unread = unread or any(claim.cells.values())
    if not named or not (claim.figures or unread or "unsure_pack" in claim.flags):
        return True
    if wide and not claim.items:
        return True
    said = " ".join([*claim.items, claim.free])
    if any(character.isdigit() for text in claim.items for character in text):
        return False
    hits = reader.words.hits(said)
    sums = [hit for hit in hits if hit.meaning in _SUMS]
    if any(hit.meaning == "words.returnable" for hit in hits):
        claim.flags.add("extra")
    if sums and len(said.split()) <= _MOST_EXTRA:
        claim.flags.add("extra")
    return any(hit.first == 0 for hit in sums)
