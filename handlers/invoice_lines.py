"""Whose lines an invoice charges: each of its lines against the lines of the order it names, in the order's own units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from handlers.extraction.words import squash
from handlers.mail_readings import Unsure
from handlers.order_content import Dossier, Line, opened
from orders.money import PRICE_SCALE, QUANTITY_SCALE, Money, exponent
from orders.units import MOST
from storage.tables import PurchaseOrder
from storage.unit_of_work import UnitOfWork

PIECES = frozenset({"C62", "H87", "PCE", "EA", "NAR"})
"""Codes that all mean one piece."""
MOST_LINES = 2_000


@dataclass(frozen=True, slots=True)
class Charge:
    """A line of an invoice in our terms: the order line it fits (None: none), thousandths of its unit, minor units."""

    line: int
    order: str
    order_line_id: int | None
    item: str
    description: str
    quantity: int
    unit: str
    amount: int
    tax_rate: str
    evidence: str

    def price_in(self, currency: str) -> int:
        """Return what one unit comes to in ten-thousandths of the currency's major unit."""
        if not self.quantity:
            return 0
        major = Decimal(self.amount).scaleb(-exponent(currency))
        return int((major * PRICE_SCALE * QUANTITY_SCALE / self.quantity).to_integral_value())


def orders_of(uow: UnitOfWork, bill: Mapping[str, Any], reading: Mapping[str, Any]) -> dict[str, Dossier]:
    """Return the orders that an invoice names, by the words it names them with; one that is unknown is left out."""
    named = list(dict.fromkeys([*bill["orders"], *(line["order"] for line in bill["lines"] if line["order"])]))
    found = {number: dossier for number in named for dossier in [_order(uow, number)] if dossier is not None}
    if not found and len(reading["orders"]) == 1:
        dossier = _order(uow, reading["orders"][0])
        found = dict.fromkeys([*named, reading["orders"][0]], dossier) if dossier is not None else {}
    return found


def _order(uow: UnitOfWork, number: str) -> Dossier | None:
    text = number.strip().upper()
    order = uow.find(PurchaseOrder, number=number) or uow.find(PurchaseOrder, number=text)
    return opened(uow, order.id) if order is not None else None


def charges_of(bill: Mapping[str, Any], orders: Mapping[str, Dossier]) -> list[Charge]:
    """Return every line of a bill in our terms; raises ``Unsure`` for a unit or an amount that cannot be."""
    if len(bill["lines"]) > MOST_LINES:
        raise Unsure(f"it has more than {MOST_LINES} lines")
    only = next(iter(orders.values())) if len({dossier.name for dossier in orders.values()}) == 1 else None
    return [
        _charge(at, each, orders.get(each["order"]) if each["order"] else only, bill)
        for at, each in enumerate(bill["lines"], start=1)
    ]


def _charge(at: int, each: Mapping[str, Any], dossier: Dossier | None, bill: Mapping[str, Any]) -> Charge:
    line = _fitting(each, dossier, alone=len(bill["lines"]) == 1)
    unit = line.unit if line is not None else next(iter(each["units"]), "C62")
    return Charge(
        line=at,
        order=dossier.name if dossier is not None else str(each["order"] or ""),
        order_line_id=line.id if line is not None else None,
        item=next(iter(each["items"]), "")[:200],
        description=str(each["text"])[:500],
        quantity=_quantity(at, each, line),
        unit=unit,
        amount=minor(each["amount"], bill["currency"]),
        tax_rate=_percent(each["tax_rate"]),
        evidence=str(each["evidence"])[:2000],
    )


def _fitting(each: Mapping[str, Any], dossier: Dossier | None, *, alone: bool) -> Line | None:
    """Return the order line that is charged: by its article, else by our line's number, else the only one there is."""
    if dossier is None:
        return None
    lines = [line for line in dossier.lines if not line.dropped_in]
    keys = {squash(item) for item in each["items"] if squash(item)}
    named = [line for line in lines if keys & _keys(line)]
    ours = [line for line in lines if each["line"] and line.line == int(each["line"])]
    if named:
        both = [line for line in named if line in ours]
        return _one(named) or _one(both)
    if ours:
        return ours[0]
    return _one(lines) if alone and not keys else None


def _one(lines: Sequence[Line]) -> Line | None:
    return lines[0] if len(lines) == 1 else None


def _keys(line: Line) -> set[str]:
    return {squash(name) for name in (line.supplier_part, line.part, line.gtin) if name and squash(name)}


def _quantity(at: int, each: Mapping[str, Any], line: Line | None) -> int:
    """Return thousandths of the order line's unit; raises ``Unsure`` where the unit cannot be converted."""
    written = Decimal(str(each["quantity"]))
    factor = Decimal(1) if line is None else _factor(at, each["units"], line)
    scaled = written * factor * QUANTITY_SCALE
    if scaled != scaled.to_integral_value() or not 0 < scaled <= MOST:
        raise Unsure(f"line {at}: {written} is no quantity that can be charged")
    return int(scaled)


def _factor(at: int, units: Sequence[str], line: Line) -> Decimal:
    """Return how many of the order line's unit one of the charged units is; a line without a unit is in the order's."""
    said = {"C62" if unit in PIECES else unit for unit in units}
    ours = "C62" if line.unit in PIECES else line.unit
    packed = "C62" if line.pack_unit in PIECES else line.pack_unit
    if not said or ours in said:
        return Decimal(1)
    if packed and packed in said and line.pack_size:
        return Decimal(line.pack_size) / QUANTITY_SCALE
    raise Unsure(f"line {at} is in {' or '.join(units)}, and the order in {line.unit}")


def minor(written: object, currency: str) -> int:
    """Read a decimal string as minor units; raises ``Unsure`` for what the currency cannot express."""
    try:
        return Money.of(str(written), currency).minor
    except ValueError as unreadable:
        raise Unsure(f"“{written}” is no amount in {currency}") from unreadable


def _percent(written: object) -> str:
    """Return a rate of tax as a plain decimal; empty where none is said."""
    text = str(written or "").replace(",", ".").rstrip(" %")
    try:
        return f"{Decimal(text).normalize():f}" if text else ""
    except ArithmeticError:
        return ""
