"""Goods that come after an order was closed: nothing is taken in silently, the buyer is asked to take the order up again."""

from collections.abc import Iterable

import templates
from handlers import people
from handlers.approval_plans import staff
from handlers.happenings import Answer
from handlers.ids import value
from handlers.order_cards import buyer_of, buyer_place, content_of
from handlers.order_content import Dossier, locked
from orders.people import Role
from orders.purchase_orders import OrderState
from storage import cards
from storage.tables import PurchaseOrder, Supplier
from storage.unit_of_work import Note, UnitOfWork


def asked(uow: UnitOfWork, order_id: int, words: str) -> Answer | None:
    """Ask the buyer to reopen an order of which the rest was given up; None for an order that expects something."""
    dossier = locked(uow, order_id)
    if not is_given_up(dossier):
        return None
    propose(uow, dossier, words, uow.actor.name)
    who = staff(uow).name(buyer_of(dossier, staff(uow)))
    asked_of = who if who != "nobody" else people.names(uow, Role.BUYER) or "a buyer"
    return Answer(private=templates.words("receiving_said", what="reopen_asked", order=dossier.name, asked=asked_of))


def announced(uow: UnitOfWork, orders: Iterable[str], supplier: Supplier | None, words: str) -> None:
    """Put before the buyer that a supplier announces goods on orders of which the rest was given up."""
    for number in orders:
        order = uow.find(PurchaseOrder, number=number)
        if order is None or supplier is None or order.supplier_id != supplier.id:
            continue
        dossier = locked(uow, order.id)
        if is_given_up(dossier):
            propose(uow, dossier, words, supplier.name)


def is_given_up(dossier: Dossier) -> bool:
    """Say whether an order is closed although something of it had not come."""
    given_up = any(line.cancelled and not line.dropped_in for line in dossier.lines)
    return dossier.state is OrderState.CLOSED and given_up


def propose(uow: UnitOfWork, dossier: Dossier, words: str, by: str) -> None:
    """Put before the buyer that something came, with the button that takes the order up again."""
    place = buyer_place(uow, dossier, staff(uow))
    uow.audit(Note(dossier.name, "late delivery", after={"by": by}, words=words[:500]))
    if place is None:
        return
    card = templates.card(
        "late_delivery",
        number=dossier.name,
        supplier=dossier.supplier_name,
        why=dossier.order.ending,
        by=by,
        words=words,
        state=dossier.order.state,
        value=value(dossier.order.id),
    )
    cards.show(uow, f"po:{dossier.order.id}:late", dossier.name, place, content_of(card))
