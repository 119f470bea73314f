"""The form that changes an order which the supplier has: what it shows, and what is read from it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import templates
from handlers import charge_fields, finding, order_taxes
from handlers.agreement_forms import price as read_price
from handlers.happenings import Submission
from handlers.ids import numbers as numbers_in
from handlers.ids import value
from handlers.order_changes import HIGHEST_AMOUNT
from handlers.order_content import Dossier, Line, today
from handlers.order_drafts import offer_for
from handlers.order_revisions import BOUGHT, Wanted
from handlers.typed_days import day_named
from orders.errors import FigureUnclear, NotKnown, Refusal
from orders.money import line_amount, price_text
from orders.purchase_orders import OrderKind
from orders.units import measured, quantity_of, quantity_text, unit_named, unit_word
from storage.charges import ChargeLine
from storage.unit_of_work import UnitOfWork

CARRIED = 3
"""So many numbers a form carries before those of its lines."""
MOST_LINES = 20
"""How many lines one form shows; others are named behind the command."""
_IN_SHORT = re.compile(
    r"(?P<quantity>[\d.,]+)(?:\s*(?:at|@|zu|à)\s*(?P<price>[\d.,]+))?(?:\s*(?:by|bis)\s+(?P<day>\S.*))?", re.IGNORECASE
)
_ITEM = re.compile(
    r"(?P<number>[\d.,]+)\s*(?:x\s+)?(?P<item>\S.*?)(?:\s+(?:at|@|zu|à)\s*(?P<price>[\d.,]+))?", re.IGNORECASE
)
Listed = Callable[[int], int]
Wrong = dict[str, str]


def form(
    uow: UnitOfWork, dossier: Dossier, revision: int, numbers: Sequence[int] = (), *, terms: bool = False
) -> dict[str, Any]:
    """Return the form for an order as it is in force, or as a waiting draft of a revision has it.

    One line has a field for each of its values, several have one field each; ``terms`` is the form for everything else.
    """
    order = dossier.order
    kept = [line for line in dossier.lines if not line.dropped_in]
    shown = [line for line in kept if not numbers or line.line in numbers][:MOST_LINES]
    return templates.view(
        "amend_form",
        terms=terms,
        private=value(order.id, revision, int(terms), *numbers),
        number=dossier.name,
        supplier=dossier.supplier_name,
        revision=revision,
        total=dossier.total.minor,
        currency=order.currency,
        fixed_price=is_fixed(dossier),
        lines=[_row(line, order.currency) for line in shown],
        others=len(kept) - len(shown),
        **charge_fields.fields(uow, dossier),
        delivery_place=order.delivery_place,
        reason=order.reason if dossier.revising is not None else "",
    )


def form_carried(carried: str) -> tuple[int, ...]:
    """Return order, revision, whether it is the form for everything else, and the lines that a form shows.

    A button may name the order alone; raises ``OldCard`` for what no form carried.
    """
    found = numbers_in(carried, max(carried.count(":"), 1))
    return found + (0,) * (CARRIED - len(found))


def is_fixed(dossier: Dossier) -> bool:
    """Say whether the prices are an agreement's, so that only quantities and dates can be changed."""
    return OrderKind(dossier.order.kind) is OrderKind.RELEASE


def _row(line: Line, currency: str) -> dict[str, Any]:
    here = f"{measured(line.accepted, line.unit)} have come. " if line.accepted else ""
    return {
        "line": line.line,
        "block": f"quantity_{line.line}",
        "price_block": f"price_{line.line}",
        "day_block": f"day_{line.line}",
        "line_block": f"line_{line.line}",
        "label": f"{line.line} {line.description}, {unit_word(line.unit, 0)}",
        "said": _said(line, currency),
        "hint": f"{here}Ordered: {measured(line.quantity, line.unit)} at {currency} {price_text(line.price, currency)}",
        "quantity": quantity_text(line.quantity),
        "price": price_text(line.price, currency),
        "unit_one": unit_word(line.unit),
        "deliver_by": line.deliver_by,
    }


def _said(line: Line, currency: str) -> str:
    """Return a line in few words, as it is read back: ``2 at 184.00 by 2026-12-04``."""
    price = f" at {price_text(line.price, currency)}" if line.price else ""
    return quantity_text(line.quantity) + price + (f" by {line.deliver_by}" if line.deliver_by is not None else "")


@dataclass(frozen=True, slots=True)
class Read:
    """What a form says: every line that is left or dropped, the head, and what is wrong by field."""

    lines: tuple[Wanted, ...]
    delivery_place: str
    reason: str
    wrong: Mapping[str, str]
    charges: tuple[ChargeLine, ...] | None = None
    """None: as they are."""


def read(uow: UnitOfWork, what: Submission, dossier: Dossier) -> Read:
    """Read the form against the order that it was filled from; a field that it did not have stays as it is."""
    wrong: Wrong = {}
    lines = [_line(uow, what, line, wrong) for line in dossier.lines if not line.dropped_in]
    if is_fixed(dossier) and any(now.price != line.price for now, line in zip(lines, _kept(dossier), strict=True)):
        wrong[next(iter(what.fields))] = "The price is the agreement's and stays"
    added = _added(uow, what, dossier, wrong)
    taxes = charge_fields.read_taxes(what, dossier, charge_fields.fields(uow, dossier)["taxes"], wrong)
    lines = [replace(each, tax=taxes.get(each.line, each.tax)) for each in lines]
    charges = charge_fields.read(uow, what, dossier, wrong)
    if not what.field("reason"):
        wrong["reason"] = "Write why, in a few words"
    place = what.field("delivery_place") or dossier.order.delivery_place
    return Read((*lines, *added), place, what.field("reason"), wrong, charges)


