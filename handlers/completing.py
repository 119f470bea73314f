"""The end of the work itself: time written down, what was wrong and what was done, and the line running again."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

import templates
from handlers import checklists, issuing, moments, waiting_for, wording
from handlers.happenings import NOTHING, Answer, Click, Submission
from handlers.ids import Action, Callback, value
from handlers.work_order_cards import line, running_times, show_card, tell
from handlers.work_order_steps import (
    Table,
    carried,
    check,
    check_holder,
    elapsed,
    hourly,
    minutes_spent,
    move,
    stop_timers,
)
from orders.durations import MOST, minutes_of, spoken_minutes
from orders.errors import Refusal, Unlawful
from orders.units import measured
from orders.work_orders import TaskType, WorkOrderEvent, check_completion
from storage.tables import Part, WorkOrder, WorkOrderPart, WorkOrderTime
from storage.unit_of_work import Note, UnitOfWork, table

_ORDERS = table(WorkOrder)
USUAL = 5
"""How many of an asset's usual failure modes come first in the list."""
USED, NONE_USED = "used", "none"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What whoever did the work says at its end; minutes are all minutes together."""

    mode: str
    cause: str
    remedy: str
    minutes: int
    runs_since: datetime | None = None
    parts_used: bool | None = None


def done(uow: UnitOfWork, what: Click) -> Answer:
    """Ask what was wrong, what was done, and how long it took; everything that can be guessed is filled in."""
    order = carried(uow, what.value)
    return Answer(modal=form(uow, order))


def form(uow: UnitOfWork, order: WorkOrder, *, minutes: int | None = None, remedy: str = "") -> dict[str, object]:
    """Return the one form at the end of the work, for somebody who may end it."""
    _check(uow, order)
    stood = order.down_from is not None and order.down_until is None
    kept = _kept(uow, order)
    guess = wording.mode_of(f"{order.title} {order.description}")
    return templates.view(
        "done_form",
        carried=value(order.id),
        number=order.number,
        modes=_modes(uow, order),
        mode=order.failure_mode or (guess.code if guess else None),
        causes=[(each.code, each.words) for each in wording.choices("cause")] if not (stood and kept) else [],
        remedies=[(each.code, each.words) for each in wording.choices("remedy")],
        remedy=next((each.code for each in wording.choices("remedy") if each.words == remedy), None),
        minutes=minutes if minutes is not None else minutes_spent(uow, order),
        running=moments.typed(uow, uow.now) if stood else "",
        kept=", ".join(kept),
    )


def _check(uow: UnitOfWork, order: WorkOrder) -> None:
    check(uow, order, WorkOrderEvent.COMPLETE)
    check_holder(uow, order)
    checklists.check_done(uow, order)


def _modes(uow: UnitOfWork, order: WorkOrder) -> list[tuple[str, str]]:
    """Return the failure modes, the asset's usual ones first."""
    query = select(_ORDERS.c.failure_mode).where(_ORDERS.c.asset_id == order.asset_id, _ORDERS.c.failure_mode != "")
    known = {each.code: each.words for each in wording.choices("mode")}
    counted = Counter(code for code in uow.run(query).scalars() if code in known) if order.asset_id else Counter[str]()
    usual = [code for code, _ in counted.most_common(USUAL)]
    return [(code, known[code]) for code in [*usual, *(code for code in known if code not in usual)]]


def _kept(uow: UnitOfWork, order: WorkOrder) -> list[str]:
    rows = [row for row in uow.all(WorkOrderPart, work_order_id=order.id) if row.reserved]
    parts = [(row, uow.get(Part, row.part_id)) for row in rows]
    return [f"{measured(row.reserved, part.unit)} {part.name}" for row, part in parts]


def completed(uow: UnitOfWork, what: Submission) -> Answer:
    """End the work with what was written in the form; what cannot be read is said at its field."""
    order = carried(uow, what.private)
    _check(uow, order)
    conclusion, errors = _read(uow, order, what)
    if conclusion is None:
        return Answer(errors=errors)
    return complete(uow, order, conclusion)


def _read(uow: UnitOfWork, order: WorkOrder, what: Submission) -> tuple[Conclusion | None, dict[str, str]]:
    errors: dict[str, str] = {}
    minutes = _minutes(uow, order, what.field("minutes"), errors)
    runs_since = _runs_since(uow, order, what.field("running"), errors)
    mode, used = what.field("mode"), what.field("parts")
    if not mode and order.task_type in {TaskType.REPAIR, TaskType.EMERGENCY}:
        errors["mode"] = "Choose what was wrong; “Other” is a fine answer."
    if errors:
        return None, errors
    remedy = " ".join(filter(None, [wording.words_of("remedy", what.field("remedy")), what.field("note")]))
    return Conclusion(mode, what.field("cause"), remedy, minutes, runs_since, used == USED if used else None), {}


def _minutes(uow: UnitOfWork, order: WorkOrder, written: str, errors: dict[str, str]) -> int:
    least = _written_down(uow, order)
    try:
        minutes = minutes_of(written)
    except Refusal:
        errors["minutes"] = f"Write a number from {least} to {MOST}"
        return 0
    if minutes < least:
        errors["minutes"] = f"{spoken_minutes(least)} are written down already; write {least} or more."
    return minutes


def _runs_since(uow: UnitOfWork, order: WorkOrder, written: str, errors: dict[str, str]) -> datetime | None:
    if not written:
        return None
    try:
        moment = moments.read(uow, written)
    except Refusal as unreadable:
        errors["running"] = str(unreadable)
        return None
    if moment > uow.now or (order.down_from is not None and moment < order.down_from.replace(second=0, microsecond=0)):
        since = moments.typed(uow, order.down_from or uow.now)
        errors["running"] = f"Write a time from {since} to now"
    return moment


