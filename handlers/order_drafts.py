"""Drafts of purchase orders: from whom a part is bought, in which packs and for how much, and the lines that follow."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from handlers.agreed_prices import agreed_prices
from handlers.agreement_offers import agreed_offer
from handlers.approval_plans import Staff
from handlers.joint_prices import Joint, moved
from handlers.order_content import Dossier, Line, change, opened, today
from handlers.order_needs import put_on
from orders.errors import Refusal
from orders.joint_lines import Listing
from orders.money import QUANTITY_SCALE
from orders.people import Role
from orders.plant import Plant
from orders.price_breaks import Break, price_for
from orders.purchase_orders import OrderKind, OrderState, ReceiptState
from orders.stock import order_quantity, whole_packs
from storage import numbering
from storage.prepared import Prepared
from storage.tables import Asset, Part, PriceBreak, PurchaseOrder, PurchaseOrderLine, Supplier, SupplierPart, WorkOrder
from storage.unit_of_work import UnitOfWork, table

_OFFERS, _SUPPLIERS = table(SupplierPart), table(Supplier)
_LINES, _ORDERS = table(PurchaseOrderLine), table(PurchaseOrder)
_OFFERED = (
    select(_OFFERS, _SUPPLIERS.c.currency.label("supplier_currency"), _SUPPLIERS.c.blocked)
    .join(_SUPPLIERS, _SUPPLIERS.c.id == _OFFERS.c.supplier_id)
    .where(_OFFERS.c.part_id == bindparam("part"))
    .order_by(_SUPPLIERS.c.blocked, _OFFERS.c.preferred.desc(), _OFFERS.c.id)
)
_FROM_ANYBODY = Prepared(_OFFERED)
_FROM_ONE = Prepared(_OFFERED.where(_OFFERS.c.supplier_id == bindparam("supplier")))
_PRICES = table(PriceBreak)
_BREAKS = Prepared(
    select(_PRICES.c.from_quantity, _PRICES.c.price).where(_PRICES.c.supplier_part_id == bindparam("offer"))
)
_OF_ORDER = select(_LINES.c.part_id).where(_LINES.c.order_id == bindparam("order"))
_LISTED = Prepared(
    select(_OFFERS, _SUPPLIERS.c.currency.label("supplier_currency"))
    .join(_SUPPLIERS, _SUPPLIERS.c.id == _OFFERS.c.supplier_id)
    .where(_OFFERS.c.supplier_id == bindparam("supplier"), _OFFERS.c.part_id.in_(_OF_ORDER))
    .order_by(_OFFERS.c.preferred.desc(), _OFFERS.c.id)
)
_STEPS = Prepared(
    select(_PRICES)
    .join(_OFFERS, _OFFERS.c.id == _PRICES.c.supplier_part_id)
    .where(_OFFERS.c.supplier_id == bindparam("supplier"), _OFFERS.c.part_id.in_(_OF_ORDER))
)
_SAME_DRAFT = Prepared(
    select(_ORDERS.c.id, _ORDERS.c.supplier_id, _ORDERS.c.parent_id)
    .join(_LINES, _LINES.c.order_id == _ORDERS.c.id)
    .where(_LINES.c.work_order_id == bindparam("work_order"), _ORDERS.c.state == OrderState.DRAFT.value)
    .where(_ORDERS.c.currency == bindparam("currency"), _ORDERS.c.rejection == "")
    .order_by(_ORDERS.c.id)
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What one part costs at one supplier, and in which unit and lots it is bought; no supplier where none is known."""

    supplier_id: int | None
    currency: str
    supplier_part: str = ""
    gtin: str = ""
    price: int = 0
    unit: str = "C62"
    pack_unit: str = ""
    pack_size: int = 0
    minimum: int = 0
    multiple: int = 0
    lead_days: int | None = None
    breaks: tuple[Break, ...] = ()
    agreement_id: int | None = None
    """The agreement in force that it comes from, and the line of that."""
    agreement_line_id: int | None = None

    def price_of(self, quantity: int) -> int:
        """Return the unit price at a quantity (thousandths of the offer's unit); 0 where none is known."""
        return price_for(quantity, self.price, self.breaks)


@dataclass(frozen=True, slots=True)
class Want:
    """A part that somebody wants to be bought: thousandths of the part's unit, and what it is for."""

    part_id: int
    quantity: int
    work_order_id: int | None = None
    requisition_id: int | None = None
    cost_centre_id: int | None = None


