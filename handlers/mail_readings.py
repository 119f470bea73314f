"""A reading against the orders as they stand now: each said line checked under lock, or the reason why a person must look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from handlers.order_content import Dossier, Line, locked
from orders.money import QUANTITY_SCALE
from orders.promises import Promise
from orders.purchase_orders import RECEIVABLE
from orders.units import MOST
from storage.tables import PurchaseOrder, Supplier
from storage.unit_of_work import UnitOfWork

MOST_NUMBER = 60


class Unsure(Exception):  # noqa: N818  # a question, not a fault
    """The reading does not fit the orders as they stand; its words are the reason a person reads."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a mail says about one order line: thousandths covered now, still to come, and when."""

    dossier: Dossier
    line: Line
    quantity: int
    outstanding: int | None
    expected_on: date | None
    evidence: str
    parts: tuple[Promise, ...] = ()
    """How the quantity is parted among days; empty where one day or none holds for all of it."""
    substitute: bool = False
    """Whether it is about something else that would come instead."""
    instead: str = ""
    """Their number of that, where it was read."""


def orders_of(uow: UnitOfWork, reading: Mapping[str, Any], supplier: Supplier | None) -> dict[str, Dossier]:
    """Lock the orders that a mail acts upon, by number; raises ``Unsure`` for one that is unknown, foreign or not open.

    Nothing is taken from a supplier who is held back, whoever asks for it.
    """
    if supplier is not None and supplier.held:
        raise Unsure(f"{supplier.name} is held back until somebody has called them")
    found = {}
    for number in sorted(set(reading["orders"]) | {line["order"] for line in reading["lines"] if line["order"]}):
        order = uow.find(PurchaseOrder, number=number)
        if order is None:
            raise Unsure(f"there is no order {number}")
        dossier = locked(uow, order.id)
        if supplier is None or dossier.order.supplier_id != supplier.id:
            raise Unsure(f"{number} was placed with another supplier")
        if dossier.state not in RECEIVABLE:
            raise Unsure(f"{number} is {dossier.state.value.replace('_', ' ')}; a buyer has to reopen it first")
        found[number] = dossier
    return found


def lines_of(reading: Mapping[str, Any], orders: Mapping[str, Dossier]) -> list[Said]:
    """Return what is said of each order line, each line once; raises ``Unsure`` for a line that fits no order line."""
    said: dict[int, Said] = {}
    for each in reading["lines"]:
        dossier = orders.get(each["order"] or "")
        line = next((one for one in dossier.lines if one.line == each["line"]), None) if dossier is not None else None
        if dossier is None or line is None:
            raise Unsure("a line fits none of the order's lines")
        if line.id in said:
            raise Unsure(f"line {line.line} of {dossier.name} is named twice")
        said[line.id] = Said(
            dossier=dossier,
            line=line,
            quantity=thousandths(each["quantity"]) or 0,
            outstanding=thousandths(each.get("outstanding")),
            expected_on=day(each.get("expected_on")) or max((part.on for part in _parts(each)), default=None),
            evidence=str((each.get("evidence") or {}).get("text") or "")[:2000],
            parts=_parts(each),
            substitute=each.get("substitute_for") is not None,
            instead=str(each.get("substitute") or "")[:MOST_NUMBER],
        )
    return list(said.values())


def _parts(each: Mapping[str, Any]) -> tuple[Promise, ...]:
    """Return how a line is parted among days; nothing unless every part has its day and all of them are the line's count."""
    told = [(thousandths(part["quantity"]) or 0, day(part["expected_on"])) for part in each.get("parts") or ()]
    parts = tuple(Promise(count, on) for count, on in told if count and on is not None)
    whole = len(parts) == len(told) and sum(part.quantity for part in parts) == thousandths(each["quantity"])
    return parts if whole and len(parts) > 1 else ()


def check_open(said: Sequence[Said], claimed: Mapping[int, int]) -> list[Said]:
    """Return the lines of which something comes; raises ``Unsure`` beyond what is open and not yet claimed elsewhere."""
    coming = [each for each in said if each.quantity]
    if not coming:
        raise Unsure("nothing in it says how much was sent")
    for each in coming:
        if each.dossier.is_agreement:
            raise Unsure(f"{each.dossier.name} buys nothing by itself; goods come on what is ordered from it")
        if each.quantity > each.line.open:
            raise Unsure(f"more than is open on line {each.line.line} of {each.dossier.name}")
        if each.quantity + claimed.get(each.line.id, 0) > each.line.open:
            raise Unsure(
                f"another delivery of line {each.line.line} of {each.dossier.name} already waits to be counted"
            )
    return coming


def thousandths(written: Any) -> int | None:
    """Read a decimal string as thousandths; None stays None; raises ``Unsure`` for what no quantity can be."""
    if written is None:
        return None
    try:
        scaled = Decimal(str(written)) * QUANTITY_SCALE
    except ArithmeticError as unreadable:
        raise Unsure(f"“{written}” is no quantity") from unreadable
    if not scaled.is_finite() or scaled != scaled.to_integral_value() or not 0 <= scaled <= MOST:
        raise Unsure(f"“{written}” is no quantity that can be")
    return int(scaled)


def day(written: Any) -> date | None:
    """Read an ISO date; None for anything else."""
    try:
        return date.fromisoformat(str(written)) if written else None
    except ValueError:
        return None
