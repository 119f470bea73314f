"""Ordering the same again: an old order becomes a draft at today's prices, and whatever is different by now is named."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import func, select

from handlers import gathering, people
from handlers.approval_plans import staff
from handlers.happenings import Answer, Click
from handlers.ids import Action, numbers
from handlers.order_content import Dossier, Line, change, locked, opened, order_named
from handlers.order_drafts import Offer, Want, add_lines, arrival, new_draft, offer_for, recounted
from handlers.order_needs import put_on
from orders.errors import NotYours, Unlawful
from orders.people import Role
from orders.purchase_orders import OrderState
from orders.requisitions import NeedState, Origin
from orders.units import measured
from storage import numbering
from storage.stock import in_part_units
from storage.tables import (
    CostCentre,
    Part,
    Person,
    PurchaseOrder,
    PurchaseOrderLine,
    Requisition,
    Supplier,
    SupplierPart,
)
from storage.unit_of_work import Note, UnitOfWork, table

_OFFERS, _SUPPLIERS = table(SupplierPart), table(Supplier)
TERMS = (
    ("payment_terms", "Payment"),
    ("incoterm", "The delivery term"),
    ("delivery_place", "The delivery place"),
    ("return_conditions", "The return condition"),
    ("warranty", "The warranty"),
    ("terms_edition", "The edition of the terms"),
)
"""What of an order's head is today's in a copy, and how it is called."""


def copy(uow: UnitOfWork, click: Click) -> Answer:
    """Copy the order that a button stands for."""
    (order_id,) = numbers(click.value, 1)
    return _copied(uow, order_id)


def typed(uow: UnitOfWork, target: str) -> Answer:
    """Take ``copy PO-2026-00118``."""
    return _copied(uow, order_named(uow, target).id)


def _copied(uow: UnitOfWork, order_id: int) -> Answer:
    if not uow.actor.has(Role.BUYER):
        raise NotYours(roles="buyers", what="copy an order", who=f"Ask {people.names(uow, Role.BUYER)}.")
    old = locked(uow, order_id)
    if old.is_agreement:
        raise Unlawful(why=f"{old.name} is an agreement. `release {old.name}` orders from it.", subject=old.name)
    again = uow.all(
        PurchaseOrder, reason=_reason(old), state=OrderState.DRAFT.value, requested_by_id=uow.actor.person_id
    )
    if again:
        return gathering.shown(uow, opened(uow, again[-1].id), ["You have copied it already; this is the draft."])
    told: list[str] = []
    dossier = _drafted(uow, old, _supplier(uow, old, told), told)
    _terms_told(old, dossier, told)
    _people_told(uow, old, told)
    uow.audit(Note(dossier.name, "copy", after={"of": old.name, "total": dossier.order.total, "told": told}))
    uow.audit(Note(old.name, "copied", after={"into": dossier.name}))
    return gathering.shown(uow, dossier, told)


def _reason(old: Dossier) -> str:
    return f"Copy of {old.name}"


def _supplier(uow: UnitOfWork, old: Dossier, told: list[str]) -> Supplier | None:
    """Return who is asked this time: the same, or, where nothing may be ordered there, whoever offers most of it."""
    supplier = old.supplier
    if supplier is None or not (supplier.blocked or supplier.held):
        return supplier
    why = "is blocked" if supplier.blocked else "is held back"
    parts = {line.part_id for line in old.lines if line.part_id is not None and not line.dropped_in}
    found = uow.run(
        select(_OFFERS.c.supplier_id)
        .join(_SUPPLIERS, _SUPPLIERS.c.id == _OFFERS.c.supplier_id)
        .where(_OFFERS.c.part_id.in_(parts), _SUPPLIERS.c.blocked.is_(False), _SUPPLIERS.c.held.is_(False))
        .group_by(_OFFERS.c.supplier_id)
        .order_by(func.count().desc(), _OFFERS.c.supplier_id)
    ).first()
    other = uow.get(Supplier, found.supplier_id) if found is not None else None
    instead = f"{other.name} offers it, so the draft goes there" if other is not None else "nobody else offers it"
    told.append(f"{supplier.name} {why} by now; {instead}.")
    return other


def _drafted(uow: UnitOfWork, old: Dossier, supplier: Supplier | None, told: list[str]) -> Dossier:
    """Write the draft with a need of its own behind every line, so that each can be changed and traced."""
    kept = [line for line in old.lines if not line.dropped_in]
    supplier_id = supplier.id if supplier is not None else None
    offers = {line.id: _offer(uow, line, supplier_id) for line in kept if line.part_id is not None}
    currency = next((offer.currency for _, offer in offers.values()), (supplier or old.order).currency)
    currency = currency or uow.plant.currency
    draft = new_draft(uow, supplier_id, currency, reason=_reason(old), known=staff(uow))
    dossier = opened(uow, draft)
    wanted = [_wanted(line, *offers[line.id], currency) for line in kept if line.id in offers]
    dossier = add_lines(uow, dossier, wanted)
    for line, source in zip(dossier.lines, [line for line in kept if line.id in offers], strict=True):
        put_on(uow, line.id, _need(uow, source, wanted_quantity(source)), wanted_quantity(source))
        _line_told(line, source, currency, told)
    _in_words(uow, draft, [line for line in kept if line.part_id is None], (old.order.currency, currency), told)
    if currency == old.order.currency and old.order.charges:
        change(uow, opened(uow, draft), charges=old.order.charges)
        told.append("Freight and charges are those of the old order; look at them.")
    return recounted(uow, draft)


def wanted_quantity(line: Line) -> int:
    """Return what was ordered in thousandths of the part's own unit."""
    return in_part_units(line.quantity, line) if line.part_id is not None else line.quantity