def offer_for(uow: UnitOfWork, part: Part, supplier_id: int | None = None) -> Offer:
    """Return the preferred offer for a part, or that of one supplier; without any, an offer from nobody."""
    if supplier_id is None:
        row = uow.row(_FROM_ANYBODY, part=part.id)
    else:
        row = uow.row(_FROM_ONE, part=part.id, supplier=supplier_id)
    if row is not None:
        breaks = uow.rows(_BREAKS, offer=row.id)
        return offer_of(uow.plant, part.unit, row, tuple(Break(each.from_quantity, each.price) for each in breaks))
    supplier = uow.find(Supplier, id=supplier_id) if supplier_id is not None else None
    currency = (supplier.currency if supplier is not None else "") or part.currency or uow.plant.currency
    price = part.price if part.currency in ("", currency) else 0
    return Offer(supplier_id, currency, price=price, unit=part.unit)


def best_offer(uow: UnitOfWork, part: Part, wanted: int) -> Offer:
    """Return what an agreement in force offers where it covers ``wanted`` (thousandths of the part's unit), else the preferred offer."""
    agreed = agreed_offer(uow, part.id, wanted)
    usual = offer_for(uow, part, agreed.supplier_id if agreed is not None else None)
    return usual if agreed is None else Offer(**asdict(agreed) | {"breaks": agreed.breaks}, lead_days=usual.lead_days)


def offer_of(plant: Plant, own: str, row: Any, breaks: tuple[Break, ...]) -> Offer:
    """Read a supplier's row with its prices by quantity; a unit that cannot be turned into the part's ``own`` leaves the price to be filled in."""
    unit = row.unit or own
    known = unit == own or (row.pack_size and row.pack_unit in ("", unit))
    return Offer(
        supplier_id=row.supplier_id,
        currency=row.currency or row.supplier_currency or plant.currency,
        supplier_part=row.supplier_part,
        gtin=row.gtin,
        price=row.price if known else 0,
        unit=unit if known else own,
        pack_unit=row.pack_unit or (unit if known and unit != own else ""),
        pack_size=row.pack_size,
        minimum=row.minimum_quantity if known else 0,
        multiple=row.multiple if known else 0,
        lead_days=row.lead_days,
        breaks=breaks if known else (),
    )


def quantity_to_order(offer: Offer, part: Part, shortfall: int) -> int:
    """Turn a shortfall into the quantity on an order line: whole packs and lots; the least that is sold is what all lines of the part come to."""
    wanted = shortfall if offer.unit == part.unit else whole_packs(shortfall, offer.pack_size)
    return order_quantity(wanted, multiple=offer.multiple)


def fitted(uow: UnitOfWork, dossier: Dossier, line: Line, needed: int) -> dict[str, int]:
    """Return the quantity of a draft line that covers ``needed`` (thousandths of the part's unit); it follows its needs from then on."""
    if line.part_id is None:
        return {"quantity": needed}
    part = uow.get(Part, line.part_id)
    offer = offer_for(uow, part, dossier.order.supplier_id)
    if offer.unit != line.unit or line.agreement_line_id is not None:
        offer = Offer(offer.supplier_id, offer.currency, unit=line.unit, pack_size=line.pack_size or QUANTITY_SCALE)
    return {"quantity": quantity_to_order(offer, part, needed), "filled": 0}


def cost_centre_of(uow: UnitOfWork, work_order: WorkOrder | None) -> int | None:
    """Return who pays for a work order: its asset's cost centre, or that of the next asset above which has one."""
    asset_id = work_order.asset_id if work_order is not None else None
    seen: set[int] = set()
    while asset_id is not None and asset_id not in seen:
        seen.add(asset_id)
        asset = uow.get(Asset, asset_id)
        if asset.cost_centre_id is not None:
            return int(asset.cost_centre_id)
        asset_id = asset.parent_id
    return None


