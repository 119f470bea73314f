"""Drafts of agreements: the order, what it says as an agreement, and its lines; written by forms and by import alike."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete

from handlers.approval_plans import Staff
from handlers.order_content import Dossier, Line, opened
from handlers.order_drafts import new_draft, recounted
from orders.agreement_terms import PriceBasis
from orders.agreements import check_child
from orders.price_breaks import Break
from orders.purchase_orders import OrderKind
from storage.tables import Agreement, AgreementBreak, AgreementLine, PurchaseOrder, PurchaseOrderLine
from storage.unit_of_work import Note, UnitOfWork, table

_LINES, _BREAKS, _AGREED = table(PurchaseOrderLine), table(AgreementBreak), table(AgreementLine)


@dataclass(frozen=True, slots=True)
class Head:
    """What an agreement says as a whole; amounts in minor units of its currency."""

    kind: OrderKind
    supplier_id: int | None
    currency: str
    first: date | None = None
    last: date | None = None
    amount_limit: int = 0
    minimum_release: int = 0
    basis: PriceBasis = PriceBasis.PER_RELEASE
    cost_centre_id: int | None = None
    reference: str = ""
    parent_id: int | None = None

    def own(self) -> dict[str, object]:
        """Return what the agreement's own row keeps."""
        return {
            "first": self.first,
            "last": self.last,
            "amount_limit": self.amount_limit,
            "minimum_release": self.minimum_release,
            "price_basis": self.basis.value,
            "cost_centre_id": self.cost_centre_id,
        }


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an agreement: thousandths of its unit, and ten-thousandths of its currency."""

    description: str
    unit: str
    price: int
    part_id: int | None = None
    supplier_part: str = ""
    pack_unit: str = ""
    pack_size: int = 0
    quantity: int = 0
    estimate: int = 0
    breaks: tuple[Break, ...] = ()
    cost_centre_id: int | None = None


def draft(uow: UnitOfWork, head: Head, known: Staff) -> int:
    """Write an agreement as a draft; returns the id of its order. Raises ``NotUnderThis`` for a parent that cannot be one."""
    order_id = new_draft(uow, head.supplier_id, head.currency, reason=head.reference, known=known)
    uow.change(PurchaseOrder, order_id, kind=head.kind.value)
    uow.add(Agreement, order_id=order_id, reference=head.reference, **head.own())
    put_under(uow, order_id, head.kind, head.parent_id)
    dossier = recounted(uow, order_id)
    uow.audit(Note(dossier.name, "draft agreement", after={"kind": head.kind.value, **head.own()}))
    return order_id


def put_under(uow: UnitOfWork, order_id: int, kind: OrderKind, parent_id: int | None) -> None:
    """Put an order under an agreement, if that kind can stand there; None takes it out."""
    if parent_id is not None:
        above = uow.get(PurchaseOrder, parent_id)
        check_child(above.number or above.draft_number, OrderKind(above.kind), kind)
    uow.change(PurchaseOrder, order_id, parent_id=parent_id)


def rewrite(uow: UnitOfWork, order_id: int, **values: object) -> Dossier:
    """Write other terms into an agreement that is still a draft."""
    head = uow.find(Agreement, order_id=order_id)
    assert head is not None
    before = {name: getattr(head, name) for name in values}
    uow.change(Agreement, head.id, **values)
    dossier = recounted(uow, order_id)
    uow.audit(Note(dossier.name, "terms", before=before, after=values))
    return dossier


def same_line(dossier: Dossier, row: Row) -> Line | None:
    """Return the line of an agreement that is for the same thing, if there is one."""
    wanted = (row.part_id, "" if row.part_id is not None else row.description.casefold())
    found = ((line.part_id, "" if line.part_id is not None else line.description.casefold()) for line in dossier.lines)
    return next((line for line, told in zip(dossier.lines, found, strict=True) if told == wanted), None)


def put_line(uow: UnitOfWork, order_id: int, row: Row) -> Dossier:
    """Add a line to an agreement, or write the line for the same thing anew; returns the agreement as it then stands."""
    dossier = opened(uow, order_id)
    line = same_line(dossier, row)
    line_id = line.id if line is not None else _added(uow, dossier)
    uow.change(
        PurchaseOrderLine,
        line_id,
        part_id=row.part_id,
        description=row.description,
        supplier_part=row.supplier_part,
        quantity=row.quantity,
        unit=row.unit,
        pack_unit=row.pack_unit,
        pack_size=row.pack_size,
        price=row.price,
        cost_centre_id=row.cost_centre_id,
    )
    agreed = uow.find(AgreementLine, line_id=line_id)
    if agreed is not None:
        uow.change(AgreementLine, agreed.id, estimate=row.estimate)
    _write_breaks(uow, line_id, row.breaks)
    after = {"item": row.description, "price": row.price, "quantity": row.quantity, "breaks": len(row.breaks)}
    uow.audit(Note(dossier.name, "line", after=after))
    return recounted(uow, order_id)


def _added(uow: UnitOfWork, dossier: Dossier) -> int:
    number = max((line.line for line in dossier.lines), default=0) + 1
    counters = dict.fromkeys(("quantity", "price", "received", "accepted", "rejected", "cancelled"), 0)
    line_id = uow.add(PurchaseOrderLine, order_id=dossier.order.id, line=number, unit="C62", **counters)
    uow.add(AgreementLine, order_id=dossier.order.id, line_id=line_id)
    return line_id


def _write_breaks(uow: UnitOfWork, line_id: int, breaks: tuple[Break, ...]) -> None:
    uow.run(delete(_BREAKS).where(_BREAKS.c.line_id == line_id))
    for step in breaks:
        uow.add(AgreementBreak, line_id=line_id, from_quantity=step.from_quantity, price=step.price)


def drop_line(uow: UnitOfWork, order_id: int, line: Line) -> Dossier:
    """Take a line off an agreement that is still a draft."""
    for kept in (_BREAKS, _AGREED):
        uow.run(delete(kept).where(kept.c.line_id == line.id))
    uow.run(delete(_LINES).where(_LINES.c.id == line.id))
    dossier = recounted(uow, order_id)
    uow.audit(Note(dossier.name, "line gone", before={"item": line.description}))
    return dossier
