"""Who does a work order: taken, given to somebody, given back, and started behind the safety acknowledgement."""

from collections.abc import Sequence

import templates
from handlers import crew, holds, job_approval, order_holdings, people, safety_gate, suiting, working_together
from handlers.happenings import NOTHING, Answer, Click, Submission
from handlers.ids import Action, Callback, is_id
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
    stop_timers,
)
from orders.errors import AlreadyDone, Unlawful
from orders.people import Role
from orders.work_orders import HoldReason, WorkOrderEvent, WorkOrderState, check_start
from storage.tables import Person, WorkOrder
from storage.unit_of_work import Note, UnitOfWork

PASSED = (HoldReason.OTHER_JOB, HoldReason.PURCHASE)
"""Holds that say what a work order waits for, ended when a supervisor lets it begin all the same."""
OFFERED = 8
"""How many people the form shows, the one who suits best first; anybody else is looked up by name."""


def take(uow: UnitOfWork, what: Click) -> Answer:
    """Take a work order oneself."""
    return take_order(uow, carried(uow, what.value))


def take_order(uow: UnitOfWork, order: WorkOrder) -> Answer:
    """Give a work order to the acting person, unless somebody was faster; for whoever was asked it is a yes."""
    me = uow.actor.person_id
    if order.responsible_id == me and order.state == WorkOrderState.SCHEDULED:
        return _yes(uow, order)
    if order.responsible_id is not None and order.state in {WorkOrderState.SCHEDULED, WorkOrderState.IN_PROGRESS}:
        # Whoever may not work on it at all is told that first, and not who was faster.
        check(uow, order, WorkOrderEvent.NEED_PARTS)
        who, when = people.name(uow, order.responsible_id), last_change(uow, order, "responsible")
        raise AlreadyDone(what="Already taken", who=who, when=when, subject=order.number)
    check(uow, order, WorkOrderEvent.SCHEDULE)
    lacking = suiting.person_for(uow, order, uow.get(Person, me)).skill_warnings() if order.skill else ()
    _give(uow, order, me)
    crew.said_yes(uow, order)
    line(uow, order, "taken", warning=" ".join(lacking))
    show_card(uow, order.id)
    return NOTHING


def _yes(uow: UnitOfWork, order: WorkOrder) -> Answer:
    if not crew.said_yes(uow, order):
        return Answer(private=f"You have {order.number} already. `start {short_number(order.number)}` when you begin.")
    line(uow, order, "accepted")
    show_card(uow, order.id)
    return NOTHING


def assign(uow: UnitOfWork, what: Click) -> Answer:
    """Ask who shall do it, those who suit best first with the reason why."""
    order = carried(uow, what.value)
    _check_assign(uow, order)
    best = suiting.people_for(uow, order)[:OFFERED]
    return Answer(
        modal=templates.view(
            "assign_form",
            carried=what.value,
            number=order.number,
            skill=order.skill,
            people=[(str(one.candidate.person), one.candidate.name, one.why()) for one in best],
            holder=people.name(uow, order.responsible_id) if order.responsible_id else "",
        )
    )


def assigned(uow: UnitOfWork, what: Submission) -> Answer:
    """Give a work order to the person who was chosen, and ask those who shall help."""
    order = carried(uow, what.private)
    person = _chosen(uow, what.field("other") or what.field("person"))
    helpers = [_chosen(uow, one) for one in what.field("helpers").split(",") if one]
    who = people.names(uow, Role.TECHNICIAN)
    refused = f"Choose a technician or a supervisor, for instance {who or 'a new one'}."
    if person is None or not suiting.does_work(person):
        return Answer(errors={"other" if what.field("other") else "person": refused})
    if any(one is None or not suiting.does_work(one) for one in helpers):
        return Answer(errors={"helpers": refused})
    return give(uow, order, person, [one for one in helpers if one is not None])


def _chosen(uow: UnitOfWork, written: str) -> Person | None:
    """Return the active person of a row's number or a Slack id."""
    by = {"id": int(written)} if is_id(written) else {"slack_id": written}
    return uow.find(Person, **by, active=True) if written else None


def assign_typed(uow: UnitOfWork, order: WorkOrder, written: str) -> Answer:
    """Give a work order to the person who was mentioned or named first; those behind are asked to help."""
    first, *helpers = suiting.workers_named(uow, order, written)
    return give(uow, locked(uow, order.id), first, helpers)


def give(uow: UnitOfWork, order: WorkOrder, person: Person, helpers: Sequence[Person] = ()) -> Answer:
    """Give a locked work order to a person, say what speaks against it, and ask those who shall help."""
    _check_assign(uow, order)
    if person.id == order.responsible_id and not helpers:
        return Answer(private=f"{person.name} has {order.number} already.")
    if person.id == uow.actor.person_id and order.responsible_id is None:
        take_order(uow, order)
    elif person.id != order.responsible_id:
        _hand(uow, order, person)
    for helper in helpers:
        if helper.id != person.id:
            working_together.ask_helper(uow, uow.get(WorkOrder, order.id), helper, allowed=True)
    return NOTHING


