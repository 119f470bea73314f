"""What buyer and store see of goods that go back to a supplier."""

from typing import Any

import templates
from handlers import people
from handlers.approval_plans import staff
from handlers.ids import value
from handlers.order_cards import buyer_place, content_of
from handlers.order_content import Dossier
from orders.returns import ReturnState
from orders.units import measured
from storage import cards
from storage.cards import Place
from storage.tables import Enclosure, Receipt, SupplierReturn, SupplierReturnLine
from storage.unit_of_work import UnitOfWork


def show(uow: UnitOfWork, back: SupplierReturn, dossier: Dossier, trouble: str = "") -> None:
    """Show the buyer where a return stands, and the store what it has to send."""
    said = _said(uow, back, dossier) | {"trouble": trouble}
    place = buyer_place(uow, dossier, staff(uow))
    if place is not None:
        card = templates.card("supplier_return", reader="buyer", **said)
        cards.show(uow, f"rt:{back.id}", back.number, place, content_of(card))
    store = uow.plant.channels.stores
    if store and back.state != ReturnState.PROPOSED:
        card = templates.card("supplier_return", reader="store", **said)
        if back.state == ReturnState.ANNOUNCED:
            cards.show(uow, f"rt:{back.id}:store", back.number, Place(store), content_of(card))
        else:
            cards.refresh(uow, f"rt:{back.id}:store", content_of(card))


def _said(uow: UnitOfWork, back: SupplierReturn, dossier: Dossier) -> dict[str, Any]:
    receipt = uow.get(Receipt, back.receipt_id)
    return {
        "state": back.state,
        "number": back.number,
        "order": dossier.name,
        "receipt": receipt.number,
        "supplier": dossier.supplier_name,
        "lines": goods(uow, back, dossier),
        "photos": len(uow.all(Enclosure, subject=receipt.number)),
        "counted_by": people.name(uow, receipt.posted_by_id) if receipt.posted_by_id is not None else "",
        "wanted": back.wanted,
        "replaceable": replaceable(uow, back, dossier),
        "tracking": back.tracking,
        "outcome": back.outcome,
        "value": value(back.id),
    }


def replaceable(uow: UnitOfWork, back: SupplierReturn, dossier: Dossier) -> bool:
    """Say whether any of what goes back is still expected; of what came beyond the order nothing is."""
    back_ids = {each.order_line_id for each in uow.all(SupplierReturnLine, return_id=back.id)}
    return any(line.open for line in dossier.lines if line.id in back_ids)


def goods(uow: UnitOfWork, back: SupplierReturn, dossier: Dossier) -> list[str]:
    """Name what goes back: ``1 piece Mechanical seal 45 mm: torn``."""
    told = []
    for each in uow.all(SupplierReturnLine, return_id=back.id):
        line = dossier.line(each.order_line_id)
        if line is not None:
            why = f": {each.reason}" if each.reason else ""
            told.append(f"{measured(each.quantity, line.unit)} {line.description}{why}")
    return told
