"""What a work order waits for: another job, an order of goods or a contractor; refused in rings, and woken when that has ended."""

import re
from typing import Any

import templates
from handlers import finding, order_holdings
from handlers.happenings import NOTHING, Answer, Click, Submission
from handlers.holds import put_on_hold, release_hold
from handlers.ids import Action, Callback, value
from handlers.order_content import order_named
from handlers.work_order_cards import line, running_times, show_card
from handlers.work_order_steps import Table, carried, check, locked
from orders.dependencies import way
from orders.errors import NotKnown, Unlawful
from orders.people import CHARGEHAND, Role
from orders.work_orders import OPEN, HoldReason, WorkOrderEvent, WorkOrderState
from storage.tables import PurchaseOrder, Supplier, WorkOrder, WorkOrderWait
from storage.unit_of_work import Note, UnitOfWork, table

_WAITS = table(WorkOrderWait)
_STILL = _WAITS.c.ended_at.is_(None)
MOST = 12
"""For how many things one work order may wait."""
_TYPED = re.compile(
    r"(?P<ends>(?:no longer|not|nicht(?: mehr)?)\b)?\s*(?:(?:for|on|auf)\b)?\s*(?P<what>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_JOB, _GOODS = re.compile(r"(?:wo-?)?\d[\d-]*", re.IGNORECASE), re.compile(r"(?:po|dr)-?\d.*", re.IGNORECASE)
_ENDED = {"closed", "cancelled"}
REASONS = {
    "blocker_id": HoldReason.OTHER_JOB,
    "purchase_order_id": HoldReason.PURCHASE,
    "supplier_id": HoldReason.VENDOR,
}
"""As which hold each kind of wait is seen."""


def ask(uow: UnitOfWork, what: Click) -> Answer:
    """Ask what a work order waits for."""
    order = carried(uow, what.value)
    check(uow, order, WorkOrderEvent.HOLD)
    return Answer(modal=_form(uow, order))


def _form(uow: UnitOfWork, order: WorkOrder) -> dict[str, Any]:
    waits = [order_holdings.waited_for(uow, row) for row in order_holdings.waits_of(uow, order)]
    return templates.view("wait_for_form", carried=value(order.id), number=order.number, waits=waits)


def asked(uow: UnitOfWork, what: Submission) -> Answer:
    """Let a work order wait for what was written."""
    if not what.field("what"):
        return Answer(errors={"what": "Write a work order, a purchase order or a contractor."})
    return typed(uow, carried(uow, what.private), what.field("what"))


def typed(uow: UnitOfWork, order: WorkOrder, rest: str) -> Answer:
    """Take ``for WO-411``, ``for PO-118``, ``for Hartmann`` or ``no longer for WO-411`` for a locked work order."""
    read = _TYPED.fullmatch(rest.strip())
    if read is None:
        return Answer(modal=_form(uow, order))
    check(uow, order, WorkOrderEvent.HOLD)
    name, number = _meant(uow, read["what"].strip(" .`"))
    row = next((each for each in order_holdings.waits_of(uow, order) if getattr(each, name) == number), None)
    if read["ends"]:
        return _end_typed(uow, order, row)
    return NOTHING if row is not None else _add(uow, order, name, number)


def _meant(uow: UnitOfWork, written: str) -> tuple[str, int]:
    """Return the column and the id of what was written; raises ``NotKnown``."""
    if _JOB.fullmatch(written):
        return "blocker_id", finding.work_order(uow, written).id
    if _GOODS.fullmatch(written):
        return "purchase_order_id", order_named(uow, written).id
    known = [row for row in uow.all(Supplier) if written.casefold() in (row.code.casefold(), row.name.casefold())]
    known = known or [row for row in uow.all(Supplier) if row.name.casefold().startswith(written.casefold())]
    if len(known) != 1:
        hint = "Write WO-411, PO-118, or a supplier's name or code."
        raise NotKnown(kind="one contractor" if known else "contractor", written=f"“{written[:40]}”", hint=hint)
    return "supplier_id", known[0].id


def _add(uow: UnitOfWork, order: WorkOrder, name: str, number: int) -> Answer:
    if name == "blocker_id":
        # Both are locked in one order, so that two waits that would make a ring come one after the other.
        for each in sorted({order.id, number}):
            locked(uow, each)
        _check_job(uow, order, uow.get(WorkOrder, number))
    elif name == "purchase_order_id":
        _check_goods(uow.get(PurchaseOrder, number))
    if len(order_holdings.waits_of(uow, order)) >= MOST:
        raise Unlawful(why=f"{order.number} waits for {MOST} things already. That is as many as it can.")
    made = uow.add(WorkOrderWait, work_order_id=order.id, by_id=uow.actor.person_id, since=uow.now, **{name: number})
    what = order_holdings.waited_for(uow, uow.get(WorkOrderWait, made))
    uow.audit(Note(order.number, "waits", after={"for": what}))
    put_on_hold(uow, order.id, REASONS[name], "")
    line(uow, order, "waits", what=what)
    if name == "blocker_id":
        show_card(uow, number)
    return NOTHING


def _check_job(uow: UnitOfWork, order: WorkOrder, blocker: WorkOrder) -> None:
    """Refuse to wait for what has ended, for oneself, or in a ring."""
    if blocker.state not in OPEN:
        raise Unlawful(why=f"{blocker.number} is {blocker.state}, so there is nothing to wait for.")
    ring = way(blocker.id, order.id, lambda number: _blockers(uow, number))
    if ring:
        named = " waits for ".join(uow.get(WorkOrder, each).number for each in ring)
        told = "A work order cannot wait for itself." if len(ring) == 1 else f"{named} already, so neither could begin."
        raise Unlawful(why=told)


def _blockers(uow: UnitOfWork, work_order_id: int) -> list[int]:
    rows = uow.all(WorkOrderWait, _STILL, work_order_id=work_order_id)
    return [row.blocker_id for row in rows if row.blocker_id is not None]


def _check_goods(goods: PurchaseOrder) -> None:
    if goods.state in _ENDED:
        raise Unlawful(why=f"{goods.number or goods.draft_number} is {goods.state}, so there is nothing to wait for.")


def _end_typed(uow: UnitOfWork, order: WorkOrder, row: WorkOrderWait | None) -> Answer:
    if row is None:
        raise Unlawful(why=f"{order.number} does not wait for that.")
    if row.supplier_id is None and not uow.actor.has(Role.SUPERVISOR):
        raise Unlawful(why=f"A supervisor can say that. {order.number} goes on by itself when that has ended.")
    _end(uow, row, f"{uow.actor.name} says that it need not wait for {order_holdings.waited_for(uow, row)}.")
    return NOTHING


def _end(uow: UnitOfWork, row: WorkOrderWait, words: str) -> None:
    """End one wait; where it was the last of its kind, the hold ends and the thread hears that the work can go on."""
    order = locked(uow, row.work_order_id)
    uow.change(WorkOrderWait, row.id, ended_at=uow.now)
    uow.audit(Note(order.number, "waits no longer", before={"for": order_holdings.waited_for(uow, row)}, words=words))
    kind = _kind(row)
    left = [each for each in order_holdings.waits_of(uow, order) if _kind(each) == kind]
    if left or not release_hold(uow, order.id, REASONS[kind], words):
        show_card(uow, order.id)


def _kind(row: WorkOrderWait) -> str:
    return next(name for name in REASONS if getattr(row, name) is not None)


def job_ended(uow: UnitOfWork, order: WorkOrder, how: str) -> None:
    """Wake everything that waited for a work order that is done or will not be done."""
    for row in uow.all(WorkOrderWait, _STILL, blocker_id=order.id):
        _end(uow, row, f"{order.number} is {how}.")


def job_reopened(uow: UnitOfWork, order: WorkOrder, done_at: Any) -> None:
    """Let what waited for a reopened work order wait again, unless its work has begun meanwhile."""
    ended = (_WAITS.c.ended_at >= done_at) if done_at is not None else _STILL
    for row in uow.all(WorkOrderWait, ended, blocker_id=order.id):
        waiting = locked(uow, row.work_order_id)
        if waiting.state in {WorkOrderState.READY, WorkOrderState.SCHEDULED}:
            uow.change(WorkOrderWait, row.id, ended_at=None)
            put_on_hold(uow, waiting.id, HoldReason.OTHER_JOB, "")
            line(uow, waiting, "waits", what=f"{order.number}, which was reopened")


def goods_arrived(uow: UnitOfWork, purchase_order_id: int) -> None:
    """Wake everything that waited for an order of which nothing more is expected."""
    for row in uow.all(WorkOrderWait, _STILL, purchase_order_id=purchase_order_id):
        _end(uow, row, f"{order_holdings.waited_for(uow, row)} is here.")


def contractor_asked(uow: UnitOfWork, order: WorkOrder, supplier_id: int) -> None:
    """Let a locked work order wait for the contractor who was sent to it, unless somebody of ours works on it meanwhile."""
    waits = any(row.supplier_id == supplier_id for row in order_holdings.waits_of(uow, order))
    if waits or running_times(uow, order.id):
        return
    actor, uow.actor = uow.actor, CHARGEHAND
    _add(uow, order, "supplier_id", supplier_id)
    uow.actor = actor


def contractor_done(uow: UnitOfWork, work_order_id: int, supplier_id: int) -> None:
    """Wake a work order that waited for a contractor whose work was accepted."""
    for row in uow.all(WorkOrderWait, _STILL, work_order_id=work_order_id, supplier_id=supplier_id):
        _end(uow, row, f"The work of {order_holdings.waited_for(uow, row)} is accepted.")


CLICKS: Table = {Action.WAIT_FOR: ask}
SUBMISSIONS: Table = {Callback.WAIT_FOR: asked}