def new_draft(uow: UnitOfWork, supplier_id: int | None, currency: str, *, reason: str, known: Staff) -> int:
    """Write a draft order to a supplier, with the plant's conditions where the supplier has none; returns its id."""
    supplier = uow.find(Supplier, id=supplier_id) if supplier_id is not None else None
    buyers = known.having(Role.BUYER)
    mine = uow.actor.person_id if uow.actor.has(Role.BUYER) else None
    return uow.add(
        PurchaseOrder,
        draft_number=numbering.draw(uow, "draft"),
        kind=OrderKind.STANDARD.value,
        revision=1,
        state=OrderState.DRAFT.value,
        receipt_state=ReceiptState.NONE.value,
        supplier_id=supplier_id,
        currency=currency,
        requested_by_id=uow.actor.person_id,
        buyer_id=mine or (buyers[0].id if buyers else None),
        deliver_by=None,
        reason=reason,
        changed_at=uow.now,
        created_at=uow.now,
        **conditions(uow.plant, supplier),
    )


def draft_from(uow: UnitOfWork, offer: Offer, *, reason: str, known: Staff) -> int:
    """Write a draft order for an offer: a release where an agreement makes it, with the agreement's terms; returns its id."""
    order_id = new_draft(uow, offer.supplier_id, offer.currency, reason=reason, known=known)
    if offer.agreement_id is not None:
        above = uow.get(PurchaseOrder, offer.agreement_id)
        terms = {name: getattr(above, name) for name in conditions(uow.plant, None)}
        under = {"kind": OrderKind.RELEASE.value, "parent_id": above.id, "buyer_id": above.buyer_id}
        uow.change(PurchaseOrder, order_id, **under, **terms)
    return order_id


def conditions(plant: Plant, supplier: Supplier | None) -> dict[str, str]:
    """Return the terms that an order to this supplier carries."""
    place, terms = plant.deliver_to.line() or plant.address.line(), plant.terms
    return {
        "delivery_place": place,
        "payment_terms": (supplier.payment if supplier is not None else "") or terms.payment,
        "return_conditions": terms.returns,
        "warranty": terms.warranty,
        "incoterm": (supplier.incoterm if supplier is not None else "") or terms.incoterm,
        "incoterm_place": (supplier.incoterm_place if supplier is not None else "")
        or terms.incoterm_place
        or plant.deliver_to.city
        or plant.address.city,
        "terms_edition": terms.edition,
    }


def add_lines(uow: UnitOfWork, dossier: Dossier, wanted: Sequence[tuple[Want, Part, Offer]]) -> Dossier:
    """Add one line a want to a draft and return the order as it then stands."""
    first = max((line.line for line in dossier.lines), default=0) + 1
    head = {"order_id": dossier.order.id, "received": 0, "accepted": 0, "rejected": 0, "cancelled": 0}
    rows = [{**head, "line": first + at, **_line_row(uow, *each)} for at, each in enumerate(wanted)]
    for row, (want, _, _) in zip(rows, wanted, strict=True):
        line_id = uow.add(PurchaseOrderLine, **row)
        if want.requisition_id is not None:
            put_on(uow, line_id, want.requisition_id, want.quantity)
    return recounted(uow, dossier.order.id)


def _line_row(uow: UnitOfWork, want: Want, part: Part, offer: Offer) -> dict[str, object]:
    quantity = quantity_to_order(offer, part, want.quantity)
    return {
        "part_id": part.id,
        "description": part.name,
        "supplier_part": offer.supplier_part,
        "gtin": offer.gtin,
        "quantity": quantity,
        "unit": offer.unit,
        "pack_unit": offer.pack_unit,
        "pack_size": offer.pack_size,
        "filled": 0,
        "price": offer.price_of(quantity),
        "listed": offer.agreement_line_id is None and offer.price > 0,
        "agreement_line_id": offer.agreement_line_id,
        "cost_centre_id": want.cost_centre_id,
        "work_order_id": want.work_order_id,
        "deliver_by": arrival(uow, offer.lead_days),
    }


def arrival(uow: UnitOfWork, lead_days: int | None) -> date:
    """Return the day by which something ordered today should be here."""
    return today(uow) + timedelta(days=uow.plant.terms.lead_days if lead_days is None else lead_days)


def joints(uow: UnitOfWork, dossier: Dossier) -> list[Joint]:
    """Return the parts of an order that the supplier's list says something of by quantity, each with all its lines; none of an agreement's."""
    by_part: dict[tuple[int, str], list[Line]] = {}
    for line in dossier.lines:
        if line.part_id is not None and line.agreement_line_id is None and not line.dropped_in:
            by_part.setdefault((line.part_id, line.unit), []).append(line)
    listed = _listed(uow, dossier) if by_part else {}
    found = []
    for (part_id, unit), lines in by_part.items():
        offer = listed.get(part_id)
        if offer is not None and (offer.unit, offer.currency) == (unit, dossier.order.currency):
            found.append(Joint(tuple(lines), Listing(offer.price, offer.breaks, offer.minimum, offer.multiple)))
    return found


