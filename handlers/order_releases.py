"""Releasing an order after its last approval: number, budget, frozen document and mail; and taking all that back."""

import json
from typing import Any

from handlers import order_mail, order_needs
from handlers.approval_plans import Staff
from handlers.order_content import Dossier, Line, change
from handlers.order_documents import frozen
from orders.budgets import BudgetKind, Promise
from orders.errors import TooLateToUndo
from orders.people import Role
from orders.purchase_orders import OrderKind, OrderState
from orders.requisitions import NeedEvent
from storage import agreements, budget, numbering, outbox
from storage.budget import Booking
from storage.tables import PurchaseOrder
from storage.unit_of_work import Note, UnitOfWork


def release(uow: UnitOfWork, dossier: Dossier, known: Staff, approved_by: list[dict[str, str]]) -> Dossier:
    """Give the order its number, commit its budget, freeze its document and queue its mail for after the undo time."""
    given = dossier.order.number or agreements.release_number(uow, dossier.order)
    number = given or numbering.draw(uow, "purchase_order")
    change(uow, dossier, state=OrderState.APPROVED.value, number=number, approved_at=uow.now)
    released = dossier.reread(uow)
    if released.is_agreement:
        agreements.approved(uow, released.order.id)
    else:
        budget.book_all(uow, [_commitment(uow, released, line, 1) for line in released.lines])
    document = frozen(uow, released, known, approved_by)
    uow.change(PurchaseOrder, dossier.order.id, document=json.dumps(document, ensure_ascii=False))
    if OrderKind(released.order.kind) is not OrderKind.CONTRACT:
        order_mail.queue(uow, released, document, waits=True)
    order_needs.move_all(uow, released, NeedEvent.ORDER)
    uow.audit(Note(number, "release", after={"draft": dossier.order.draft_number, "code": document["content_hash"]}))
    return released


def take_back(uow: UnitOfWork, dossier: Dossier, known: Staff) -> None:
    """Drop the mail while nobody has begun to send it, and free the budget; raises ``TooLateToUndo``."""
    stop_mail(uow, dossier, known, "The approval was taken back.")
    if not dossier.is_agreement:
        budget.book_all(uow, [_commitment(uow, dossier, line, -1) for line in dossier.lines])
    order_needs.move_all(uow, dossier, NeedEvent.RELEASE)
    change(uow, dossier, state=OrderState.PENDING_APPROVAL.value, document="", approved_at=None)


def stop_mail(uow: UnitOfWork, dossier: Dossier, known: Staff, why: str) -> None:
    """Drop an order's mail that waits; raises ``TooLateToUndo`` once somebody has begun to send it, or may have."""
    row = order_mail.newest(uow, dossier.order.id)
    if row is None or order_mail.may_be_out(row) or not outbox.drop(uow, row.key, why):
        buyers = [person.name for person in known.having(Role.BUYER)[:2]]
        raise TooLateToUndo(subject=dossier.name, who=" or ".join(buyers) or "The buyer")


def promise(dossier: Dossier, line: Line) -> Promise:
    """Return what one line promises to spend for what is still wanted of it; the order's freight goes with its first line."""
    freight = dossier.order.freight if line is dossier.lines[0] else 0
    return Promise(line.quantity - line.cancelled, line.price, dossier.order.currency, freight)


def booking(  # noqa: PLR0917  # what a row of the ledger says
    uow: UnitOfWork, dossier: Dossier, line: Line, kind: BudgetKind, amount: int, cause: str
) -> Booking:
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
        cause=cause,
    )


def _commitment(uow: UnitOfWork, dossier: Dossier, line: Line, sign: int) -> Booking:
    amount = sign * promise(dossier, line).cost(line.quantity)
    return booking(uow, dossier, line, BudgetKind.COMMITTED, amount, "approval" if sign > 0 else "undo")


def free_leftover(uow: UnitOfWork, dossier: Dossier, cause: str) -> None:
    """Free everything that the ledger says an order still promises to spend, because nothing will come on it any more."""
    if dossier.is_agreement:
        return
    paid = [line for line in dossier.lines if line.cost_centre_id is not None]
    left = [(line, budget.committed_on_line(uow, line.id)) for line in paid]
    budget.book_all(uow, [booking(uow, dossier, line, BudgetKind.COMMITTED, -amount, cause) for line, amount in left])
