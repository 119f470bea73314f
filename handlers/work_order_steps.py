"""One step of a work order: lock it, ask whether it is lawful, write it, and say who could when this person may not."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from handlers import crew, ids, moments, people, request_letters
from handlers.happenings import Answer
from handlers.ids import Action
from handlers.work_order_cards import OFFERS, Offer, line, look, running_times
from orders.durations import spoken_minutes
from orders.errors import NotPossible, NotYours, OldCard
from orders.people import Role
from orders.work_orders import WORK_ORDERS, WorkOrderEvent, WorkOrderState
from storage.tables import Person, WorkOrder, WorkOrderChange, WorkOrderTime
from storage.unit_of_work import Note, UnitOfWork

Table = dict[str, Callable[[UnitOfWork, Any], Answer]]
"""What answers to which action or callback."""

MINUTE = 60
MOST_OFFERED = 4
"""How many buttons a refusal names at most."""

_E = WorkOrderEvent
EVENTS: dict[Action, tuple[WorkOrderEvent, ...]] = {
    Action.TAKE: (_E.SCHEDULE,),
    Action.ASSIGN: (_E.SCHEDULE,),
    Action.CANNOT_TAKE: (_E.UNSCHEDULE,),
    Action.START: (_E.START,),
    Action.STOP_TIME: (_E.LOG,),
    Action.STEPS: (_E.CHECK,),
    Action.DETAILS: (),
    Action.SPLIT: (_E.CHANGE_SCOPE,),
    Action.WAIT_FOR: (_E.HOLD,),
    Action.PLAN_JOB: (_E.CHANGE_SCOPE,),
    Action.HOW: (_E.CHANGE_SCOPE,),
    Action.DONE: (_E.COMPLETE,),
    Action.HOLD: (_E.HOLD,),
    Action.RESUME: (_E.RESUME,),
    Action.NEED_PART: (_E.NEED_PARTS,),
    Action.ISSUE_PART: (_E.ISSUE,),
    Action.LOG_TIME: (_E.LOG,),
    Action.CORRECT: (_E.CHANGE_SCOPE,),
    Action.NOT_A_FAULT: (_E.WITHDRAW, _E.CANCEL),
    Action.CANCEL: (_E.CANCEL,),
    Action.CLOSE: (_E.CLOSE,),
    Action.REOPEN: (_E.REOPEN,),
}
"""Which events a button on a work order's card may cause."""


def carried(uow: UnitOfWork, value: str) -> WorkOrder:
    """Return, locked, the work order that a button or a form carries; raises ``OldCard`` for one that is not there."""
    (number,) = ids.numbers(value, 1)
    return locked(uow, number)


def locked(uow: UnitOfWork, work_order_id: int) -> WorkOrder:
    """Return a work order and keep everybody else from changing it; raises ``OldCard`` for one that is not there."""
    try:
        return uow.lock(WorkOrder, work_order_id)
    except LookupError:
        raise OldCard from None


def check(uow: UnitOfWork, order: WorkOrder, event: WorkOrderEvent) -> WorkOrderState:
    """Return the state after the event; raises ``NotPossible``, or ``NotYours`` with the names of those who may."""
    state = WorkOrderState(order.state)
    try:
        return WorkOrderState(WORK_ORDERS.follow(state, event, uow.actor, subject=order.number))
    except NotPossible as refused:
        possible = ", ".join(offered(uow, order)) or "nothing for you"
        raise NotPossible(**{**refused.values, "possible": possible}) from None
    except NotYours as refused:
        step = WORK_ORDERS.step(state, event)
        roles = sorted(step.roles - {Role.SYSTEM}) if step else []
        who = people.names(uow, *roles)
        values = {**refused.values, "subject": order.number}
        raise NotYours(**{**values, "who": f"Ask {who}." if who else ""}) from None


def offered(uow: UnitOfWork, order: WorkOrder) -> list[str]:
    """Return the labels of the buttons on the work order's card that the acting person may press."""
    offer = OFFERS.get(look(uow, order).phase, Offer(None))
    buttons = [*([offer.primary] if offer.primary else []), *offer.plain, *offer.menu]
    return [label for action, label in buttons if _may(uow, order, action)][:MOST_OFFERED]


