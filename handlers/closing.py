"""How a work order ends or lives on: closed, reopened, cancelled, or never a fault at all."""

import templates
from handlers import earlier_endings, issuing, people, related_orders, waiting_for
from handlers.happenings import NOTHING, Answer, Click, Submission
from handlers.ids import Action, Callback
from handlers.work_order_cards import line, open_holds, show_card, tell
from handlers.work_order_steps import Table, carried, changed, check, minutes_spent, move, start_timer
from orders.errors import NotYours
from orders.people import Role
from orders.work_orders import (
    WorkOrderEvent,
    WorkOrderState,
    check_cancel,
    check_closer,
    check_reason,
)
from storage.tables import Requisition, WorkOrder, WorkOrderHold, WorkOrderTime
from storage.unit_of_work import Note, UnitOfWork


def close(uow: UnitOfWork, what: Click) -> Answer:
    """Accept finished work."""
    return close_order(uow, carried(uow, what.value))


def close_order(uow: UnitOfWork, order: WorkOrder) -> Answer:
    """Close a locked work order: unused parts become free, its costs are final."""
    check(uow, order, WorkOrderEvent.CLOSE)
    related_orders.check_children(uow, order, "closed")
    supervisors = people.having(uow, Role.SUPERVISOR) if uow.plant.closer_apart else []
    others = [person for person in supervisors if person.id != uow.actor.person_id]
    names = " or ".join(person.name for person in others[:2])
    check_closer(order.number, uow.actor.person_id, _executors(uow, order), names)
    issuing.set_free(uow, order)
    _end_holds(uow, order)
    move(uow, order, WorkOrderEvent.CLOSE, closed_at=uow.now)
    line(uow, order, "closed", left=_still_open(uow, order))
    show_card(uow, order.id)
    return NOTHING


def _executors(uow: UnitOfWork, order: WorkOrder) -> frozenset[int]:
    workers = {row.person_id for row in uow.all(WorkOrderTime, work_order_id=order.id)}
    return frozenset(workers | ({order.completed_by_id} if order.completed_by_id else set()))


def _still_open(uow: UnitOfWork, order: WorkOrder) -> str:
    rows = uow.all(Requisition, work_order_id=order.id)
    return ", ".join(row.number for row in rows if row.state in {"open", "on_order"})


def _end_holds(uow: UnitOfWork, order: WorkOrder) -> None:
    for row in open_holds(uow, order.id):
        uow.change(WorkOrderHold, row.id, released_at=uow.now)
        uow.audit(Note(order.number, WorkOrderEvent.RESUME.value, before={"reason": row.reason}))


def reopen(uow: UnitOfWork, what: Click) -> Answer:
    """Ask why the work is not done."""
    order = carried(uow, what.value)
    check(uow, order, WorkOrderEvent.REOPEN)
    form = templates.view("reason_form", kind="reopen", carried=what.value, number=order.number, title=order.title)
    return Answer(modal=form)


def reopened(uow: UnitOfWork, what: Submission) -> Answer:
    """Reopen with the reason that was written."""
    if not what.field("reason"):
        return Answer(errors={"reason": "Write why, in a few words."})
    return reopen_order(uow, carried(uow, what.private), what.field("reason"))


def reopen_order(uow: UnitOfWork, order: WorkOrder, reason: str) -> Answer:
    """Reopen a locked work order; its earlier conclusion stays in its history."""
    check(uow, order, WorkOrderEvent.REOPEN)
    why = check_reason(reason, order.number)
    for field in earlier_endings.FIELDS:
        if getattr(order, field):
            changed(uow, order, field, (getattr(order, field), None), why)
    move(uow, order, WorkOrderEvent.REOPEN, words=why, completed_at=None, completed_by_id=None)
    waiting_for.job_reopened(uow, order, order.completed_at)
    if uow.actor.person_id == order.responsible_id:
        start_timer(uow, order)
    before = earlier_endings.earlier(uow, order)[0]
    line(uow, order, "reopened", reason=why, before=before)
    tell(uow, order.responsible_id, order, "reopened", reason=why, before=before)
    show_card(uow, order.id)
    return NOTHING


def cancel(uow: UnitOfWork, what: Click) -> Answer:
    """Ask why nothing shall be done."""
    order = carried(uow, what.value)
    _check_cancel(uow, order)
    form = templates.view("reason_form", kind="cancel", carried=what.value, number=order.number, title=order.title)
    return Answer(modal=form)


def cancelled(uow: UnitOfWork, what: Submission) -> Answer:
    """Cancel with the reason that was written."""
    if not what.field("reason"):
        return Answer(errors={"reason": "Write why, in a few words."})
    return cancel_order(uow, carried(uow, what.private), what.field("reason"))


def cancel_order(uow: UnitOfWork, order: WorkOrder, reason: str) -> Answer:
    """Cancel a locked work order on which nothing was done yet; kept parts become free."""
    event = _check_cancel(uow, order)
    why = check_reason(reason, order.number)
    issuing.set_free(uow, order)
    _end_holds(uow, order)
    move(uow, order, event, words=why)
    waiting_for.job_ended(uow, order, "cancelled")
    line(uow, order, "cancelled", reason=why, left=_still_open(uow, order))
    tell(uow, order.reported_by_id, order, "cancelled", reason=why, left="")
    show_card(uow, order.id)
    return NOTHING


def _check_cancel(uow: UnitOfWork, order: WorkOrder) -> WorkOrderEvent:
    """Return how this person may end the order: as a supervisor, or by taking back the own report."""
    check_cancel(order.number, minutes_spent(uow, order), issuing.issued(uow, order))
    own = order.reported_by_id == uow.actor.person_id
    event = WorkOrderEvent.WITHDRAW if own and order.state == WorkOrderState.DRAFT else WorkOrderEvent.CANCEL
    check(uow, order, event)
    related_orders.check_children(uow, order, "cancelled")
    return event


def not_a_fault(uow: UnitOfWork, what: Click) -> Answer:
    """Take back what was no fault, while nobody works on it: the reporter, a technician or a supervisor."""
    return take_back(uow, carried(uow, what.value))


def take_back(uow: UnitOfWork, order: WorkOrder) -> Answer:
    """Take back a locked work order that was no fault."""
    check(uow, order, WorkOrderEvent.WITHDRAW)
    if order.reported_by_id != uow.actor.person_id and not uow.actor.has(Role.TECHNICIAN, Role.SUPERVISOR):
        who = people.name(uow, order.reported_by_id)
        raise NotYours(
            roles="whoever reported it, or a supervisor,", what="do this", who=f"{who} can.", subject=order.number
        )
    check_cancel(order.number, minutes_spent(uow, order), issuing.issued(uow, order))
    issuing.set_free(uow, order)
    _end_holds(uow, order)
    move(uow, order, WorkOrderEvent.WITHDRAW, words="not a fault")
    waiting_for.job_ended(uow, order, "no fault")
    line(uow, order, "not_a_fault")
    show_card(uow, order.id)
    return NOTHING


CLICKS: Table = {Action.CLOSE: close, Action.REOPEN: reopen, Action.CANCEL: cancel, Action.NOT_A_FAULT: not_a_fault}
SUBMISSIONS: Table = {Callback.REOPEN: reopened, Callback.CANCEL: cancelled}
