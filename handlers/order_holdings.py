"""What a work order holds beside itself, as it is read everywhere: its steps, what it waits for, and the orders around it."""

from collections.abc import Sequence

from storage.tables import PurchaseOrder, Supplier, WorkOrder, WorkOrderHold, WorkOrderStep, WorkOrderWait
from storage.unit_of_work import Note, UnitOfWork, table

_WAITS = table(WorkOrderWait)


def steps_of(uow: UnitOfWork, order: WorkOrder) -> list[WorkOrderStep]:
    """Return the steps of a work order in their order."""
    return uow.all(WorkOrderStep, work_order_id=order.id)


def progress(steps: Sequence[WorkOrderStep]) -> str:
    """Say how far a checklist is: ``2 of 5 done, 1 not right``; empty without one."""
    if not steps:
        return ""
    failed = sum(row.failed for row in steps)
    answered = sum(row.answered_at is not None for row in steps)
    return f"{answered} of {len(steps)} done" + (f", {failed} not right" if failed else "")


def all_answered(steps: Sequence[WorkOrderStep]) -> bool:
    """Say whether no required step is open."""
    return all(row.answered_at is not None for row in steps if row.required)


def waits_of(uow: UnitOfWork, order: WorkOrder) -> list[WorkOrderWait]:
    """Return what a work order waits for now."""
    return uow.all(WorkOrderWait, _WAITS.c.ended_at.is_(None), work_order_id=order.id)


def waited_for(uow: UnitOfWork, row: WorkOrderWait) -> str:
    """Name what is waited for: a work order's or a purchase order's number, or a contractor."""
    if row.blocker_id is not None:
        return uow.get(WorkOrder, row.blocker_id).number
    if row.purchase_order_id is not None:
        order = uow.get(PurchaseOrder, row.purchase_order_id)
        return (order.number or order.draft_number) + (", which is cancelled" if order.state == "cancelled" else "")
    return uow.get(Supplier, row.supplier_id).name


def blocking(uow: UnitOfWork, order: WorkOrder) -> list[str]:
    """Name the orders, of work or of goods, before whose end the work cannot begin; a contractor only helps."""
    return [waited_for(uow, row) for row in waits_of(uow, order) if row.supplier_id is None]


def pass_over(uow: UnitOfWork, order: WorkOrder, reasons: Sequence[str], words: str) -> None:
    """End everything that a work order waits for, because somebody decided so, with the holds that say it."""
    ending = waits_of(uow, order)
    for row in ending:
        uow.change(WorkOrderWait, row.id, ended_at=uow.now)
        uow.audit(Note(order.number, "waits no longer", before={"for": waited_for(uow, row)}, words=words))
    for hold in uow.all(WorkOrderHold, work_order_id=order.id) if ending else ():
        if hold.released_at is None and hold.reason in reasons:
            uow.change(WorkOrderHold, hold.id, released_at=uow.now)


def family(uow: UnitOfWork, order: WorkOrder) -> str:
    """Say what an order came out of, and what came out of it: ``part of WO-1``, ``with WO-2 and WO-3``."""
    told = [f"part of {uow.get(WorkOrder, order.parent_id).number}"] if order.parent_id is not None else []
    made = [child.number for child in uow.all(WorkOrder, parent_id=order.id)]
    told += [f"with {' and '.join(made[:3])}" + (f" and {len(made) - 3} more" if len(made) > 3 else "")] if made else []  # noqa: PLR2004  # as many as are named
    return ", ".join(told)
