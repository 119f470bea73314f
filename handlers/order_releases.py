"""Releasing an order after its last approval: number, budget, frozen document and mail; and taking all that back."""

import json
from typing import Any

from sqlalchemy import bindparam, select, update

from handlers import order_mail
from handlers.approval_plans import Staff
from handlers.order_content import Dossier, Line, change
from handlers.order_documents import frozen
from orders.budgets import BudgetKind, Promise
from orders.errors import TooLateToUndo
from orders.people import Role
from orders.purchase_orders import OrderState
from storage import budget, numbering, outbox
from storage.budget import Booking
from storage.prepared import Prepared
from storage.tables import PurchaseOrder, PurchaseOrderLine, Requisition
from storage.unit_of_work import Note, UnitOfWork, table

_NEEDS, _LINES = table(Requisition), table(PurchaseOrderLine)
_BEHIND = select(_LINES.c.requisition_id).where(_LINES.c.order_id == bindparam("order"))
_MOVE = Prepared(
    update(_NEEDS)
    .where(_NEEDS.c.id.in_(_BEHIND), _NEEDS.c.state == bindparam("before"))
    .values(state=bindparam("after"))
)


def release(uow: UnitOfWork, dossier: Dossier, known: Staff, approved_by: list[dict[str, str]]) -> Dossier:
    """Give the order its number, commit its budget, freeze its document and queue its mail for after the undo time."""
    number = dossier.order.number or numbering.draw(uow, "purchase_order")
    change(uow, dossier, state=OrderState.APPROVED.value, number=number, approved_at=uow.now)
    released = dossier.reread(uow)
    budget.book_all(uow, [_commitment(uow, released, line, 1) for line in released.lines])
    document = frozen(uow, released, known, approved_by)
    uow.change(PurchaseOrder, dossier.order.id, document=json.dumps(document, ensure_ascii=False))
    order_mail.queue(uow, released, document, waits=True)
    _move_requisitions(uow, released, "open", "on_order")
    uow.audit(Note(number, "release", after={"draft": dossier.order.draft_number, "code": document["content_hash"]}))
    return released


def take_back(uow: UnitOfWork, dossier: Dossier, known: Staff) -> None:
    """Drop the mail while nobody has begun to send it, and free the budget; raises ``TooLateToUndo``."""
    row = order_mail.newest(uow, dossier.order.id)
    if row is None or order_mail.may_be_out(row) or not outbox.drop(uow, row.key, "The approval was taken back."):
        buyers = [person.name for person in known.having(Role.BUYER)[:2]]
        raise TooLateToUndo(subject=dossier.name, who=" or ".join(buyers) or "The buyer")
    budget.book_all(uow, [_commitment(uow, dossier, line, -1) for line in dossier.lines])
    _move_requisitions(uow, dossier, "on_order", "open")
    change(uow, dossier, state=OrderState.PENDING_APPROVAL.value, document="", approved_at=None)


def promise(dossier: Dossier, line: Line) -> Promise:
    """Return what one line promises to spend; the order's freight goes with its first line."""
    freight = dossier.order.freight if line is dossier.lines[0] else 0
    return Promise(line.quantity, line.price, dossier.order.currency, freight)


def booking(uow: UnitOfWork, dossier: Dossier, line: Line, kind: BudgetKind, amount: int) -> Booking:
    """Return a booking on a line's cost centre: promises in the year of the approval, spending in the present one."""
    at: Any = dossier.order.approved_at if kind is BudgetKind.COMMITTED else uow.now
    return Booking(
        cost_centre_id=line.cost_centre_id or 0,
        year=(at or uow.now).astimezone(uow.plant.zone).year,
        kind=kind,
        amount=amount,
        currency=dossier.order.currency,
        order_id=dossier.order.id,
        line_id=line.id,
    )


def _commitment(uow: UnitOfWork, dossier: Dossier, line: Line, sign: int) -> Booking:
    promised = promise(dossier, line)
    return booking(uow, dossier, line, BudgetKind.COMMITTED, sign * promised.cost(line.quantity))


def free_leftover(uow: UnitOfWork, dossier: Dossier) -> None:
    """Free everything that an order still promises to spend, because nothing will come on it any more."""
    paid = [line for line in dossier.lines if line.cost_centre_id is not None]
    left = [(line, promise(dossier, line).leftover(line.accepted)) for line in paid]
    budget.book_all(uow, [booking(uow, dossier, line, BudgetKind.COMMITTED, -amount) for line, amount in left])


def _move_requisitions(uow: UnitOfWork, dossier: Dossier, before: str, after: str) -> None:
    """Move the needs behind an order from one state to another."""
    if any(line.requisition_id is not None for line in dossier.lines):
        uow.write(_MOVE, order=dossier.order.id, before=before, after=after)
