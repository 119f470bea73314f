"""Who does a work order: taken, given to somebody, given back, and started behind the safety acknowledgement."""

import templates
from handlers import finding, people
from handlers.happenings import NOTHING, Answer, Click, Submission
from handlers.ids import Action, Callback, value
from handlers.work_order_cards import line, open_holds, short_number, show_card
from handlers.work_order_steps import (
    Table,
    carried,
    changed,
    check,
    check_holder,
    last_change,
    locked,
    move,
    start_timer,
)
from orders.errors import AlreadyDone, Unlawful
from orders.people import Role, roles_named
from orders.work_orders import OPEN, HoldReason, WorkOrderEvent, WorkOrderState, check_start
from storage.tables import Person, WorkOrder
from storage.unit_of_work import UnitOfWork, table

_ORDERS = table(WorkOrder)
BUSY = 3
"""From how many open jobs on it is said that somebody has many."""


def take(uow: UnitOfWork, what: Click) -> Answer:
    """Take a work order oneself."""
    return take_order(uow, carried(uow, what.value))


def take_order(uow: UnitOfWork, order: WorkOrder) -> Answer:
    """Give a work order to the acting person, unless somebody was faster."""
    me = uow.actor.person_id
    if order.responsible_id == me and order.state == WorkOrderState.SCHEDULED:
        return Answer(private=f"You have {order.number} already. `start {short_number(order.number)}` when you begin.")
    if order.responsible_id is not None and order.state in {WorkOrderState.SCHEDULED, WorkOrderState.IN_PROGRESS}:
        # Whoever may not work on it at all is told that first, and not who was faster.
        check(uow, order, WorkOrderEvent.NEED_PARTS)
        who, when = people.name(uow, order.responsible_id), last_change(uow, order, "responsible")
        raise AlreadyDone(what="Already taken", who=who, when=when, subject=order.number)
    _give(uow, order, me)
    line(uow, order, "taken")
    show_card(uow, order.id)
    return NOTHING


def assign(uow: UnitOfWork, what: Click) -> Answer:
    """Ask who shall do it."""
    order = carried(uow, what.value)
    _check_assign(uow, order)
    holder = people.slack_id(uow, order.responsible_id)
    return Answer(modal=templates.view("assign_form", carried=what.value, number=order.number, holder=holder))


def assigned(uow: UnitOfWork, what: Submission) -> Answer:
    """Give a work order to the person who was chosen."""
    order = carried(uow, what.private)
    chosen = what.field("person")
    person = uow.find(Person, slack_id=chosen, active=True) if chosen else None
    if person is None or not roles_named(person.roles) & {Role.TECHNICIAN, Role.SUPERVISOR}:
        who = people.names(uow, Role.TECHNICIAN)
        return Answer(errors={"person": f"Choose a technician or a supervisor, for instance {who or 'a new one'}."})
    return give(uow, order, person)


def assign_typed(uow: UnitOfWork, order: WorkOrder, written: str) -> Answer:
    """Give a work order to the person who was mentioned or named."""
    person = finding.person(uow, written)
    if not roles_named(person.roles) & {Role.TECHNICIAN, Role.SUPERVISOR}:
        who = people.names(uow, Role.TECHNICIAN)
        raise Unlawful(why=f"{person.name} is no technician. {who} could do it.", subject=order.number)
    return give(uow, locked(uow, order.id), person)


def give(uow: UnitOfWork, order: WorkOrder, person: Person) -> Answer:
    """Give a locked work order to a person, and say when that person has much to do or the due date is past."""
    if person.id == uow.actor.person_id:
        return take_order(uow, order)
    _check_assign(uow, order)
    warning = _warning(uow, order, person)
    _give(uow, order, person.id)
    line(uow, order, "assigned", holder=person.name, warning=warning)
    show_card(uow, order.id)
    return NOTHING


def _check_assign(uow: UnitOfWork, order: WorkOrder) -> None:
    check(uow, order, WorkOrderEvent.SCHEDULE)
    if not uow.actor.has(Role.SUPERVISOR):
        check_holder(uow, order)


