"""When a supplier will not deliver: what was promised is free again, and the needs go to a draft for somebody else."""

from handlers.approval_plans import staff
from handlers.order_authors import authors_of, written_by
from handlers.order_cards import refresh_shortages
from handlers.order_content import Dossier, Line
from handlers.order_drafts import arrival, new_draft, recounted
from handlers.order_releases import free_leftover
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
    "requisition_id",
)
"""What a line asks for, whoever delivers it; price and article number were those of the former supplier."""


def source_anew(uow: UnitOfWork, dossier: Dossier) -> None:
    """Free what an order promised that will not be delivered, and draft its open needs without a supplier."""
    free_leftover(uow, dossier)
    needed = [line for line in dossier.lines if line.requisition_id is not None and line.open]
    if not needed:
        return
    order, known = dossier.order, staff(uow)
    draft = new_draft(uow, None, order.currency, reason=order.reason, known=known)
    uow.change(PurchaseOrder, draft, requested_by_id=order.requested_by_id)
    written_by(uow, uow.get(PurchaseOrder, draft), *authors_of(uow, order))
    for number, line in enumerate(needed, 1):
        uow.add(PurchaseOrderLine, order_id=draft, line=number, **_copied(uow, line))
        uow.change_if(Requisition, line.requisition_id or 0, {"state": "on_order"}, state="open")
    again = recounted(uow, draft)
    uow.audit(Note(again.name, "draft", after={"instead of": dossier.name}))
    refresh_shortages(uow, again, known)


def _copied(uow: UnitOfWork, line: Line) -> dict[str, object]:
    counters = dict.fromkeys(("price", "received", "accepted", "rejected", "cancelled"), 0)
    kept = {name: getattr(line, name) for name in KEPT}
    return kept | counters | {"supplier_part": "", "quantity": line.open, "deliver_by": arrival(uow, None)}
