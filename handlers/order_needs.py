"""What becomes of a need that is not bought, in whole or in part: the requisition says so, and the work order no longer waits for it."""

from handlers import work_orders
from orders.work_orders import HoldReason
from storage import numbering
from storage.tables import Requisition, WorkOrderPart
from storage.unit_of_work import Note, UnitOfWork


def turned_down(uow: UnitOfWork, requisition: Requisition, quantity: int, why: str) -> None:
    """Turn down ``quantity`` (thousandths of the part's unit) of a need: all of it, or a part that gets a number of its own."""
    if quantity >= requisition.quantity:
        uow.change(Requisition, requisition.id, state="rejected")
        after: dict[str, object] = {"state": "rejected"}
    else:
        kept = requisition.quantity - quantity
        uow.change(Requisition, requisition.id, quantity=kept)
        number = numbering.draw(uow, "requisition")
        uow.add(
            Requisition,
            number=number,
            part_id=requisition.part_id,
            quantity=quantity,
            needed_by=requisition.needed_by,
            origin=requisition.origin,
            work_order_id=requisition.work_order_id,
            requested_by_id=requisition.requested_by_id,
            state="rejected",
            created_at=requisition.created_at,
        )
        after = {"quantity": kept, "turned down": number}
        uow.audit(Note(number, "turned down", after={"quantity": quantity, "of": requisition.number}, words=why))
    uow.audit(
        Note(requisition.number, "turned down", before={"quantity": requisition.quantity}, after=after, words=why)
    )
    no_longer_short(uow, requisition, quantity, f"{requisition.number} is not bought in full.")


def no_longer_short(uow: UnitOfWork, requisition: Requisition, quantity: int, said: str) -> None:
    """Lower what the work order needs by what is not bought, and release its hold when nothing is short any more."""
    if requisition.work_order_id is None:
        return
    work_order_id = requisition.work_order_id
    need = uow.find(WorkOrderPart, work_order_id=work_order_id, part_id=requisition.part_id)
    if need is not None:
        kept = max(need.needed - quantity, need.reserved + need.issued)
        uow.change(WorkOrderPart, need.id, needed=kept)
    if all(each.needed <= each.reserved + each.issued for each in uow.all(WorkOrderPart, work_order_id=work_order_id)):
        work_orders.release_hold(uow, work_order_id, HoldReason.MATERIAL, said)
