"""A purchase order as handlers read it: the order, its supplier, its lines and the needs behind them, in four statements."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import bindparam, select

from orders import numbering
from orders.agreement_terms import Terms
from orders.agreements import AGREEMENT_KINDS
from orders.charges import Burden, Carrier
from orders.errors import NotKnown
from orders.money import Money, line_amount
from orders.purchase_orders import OrderContent, OrderKind, OrderLine, OrderState
from orders.requisitions import Claim
from storage import agreements
from storage.charges import ChargeLine, burdens, charges_in
from storage.prepared import Prepared
from storage.tables import (
    Asset,
    CostCentre,
    OrderRevision,
    Part,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderNeed,
    Requisition,
    Supplier,
    WorkOrder,
)
from storage.unit_of_work import UnitOfWork, table

_LINES, _PARTS, _CENTRES = table(PurchaseOrderLine), table(Part), table(CostCentre)
_WORK, _ASSETS = table(WorkOrder), table(Asset)
_SHARES, _NEEDS = table(PurchaseOrderNeed), table(Requisition)


@dataclass(frozen=True, slots=True)
class Line:
    """One order line with the names of what it points to; quantities in thousandths of its unit."""

    id: int
    line: int
    part_id: int | None
    description: str
    supplier_part: str
    gtin: str
    quantity: int
    unit: str
    pack_unit: str
    pack_size: int
    filled: int | None
    price: int
    listed: bool
    tax: str
    cost_centre_id: int | None
    work_order_id: int | None
    agreement_line_id: int | None
    deliver_by: date | None
    promised_on: date | None
    received: int
    accepted: int
    rejected: int
    returned: int
    cancelled: int
    billed: int
    dropped_in: int
    part: str | None
    part_unit: str | None
    store: str | None
    bin: str | None
    tolerance_percent: int | None
    under_percent: int | None
    inspected: bool | None
    tracked: str | None
    expires: bool | None
    cost_centre: str | None
    work_order: str | None
    work_title: str | None
    asset: str | None
    asset_name: str | None

    @property
    def open(self) -> int:
        """What is still expected: not accepted yet, be it on its way or held for inspection."""
        return max(self.quantity - self.cancelled - self.accepted, 0)

    @property
    def held(self) -> int:
        """What came and waits to be inspected."""
        return self.received - self.accepted - self.rejected

    @property
    def to_come(self) -> int:
        """What still has to be delivered."""
        return max(self.open - self.held, 0)


_OWN = [_LINES.c[name] for name in Line.__slots__ if name in _LINES.c]
_OF_ORDER = Prepared(
    select(
        *_OWN,
        _PARTS.c.code,
        _PARTS.c.unit,
        _PARTS.c.store,
        _PARTS.c.bin,
        _PARTS.c.tolerance_percent,
        _PARTS.c.under_percent,
        _PARTS.c.inspected,
        _PARTS.c.tracked,
        _PARTS.c.expires,
        _CENTRES.c.code,
        _WORK.c.number,
        _WORK.c.title,
        _ASSETS.c.code,
        _ASSETS.c.name,
    )
    .select_from(_LINES)
    .outerjoin(_PARTS, _PARTS.c.id == _LINES.c.part_id)
    .outerjoin(_CENTRES, _CENTRES.c.id == _LINES.c.cost_centre_id)
    .outerjoin(_WORK, _WORK.c.id == _LINES.c.work_order_id)
    .outerjoin(_ASSETS, _ASSETS.c.id == _WORK.c.asset_id)
    .where(_LINES.c.order_id == bindparam("order"))
    .order_by(_LINES.c.line)
)


@dataclass(frozen=True, slots=True)
class Share:
    """What one order line stands for of one need, in thousandths of the need's unit."""

    id: int
    line_id: int
    requisition_id: int
    quantity: int
    number: str
    state: str
    work_order_id: int | None
    work_order: str | None
    requested_by_id: int | None
    needed_by: date | None

    @property
    def claim(self) -> Claim:
        """Return it as what deliveries are shared by."""
        return Claim(self.requisition_id, self.quantity, self.needed_by)