def _hand(uow: UnitOfWork, order: WorkOrder, person: Person) -> None:
    warnings = list(suiting.person_for(uow, order, person).warnings())
    warnings += ["It is past its due date."] if order.due_at < uow.now else []
    _give(uow, order, person.id)
    crew.asked(uow, order, person.id)
    line(uow, order, "assigned", holder=person.name, warning=" ".join(warnings))
    show_card(uow, order.id)


def _check_assign(uow: UnitOfWork, order: WorkOrder) -> None:
    check(uow, order, WorkOrderEvent.SCHEDULE)
    if not uow.actor.has(Role.SUPERVISOR):
        check_holder(uow, order)


def _give(uow: UnitOfWork, order: WorkOrder, person_id: int | None) -> None:
    move(uow, order, WorkOrderEvent.SCHEDULE, responsible_id=person_id)
    changed(uow, order, "responsible", (order.responsible_id, person_id))
    if order.responsible_id not in {None, person_id}:
        crew.left(uow, order, order.responsible_id)
        stop_timers(uow, order, of=order.responsible_id)


def start(uow: UnitOfWork, what: Click) -> Answer:
    """Begin to work, or first ask for the safety acknowledgement."""
    return start_order(uow, carried(uow, what.value))


def start_order(uow: UnitOfWork, order: WorkOrder) -> Answer:
    """Begin to work on a locked work order; with safety steps, or a missing part to pass over, a form comes first."""
    if safety_gate.unconfirmed(order):
        return Answer(modal=safety_gate.form(order))
    if working_together.goes_on(uow, order):
        return working_together.begin(uow, order)
    waits = _check_start(uow, order)
    waiting = job_approval.before_start(uow, order)
    if waiting is not None:
        return waiting
    order = safety_gate.current(uow, order)
    passes = bool(waits) and uow.actor.has(Role.SUPERVISOR)
    if order.safety or passes:
        check_start(None, waits, acknowledged=True, override="asked" if passes else "")
        return Answer(modal=safety_gate.form(order, waits=order_holdings.blocking(uow, order) if passes else None))
    check_start(None, waits, acknowledged=True)
    return _begin(uow, order)


def started(uow: UnitOfWork, what: Submission) -> Answer:
    """Begin to work behind the safety acknowledgement, which is kept with who gave it and when."""
    order = carried(uow, what.private)
    if safety_gate.unconfirmed(order):
        return _confirmed_anew(uow, order, what)
    if working_together.goes_on(uow, order):
        wrong = safety_gate.refusal(order, what.field("safety"))
        return Answer(errors=wrong) if wrong else working_together.begin(uow, order, acknowledged=True)
    waits = _check_start(uow, order)
    waiting = job_approval.before_start(uow, order)
    if waiting is not None:
        return waiting
    order = safety_gate.current(uow, order)
    override = what.field("override") if uow.actor.has(Role.SUPERVISOR) else ""
    wrong = safety_gate.refusal(order, what.field("safety"))
    if wrong:
        return Answer(errors=wrong)
    if waits and not override and uow.actor.has(Role.SUPERVISOR):
        return Answer(errors={"override": "Write why the work can begin all the same."})
    check_start(None, waits, acknowledged=True, override=override)
    return _begin(uow, order, override=override)


def _confirmed_anew(uow: UnitOfWork, order: WorkOrder, what: Submission) -> Answer:
    """Go on with work whose safety protocol changed after it had begun, once the new one is confirmed."""
    check(uow, order, WorkOrderEvent.RESUME)
    wrong = safety_gate.refusal(order, what.field("safety"))
    if wrong:
        return Answer(errors=wrong)
    uow.change(WorkOrder, order.id, **safety_gate.acknowledged(uow))
    uow.audit(Note(order.number, "safety confirmed", after={"safety": order.safety}))
    return holds.go_on(uow, locked(uow, order.id))


def _check_start(uow: UnitOfWork, order: WorkOrder) -> frozenset[HoldReason]:
    check(uow, order, WorkOrderEvent.START)
    if not crew.is_member(uow, order):
        check_holder(uow, order)
    blocked = order_holdings.blocking(uow, order)
    if blocked and not uow.actor.has(Role.SUPERVISOR):
        waits = " and ".join(blocked)
        raise Unlawful(why=f"{order.number} waits for {waits}. A supervisor can begin all the same, with a reason.")
    return frozenset(HoldReason(row.reason) for row in open_holds(uow, order.id))


def _begin(uow: UnitOfWork, order: WorkOrder, *, override: str = "") -> Answer:
    values: dict[str, object] = {"started_at": order.started_at or uow.now}
    if order.responsible_id is None:
        values["responsible_id"] = uow.actor.person_id
        changed(uow, order, "responsible", (None, uow.actor.person_id))
    if order.safety:
        values |= safety_gate.acknowledged(uow)
    if override:
        order_holdings.pass_over(uow, order, PASSED, override)
    move(uow, order, WorkOrderEvent.START, words=override, **values)
    start_timer(uow, order)
    crew.said_yes(uow, order)
    line(uow, order, "started", safety=order.safety, override=override)
    show_card(uow, order.id)
    return NOTHING


CLICKS: Table = {Action.TAKE: take, Action.ASSIGN: assign, Action.START: start}
SUBMISSIONS: Table = {Callback.ASSIGN: assigned, Callback.START: started}
