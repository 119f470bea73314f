"""A maintenance plan's days: its schedule as the rules know it, and where it stands after its last order."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select

from handlers.order_content import today
from orders.maintenance import Basis, Pause, Schedule, by_use, turn
from orders.recurrence import Never, rhythm_named, season_named
from orders.work_orders import OPEN
from orders.working_time import NO_HOLIDAYS
from storage.prepared import Prepared
from storage.tables import MaintenancePlan, Meter, PlanOrder, PlanPause, WorkOrder
from storage.unit_of_work import UnitOfWork, table

_MADE, _ORDERS = table(PlanOrder), table(WorkOrder)
_STILL_OPEN = Prepared(
    select(_ORDERS.c.id)
    .join(_MADE, _MADE.c.work_order_id == _ORDERS.c.id)
    .where(_MADE.c.plan_id == bindparam("plan"), or_(*(_ORDERS.c.state == state.value for state in sorted(OPEN))))
    .order_by(_ORDERS.c.id.desc())
    .limit(1)
)
_LAST_DUE = Prepared(
    select(_MADE.c.due_on).where(_MADE.c.plan_id == bindparam("plan")).order_by(_MADE.c.due_on.desc()).limit(1)
)
_DAY = timedelta(days=1)
EVERY_DAY = frozenset(range(7))
SCHEDULED = ("every", "basis", "first_day", "last_day", "lead_days", "season", "every_day")
"""What of a plan says when it comes due."""
Standing = dict[str, Any]
"""Where a plan stands, by the names of its columns."""


def schedule_of(uow: UnitOfWork, plan: MaintenancePlan, *, without: int = 0) -> Schedule:
    """Return a plan's schedule with its pauses; ``without`` leaves one pause out."""
    rows = uow.all(PlanPause, plan_id=plan.id) if plan.id else []
    pauses = tuple(Pause(row.first, row.last) for row in rows if row.id != without)
    fields = {name: getattr(plan, name) for name in SCHEDULED}
    return written_schedule(uow, fields | ({"first_day": plan.counted_from} if plan.counted_from else {}), pauses)


def written_schedule(uow: UnitOfWork, fields: Mapping[str, Any], pauses: tuple[Pause, ...] = ()) -> Schedule:
    """Return the schedule that a plan's fields say."""
    every_day, working = fields.get("every_day"), uow.plant.working
    return Schedule(
        rhythm_named(fields["every"]) if fields["every"] else Never(),
        fields["first_day"],
        fields.get("last_day"),
        season_named(fields.get("season") or ""),
        EVERY_DAY if every_day else working.days,
        pauses,
        NO_HOLIDAYS if every_day else working.holidays,
    )


def begun(uow: UnitOfWork, fields: Mapping[str, Any], pauses: tuple[Pause, ...] = ()) -> Standing:
    """Return where a plan stands that is new or has other days now: what was before today is not made up for."""
    schedule = written_schedule(uow, fields, pauses)
    covered = today(uow) - _DAY
    if Basis(fields["basis"]) is Basis.FLOATING:
        return _floating(uow, schedule, schedule.after(covered), int(fields.get("lead_days") or 0))
    standing = _fixed(schedule, covered, today(uow), int(fields.get("lead_days") or 0))
    return {"covered_to": covered, "counted_from": None, **standing}


def _fixed(schedule: Schedule, covered: date, day: date, lead: int) -> Standing:
    standing = turn(schedule, covered, day, lead)
    coming = standing.due[0] if standing.due else standing.next_due
    return {"next_due": coming, "make_on": day if standing.due else standing.make_on}


def _floating(uow: UnitOfWork, schedule: Schedule, due: date | None, lead: int) -> Standing:
    """Return where a floating plan stands that comes due on a day; in a pause without an end it makes nothing."""
    coming = schedule.open_from(due) if due is not None else None
    if coming is None:
        ended = due is None or (schedule.last is not None and due > schedule.last)
        return {"next_due": None if ended else due, "make_on": None}
    return {"next_due": coming, "make_on": max(coming - timedelta(days=lead), today(uow))}


def covered_up_to(uow: UnitOfWork, plan: MaintenancePlan, covered: date) -> Standing:
    """Return where a fixed plan stands whose occurrences up to a day have their order."""
    standing = _fixed(schedule_of(uow, plan), covered, today(uow), plan.lead_days)
    asked = asked_by_meter(uow, plan)
    if asked is not None and (standing["next_due"] is None or asked < standing["next_due"]):
        standing = {"next_due": asked, "make_on": asked}
    return {"covered_to": covered, **standing}


def asked_by_meter(uow: UnitOfWork, plan: MaintenancePlan) -> date | None:
    """Return the day on which a plan comes due because its meter has counted enough; None while it has not."""
    if plan.meter_id is None or uow.get(Meter, plan.meter_id).used < plan.next_use:
        return None
    last = uow.row(_LAST_DUE, plan=plan.id)
    return schedule_of(uow, plan).open_from(today(uow) if last is None else max(today(uow), last.due_on + _DAY))


def counted_anew(uow: UnitOfWork, plan: MaintenancePlan, day: date, *, by_meter: bool) -> Standing:
    """Return from where a fixed plan counts on after it came due on a day, by its meter or by the calendar.

    Whichever came first, both count from there: figures stay on the plan's own grid, an interval begins with the day.
    """
    covered = {"covered_to": day}
    if plan.meter_id is None:
        return covered
    used = uow.get(Meter, plan.meter_id).used
    if not by_meter:
        return covered | {"next_use": used + plan.every_use}
    return covered | {"next_use": by_use(used, plan.next_use, plan.every_use)[1], "counted_from": day}


def done_on(uow: UnitOfWork, plan: MaintenancePlan, day: date) -> Standing:
    """Return where a floating plan stands that was done on a day; done long ahead, it is counted from its last day."""
    schedule = schedule_of(uow, plan)
    last = uow.row(_LAST_DUE, plan=plan.id)
    due = schedule.counted_from(day)
    if due is not None and last is not None and due <= last.due_on:
        due = schedule.counted_from(last.due_on)
    standing = {"waits_for_id": None, **_floating(uow, schedule, due, plan.lead_days)}
    if plan.meter_id is not None:
        standing["next_use"] = uow.get(Meter, plan.meter_id).used + plan.every_use
    return standing


def reached(uow: UnitOfWork, meter_id: int) -> None:
    """Let the plans come due whose meter has counted as much as they ask for; a floating one waits for its open order."""
    for plan in uow.all(MaintenancePlan, meter_id=meter_id):
        due = asked_by_meter(uow, plan) if plan.waits_for_id is None else None
        if due is not None and (plan.next_due is None or plan.next_due > due):
            uow.change(MaintenancePlan, plan.id, next_due=due, make_on=due)


def stands(uow: UnitOfWork, plan: MaintenancePlan) -> Standing:
    """Return where a plan stands by its schedule of now, as after a pause was made or ended."""
    if plan.rests:
        return {}
    if Basis(plan.basis) is Basis.FIXED:
        return covered_up_to(uow, plan, plan.covered_to or today(uow) - _DAY)
    if plan.waits_for_id is not None:
        return {}
    asked = asked_by_meter(uow, plan)
    if asked is not None and (plan.next_due is None or asked < plan.next_due):
        return {"next_due": asked, "make_on": asked}
    return _floating(uow, schedule_of(uow, plan), plan.next_due, plan.lead_days)


def open_order(uow: UnitOfWork, plan_id: int) -> int | None:
    """Return the newest open order of a plan, if there is one."""
    found = uow.row(_STILL_OPEN, plan=plan_id)
    return None if found is None else int(found.id)
