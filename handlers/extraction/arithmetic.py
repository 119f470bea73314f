"""Gives columns whose heads are not understood their meaning, where the order and the sums of all rows together prove it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .claims import Claim
from .identity import Scope, match
from .known import Order, OrderLine
from .units import Figure, Unclear, in_order_unit

Known = dict[str, Decimal]
#: Rows of a table whose heading says that it tells of something else than what is sent or confirmed.
_ELSEWHERE = frozenset({"open", "past"})
_COUNTS = ("now", "confirmed", "quantity")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row, the order line that it speaks of, its figures by meaning, and those below unknown heads by column."""

    claim: Claim
    line: OrderLine
    said: Known
    unknown: dict[int, Decimal]

    @property
    def covered(self) -> Decimal | None:
        """What a row says left or is confirmed."""
        return next((self.said[role] for role in _COUNTS if role in self.said), None)


def prove_columns(claims: Iterable[Claim], scope: Scope, orders: Sequence[Order]) -> None:
    """Moves figures below unknown heads to the meaning that all rows of their table prove."""
    tables: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.form == "table" and any(claim.cells.values()) and not claim.flags & _ELSEWHERE:
            tables.setdefault(claim.grid, []).append(claim)
    for rows in tables.values():
        known = [_row(claim, scope, orders) for claim in rows]
        whole = [row for row in known if row is not None]
        if len(whole) == len(known) and len({row.line.keys for row in whole}) == len(whole):
            _prove(whole)


def _row(claim: Claim, scope: Scope, orders: Sequence[Order]) -> _Row | None:
    """The row with its order line; None where it is not sure which, or where a figure has another unit."""
    named = [order for order in orders if order.number == claim.order] or orders
    found = [line for order in named if (line := match(claim, order, scope).line) is not None]
    if len(found) != 1:
        return None
    figures = {role: {_value(one, found[0]) for one in said} - {None} for role, said in claim.figures.items()}
    if any(len(values) != 1 for values in figures.values()):
        return None
    unknown = {column: one.number.value for column, one in claim.cells.items() if one is not None and _is_plain(one)}
    said = {role: value for role, values in figures.items() for value in values if value is not None}
    return _Row(claim, found[0], said, unknown)


def _value(figure: Figure, line: OrderLine) -> Decimal | None:
    """A figure in the unit of the order where it names one, else its bare number; None where neither is sure."""
    if not figure.units:
        return figure.number.value if _is_plain(figure) else None
    try:
        return in_order_unit(figure, line)
    except Unclear:
        return None


def _is_plain(figure: Figure) -> bool:
    return figure.content is None and figure.number.other is None and not figure.strange


def _prove(rows: list[_Row]) -> None:
    """Walks the meanings until none is proved any more: what was ordered may prove what is left, and so on."""
    for role, holds in _MEANINGS:
        columns = [column for column in _columns(rows) if _holds(rows, column, holds)]
        if role == "divisor":
            columns = [column for column in columns if max(row.unknown[column] for row in rows) > 1]
        if len(columns) == 1 and not any(role in row.said for row in rows):
            for row in rows:
                _move(row, columns[0], role)


def _columns(rows: list[_Row]) -> set[int]:
    return {column for row in rows for column in row.unknown}


def _holds(rows: list[_Row], column: int, holds: Callable[[_Row, Decimal], bool]) -> bool:
    """Whether a meaning fits every row, and the figures are not all alike by chance."""
    values = [row.unknown.get(column) for row in rows]
    if any(value is None or not holds(row, value) for row, value in zip(rows, values, strict=True)):
        return False
    told = {value for value in values if value}
    return bool(told) and (len(rows) > 1 or max(told) > 1)


def _move(row: _Row, column: int, role: str) -> None:
    figure = row.claim.cells.pop(column)
    value = row.unknown.pop(column)
    if figure is None:
        return
    row.said[role] = value
    if role == "divisor":
        row.claim.price = row.line.unit_price
    elif role != "packs":
        row.claim.add(role, figure)
    row.claim.columns |= {role}
    if value in row.claim.unnamed:
        row.claim.unnamed.remove(value)


# -- what a figure below an unknown head may be


def _is_ordered(row: _Row, value: Decimal) -> bool:
    """What was ordered, of every line."""
    return value == row.line.quantity


def _is_sold(row: _Row, value: Decimal) -> bool:
    """So many at the agreed price are the sum of the row."""
    agreed = row.line.unit_price
    return row.covered is None and bool(agreed and value) and (agreed or Decimal(0)) * value in row.claim.amounts


def _is_packed(row: _Row, value: Decimal) -> bool:
    """What so many packs of the size that the order knows hold."""
    packs = row.claim.packs
    return row.covered is None and packs is not None and any(packs * size == value for size in row.line.packs.values())


def _is_covered(row: _Row, value: Decimal) -> bool:
    """What was ordered less what is to come, of a line of which nothing came before."""
    ordered, left = row.said.get("ordered"), row.said.get("outstanding")
    fresh = not row.line.received and ordered == row.line.quantity
    return row.covered is None and left is not None and fresh and value + left == ordered


def _is_left(row: _Row, value: Decimal) -> bool:
    """What was ordered less what left, of a line of which nothing came before."""
    ordered, now = row.said.get("ordered"), row.covered
    fresh = not row.line.received and ordered == row.line.quantity
    return now is not None and "total" not in row.said and fresh and now + value == ordered


def _is_earlier(row: _Row, value: Decimal) -> bool:
    """What makes up the order together with what left and what is to come."""
    ordered, now, left = row.said.get("ordered"), row.covered, row.said.get("outstanding")
    return ordered is not None and now is not None and left is not None and value + now + left == ordered


def _is_packs(row: _Row, value: Decimal) -> bool:
    """So many packs of a size that the order or the row names hold what the row counts."""
    sizes = {*row.line.packs.values(), *row.claim.sizes}
    return row.covered is not None and (value == row.covered or any(value * size == row.covered for size in sizes))


def _is_divisor(row: _Row, value: Decimal) -> bool:
    """For so many the price beside it is asked, which for one is what was agreed: '38.00 per 100' of a thing at 0.38."""
    agreed, asked = row.line.unit_price, row.claim.price
    return row.covered is not None and bool(agreed and asked) and (agreed or Decimal(0)) * value == asked


_MEANINGS: tuple[tuple[str, Callable[[_Row, Decimal], bool]], ...] = (
    ("quantity", _is_sold),
    ("quantity", _is_packed),
    ("now", _is_covered),
    ("ordered", _is_ordered),
    ("total", _is_earlier),
    ("outstanding", _is_left),
    ("packs", _is_packs),
    ("divisor", _is_divisor),
)
