"""Releasing an order after its last approval: number, budget, frozen document and mail; and taking all that back."""

import json

from handlers import order_mail, order_needs, revision_releases
from handlers.approval_plans import Staff
from handlers.budget_bookings import commit, free_leftover
from handlers.order_content import Dossier, change
from handlers.order_documents import frozen
from orders.errors import TooLateToUndo
from orders.people import Role
from orders.purchase_orders import OrderKind, OrderState
from orders.requisitions import NeedEvent
from storage import agreements, numbering, outbox
from storage.tables import PurchaseOrder
from storage.unit_of_work import Note, UnitOfWork

__all__ = ["free_leftover", "release", "take_back"]


def release(uow: UnitOfWork, dossier: Dossier, known: Staff, approved_by: list[dict[str, str]]) -> Dossier:
    """Give the order its number, commit its budget, freeze its document and queue its mail for after the undo time."""
    if dossier.revising is not None:
        return revision_releases.release(uow, dossier, known, approved_by)
    given = dossier.order.number or agreements.release_number(uow, dossier.order)
    number = given or numbering.draw(uow, "purchase_order")
    change(uow, dossier, state=OrderState.APPROVED.value, number=number, approved_at=uow.now)
    released = dossier.reread(uow)
    if released.is_agreement:
        agreements.approved(uow, released.order.id)
    else:
        commit(uow, released)
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
    if dossier.revising is not None:
        revision_releases.taken_back(uow, dossier)
        return
    free_leftover(uow, dossier, "undo")
    order_needs.move_all(uow, dossier, NeedEvent.RELEASE)
    change(uow, dossier, state=OrderState.PENDING_APPROVAL.value, document="", approved_at=None)


def stop_mail(uow: UnitOfWork, dossier: Dossier, known: Staff, why: str) -> None:
    """Drop an order's mail that waits; raises ``TooLateToUndo`` once somebody has begun to send it, or may have."""
    row = order_mail.newest(uow, dossier.order.id)
    if row is None or order_mail.may_be_out(row) or not outbox.drop(uow, row.key, why):
        buyers = [person.name for person in known.having(Role.BUYER)[:2]]
        raise TooLateToUndo(subject=dossier.name, who=" or ".join(buyers) or "The buyer")
