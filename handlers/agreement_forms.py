"""Reading the forms about agreements: each field by its own reader, what is wrong named at its field."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from handlers.agreement_drafts import Row
from handlers.happenings import Submission
from handlers.ids import is_id
from handlers.order_changes import HIGHEST_AMOUNT, HIGHEST_PRICE
from handlers.order_content import Dossier, today
from handlers.order_drafts import offer_for
from orders.agreement_terms import PriceBasis
from orders.errors import FigureUnclear, Refusal
from orders.money import AS_THOUSANDS, Money, exponent, line_amount, price_of
from orders.price_breaks import Break
from orders.purchase_orders import OrderKind
from orders.typed_amounts import plain
from orders.units import quantity_of, unit_named
from storage.tables import CostCentre, Part
from storage.unit_of_work import UnitOfWork

T = TypeVar("T")
WRONG = {
    "kind": "Choose what is agreed",
    "supplier": "Choose a supplier from the list",
    "first": "Choose a day",
    "last": "Choose a day",
    "limit": "Write an amount above 0, for example 10000",
    "minimum": "Write an amount, for example 200",
    "price": "Write a price above 0, for example 184.00",
    "basis": "Choose from the list",
    "deliver_by": "Choose a day from today on",
    "cost_centre": "Choose a cost centre from the list",
    "part": "Choose a part from the list",
    "quantity": "Write a number above 0, with the unit behind it where it is no part",
    "breaks": "Write quantity and price, for example 50: 172.00, 100: 160.00",
}
_QUANTITY = re.compile(r"(?P<number>-?[\d.,]+)?\s*(?P<unit>[^\W\d].*)?")
_BREAK = re.compile(r"(?:from\s+)?(?P<from>\d[\d.]*)\s*[:=]\s*(?P<price>\d[\d.]*)")


def read(what: Submission, field: str, wrong: dict[str, str], reader: Callable[[str], T]) -> T | None:
    """Return what a reader makes of a field, None where it is empty; what it cannot read is named at the field."""
    written = what.field(field)
    if not written:
        return None
    try:
        return reader(written)
    except FigureUnclear as unclear:
        wrong[field] = str(unclear)
        return None
    except (Refusal, ValueError, ArithmeticError):
        wrong[field] = WRONG[field]
        return None


def money_in(currency: str) -> Callable[[str], int]:
    """Return what reads an amount above zero that can be believed, in minor units."""

    def reader(text: str) -> int:
        minor = Money.of(plain(text, thirds=exponent(currency) == AS_THOUSANDS), currency).minor
        if not 0 < minor <= HIGHEST_AMOUNT:
            raise ValueError(text)
        return minor

    return reader


def price(text: str) -> int:
    """Read a unit price above zero, in ten-thousandths."""
    found = price_of(plain(text))
    if not 0 < found <= HIGHEST_PRICE:
        raise ValueError(text)
    return found


def existing(uow: UnitOfWork, kind: Any) -> Callable[[str], int]:
    """Return what reads the id of a row that there is."""

    def reader(text: str) -> int:
        if not is_id(text) or uow.find(kind, id=int(text)) is None:
            raise ValueError(text)
        return int(text)

    return reader


def coming(uow: UnitOfWork) -> Callable[[str], date]:
    """Return what reads a day from today on."""

    def reader(text: str) -> date:
        day = date.fromisoformat(text)
        if day < today(uow):
            raise ValueError(text)
        return day

    return reader


def breaks_of(text: str, unit: str) -> tuple[Break, ...]:
    """Read ``50: 172.00, 100: 160.00`` as price breaks in rising order; raises ``ValueError`` for anything else."""
    pieces = [piece.strip() for piece in re.split(r",\s+|[;+\n]", text) if piece.strip()]
    found = [_BREAK.fullmatch(piece) for piece in pieces]
    steps = tuple(Break(quantity_of(each["from"], unit), price(each["price"])) for each in found if each is not None)
    rising = [step.from_quantity for step in steps]
    if len(steps) != len(pieces) or rising != sorted(set(rising)):
        raise ValueError(text)
    return steps


def line_row(uow: UnitOfWork, what: Submission, dossier: Dossier) -> tuple[dict[str, str], Row | None]:
    """Read the form for one line of an agreement; returns what is wrong by field, and the line where nothing is."""
    wrong: dict[str, str] = {}
    part_id = read(what, "part", wrong, existing(uow, Part))
    if part_id is None and not what.field("description"):
        wrong.setdefault("part", "Choose a part, or write what else is bought")
    base = _thing(uow, part_id, what, dossier, wrong)
    if base is None or wrong:
        return wrong, None
    planned = dossier.order.kind == OrderKind.PLANNED
    quantity = _quantity(what, base.unit, wrong)
    if planned and not quantity and what.field("quantity") != "0":
        wrong.setdefault("quantity", WRONG["quantity"])
    agreed = read(what, "price", wrong, price)
    if agreed is None:
        wrong.setdefault("price", WRONG["price"])
    steps = read(what, "breaks", wrong, lambda text: breaks_of(text, base.unit)) or ()
    centre = read(what, "cost_centre", wrong, existing(uow, CostCentre)) if planned else None
    row = Row(
        description=base.description,
        unit=base.unit,
        price=agreed or 0,
        part_id=part_id,
        supplier_part=base.supplier_part,
        pack_unit=base.pack_unit,
        pack_size=base.pack_size,
        quantity=quantity if planned else 0,
        estimate=0 if planned else quantity,
        breaks=steps,
        cost_centre_id=centre,
    )
    if line_amount(quantity, row.price, dossier.order.currency).minor > HIGHEST_AMOUNT:
        wrong["price"] = "This is more than an order can be worth; look at quantity and price"
    return wrong, row


def _thing(
    uow: UnitOfWork, part_id: int | None, what: Submission, dossier: Dossier, wrong: dict[str, str]
) -> Row | None:
    """Return what is bought: a part in the unit in which the supplier sells it, or something in words with its own unit."""
    if part_id is not None:
        part = uow.get(Part, part_id)
        offer = offer_for(uow, part, dossier.order.supplier_id)
        packs = {"pack_unit": offer.pack_unit, "pack_size": offer.pack_size}
        return Row(part.name, offer.unit, 0, part_id, offer.supplier_part, **packs)  # type: ignore[arg-type]
    found = _QUANTITY.fullmatch(what.field("quantity"))
    try:
        unit = unit_named(found["unit"]).code if found is not None and found["unit"] else "C62"
    except Refusal as unknown:
        wrong["quantity"] = str(unknown)
        return None
    return Row(what.field("description"), unit, 0)


def _quantity(what: Submission, unit: str, wrong: dict[str, str]) -> int:
    """Read the quantity in thousandths of the unit; 0 where none is written."""
    written = what.field("quantity")
    found = _QUANTITY.fullmatch(written)
    if written in {"", "0"} or (found is not None and found["unit"] and not found["number"]):
        return 0
    try:
        return quantity_of(found["number"] if found is not None else written, unit)
    except Refusal as unreadable:
        wrong["quantity"] = str(unreadable)
        return 0


def terms_read(uow: UnitOfWork, what: Submission, dossier: Dossier) -> tuple[dict[str, str], dict[str, object]]:
    """Read the form for the terms; returns what is wrong by field, and the values by the agreement's columns."""
    wrong: dict[str, str] = {}
    kind, amount = dossier.order.kind, money_in(dossier.order.currency)
    values: dict[str, object] = {"last": read(what, "last", wrong, date.fromisoformat)}
    if kind != OrderKind.PLANNED:
        values["amount_limit"] = read(what, "limit", wrong, amount) or 0
    if kind == OrderKind.BLANKET:
        values["minimum_release"] = read(what, "minimum", wrong, amount) or 0
    if kind != OrderKind.CONTRACT:
        basis = read(what, "basis", wrong, PriceBasis)
        values["price_basis"] = (basis or PriceBasis.PER_RELEASE).value
    if what.field("cost_centre"):
        values["cost_centre_id"] = read(what, "cost_centre", wrong, existing(uow, CostCentre))
    if values["last"] is None:
        wrong.setdefault("last", WRONG["last"])
    return wrong, values