def _kept(dossier: Dossier) -> list[Line]:
    return [line for line in dossier.lines if not line.dropped_in]


def _line(uow: UnitOfWork, what: Submission, line: Line, wrong: Wrong) -> Wanted:
    blocks = {name: f"{name}_{line.line}" for name in ("quantity", "price", "day")}
    texts = {name: what.field(block) for name, block in blocks.items() if block in what.fields}
    if (block := f"line_{line.line}") in what.fields:
        blocks = dict.fromkeys(blocks, block)
        texts = _parts(what.field(block), block, wrong)
    quantity, dropped = line.quantity, False
    if "quantity" in texts:
        quantity, dropped = _quantity(texts["quantity"], line, blocks["quantity"], wrong)
    price = (_price(texts["price"], blocks["price"], wrong) if texts.get("price") else 0) or line.price
    day = _day(uow, texts.get("day") or "", line.deliver_by)
    if day is None and texts.get("day"):
        wrong[blocks["day"]] = "Choose a day from today on"
    # A line that the order in force does not have says what is bought, until it has a row of its own.
    bought: dict[str, Any] = {name: getattr(line, name) for name in BOUGHT} if line.id < 0 else {}
    return Wanted(line.line, quantity, price, day, line.cost_centre_id, dropped, **bought)


def _parts(written: str, block: str, wrong: Wrong) -> dict[str, str]:
    """Take ``3 at 184.00 by fri`` apart."""
    found = _IN_SHORT.fullmatch(written)
    if found is None:
        wrong[block] = "Write it as before, for instance 3 at 184.00 by fri; 0 drops the line"
        return {}
    return {name: text for name, text in found.groupdict().items() if text}


def _quantity(written: str, line: Line, block: str, wrong: Wrong) -> tuple[int, bool]:
    if written in {"0", "0.0", "0,0"}:
        return line.quantity, True
    try:
        return quantity_of(written, line.unit), False
    except Refusal as unreadable:
        wrong[block] = f"{unreadable} 0 drops the line."
        return line.quantity, False


def _price(written: str, block: str, wrong: Wrong) -> int:
    try:
        return read_price(written)
    except FigureUnclear as unclear:
        wrong[block] = str(unclear)
        return 0
    except ValueError:
        wrong[block] = "Write a price above 0, for example 184.00"
        return 0


def _day(uow: UnitOfWork, written: str, present: date | None) -> date | None:
    """Return the day that is written, the present one where none is; None for what is no day from today on."""
    try:
        day = day_named(written, today(uow)) if written else present
    except Refusal:
        return None
    return day if day is None or day == present or day >= today(uow) else None


def _added(uow: UnitOfWork, what: Submission, dossier: Dossier, wrong: Wrong) -> list[Wanted]:
    """Return the line that is written at the foot of the form, with a number that no line of the order had."""
    written = what.field("item")
    if not written:
        return []
    found = _ITEM.fullmatch(written)
    if found is None:
        wrong["item"] = "Write how many, what, and its price, for instance 4 seal 45 at 12.50"
        return []
    bought, listed = _bought(uow, found["item"].strip(), dossier, wrong)
    quantity = _amount(found["number"], bought["unit"], wrong)
    price = _price(found["price"], "item", wrong) if found["price"] else listed(quantity)
    if not price:
        wrong.setdefault("item", "Write its price behind it, for instance at 12.50")
    if line_amount(quantity, price, dossier.order.currency).minor > HIGHEST_AMOUNT:
        wrong["item"] = "This is more than an order can be worth; look at quantity and price"
    number = max(line.line for line in dossier.lines) + 1
    centre = next((line.cost_centre_id for line in _kept(dossier)), None)
    return [Wanted(number, quantity, price, dossier.order.deliver_by, centre, **bought)]


def _bought(uow: UnitOfWork, item: str, dossier: Dossier, wrong: Wrong) -> tuple[dict[str, Any], Listed]:
    """Return what is bought, and what tells its listed price at a quantity: a part of the register, or only words."""
    first, _, rest = item.partition(" ")
    try:
        part = finding.part(uow, item)
    except NotKnown as unknown:
        unit = _unit(first) if rest else ""
        # One word alone is a mistyped number rather than the name of something.
        if not rest:
            wrong["item"] = str(unknown)
        usual = order_taxes.usual_of(uow, dossier)(None).written()
        return {"description": rest if unit else item, "unit": unit or "C62", "tax": usual}, lambda _: 0
    offer = offer_for(uow, part, dossier.order.supplier_id)
    same = offer.currency == dossier.order.currency
    taxed = order_taxes.usual_of(uow, dossier)
    bought = {name: getattr(offer, name) for name in ("supplier_part", "gtin", "unit", "pack_unit", "pack_size")}
    told = {"part_id": part.id, "description": part.name, "tax": taxed(part.id).written()}
    return {**told, **bought}, offer.price_of if same else lambda _: 0


def _unit(written: str) -> str:
    try:
        return unit_named(written).code
    except Refusal:
        return ""


def _amount(written: str, unit: str, wrong: Wrong) -> int:
    try:
        return quantity_of(written, unit)
    except Refusal as unreadable:
        wrong["item"] = str(unreadable)
        return 0
