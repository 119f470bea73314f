"""The end of the work itself: time written down, what was wrong and what was done, and the line running again."""

import re
from dataclasses import dataclass
from datetime import datetime

import templates
from handlers import checklists, failure_lists, issuing, moments, proposals, typed_parts, waiting_for
from handlers.happenings import NOTHING, Answer, Click, Submission
from handlers.ids import Action, Callback, value
from handlers.work_order_cards import line, open_holds, running_times, show_card, tell
from handlers.work_order_steps import (
    Table,
    carried,
    check,
    check_holder,
    elapsed,
    hourly,
    move,
    stop_timers,
)
from orders.durations import MOST, MOST_AT_ONCE, minutes_of, spoken_minutes
from orders.errors import Refusal, TimeUnlikely, Unlawful
from orders.units import measured
from orders.work_orders import TaskType, WorkOrderEvent, check_completion
from storage.tables import Part, WorkOrder, WorkOrderHold, WorkOrderPart, WorkOrderTime
from storage.unit_of_work import Note, UnitOfWork


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What whoever did the work says at its end; minutes are all of that person's, parts are (id, thousandths) used."""

    mode: str
    cause: str
    remedy: str
    minutes: int
    runs_since: datetime | None = None
    parts: tuple[tuple[int, int], ...] = ()
    worker_id: int | None = None
    """Who worked, where somebody else writes it down; else the acting person."""


def done(uow: UnitOfWork, what: Click) -> Answer:
    """Ask what was wrong, what was done, and how long it took; everything that can be guessed is filled in."""
    order = carried(uow, what.value)
    return Answer(modal=form(uow, order))


def form(uow: UnitOfWork, order: WorkOrder, *, minutes: int | None = None) -> dict[str, object]:
    """Return the one form at the end of the work, for somebody who may end it."""
    check_end(uow, order)
    spent = minutes if minutes is not None else own_minutes(uow, order, uow.actor.person_id, running=True)
    return templates.view("done_form", carried=value(order.id), **fields(uow, order), minutes=spent)


def fields(uow: UnitOfWork, order: WorkOrder) -> dict[str, object]:
    """Return what the form at the end offers, and the guesses that hold without anybody's words."""
    stood = order.down_from is not None and order.down_until is None
    return {
        "number": order.number,
        "modes": failure_lists.modes(uow, order),
        "mode": order.failure_mode or failure_lists.mode_in(uow, order, f"{order.title} {order.description}") or None,
        # A form asks for five things at most; when the line stood, why it failed is asked on the card alone.
        "causes": failure_lists.pairs(uow, order, "cause") if not stood else [],
        "remedies": failure_lists.pairs(uow, order, "remedy"),
        "running": moments.typed(uow, uow.now) if stood else "",
        "parts_used": "\n".join(typed_parts.listed(part, row.reserved) for row, part in kept(uow, order)),
    }


def check_end(uow: UnitOfWork, order: WorkOrder) -> None:
    """Refuse somebody who may not end the work, or work that cannot be ended now."""
    check(uow, order, WorkOrderEvent.COMPLETE)
    check_holder(uow, order)
    checklists.check_done(uow, order)


def kept(uow: UnitOfWork, order: WorkOrder) -> list[tuple[WorkOrderPart, Part]]:
    """Return the parts that are kept for a work order and not taken out."""
    rows = [row for row in uow.all(WorkOrderPart, work_order_id=order.id) if row.reserved]
    return [(row, uow.get(Part, row.part_id)) for row in rows]


def completed(uow: UnitOfWork, what: Submission) -> Answer:
    """End the work with what was written in the form; what cannot be read is said at its field."""
    order = carried(uow, what.private)
    check_end(uow, order)
    conclusion, errors = read(uow, order, what)
    if conclusion is None:
        return Answer(errors=errors)
    return complete(uow, order, conclusion)


def read(
    uow: UnitOfWork, order: WorkOrder, what: Submission, worker_id: int | None = None
) -> tuple[Conclusion | None, dict[str, str]]:
    """Read the form at the end; what cannot be read is told by its field, and then there is no conclusion."""
    errors: dict[str, str] = {}
    minutes = _minutes(uow, order, what.field("minutes"), (worker_id or uow.actor.person_id, errors))
    runs_since = _runs_since(uow, order, what.field("running"), errors)
    used = _used(uow, order, what.field("parts_used"), errors)
    mode = what.field("mode")
    if not mode and order.task_type in {TaskType.REPAIR, TaskType.EMERGENCY}:
        errors["mode"] = "Choose what was wrong; “Other” is a fine answer."
    if errors:
        return None, errors
    remedy = failure_lists.words_of(uow.plant, "remedy", what.field("remedy"))
    return Conclusion(mode, what.field("cause"), remedy, minutes, runs_since, used, worker_id), {}


def _minutes(uow: UnitOfWork, order: WorkOrder, written: str, of: tuple[int | None, dict[str, str]]) -> int:
    person, errors = of
    least = own_minutes(uow, order, person)
    try:
        minutes = minutes_of(written)
        check_minutes(minutes, least)
    except Refusal as refused:
        readable = isinstance(refused, TimeUnlikely)
        errors["minutes"] = str(refused) if readable else f"Write a number from {least} to {MOST}"
        return 0
    return minutes


def check_minutes(minutes: int, least: int) -> None:
    """Refuse minutes below those that a person has written down, or a day and more in one go."""
    if minutes < least:
        raise TimeUnlikely(why=f"{spoken_minutes(least)} are written down already; write {least} or more.")
    if minutes - least > MOST_AT_ONCE:
        raise TimeUnlikely(
            why=f"{spoken_minutes(minutes - least)} in one go? Write at most 24 h; longer work day by day, with Log time."
        )