def _listed(uow: UnitOfWork, dossier: Dossier) -> dict[int, Offer]:
    """Return by part what its supplier asks, for all parts of an order at once."""
    which = {"supplier": dossier.order.supplier_id or 0, "order": dossier.order.id}
    steps: dict[int, list[Break]] = {}
    for row in uow.rows(_STEPS, **which):
        steps.setdefault(row.supplier_part_id, []).append(Break(row.from_quantity, row.price))
    own = {line.part_id: line.part_unit for line in dossier.lines}
    filled = {line.part_id for line in dossier.lines if line.filled}
    found: dict[int, Offer] = {}
    for row in uow.rows(_LISTED, **which):
        if row.part_id not in found and (row.minimum_quantity or row.id in steps or row.part_id in filled):
            unit = own[row.part_id] or row.unit
            found[row.part_id] = offer_of(uow.plant, unit, row, tuple(steps.get(row.id, ())))
    return found


def recounted(uow: UnitOfWork, order_id: int) -> Dossier:
    """Write an order's total and its latest delivery date anew from its lines, and return it.

    Lines of a draft that stand for the same part reach the supplier's minimum and his prices by quantity together; those of
    a draft release reach the prices of their agreement together.
    """
    dossier = opened(uow, order_id)
    moved = _joined(uow, dossier) if dossier.state is OrderState.DRAFT else {}
    for line_id, values in moved.items():
        uow.change(PurchaseOrderLine, line_id, **values)
    dossier = opened(uow, order_id) if moved else dossier
    days = [line.deliver_by for line in dossier.lines if line.deliver_by is not None]
    change(uow, dossier, total=dossier.total.minor, deliver_by=max(days, default=None))
    return dossier.reread(uow)


def _joined(uow: UnitOfWork, dossier: Dossier) -> Mapping[int, Mapping[str, int]]:
    """Return by line what its order as a whole makes of its quantity and its price, where that is another."""
    if dossier.order.kind == OrderKind.STANDARD:
        return moved(joints(uow, dossier))
    if dossier.order.kind == OrderKind.RELEASE:
        # What the agreement does not cover keeps its price; whoever requests the release is told.
        with suppress(Refusal):
            return {line_id: {"price": price} for line_id, price in agreed_prices(uow, dossier).items()}
    return {}


def repriced(uow: UnitOfWork, dossier: Dossier) -> Dossier:
    """Write the prices that the lines of an order reach together as they stand, without adding to a quantity."""
    if dossier.order.kind == OrderKind.RELEASE:
        prices = agreed_prices(uow, dossier)
    else:
        prices = {line_id: price for joint in joints(uow, dossier) for line_id, price in joint.prices().items()}
    for line_id, price in prices.items():
        uow.change(PurchaseOrderLine, line_id, price=price)
    return opened(uow, dossier.order.id) if prices else dossier


def draft_for(uow: UnitOfWork, work_order_id: int | None, offer: Offer) -> int | None:
    """Return the draft to the same supplier that already serves this work order, so that it is ordered together."""
    if work_order_id is None:
        return None
    drafts = uow.rows(_SAME_DRAFT, work_order=work_order_id, currency=offer.currency)
    wanted = (offer.supplier_id, offer.agreement_id)
    return next((int(row.id) for row in drafts if (row.supplier_id, row.parent_id) == wanted), None)


def draft(uow: UnitOfWork, supplier_id: int, wants: Sequence[Want], *, reason: str, known: Staff) -> Dossier:
    """Write a draft with one line a want at the supplier's prices; all lines in the currency of the first."""
    parts = [uow.get(Part, want.part_id) for want in wants]
    offers = [offer_for(uow, part, supplier_id) for part in parts]
    # A price in another currency is no price on this order; the completeness gate asks for it.
    offers = [each if each.currency == offers[0].currency else replace(each, price=0, breaks=()) for each in offers]
    order_id = new_draft(uow, supplier_id, offers[0].currency, reason=reason, known=known)
    return add_lines(uow, opened(uow, order_id), list(zip(wants, parts, offers, strict=True)))
