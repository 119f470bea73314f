"""Several people on one work order: asked to help or coming along, each with their own time, started and stopped alone."""

from handlers import crew, moments, safety_gate, suiting
from handlers.happenings import NOTHING, Answer, Click
from handlers.ids import Action
from handlers.work_order_cards import line, open_holds, running_times, short_number, show_card
from handlers.work_order_steps import Table, carried, check, check_holder, start_timer, stop_timers
from orders.durations import spoken_minutes
from orders.errors import Unlawful
from orders.work_orders import OPEN, HoldReason, WorkOrderEvent, WorkOrderState, check_start
from storage.tables import Person, WorkOrder
from storage.unit_of_work import UnitOfWork


def join_typed(uow: UnitOfWork, order: WorkOrder, written: str) -> Answer:
    """Come along to a work order, or ask the people who are named to help with it."""
    if not written.strip():
        return join(uow, order)
    for person in suiting.workers_named(uow, order, written):
        ask_helper(uow, order, person)
    return NOTHING


def join(uow: UnitOfWork, order: WorkOrder) -> Answer:
    """Let the acting person help with a locked work order that somebody has."""
    _check_helped(uow, order)
    if crew.is_member(uow, order):
        crew.said_yes(uow, order)
        show_card(uow, order.id)
        return Answer(private=f"You are on {order.number}. `start {short_number(order.number)}` begins your time.")
    _add(uow, order, uow.get(Person, uow.actor.person_id), "helps")
    return NOTHING


def ask_helper(uow: UnitOfWork, order: WorkOrder, person: Person, *, allowed: bool = False) -> None:
    """Ask somebody to help with a locked work order; who is on it already stays as they are.

    ``allowed`` says that the actor was found to be somebody who may, before the work order went to somebody else.
    """
    if person.id == uow.actor.person_id:
        join(uow, order)
        return
    _check_helped(uow, order)
    if not (allowed or crew.is_member(uow, order)):
        check_holder(uow, order)
    if order.responsible_id != person.id and crew.membership(uow, order, person.id) is None:
        _add(uow, order, person, "asked_to_help")


def _check_helped(uow: UnitOfWork, order: WorkOrder) -> None:
    if order.responsible_id is None and order.state in OPEN:
        raise Unlawful(why=f"Nobody has {order.number} yet: `take {short_number(order.number)}`.", subject=order.number)
    check(uow, order, WorkOrderEvent.LOG)


def _add(uow: UnitOfWork, order: WorkOrder, person: Person, event: str) -> None:
    judged = suiting.person_for(uow, order, person)
    warnings = judged.skill_warnings() if person.id == uow.actor.person_id else judged.warnings()
    crew.asked(uow, order, person.id)
    line(uow, order, event, helper=person.name, warning=" ".join(warnings))
    show_card(uow, order.id)


def goes_on(uow: UnitOfWork, order: WorkOrder) -> bool:
    """Say whether somebody of the crew can only begin their own time, because the work has begun."""
    return order.state == WorkOrderState.IN_PROGRESS and crew.is_member(uow, order)


def begin(uow: UnitOfWork, order: WorkOrder, *, acknowledged: bool = False) -> Answer:
    """Start the acting person's own time on work that has begun; with safety steps they confirm those once themselves."""
    mine = next((row for row in running_times(uow, order.id) if row.person_id == uow.actor.person_id), None)
    if mine is not None and mine.started_at is not None:
        return Answer(private=f"Your time on {order.number} runs since {moments.clock(uow, mine.started_at)}.")
    check(uow, order, WorkOrderEvent.LOG)
    holds = frozenset(HoldReason(row.reason) for row in open_holds(uow, order.id))
    check_start(None, holds, acknowledged=True)
    worked = {person for person, _ in crew.crew_of(uow, order).minutes}
    if order.safety and not acknowledged and uow.actor.person_id not in worked:
        return Answer(modal=safety_gate.form(order))
    start_timer(uow, order)
    crew.said_yes(uow, order)
    line(uow, order, "works_too", safety=order.safety if acknowledged else "")
    show_card(uow, order.id)
    return NOTHING


def stop(uow: UnitOfWork, order: WorkOrder) -> Answer:
    """Stop the acting person's own time on a locked work order; the work goes on."""
    stopped = stop_timers(uow, order, of=uow.actor.person_id) if uow.actor.person_id is not None else []
    if not stopped:
        raise Unlawful(why=f"Your time does not run on {order.number}.", subject=order.number)
    line(uow, order, "own_time", minutes=spoken_minutes(stopped[0][1]))
    show_card(uow, order.id)
    return NOTHING


def stops(uow: UnitOfWork, what: Click) -> Answer:
    """Stop one's own time from a button."""
    return stop(uow, carried(uow, what.value))


CLICKS: Table = {Action.STOP_TIME: stops}