def _may(uow: UnitOfWork, order: WorkOrder, action: Action) -> bool:
    state = WorkOrderState(order.state)
    return any(event in WORK_ORDERS.events(state, uow.actor) for event in EVENTS[action])


def check_holder(uow: UnitOfWork, order: WorkOrder) -> None:
    """Refuse somebody who neither has the job nor plans the work."""
    if order.responsible_id in {None, uow.actor.person_id} or uow.actor.has(Role.SUPERVISOR, Role.SYSTEM):
        return
    holder = people.name(uow, order.responsible_id)
    raise NotYours(roles="whoever has the job", what="do this", who=f"{holder} has it.", subject=order.number)


def move(uow: UnitOfWork, order: WorkOrder, event: WorkOrderEvent, *, words: str = "", **values: Any) -> WorkOrderState:
    """Take a lawful step: write the new state with whatever else changes, and note it."""
    target = check(uow, order, event)
    uow.change(WorkOrder, order.id, state=target.value, version=order.version + 1, **values)
    after = {"state": target.value} | {name: _plain(value) for name, value in values.items()}
    uow.audit(Note(order.number, event.value, before={"state": order.state}, after=after, words=words))
    if event in request_letters.ENDED:
        request_letters.followed(uow, uow.get(WorkOrder, order.id), event)
    return target


def changed(uow: UnitOfWork, order: WorkOrder, field: str, values: tuple[object, object], reason: str = "") -> None:
    """Keep what a field said before and after, and why it was changed."""
    before, after = (str(_plain(value)) if value is not None else "" for value in values)
    uow.add(
        WorkOrderChange, work_order_id=order.id, at=uow.now, by_id=uow.actor.person_id,
        field=field, before=before, after=after, reason=reason,
    )  # fmt: skip


def start_timer(uow: UnitOfWork, order: WorkOrder) -> None:
    """Start the acting person's timer, unless it runs already."""
    person = uow.actor.person_id
    if person is None or any(row.person_id == person for row in running_times(uow, order.id)):
        return
    uow.add(WorkOrderTime, work_order_id=order.id, person_id=person, started_at=uow.now, **hourly(uow, person))


def hourly(uow: UnitOfWork, person_id: int) -> dict[str, Any]:
    """Return what an hour of a person costs now, to be kept with the time: ``rate`` in minor units or None, ``currency``."""
    rate = uow.get(Person, person_id).hourly_rate
    return {"rate": rate, "currency": uow.plant.currency if rate is not None else ""}


def stop_timers(uow: UnitOfWork, order: WorkOrder, *, of: int | None = None) -> list[tuple[int, int]]:
    """Stop every timer that runs on the work order, or one person's; returns whose and their minutes.

    Whoever is stopped by somebody else is named in the thread.
    """
    stopped = []
    for row in running_times(uow, order.id):
        if of is None or row.person_id == of:
            uow.change(WorkOrderTime, row.id, ended_at=uow.now, minutes=elapsed(uow, row))
            stopped.append((row.person_id, elapsed(uow, row)))
    theirs = [
        f"{people.name(uow, person)} ({spoken_minutes(minutes)})"
        for person, minutes in stopped
        if person != uow.actor.person_id
    ]
    if theirs:
        line(uow, order, "times_end", times=crew.named(theirs))
    return stopped


def elapsed(uow: UnitOfWork, row: WorkOrderTime) -> int:
    """Return how many whole minutes a timer has run."""
    return max(round((uow.now - (row.started_at or uow.now)).total_seconds() / MINUTE), 0)


def minutes_spent(uow: UnitOfWork, order: WorkOrder) -> int:
    """Return all minutes on a work order, running timers included."""
    return sum(
        row.minutes if row.minutes is not None else elapsed(uow, row)
        for row in uow.all(WorkOrderTime, work_order_id=order.id)
    )


def last_change(uow: UnitOfWork, order: WorkOrder, field: str) -> str:
    """Say when a field was changed last, as people say it."""
    found = uow.all(WorkOrderChange, work_order_id=order.id, field=field)
    return moments.clock(uow, found[-1].at if found else order.created_at)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
