"""The end of an order of which nothing is expected any more, and of what was announced on it."""

from handlers import waiting_for
from handlers.budget_bookings import free_leftover
from handlers.order_content import Dossier, change, opened
from handlers.order_revisions import held
from handlers.receipt_cards import condense, delivery
from orders.people import CHARGEHAND
from orders.purchase_orders import PURCHASE_ORDERS, OrderEvent
from orders.receiving import ReceiptDocState
from storage.tables import Receipt
from storage.unit_of_work import Note, UnitOfWork


def close_when_complete(uow: UnitOfWork, dossier: Dossier) -> Dossier:
    """Close an order of which nothing is expected any more, and put away what is still announced of it.

    While a change of it waits, it stays open: the change may ask for more.
    """
    if (
        dossier.is_agreement
        or any(line.open for line in dossier.lines)
        or PURCHASE_ORDERS.step(dossier.state, OrderEvent.CLOSE) is None
        or held(uow, dossier.order.id) is not None
    ):
        return dossier
    state = PURCHASE_ORDERS.follow(dossier.state, OrderEvent.CLOSE, CHARGEHAND, subject=dossier.name)
    free_leftover(uow, dossier, "close")
    change(uow, dossier, state=state.value)
    uow.audit(Note(dossier.name, "close", before={"state": dossier.state}, after={"state": state}))
    waiting_for.goods_arrived(uow, dossier.order.id)
    for receipt in uow.all(Receipt, order_id=dossier.order.id, state=ReceiptDocState.PROPOSED.value):
        discard(uow, receipt)
    return dossier.reread(uow)


def discard(uow: UnitOfWork, receipt: Receipt, why: str = "") -> None:
    """Put a proposal away because a newer notice replaces it, nothing more is expected, or for ``why``; nothing had moved."""
    uow.change(Receipt, receipt.id, state=ReceiptDocState.DISCARDED.value, version=receipt.version + 1)
    uow.audit(Note(receipt.number, "discard", before={"state": receipt.state}, after={"state": "discarded"}))
    shown = delivery(uow, uow.get(Receipt, receipt.id), opened(uow, receipt.order_id))
    condense(uow, shown, freed=[], why=why)
