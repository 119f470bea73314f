"""The form that changes one need of an order: what it shows, and what may be written into it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

import templates
from handlers.approval_plans import staff
from handlers.happenings import Submission
from handlers.ids import value
from handlers.order_authors import authors_of, written_by
from handlers.order_content import Dossier, Line, change, opened, today
from handlers.order_drafts import Offer, conditions, draft_for, joints, new_draft, offer_for, recounted
from handlers.order_needs import left_open
from orders.errors import FigureUnclear, Refusal
from orders.money import line_amount, price_of, price_text
from orders.purchase_orders import OrderKind, OrderState
from orders.typed_amounts import plain
from orders.units import quantity_of, quantity_text, unit_word
from storage.tables import CostCentre, Part, PurchaseOrder, PurchaseOrderLine, Supplier, SupplierPart
from storage.unit_of_work import Note, UnitOfWork, table

_SUPPLIERS, _OFFERS = table(Supplier), table(SupplierPart)
MOST_CHOICES = 100
HIGHEST_PRICE = 10**12
"""The highest unit price that is believed, in ten-thousandths."""
HIGHEST_AMOUNT = 10**14
"""The highest amount of a line that is believed, in minor units."""


def form(uow: UnitOfWork, dossier: Dossier, requisition_id: int) -> dict[str, Any]:
    """Return the form for one need, filled with what the draft says now."""
    line = dossier.line_for(requisition_id)
    assert line is not None
    return templates.view(
        "order_change",
        private=value(requisition_id, dossier.order.version),
        part=line.description,
        work_order=line.work_order or "",
        pending=dossier.state is OrderState.PENDING_APPROVAL,
        suppliers=suppliers_for(uow, line.part_id),
        supplier=str(dossier.order.supplier_id or ""),
        quantity=quantity_text(line.quantity),
        unit=unit_word(line.unit, 0),
        unit_one=unit_word(line.unit),
        price=price_text(line.price, dossier.order.currency) if line.price else "",
        currency=dossier.order.currency,
        deliver_by=line.deliver_by,
        cost_centres=[(str(row.id), f"{row.code} {row.name}") for row in uow.all(CostCentre)[:MOST_CHOICES]],
        cost_centre=str(line.cost_centre_id or ""),
    )


def suppliers_for(uow: UnitOfWork, part_id: int | None) -> list[tuple[str, str]]:
    """Return who may be chosen: whoever offers the part first, then everybody else who is not blocked."""
    offering = select(_OFFERS.c.supplier_id).where(_OFFERS.c.part_id == part_id)
    found = (
        select(_SUPPLIERS.c.id, _SUPPLIERS.c.name, _SUPPLIERS.c.id.in_(offering).label("offers"))
        .where(_SUPPLIERS.c.blocked.is_(False))
        .order_by(_SUPPLIERS.c.id.in_(offering).desc(), _SUPPLIERS.c.name)
        .limit(MOST_CHOICES)
    )
    return [(str(row.id), row.name + (" (offers it)" if row.offers else "")) for row in uow.run(found)]


@dataclass(frozen=True, slots=True)
class Changed:
    """The values of the form, read and lawful."""

    supplier_id: int | None
    quantity: int
    price: int
    deliver_by: date | None
    cost_centre_id: int | None

    def written(self, uow: UnitOfWork, dossier: Dossier, line: Line) -> Dossier:
        """Write the values into a draft line; another supplier takes the line to a draft of its own."""
        before = {"quantity": line.quantity, "price": line.price, "supplier": dossier.order.supplier_id}
        after = {"quantity": self.quantity, "price": self.price, "supplier": self.supplier_id}
        uow.audit(Note(dossier.name, "change", before=before, after=after))
        left_open(uow, dossier, line, self.quantity)
        if self.asks_for_more(dossier, line):
            written_by(uow, dossier.order, uow.actor.person_id)
        uow.change(
            PurchaseOrderLine,
            line.id,
            **self._written(uow, dossier, line),
            deliver_by=self.deliver_by,
            cost_centre_id=self.cost_centre_id,
        )
        if self.supplier_id != dossier.order.supplier_id:
            return _moved(uow, dossier, line, self)
        change(uow, dossier, rejection="")
        return recounted(uow, dossier.order.id)

    def _written(self, uow: UnitOfWork, dossier: Dossier, line: Line) -> dict[str, object]:
        """Return quantity and price: one that was typed stays, unless it is just what the supplier's list says."""
        filled = line.filled if self.quantity == line.quantity else None
        listed = line.listed if self.price == line.price else self._is_listed(uow, dossier, line)
        return {"quantity": self.quantity, "filled": filled, "price": self.price, "listed": listed}

    def _is_listed(self, uow: UnitOfWork, dossier: Dossier, line: Line) -> bool:
        joint = next((each for each in joints(uow, dossier) if line in each.lines), None)
        if joint is None:
            return False
        return self.price == joint.listing.price_of(joint.quantity - line.quantity + self.quantity)

    def asks_for_more(self, dossier: Dossier, line: Line) -> bool:
        """Say whether this is more than putting right: dearer, or at another's cost, or from another supplier."""
        dearer = self.quantity > line.quantity or self.price > line.price
        elsewhere = (self.supplier_id, self.cost_centre_id) != (dossier.order.supplier_id, line.cost_centre_id)
        return dearer or elsewhere


