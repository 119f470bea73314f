"""What the store sees of goods that are held until somebody has inspected them."""

import templates
from handlers.ids import value
from handlers.order_cards import content_of
from handlers.receipt_cards import Delivery
from orders.units import measured
from storage import cards
from storage.cards import Place
from storage.unit_of_work import UnitOfWork


def show(uow: UnitOfWork, shown: Delivery, how: str = "") -> None:
    """Show what of a receipt is held, or how its inspection ended; nothing for a receipt that holds nothing."""
    held = [(each, line) for each, line in shown.paired() if each.held]
    key = f"gr:{shown.receipt.id}:held"
    if not held and not how:
        return
    card = templates.card(
        "held_goods",
        number=shown.receipt.number,
        order=shown.dossier.name,
        supplier=shown.dossier.supplier_name,
        held=[
            _told(measured(each.held, line.unit), line.description, each.instead, each.reason) for each, line in held
        ],
        work_orders=list(dict.fromkeys(line.work_order for _, line in held if line.work_order)),
        how=how,
        value=value(shown.receipt.id),
    )
    channel = uow.plant.channels.stores or uow.plant.channels.purchasing
    cards.show(uow, key, shown.receipt.number, Place(channel), content_of(card))


def _told(quantity: str, item: str, instead: str, reason: str) -> str:
    more = [f"instead came {instead}" if instead else "", reason]
    return "; ".join(filter(None, [f"{quantity} {item}", *more]))