_OF_NEEDS = Prepared(
    select(
        _SHARES.c.id,
        _SHARES.c.line_id,
        _SHARES.c.requisition_id,
        _SHARES.c.quantity,
        _NEEDS.c.number,
        _NEEDS.c.state,
        _NEEDS.c.work_order_id,
        _WORK.c.number,
        _NEEDS.c.requested_by_id,
        _NEEDS.c.needed_by,
    )
    .select_from(_SHARES)
    .join(_LINES, _LINES.c.id == _SHARES.c.line_id)
    .join(_NEEDS, _NEEDS.c.id == _SHARES.c.requisition_id)
    .outerjoin(_WORK, _WORK.c.id == _NEEDS.c.work_order_id)
    .where(_LINES.c.order_id == bindparam("order"), _SHARES.c.quantity > 0)
    .order_by(_LINES.c.line, _SHARES.c.requisition_id)
)


@dataclass(frozen=True)
class Dossier:
    """An order with its supplier, its lines and their needs, as they stood when they were read."""

    order: PurchaseOrder
    supplier: Supplier | None
    lines: tuple[Line, ...]
    needs: tuple[Share, ...] = ()
    terms: Terms | None = None
    """What it says as an agreement; None for an order that is none."""
    parent: str = ""
    """The number of the agreement that it is ordered under."""
    revising: int | None = None
    """The id of the revision that this shows the order under; None for the order as it is in force."""

    @property
    def name(self) -> str:
        """The order's number, or the draft's until there is one."""
        return self.order.number or self.order.draft_number

    @property
    def state(self) -> OrderState:
        """Where the document stands."""
        return OrderState(self.order.state)

    @property
    def is_agreement(self) -> bool:
        """Say whether this buys nothing by itself."""
        return self.terms is not None

    @property
    def supplier_name(self) -> str:
        """The supplier's name, or what stands for a supplier who is not chosen yet."""
        return self.supplier.name if self.supplier is not None else "a supplier still to be chosen"

    @cached_property
    def content(self) -> OrderContent:
        """Everything material, as approval binds to it."""
        order = self.order
        return OrderContent(
            supplier=self.supplier.code if self.supplier is not None else None,
            currency=order.currency,
            delivery_place=order.delivery_place,
            payment_terms=order.payment_terms,
            return_conditions=order.return_conditions,
            incoterm=order.incoterm,
            incoterm_place=order.incoterm_place,
            deliver_by=order.deliver_by,
            lines=tuple(_content_line(line) for line in self.lines if not line.dropped_in),
            kind=OrderKind(order.kind),
            warranty=order.warranty,
            terms_edition=order.terms_edition,
            terms=self.terms,
            parent=self.parent,
            charges=tuple(charge.content for charge in self.charges),
        )

    @cached_property
    def charges(self) -> tuple[ChargeLine, ...]:
        """What it costs beyond its lines, or less."""
        return charges_in(self.order.charges)

    @cached_property
    def burdens(self) -> tuple[Burden, ...]:
        """What its lines carry of the charges for whoever pays, by the lines' numbers and the cost centres' ids."""
        currency = self.order.currency
        wanted = [(line, line.quantity - line.cancelled) for line in self.lines if not line.dropped_in]
        carriers = [
            Carrier(line.line, line.cost_centre_id, line_amount(quantity, line.price, currency).minor)
            for line, quantity in wanted
        ]
        return burdens(carriers, self.charges)

    @cached_property
    def total(self) -> Money:
        """Lines and charges without tax."""
        return self.content.total()

    def amount(self, line: Line) -> Money:
        """Return what one line costs."""
        return line_amount(line.quantity, line.price, self.order.currency)

    def work_orders(self) -> list[str]:
        """Return the numbers of the work orders that wait for this order, each once."""
        named = [*(line.work_order for line in self.lines), *(share.work_order for share in self.needs)]
        return list(dict.fromkeys(number for number in named if number))

    def shares(self, line_id: int) -> list[Share]:
        """Return what a line stands for."""
        return self._by_line.get(line_id, [])

    @cached_property
    def _by_line(self) -> dict[int, list[Share]]:
        found: dict[int, list[Share]] = {}
        for share in self.needs:
            found.setdefault(share.line_id, []).append(share)
        return found

    def line_for(self, requisition_id: int) -> Line | None:
        """Return the line that stands for a need, the last one where there are several."""
        found = [share.line_id for share in self.needs if share.requisition_id == requisition_id]
        return self.line(found[-1]) if found else None

    def requisitions(self) -> list[int]:
        """Return the ids of the needs behind the lines, each once, in the order of the lines."""
        shown = {line.id for line in self.lines}
        return list(dict.fromkeys(share.requisition_id for share in self.needs if share.line_id in shown))

    def reread(self, uow: UnitOfWork) -> "Dossier":
        """Return the same lines under the order as it stands after a change of its head."""
        order = uow.get(PurchaseOrder, self.order.id)
        if self.revising is not None:
            order = under(order, uow.get(OrderRevision, self.revising))
        return replace(self, order=order)

    def line(self, line_id: int) -> Line | None:
        """Return the line with this id, if it is one of this order's."""
        return next((line for line in self.lines if line.id == line_id), None)