def complete(uow: UnitOfWork, order: WorkOrder, conclusion: Conclusion) -> Answer:
    """Write down the conclusion of a locked work order, tell the thread, and the reporter once."""
    check_completion(TaskType(order.task_type), conclusion.mode or None, conclusion.minutes)
    _write_time(uow, order, conclusion.minutes)
    if conclusion.parts_used:
        for row in uow.all(WorkOrderPart, work_order_id=order.id):
            if row.reserved:
                issuing.take_out(uow, order, uow.get(Part, row.part_id), row.reserved)
    stood = order.down_from is not None and order.down_until is None
    move(
        uow, order, WorkOrderEvent.COMPLETE, words=conclusion.remedy, completed_at=uow.now, completed_by_id=uow.actor.person_id,
        failure_mode=conclusion.mode, failure_cause=conclusion.cause, remedy=conclusion.remedy,
        down_until=(conclusion.runs_since or uow.now) if stood else order.down_until,
    )  # fmt: skip
    _say_done(uow, order, conclusion, stood=stood)
    waiting_for.job_ended(uow, order, "done")
    show_card(uow, order.id)
    return NOTHING


def _write_time(uow: UnitOfWork, order: WorkOrder, minutes: int) -> None:
    """Let all times add up to the stated minutes: what the other timers do not hold is the acting person's."""
    mine = [row for row in running_times(uow, order.id) if row.person_id == uow.actor.person_id]
    extra = minutes - _written_down(uow, order)
    for row in mine:
        uow.change(WorkOrderTime, row.id, ended_at=uow.now, minutes=max(extra, 0))
    stop_timers(uow, order)
    if not mine and extra > 0 and uow.actor.person_id is not None:
        log(uow, order, extra)


def _written_down(uow: UnitOfWork, order: WorkOrder) -> int:
    """Return the minutes of a work order without the acting person's running timer."""
    rows = uow.all(WorkOrderTime, work_order_id=order.id)
    others = [row for row in rows if row.ended_at is not None or row.person_id != uow.actor.person_id]
    return sum(row.minutes if row.minutes is not None else elapsed(uow, row) for row in others)


def _say_done(uow: UnitOfWork, order: WorkOrder, conclusion: Conclusion, *, stood: bool) -> None:
    parts = [wording.words_of("mode", conclusion.mode), conclusion.remedy]
    words = "; ".join(part for part in parts if part) or "nothing more to say"
    running = moments.clock(uow, conclusion.runs_since or uow.now) if stood else ""
    line(
        uow,
        order,
        "done",
        broadcast=stood,
        conclusion=words,
        minutes=spoken_minutes(conclusion.minutes) if conclusion.minutes else "no time",
        running=running,
    )
    tell(uow, order.reported_by_id, order, "done_for_you", conclusion=words)


def complete_typed(uow: UnitOfWork, order: WorkOrder, minutes: int, words: str) -> Answer | None:
    """End the work with typed minutes and words; None when a form has to ask what was wrong."""
    _check(uow, order)
    guess = wording.mode_of(f"{words} {order.title} {order.description}")
    mode = order.failure_mode or (guess.code if guess else "")
    if not mode and order.task_type in {TaskType.REPAIR, TaskType.EMERGENCY}:
        return None
    least = _written_down(uow, order)
    if minutes < least:
        raise Unlawful(
            why=f"{spoken_minutes(least)} are written down for {order.number} already; write {least} or more."
        )
    return complete(uow, order, Conclusion(mode, "", words, minutes))


def log_time(uow: UnitOfWork, what: Click) -> Answer:
    """Ask how long somebody worked."""
    order = carried(uow, what.value)
    check(uow, order, WorkOrderEvent.LOG)
    return Answer(modal=templates.view("log_time_form", carried=what.value, number=order.number))


def logged(uow: UnitOfWork, what: Submission) -> Answer:
    """Write down the time that was entered."""
    order = carried(uow, what.private)
    try:
        minutes = minutes_of(what.field("minutes"))
    except Refusal:
        minutes = 0
    if not minutes:
        return Answer(errors={"minutes": f"Write a number from 1 to {MOST}"})
    return log_typed(uow, order, minutes, what.field("note"))


def log_typed(uow: UnitOfWork, order: WorkOrder, minutes: int, note: str = "") -> Answer:
    """Write down working time on a locked work order and say so."""
    check(uow, order, WorkOrderEvent.LOG)
    log(uow, order, minutes, note)
    line(uow, order, "logged", minutes=spoken_minutes(minutes))
    show_card(uow, order.id)
    return NOTHING


def log(uow: UnitOfWork, order: WorkOrder, minutes: int, note: str = "") -> None:
    """Add a finished time of the acting person."""
    person = uow.actor.person_id
    if person is None:
        raise Unlawful(why="Time is somebody's: write it down as the person who worked.")
    uow.add(
        WorkOrderTime, work_order_id=order.id, person_id=person, started_at=None,
        ended_at=uow.now, minutes=minutes, note=re.sub(r"\s+", " ", note), **hourly(uow, person),
    )  # fmt: skip
    uow.audit(Note(order.number, "log", after={"minutes": minutes}, words=note))


CLICKS: Table = {Action.DONE: done, Action.LOG_TIME: log_time}
SUBMISSIONS: Table = {Callback.DONE: completed, Callback.LOG_TIME: logged}
