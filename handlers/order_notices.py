"""What whoever asked for an order is told in a direct message: approved, rejected, a question, or that nobody answered."""

from datetime import datetime

import templates
from handlers.approval_plans import Staff
from handlers.ids import value
from handlers.order_cards import content_of
from handlers.order_content import Dossier
from storage import cards
from storage.cards import Place
from storage.unit_of_work import UnitOfWork


def tell_requester(
    uow: UnitOfWork, dossier: Dossier, known: Staff, what: str, *, words: str = "", leaves_at: datetime | None = None
) -> None:
    """Send the requester one direct message about an order; nobody is told what they did themselves."""
    order = dossier.order
    slack_id = known.slack_id(order.requested_by_id)
    if not slack_id or order.requested_by_id == uow.actor.person_id:
        return
    requisition = next((line.requisition_id for line in dossier.lines if line.requisition_id is not None), None)
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
        value=value(requisition) if requisition is not None else "",
    )
    cards.say(uow, dossier.name, Place(slack_id, person_id=order.requested_by_id), content_of(card))