def _give(uow: UnitOfWork, order: WorkOrder, person_id: int | None) -> None:
    move(uow, order, WorkOrderEvent.SCHEDULE, responsible_id=person_id)
    changed(uow, order, "responsible", (order.responsible_id, person_id))


def _warning(uow: UnitOfWork, order: WorkOrder, person: Person) -> str:
    states = [state.value for state in OPEN]
    jobs = uow.count(WorkOrder, _ORDERS.c.responsible_id == person.id, _ORDERS.c.state.in_(states))
    told = [f"{person.name} has {jobs} other jobs."] if jobs >= BUSY else []
    return " ".join([*told, "It is past its due date."] if order.due_at < uow.now else told)


def cannot_take(uow: UnitOfWork, what: Click) -> Answer:
    """Give a work order back, so that somebody else may take it."""
    return give_back(uow, carried(uow, what.value))


def give_back(uow: UnitOfWork, order: WorkOrder, reason: str = "") -> Answer:
    """Give a locked work order back."""
    check_holder(uow, order)
    move(uow, order, WorkOrderEvent.UNSCHEDULE, words=reason, responsible_id=None)
    changed(uow, order, "responsible", (order.responsible_id, None), reason)
    line(uow, order, "given_back", reason=reason)
    show_card(uow, order.id)
    return NOTHING


def start(uow: UnitOfWork, what: Click) -> Answer:
    """Begin to work, or first ask for the safety acknowledgement."""
    return start_order(uow, carried(uow, what.value))


def start_order(uow: UnitOfWork, order: WorkOrder) -> Answer:
    """Begin to work on a locked work order; with safety steps, or a missing part to pass over, a form comes first."""
    holds = _check_start(uow, order)
    passes = bool(holds) and uow.actor.has(Role.SUPERVISOR)
    if order.safety or passes:
        check_start(None, holds, acknowledged=True, override="asked" if passes else "")
        form = {"carried": value(order.id), "number": order.number, "title": order.title, "safety": order.safety}
        return Answer(modal=templates.view("start_form", passes=passes, **form))
    check_start(None, holds, acknowledged=True)
    return _begin(uow, order)


def started(uow: UnitOfWork, what: Submission) -> Answer:
    """Begin to work behind the safety acknowledgement, which is kept with who gave it and when."""
    order = carried(uow, what.private)
    holds = _check_start(uow, order)
    override = what.field("override") if uow.actor.has(Role.SUPERVISOR) else ""
    if order.safety and not what.field("safety"):
        return Answer(errors={"safety": f"Confirm the safety steps first ({order.safety}). Then Start works."})
    if holds and not override and uow.actor.has(Role.SUPERVISOR):
        return Answer(errors={"override": "Write why the work can begin without the part."})
    check_start(order.safety, holds, acknowledged=bool(what.field("safety")), override=override)
    return _begin(uow, order, override=override)


def _check_start(uow: UnitOfWork, order: WorkOrder) -> frozenset[HoldReason]:
    check(uow, order, WorkOrderEvent.START)
    check_holder(uow, order)
    return frozenset(HoldReason(row.reason) for row in open_holds(uow, order.id))


def _begin(uow: UnitOfWork, order: WorkOrder, *, override: str = "") -> Answer:
    values: dict[str, object] = {"started_at": order.started_at or uow.now}
    if order.responsible_id is None:
        values["responsible_id"] = uow.actor.person_id
        changed(uow, order, "responsible", (None, uow.actor.person_id))
    if order.safety:
        values |= {"safety_acknowledged_at": uow.now, "safety_acknowledged_by": uow.actor.person_id}
    move(uow, order, WorkOrderEvent.START, words=override, **values)
    start_timer(uow, order)
    line(uow, order, "started", safety=order.safety, override=override)
    show_card(uow, order.id)
    return NOTHING


CLICKS: Table = {Action.TAKE: take, Action.ASSIGN: assign, Action.CANNOT_TAKE: cannot_take, Action.START: start}
SUBMISSIONS: Table = {Callback.ASSIGN: assigned, Callback.START: started}
