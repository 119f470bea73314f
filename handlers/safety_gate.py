"""The safety gate before work: what has to be confirmed, by whom it was, and when that is void because the protocol changed."""

from collections.abc import Sequence
from typing import Any

import templates
from handlers.ids import value
from handlers.work_order_cards import line
from handlers.work_order_steps import changed
from orders.errors import LockOutFirst
from orders.safety import CONFIRMED_BY, confirmed, keys, precautions, together
from orders.work_orders import WorkOrderState
from storage.tables import Asset, WorkOrder
from storage.unit_of_work import Note, UnitOfWork


def current(uow: UnitOfWork, order: WorkOrder) -> WorkOrder:
    """Return a locked work order with every precaution that its asset asks for by now."""
    asset = uow.find(Asset, id=order.asset_id) if order.asset_id is not None else None
    known = {each.words for each in precautions(order.safety)}
    if asset is None or all(each.words in known for each in precautions(asset.safety)):
        return order
    return rewritten(uow, order, together(order.safety, asset.safety), f"the protocol of {asset.code} has changed")


def rewritten(uow: UnitOfWork, order: WorkOrder, protocol: str, reason: str) -> WorkOrder:
    """Write a new protocol into a locked work order: what was confirmed before is void; the thread is told."""
    void = {"safety_acknowledged_at": None, "safety_acknowledged_by": None}
    uow.change(WorkOrder, order.id, safety=protocol, version=order.version + 1, **void)
    changed(uow, order, "safety", (order.safety, protocol), reason)
    before = {"safety": order.safety, "acknowledged_by": order.safety_acknowledged_by}
    uow.audit(Note(order.number, "safety changed", before=before, after={"safety": protocol}, words=reason))
    line(uow, order, "safety_changed", safety=protocol, reason=reason)
    return uow.get(WorkOrder, order.id)


def unconfirmed(order: WorkOrder) -> bool:
    """Say whether work has begun under a protocol that nobody has confirmed as it is now."""
    begun = order.state == WorkOrderState.IN_PROGRESS
    return begun and bool(order.safety) and order.safety_acknowledged_at is None


def form(order: WorkOrder, *, waits: Sequence[str] | None = None) -> dict[str, Any]:
    """Return the form before work: each precaution to be confirmed; with ``waits``, why it can begin all the same."""
    return templates.view(
        "start_form",
        carried=value(order.id),
        number=order.number,
        title=order.title,
        precautions=[(key, each.label, CONFIRMED_BY[each.kind]) for key, each in keys(order.safety)],
        passes=waits is not None,
        waits=", ".join(waits or ()),
    )


def refusal(order: WorkOrder, chosen: str) -> dict[str, str]:
    """Return what a form says at its field when not everything was confirmed; nothing when all was."""
    return {} if confirmed(order.safety, chosen) else {"safety": str(LockOutFirst(safety=order.safety))}


def acknowledged(uow: UnitOfWork) -> dict[str, Any]:
    """Return what is written when the acting person has confirmed everything."""
    return {"safety_acknowledged_at": uow.now, "safety_acknowledged_by": uow.actor.person_id}
