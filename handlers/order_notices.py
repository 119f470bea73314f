"""What whoever asked for an order is told in a direct message: approved, rejected, a question, or that nobody answered."""

from datetime import datetime

import templates
from handlers.approval_plans import Staff
from handlers.ids import value
from handlers.order_cards import content_of
from handlers.order_content import Dossier
from storage import cards
from storage.cards import Place
from storage.tables import Card
from storage.unit_of_work import UnitOfWork, table

WITH_BUTTONS = frozenset({"rejected", "question", "expired"})
"""What is told with buttons, which have to go when the order has moved on."""
OVER = {
    "approved": "it was approved",
    "rejected": "it was decided",
    "expired": "nobody answered in time",
}
"""What ends an earlier message with buttons, and what then stands there."""


def tell_requester(
    uow: UnitOfWork, dossier: Dossier, known: Staff, what: str, *, words: str = "", leaves_at: datetime | None = None
) -> None:
    """Send the requester one direct message about an order; nobody is told what they did themselves."""
    order = dossier.order
    if what in OVER:
        settle(uow, dossier, OVER[what])
    slack_id = known.slack_id(order.requested_by_id)
    if not slack_id or order.requested_by_id == uow.actor.person_id:
        return
    requisition = next(iter(dossier.requisitions()), None)
    card = templates.card(
        "order_told",
        what=what,
        number=dossier.name,
        work_order=next(iter(dossier.work_orders()), ""),
        supplier=dossier.supplier_name,
        total=order.total,
        currency=order.currency,
        by=uow.actor.name,
        by_slack=uow.actor.slack_id or "",
        words=words,
        leaves_at=leaves_at,
        # What is changed of a sent order is changed and dropped from the buyer's own card about it.
        value=value(requisition) if requisition is not None and dossier.revising is None else "",
    )
    place = Place(slack_id, person_id=order.requested_by_id)
    if what in WITH_BUTTONS:
        key = f"{_keys(dossier)}{len(_told(uow, dossier)) + 1}"
        cards.show(uow, key, dossier.name, place, content_of(card))
    else:
        cards.say(uow, dossier.name, place, content_of(card))


def settle(uow: UnitOfWork, dossier: Dossier, how: str) -> None:
    """Condense what was told of an order with buttons to one line, because something newer has happened."""
    over = {"what": "over", "number": dossier.name, "supplier": dossier.supplier_name, "words": how}
    total = {"total": dossier.order.total, "currency": dossier.order.currency}
    for told in _told(uow, dossier):
        cards.refresh(uow, told.key, content_of(templates.card("order_told", **over, **total)))


def _keys(dossier: Dossier) -> str:
    return f"po:{dossier.order.id}:told:"


def _told(uow: UnitOfWork, dossier: Dossier) -> list[Card]:
    return uow.all(Card, table(Card).c.key.startswith(_keys(dossier), autoescape=True))
