"""Turns the rows of an understood table into claims."""

import re
from decimal import Decimal

from .blocks import Cell, shown
from .claims import Claim
from .columns import QUANTITIES, Table
from .dates import Calendar
from .figures import Reader, content_of
from .identity import Numbers
from .numbers import parse
from .units import PACKS, Figure

_PLAIN = {"line": "line", "line_ours": "line_ours"}
_SUMS = frozenset({"labels.total_row", "columns.weight", "columns.packs", "columns.amount"})
_NUMBER = re.compile(r"0*(\d{1,8})(?:[.,]0+)?")


def claims_of(table: Table, reader: Reader, calendar: Calendar, numbers: Numbers) -> list[Claim]:
    """One claim per row that names an article or a line; sums and frames are left out."""
    claims = []
    for row in table.rows:
        claim = _claim(row, table, reader, calendar)
        if _is_summary(row, claim, reader):
            continue
        mentioned = (
            {mention.number for mention in numbers.mentions(claim.order, reader.words)} if claim.order else set()
        )
        if claim.order and len(mentioned) != 1:
            if any(character.isdigit() for character in claim.order):
                claim.flags.add("stranger")
            claim.order = ""
        elif mentioned:
            claim.order = mentioned.pop()
        claims.append(claim)
    return claims


def _claim(row: list[Cell], table: Table, reader: Reader, calendar: Calendar) -> Claim:
    claim = Claim(part=table.part, text=shown(row), columns=frozenset(table.roles))
    units: Figure | None = None
    written: list[tuple[str, str, tuple[str, ...]]] = []
    for role, head_units, cell in zip(table.roles, table.units, row, strict=False):
        text = cell.own.strip()
        if role in QUANTITIES:
            if not cell.down:
                written.append((role, text, head_units))
        elif text:
            units = _take(claim, role, text, reader, calendar) or units
    _fill(claim, written, units, reader)
    return claim


def _take(claim: Claim, role: str, text: str, reader: Reader, calendar: Calendar) -> Figure | None:
    """Puts a cell that is no quantity where it belongs; returns the figure of a unit cell."""
    if role in ("line", "line_ours"):
        number = _NUMBER.fullmatch(text.strip(" ."))
        setattr(claim, role, number.group(1) if number else "")
        if not number:
            claim.free += f"\n{text}"
    elif role in ("item", "item_ours", "gtin"):
        claim.items.append(text)
    elif role == "order":
        claim.order = text
    elif role == "price":
        claim.price = _price(text, reader)
    elif role == "unit":
        return _unit(text, reader)
    elif role == "date":
        claim.expected_on = calendar.only(text) or claim.expected_on
    elif role in ("lot", "serial"):
        getattr(claim, f"{role}s").extend(re.findall(r"[^\s,;]+", text))
    else:
        _describe(claim, role, text, reader)
    return None


def _describe(claim: Claim, role: str, text: str, reader: Reader) -> None:
    if role == "remark":
        claim.flags |= {
            f"remark:{hit.meaning.split('.', 1)[1]}"
            for hit in reader.words.hits(text)
            if hit.meaning.startswith("words.")
        }
    elif role == "" and (figure := parse(text, reader.locale)) is not None:
        claim.unnamed.append(figure.value)
    elif role in ("description", ""):
        claim.free += f"\n{text}"


def _price(text: str, reader: Reader) -> Decimal | None:
    """A price by the piece; None where it could mean two things or holds other words."""
    number = parse(re.sub(r"[^\d.,' ]", "", text), reader.locale)
    return number.value if number is not None and number.other is None else None


def _unit(text: str, reader: Reader) -> Figure | None:
    one = reader.cell(f"1 {text}")
    if one is not None and (one.units or one.strange or one.content):
        return one
    return None


def _fill(claim: Claim, written: list[tuple[str, str, tuple[str, ...]]], unit: Figure | None, reader: Reader) -> None:
    """Adds the quantities, each with the unit of its head, of the unit column, or of the pack in the description."""
    packed = content_of(claim.free, reader)
    for role, text, head_units in written:
        figure = reader.cell(text, head_units)
        if figure is None:
            if text:
                claim.flags.add("unreadable")
            continue
        if not figure.units and figure.content is None and unit is not None:
            figure = figure.with_unit(unit)
        if packed and set(figure.units) & PACKS & set(packed[1]) and figure.content is None:
            figure = Figure(figure.number, figure.units, packed[0], (), figure.text)
        claim.add(role, figure)


def _is_summary(row: list[Cell], claim: Claim, reader: Reader) -> bool:
    """A total, a freight row, or a cell that spans the table says nothing of an article."""
    wide = any(cell.across and cell.text.strip() for cell in row)
    named = bool(claim.items or claim.line or claim.line_ours or claim.free.strip())
    if not named or not claim.figures:
        return True
    if wide and not claim.items:
        return True
    said = " ".join([*claim.items, claim.free])
    total = any(hit.meaning in _SUMS and hit.first == 0 for hit in reader.words.hits(said))
    return total and not any(character.isdigit() for text in claim.items for character in text)