def _used(uow: UnitOfWork, order: WorkOrder, written: str, errors: dict[str, str]) -> tuple[tuple[int, int], ...]:
    """Return the parts that were used, as (id, thousandths), each no more than the work order may take out."""
    try:
        used = typed_parts.parts_in(uow, written)
        for part_id, quantity in used:
            part = uow.get(Part, part_id)
            free = issuing.free_for(uow, order, part)
            if quantity > free:
                raise Unlawful(
                    why=f"Only {measured(free, part.unit)} of {part.name} are free for this job. Write what was taken out."
                )
    except Refusal as refused:
        errors["parts_used"] = str(refused)
        return ()
    return used


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
    worker = conclusion.worker_id or uow.actor.person_id
    _write_time(uow, order, conclusion.minutes, worker)
    for part_id, quantity in conclusion.parts:
        issuing.take_out(uow, order, uow.get(Part, part_id), quantity)
    _end_holds(uow, order)
    stood = order.down_from is not None and order.down_until is None
    move(
        uow, order, WorkOrderEvent.COMPLETE, words=conclusion.remedy, completed_at=uow.now, completed_by_id=worker,
        failure_mode=conclusion.mode, failure_cause=conclusion.cause, remedy=conclusion.remedy,
        down_until=(conclusion.runs_since or uow.now) if stood else order.down_until,
    )  # fmt: skip
    _say_done(uow, order, conclusion, stood=stood)
    waiting_for.job_ended(uow, order, "done")
    proposals.overtake(uow, order)
    show_card(uow, order.id)
    return NOTHING


def _end_holds(uow: UnitOfWork, order: WorkOrder) -> None:
    """What is done waits for nothing any more."""
    for row in open_holds(uow, order.id):
        uow.change(WorkOrderHold, row.id, released_at=uow.now)
        uow.audit(Note(order.number, WorkOrderEvent.RESUME.value, before={"reason": row.reason}, words="done"))


def _write_time(uow: UnitOfWork, order: WorkOrder, minutes: int, worker: int | None) -> None:
    """Let the times of whoever worked add up to the stated minutes; timers of others stop where they are, and they hear of it."""
    extra = minutes - own_minutes(uow, order, worker)
    mine = [row for row in running_times(uow, order.id) if row.person_id == worker]
    for row in mine:
        uow.change(WorkOrderTime, row.id, ended_at=uow.now, minutes=max(extra, 0))
    for row in running_times(uow, order.id):
        tell(uow, row.person_id, order, "timer_stopped", minutes=spoken_minutes(elapsed(uow, row)))
    stop_timers(uow, order)
    if not mine and extra > 0 and worker is not None:
        log(uow, order, extra, worker=worker)


def own_minutes(uow: UnitOfWork, order: WorkOrder, person_id: int | None, *, running: bool = False) -> int:
    """Return the minutes that a person has on a work order, without a running timer unless asked for."""
    rows = uow.all(WorkOrderTime, work_order_id=order.id, person_id=person_id) if person_id is not None else []
    counted = [row for row in rows if running or row.ended_at is not None]
    return sum(row.minutes if row.minutes is not None else elapsed(uow, row) for row in counted)


def _say_done(uow: UnitOfWork, order: WorkOrder, conclusion: Conclusion, *, stood: bool) -> None:
    parts = [failure_lists.words_of(uow.plant, "mode", conclusion.mode), conclusion.remedy]
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
        kept=", ".join(f"{measured(row.reserved, part.unit)} {part.name}" for row, part in kept(uow, order)),
    )
    tell(uow, order.reported_by_id, order, "done_for_you", conclusion=words)


def complete_typed(uow: UnitOfWork, order: WorkOrder, minutes: int, words: str) -> Answer | None:
    """End the work with typed minutes and words; None where what was wrong was not said, and has to be asked."""
    check_end(uow, order)
    mode = order.failure_mode or failure_lists.mode_in(uow, order, words)
    if not mode and order.task_type in {TaskType.REPAIR, TaskType.EMERGENCY}:
        return None
    check_minutes(minutes, own_minutes(uow, order, uow.actor.person_id))
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
    if not 0 < minutes <= MOST_AT_ONCE:
        return Answer(
            errors={"minutes": f"Write a time from 1 minute to 24 h ({MOST_AT_ONCE}); longer work day by day."}
        )
    return log_typed(uow, order, minutes, what.field("note"))


def log_typed(uow: UnitOfWork, order: WorkOrder, minutes: int, note: str = "") -> Answer:
    """Write down working time on a locked work order and say so."""
    check(uow, order, WorkOrderEvent.LOG)
    check_minutes(minutes, 0)
    log(uow, order, minutes, note)
    line(uow, order, "logged", minutes=spoken_minutes(minutes))
    show_card(uow, order.id)
    return NOTHING


def log(uow: UnitOfWork, order: WorkOrder, minutes: int, note: str = "", *, worker: int | None = None) -> None:
    """Add a finished time of the acting person, or of ``worker``."""
    person = worker or uow.actor.person_id
    if person is None:
        raise Unlawful(why="Time is somebody's: write it down as the person who worked.")
    uow.add(
        WorkOrderTime, work_order_id=order.id, person_id=person, started_at=None,
        ended_at=uow.now, minutes=minutes, note=re.sub(r"\s+", " ", note), **hourly(uow, person),
    )  # fmt: skip
    uow.audit(Note(order.number, "log", after={"minutes": minutes}, words=note))


CLICKS: Table = {Action.DONE: done, Action.LOG_TIME: log_time}
SUBMISSIONS: Table = {Callback.DONE: completed, Callback.LOG_TIME: logged}
