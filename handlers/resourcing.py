"""When a supplier will not deliver: what was promised is free again, and the needs go to a draft for somebody else."""

from handlers import need_cards
from handlers.approval_plans import staff
from handlers.order_authors import authors_of, written_by
from handlers.order_cards import refresh_shortages
from handlers.order_content import Dossier, Line
from handlers.order_drafts import arrival, new_draft, recounted
from handlers.order_needs import move, put_on
from handlers.order_releases import free_leftover
from orders.requisitions import NeedEvent, served
from storage.stock import in_part_units
from storage.tables import PurchaseOrder, PurchaseOrderLine, Requisition
from storage.unit_of_work import Note, UnitOfWork

KEPT = (
    "part_id",
    "description",
    "gtin",
    "unit",
    "pack_unit",
    "pack_size",
    "cost_centre_id",
    "work_order_id",
)
"""What a line asks for, whoever delivers it; price and article number were those of the former supplier."""


def source_anew(uow: UnitOfWork, dossier: Dossier) -> None:
    """Free what an order promised that will not be delivered, and draft its open needs without a supplier."""
    free_leftover(uow, dossier, "cancel")
    needed = [line for line in dossier.lines if dossier.shares(line.id) and line.open]
    if not needed:
        return
    order, known = dossier.order, staff(uow)
    draft = new_draft(uow, None, order.currency, reason=order.reason, known=known)
    uow.change(PurchaseOrder, draft, requested_by_id=order.requested_by_id)
    written_by(uow, uow.get(PurchaseOrder, draft), *authors_of(uow, order))
    for number, line in enumerate(needed, 1):
        anew = uow.add(PurchaseOrderLine, order_id=draft, line=number, **_copied(uow, line))
        _moved(uow, dossier, line, anew)
    again = recounted(uow, draft)
    uow.audit(Note(again.name, "draft", after={"instead of": dossier.name}))
    refresh_shortages(uow, again, known)
    need_cards.tell(uow, [uow.get(Requisition, number) for number in again.requisitions()], "again", order=order)


def _moved(uow: UnitOfWork, dossier: Dossier, line: Line, anew: int) -> None:
    """Let the new line stand for what the old one has not brought of its needs."""
    shares = dossier.shares(line.id)
    got = served([share.claim for share in shares], in_part_units(line.accepted, line))
    for share in shares:
        brought = got[share.requisition_id]
        if brought < share.quantity:
            put_on(uow, line.id, share.requisition_id, brought)
            put_on(uow, anew, share.requisition_id, share.quantity - brought)
            move(uow, share.requisition_id, NeedEvent.RELEASE)


def _copied(uow: UnitOfWork, line: Line) -> dict[str, object]:
    counters = dict.fromkeys(("price", "received", "accepted", "rejected", "returned", "cancelled"), 0)
    kept = {name: getattr(line, name) for name in KEPT}
    return kept | counters | {"supplier_part": "", "quantity": line.open, "deliver_by": arrival(uow, None)}