def _content_line(line: Line) -> OrderLine:
    return OrderLine(
        line=line.line,
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        price=line.price,
        cost_centre=line.cost_centre,
        part=line.part,
        supplier_part=line.supplier_part or None,
        deliver_by=line.deliver_by,
        tax=line.tax,
    )


def lines_of(uow: UnitOfWork, order_id: int) -> tuple[Line, ...]:
    """Return the lines of an order by their line numbers."""
    return tuple(Line(*row) for row in uow.rows(_OF_ORDER, order=order_id))


def opened(uow: UnitOfWork, order_id: int) -> Dossier:
    """Read an order with everything that hangs from it."""
    return _whole(uow, uow.get(PurchaseOrder, order_id))


def locked(uow: UnitOfWork, order_id: int) -> Dossier:
    """Read an order under its lock, so that whatever is decided on it is decided on what it says now."""
    return _whole(uow, uow.lock(PurchaseOrder, order_id))


def _whole(uow: UnitOfWork, order: PurchaseOrder) -> Dossier:
    supplier = uow.find(Supplier, id=order.supplier_id) if order.supplier_id is not None else None
    needs = tuple(Share(*row) for row in uow.rows(_OF_NEEDS, order=order.id))
    terms = agreements.terms(uow, order.id) if OrderKind(order.kind) in AGREEMENT_KINDS else None
    parent = uow.get(PurchaseOrder, order.parent_id) if order.parent_id is not None else None
    above = (parent.number or parent.draft_number) if parent is not None else ""
    return Dossier(order, supplier, lines_of(uow, order.id), needs, terms, above)


def change(uow: UnitOfWork, dossier: Dossier, /, **values: object) -> None:
    """Write new values into an order; its version and the moment of the change move with every write.

    What the order takes from an agreement follows, in the same moment, so that nothing is forgotten by whoever cancels it.
    Where the dossier shows a revision, the revision is written and the order in force stays as it is.
    """
    version = dossier.order.version + 1
    if dossier.revising is not None:
        uow.change(OrderRevision, dossier.revising, **{**values, "changed_at": uow.now})
        values = {}
    uow.change(PurchaseOrder, dossier.order.id, **{**values, "version": version, "changed_at": uow.now})
    if dossier.order.parent_id is not None:
        agreements.balance(uow, dossier.order.id)


_HEAD = tuple(column.name for column in table(PurchaseOrder).c)
_SHARED = {column.name for column in table(OrderRevision).c}.intersection(_HEAD) - {"id", "created_at"}
"""What a revision says in place of the order's head."""


def under(order: PurchaseOrder, revision: OrderRevision) -> PurchaseOrder:
    """Return the head of an order as a revision has it; a value to read, never written as such."""
    return PurchaseOrder(**{name: getattr(revision if name in _SHARED else order, name) for name in _HEAD})


def order_named(uow: UnitOfWork, written: str) -> PurchaseOrder:
    """Find an order by its number, its draft number or a short form of either; raises ``NotKnown``."""
    text = written.strip().upper()
    for candidate in (text, *_candidates(uow, text)):
        found = uow.find(PurchaseOrder, number=candidate) or uow.find(PurchaseOrder, draft_number=candidate)
        if found is not None:
            return found
    raise NotKnown(kind="purchase order", written=written.strip(), hint="Write it as on the card, for instance PO-118.")


def _candidates(uow: UnitOfWork, text: str) -> list[str]:
    whole, release = numbering.release_of(text)
    read = numbering.shortened(whole)
    if read is None:
        return []
    letters, year, value = read
    at = datetime(year, 1, 1, tzinfo=uow.plant.zone) if year else uow.now.astimezone(uow.plant.zone)
    patterns = [uow.plant.patterns[kind] for kind in ("purchase_order", "draft")]
    found = [numbering.number(pattern, value, at) for pattern in patterns if pattern.startswith(letters or "")]
    return [name + release for name in found]


def today(uow: UnitOfWork) -> date:
    """Return the calendar day at the plant."""
    return uow.now.astimezone(uow.plant.zone).date()
