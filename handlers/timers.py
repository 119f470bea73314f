"""The guard of forgotten timers: whoever's timer still runs when the shift is over is asked, and stops it with one click."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

import templates
from handlers import ids, moments, people, suiting
from handlers.happenings import NOTHING, Answer, Click, Submission
from handlers.ids import Action, Callback, value
from handlers.work_order_cards import content, line, show_card
from handlers.work_order_steps import MINUTE, Table, check, elapsed, locked
from orders.crew import plain, usual_shift
from orders.durations import spoken_minutes
from orders.errors import AlreadyDone, NotYours, OldCard, Refusal
from orders.people import Role
from orders.timers import asked_at
from orders.work_orders import WorkOrderEvent
from storage import cards
from storage.cards import Place
from storage.tables import Card, Person, WorkOrder, WorkOrderTime
from storage.unit_of_work import Note, UnitOfWork, table

_TIMES = table(WorkOrderTime)


def due(uow: UnitOfWork) -> list[int]:
    """Return the running timers that have to be asked about now."""
    running = select(_TIMES).where(_TIMES.c.ended_at.is_(None), _TIMES.c.started_at.is_not(None))
    return [row.id for row in uow.run(running).all() if _ask_at(uow, row) <= uow.now]


def _ask_at(uow: UnitOfWork, row: Any) -> datetime:
    """Return when a timer is asked about next."""
    person, plant = uow.get(Person, row.person_id), uow.plant
    shift = suiting.shifts(uow).get(plain(person.shift)) or usual_shift(plant.working)
    return asked_at(row.asked_at or row.started_at, shift, plant.working, (plant.zone, plant.timer_asks_after))


def tend(uow: UnitOfWork, time_id: int) -> None:
    """Ask whoever's timer runs whether it runs rightly; it goes on running until they say something."""
    row = uow.lock(WorkOrderTime, time_id)
    ends = _ask_at(uow, row) if row.ended_at is None else None
    if ends is None or ends > uow.now or row.started_at is None:
        return
    order, person = uow.get(WorkOrder, row.work_order_id), uow.get(Person, row.person_id)
    minutes = round((ends - _minute(row.started_at)).total_seconds() / MINUTE)
    uow.change(WorkOrderTime, row.id, asked_at=uow.now)
    uow.audit(Note(order.number, "timer asked about", after={"person": person.name, "minutes": elapsed(uow, row)}))
    if not person.slack_id:
        line(uow, order, "timer_runs", person=person.name, since=moments.clock(uow, row.started_at))
        return
    told = {
        "number": order.number, "title": order.title, "since": moments.clock(uow, row.started_at), "runs": spoken_minutes(elapsed(uow, row)),
        "ended": moments.clock(uow, ends), "ended_at": f"{ends.astimezone(uow.plant.zone):%H:%M}", "still": value(row.id), "stop": value(row.id, minutes), "over": "",
    }  # fmt: skip
    place = Place(person.slack_id, person_id=person.id)
    cards.show(uow, f"timer:{row.id}:{minutes}", order.number, place, content(templates.card("timer", **told)))


@dataclass(frozen=True, slots=True)
class _Running:
    """A timer that still runs, locked, with its work order."""

    row: WorkOrderTime
    order: WorkOrder
    since: datetime


def _running(uow: UnitOfWork, time_id: int) -> _Running:
    """Return, locked, a timer that still runs; raises ``AlreadyDone`` for one that was stopped, ``NotYours`` for others'."""
    found = uow.find(WorkOrderTime, id=time_id)
    if found is None or found.started_at is None:
        raise OldCard
    order = locked(uow, found.work_order_id)
    row = uow.lock(WorkOrderTime, time_id)
    who = people.name(uow, row.person_id)
    if row.person_id != uow.actor.person_id and not uow.actor.has(Role.SUPERVISOR):
        raise NotYours(
            roles="whoever's timer it is, or a supervisor,", what="change it", who=f"{who} can.", subject=order.number
        )
    if row.ended_at is not None:
        raise AlreadyDone(
            what="The timer was stopped", who=who, when=moments.clock(uow, row.ended_at), subject=order.number
        )
    return _Running(row, order, found.started_at)


def still_working(uow: UnitOfWork, what: Click) -> Answer:
    """Let the timer run; it is asked about again when the next shift ends."""
    running = _running(uow, *ids.numbers(what.value, 1))
    uow.change(WorkOrderTime, running.row.id, asked_at=uow.now)
    _condense(uow, running, "Still running")
    return NOTHING


def stopped(uow: UnitOfWork, what: Click) -> Answer:
    """Stop the timer at the moment that the button names."""
    time_id, minutes = ids.numbers(what.value, 2)
    running = _running(uow, time_id)
    return _stop(uow, running, max(_minute(running.since) + timedelta(minutes=minutes), running.since))


def _minute(moment: datetime) -> datetime:
    """Return the whole minute in which a timer started, so that it stops where the clock on the wall says."""
    return moment.replace(second=0, microsecond=0)


def other_time(uow: UnitOfWork, what: Click) -> Answer:
    """Ask when the work stopped."""
    running = _running(uow, *ids.numbers(what.value, 1))
    told = {
        "number": running.order.number,
        "since": moments.clock(uow, running.since),
        "now": moments.typed(uow, uow.now),
    }
    return Answer(modal=templates.view("timer_form", carried=what.value, **told))


def stopped_at(uow: UnitOfWork, what: Submission) -> Answer:
    """Stop the timer at the moment that was written."""
    running = _running(uow, *ids.numbers(what.private, 1))
    try:
        ended = moments.read(uow, what.field("ended"))
    except Refusal as unreadable:
        return Answer(errors={"ended": str(unreadable)})
    if not _minute(running.since) <= ended <= uow.now:
        return Answer(errors={"ended": f"Write a time from {moments.typed(uow, running.since)} to now."})
    return _stop(uow, running, max(ended, running.since))


def _stop(uow: UnitOfWork, running: _Running, ended: datetime) -> Answer:
    """Write down when the work stopped, and say so in the thread."""
    check(uow, running.order, WorkOrderEvent.LOG)
    minutes = round((ended - running.since).total_seconds() / MINUTE)
    uow.change(WorkOrderTime, running.row.id, ended_at=ended, minutes=minutes)
    who = people.name(uow, running.row.person_id)
    uow.audit(Note(running.order.number, "timer stopped", after={"person": who, "minutes": minutes}))
    clock, spent = moments.clock(uow, ended), spoken_minutes(minutes)
    line(uow, running.order, "timer_ended", person=who, ended=clock, minutes=spent)
    _condense(uow, running, f"Stopped at {clock}, {spent}")
    show_card(uow, running.order.id)
    return NOTHING


def _condense(uow: UnitOfWork, running: _Running, over: str) -> None:
    told: dict[str, Any] = {"number": running.order.number, "title": running.order.title, "over": over}
    for card in uow.all(Card, subject=running.order.number):
        if card.key.startswith(f"timer:{running.row.id}:"):
            cards.refresh(uow, card.key, content(templates.card("timer", **told)))


CLICKS: Table = {Action.TIMER_RUNS: still_working, Action.TIMER_STOPPED: stopped, Action.TIMER_OTHER: other_time}
SUBMISSIONS: Table = {Callback.TIMER: stopped_at}