def _offer(uow: UnitOfWork, line: Line, supplier_id: int | None) -> tuple[Part, Offer]:
    part = uow.get(Part, line.part_id)
    return part, offer_for(uow, part, supplier_id) if supplier_id is not None else Offer(None, "", unit=part.unit)


def _wanted(line: Line, part: Part, offer: Offer, currency: str) -> tuple[Want, Part, Offer]:
    # A price in another currency is no price on this order; the completeness gate asks for it.
    fitting = offer if offer.currency == currency else Offer(offer.supplier_id, currency, unit=part.unit)
    return Want(part.id, wanted_quantity(line), cost_centre_id=line.cost_centre_id), part, fitting


def _line_told(line: Line, source: Line, currency: str, told: list[str]) -> None:
    """Name a line of which another quantity is bought now, or that has no price today."""
    if not line.price:
        told.append(f"Line {line.line}, {line.description}: no price in {currency} is known today.")
    bought, before = in_part_units(line.quantity, line), wanted_quantity(source)
    if bought != before:
        now, was = measured(line.quantity, line.unit), measured(source.quantity, source.unit)
        told.append(f"Line {line.line}: {now} instead of {was}, by the supplier's packs and lots of today.")


def _need(uow: UnitOfWork, line: Line, quantity: int) -> int:
    return uow.add(
        Requisition,
        number=numbering.draw(uow, "requisition"),
        part_id=line.part_id,
        description="" if line.part_id is not None else line.description,
        unit="" if line.part_id is not None else line.unit,
        quantity=quantity,
        asked=quantity,
        origin=Origin.COPY.value,
        cost_centre_id=line.cost_centre_id,
        requested_by_id=uow.actor.person_id,
        state=NeedState.OPEN.value,
        created_at=uow.now,
    )


def _in_words(uow: UnitOfWork, draft: int, lines: Sequence[Line], currencies: tuple[str, str], told: list[str]) -> None:
    """Write lines that only words describe: no list has their price, so that the old one is taken and named."""
    before, now = currencies
    first = max((line.line for line in opened(uow, draft).lines), default=0) + 1
    for number, line in enumerate(lines, first):
        line_id = uow.add(
            PurchaseOrderLine,
            order_id=draft,
            line=number,
            description=line.description,
            quantity=line.quantity,
            unit=line.unit,
            price=line.price if before == now else 0,
            cost_centre_id=line.cost_centre_id,
            deliver_by=arrival(uow, None),
        )
        put_on(uow, line_id, _need(uow, line, line.quantity), line.quantity)
        priced = "its price is the old one; ask for today's" if before == now else f"it needs a price in {now}"
        told.append(f"Line {number}, {line.description}: {priced}.")


def _terms_told(old: Dossier, dossier: Dossier, told: list[str]) -> None:
    """Name the terms that are others today."""
    for field, name in TERMS:
        was, now = getattr(old.order, field), getattr(dossier.order, field)
        if was != now:
            told.append(f"{name} is “{now}” now; it was “{was}”.")
    if old.parent:
        told.append(f"The old order was under {old.parent}; the copy is an order of its own.")
    if old.work_orders():
        told.append(f"The old order was for {', '.join(old.work_orders()[:3])}; the copy is for none.")


def _people_told(uow: UnitOfWork, old: Dossier, told: list[str]) -> None:
    """Name who has left: whoever asked for or bought the old order, and the owners of the cost centres that pay."""
    roles = {old.order.requested_by_id: "asked for it", old.order.buyer_id: "bought it"}
    for person_id, did in roles.items():
        person = uow.get(Person, person_id) if person_id is not None else None
        if person is not None and not person.active:
            told.append(f"{person.name}, who {did}, has left; the copy is yours.")
    for centre_id in dict.fromkeys(line.cost_centre_id for line in old.lines if line.cost_centre_id is not None):
        centre = uow.get(CostCentre, centre_id)
        owner = uow.get(Person, centre.owner_id) if centre.owner_id is not None else None
        if owner is not None and not owner.active:
            told.append(f"{owner.name}, who owns cost centre {centre.code}, has left; others decide by the rules.")


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Action.COPY_ORDER: copy}