def changed(uow: UnitOfWork, what: Submission, dossier: Dossier, line: Line) -> tuple[dict[str, str], Changed]:
    """Read the form; returns what is wrong by field, and the values (the present ones where the form is wrong)."""
    wrong: dict[str, str] = {}

    def read(field: str, present: Any, reader: Callable[[str], Any]) -> Any:
        try:
            return reader(what.field(field)) if what.field(field) else present
        except (Refusal, ValueError) as fault:
            wrong[field] = str(fault) if isinstance(fault, FigureUnclear) else WRONG[field].format(fault=fault)
            return present

    values = Changed(
        supplier_id=read("supplier", dossier.order.supplier_id, lambda text: _existing(uow, Supplier, text)),
        quantity=read("quantity", line.quantity, lambda text: quantity_of(text, line.unit)),
        price=read("price", line.price, _price),
        deliver_by=read("deliver_by", line.deliver_by, lambda text: _coming(uow, text)),
        cost_centre_id=read("cost_centre", line.cost_centre_id, lambda text: _existing(uow, CostCentre, text)),
    )
    if not wrong and line_amount(values.quantity, values.price, dossier.order.currency).minor > HIGHEST_AMOUNT:
        wrong["price"] = "This is more than an order can be worth; look at quantity and price"
    return wrong, values


WRONG = {
    "supplier": "Choose a supplier from the list",
    "quantity": "{fault}",
    "price": "Write a price above 0, for example 184.00",
    "deliver_by": "Choose a day from today on",
    "cost_centre": "Choose a cost centre from the list",
}


def _price(text: str) -> int:
    price = price_of(plain(text))
    if not 0 < price <= HIGHEST_PRICE:
        raise ValueError(text)
    return price


def _coming(uow: UnitOfWork, text: str) -> date:
    day = date.fromisoformat(text)
    if day < today(uow):
        raise ValueError(text)
    return day


def _existing(uow: UnitOfWork, kind: Any, text: str) -> int:
    found = uow.find(kind, id=int(text))
    if found is None:
        raise ValueError(text)
    return int(text)


def _offer(uow: UnitOfWork, line: Line, supplier_id: int | None) -> Offer:
    """Return what a supplier asks for a line's part; what only words describe has no listed price."""
    if line.part_id is not None:
        return offer_for(uow, uow.get(Part, line.part_id), supplier_id)
    supplier = uow.find(Supplier, id=supplier_id) if supplier_id is not None else None
    return Offer(supplier_id, (supplier.currency if supplier is not None else "") or uow.plant.currency, unit=line.unit)


def _moved(uow: UnitOfWork, dossier: Dossier, line: Line, values: Changed) -> Dossier:
    """Give a line to another supplier: the draft itself when it holds nothing else, otherwise a draft of its own."""
    offer = _offer(uow, line, values.supplier_id)
    # What was typed is in the currency of the order; in another one only the supplier's own price means anything, and the
    # former supplier's list means nothing.
    wrote = values.price != line.price or not line.listed
    typed = values.price if wrote and offer.currency == dossier.order.currency else 0
    price = typed or (offer.price_of(values.quantity) if offer.unit == line.unit else 0)
    bought = {
        "supplier_part": offer.supplier_part,
        "gtin": offer.gtin,
        "price": price,
        "listed": not typed and price > 0,
        "agreement_line_id": None,
        "tax": "",
    }
    if line.filled and values.quantity == line.quantity:
        # What the former supplier sells at least says nothing about this one.
        bought |= {"quantity": line.quantity - line.filled, "filled": 0}
    uow.change(PurchaseOrderLine, line.id, **bought)
    if len(dossier.lines) == 1:
        supplier = uow.find(Supplier, id=values.supplier_id)
        # With another supplier the order leaves the agreement that it was made from.
        terms = conditions(uow.plant, supplier) | {"kind": OrderKind.STANDARD.value, "parent_id": None}
        change(uow, dossier, supplier_id=values.supplier_id, currency=offer.currency, rejection="", **terms)
        return recounted(uow, dossier.order.id)
    target = draft_for(uow, line.work_order_id, offer)
    if target is None:
        target = new_draft(uow, values.supplier_id, offer.currency, reason=dossier.order.reason, known=staff(uow))
    number = max((each.line for each in opened(uow, target).lines), default=0) + 1
    uow.change(PurchaseOrderLine, line.id, order_id=target, line=number)
    written_by(uow, uow.get(PurchaseOrder, target), *authors_of(uow, dossier.order))
    recounted(uow, dossier.order.id)
    return recounted(uow, target)
