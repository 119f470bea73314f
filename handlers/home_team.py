"""A supervisor's part of the Home tab: the team's week, what is late, what nobody has decided, and what waits for parts."""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import case, func, select

from handlers import open_work, request_lists
from orders.people import Role
from storage.tables import Person, WorkOrder
from storage.unit_of_work import UnitOfWork, table

_ORDERS, _PEOPLE = table(WorkOrder), table(Person)
SHOWN, PEOPLE = 3, 6
WEEK = 7


def part(uow: UnitOfWork) -> dict[str, Any]:
    """Return the headed lists that the tab shows to a supervisor, in two groups; none to anybody else."""
    if not uow.actor.has(Role.SUPERVISOR):
        return {"team": []}
    ahead = (("Your team's week", _week(uow)), ("To decide", request_lists.waiting(uow)[:SHOWN]))
    groups = ([(heading, rows) for heading, rows in lists if rows] for lists in (ahead, _late(uow)))
    return {"team": [group for group in groups if group]}


def _week(uow: UnitOfWork) -> list[str]:
    """Say of each of the team how much is due this week and how much of it is late; nobody's work comes last."""
    here = uow.now.astimezone(uow.plant.zone)
    ends = datetime.combine(here.date() + timedelta(days=WEEK - here.weekday()), time(0), here.tzinfo)
    late = func.sum(case((_ORDERS.c.due_at < uow.now, 1), else_=0))
    query = select(_PEOPLE.c.name, func.count().label("jobs"), late.label("late")).select_from(
        _ORDERS.outerjoin(_PEOPLE, _PEOPLE.c.id == _ORDERS.c.responsible_id)
    )
    due = query.where(open_work.IS_OPEN, _ORDERS.c.due_at < ends).group_by(_PEOPLE.c.name)
    rows = uow.run(due.order_by(_PEOPLE.c.name.is_(None), func.count().desc(), _PEOPLE.c.name).limit(PEOPLE)).all()
    return [_load(row) for row in rows]


def _load(row: Any) -> str:
    jobs = f"{row.jobs} job{'s' if row.jobs != 1 else ''}"
    return f"{row.name or 'Nobody'}: {jobs}" + (f", {row.late} overdue" if row.late else "")


def _late(uow: UnitOfWork) -> tuple[tuple[str, list[str]], ...]:
    kinds = (
        ("Overdue", open_work.overdue(uow) & ~open_work.WAITS_FOR_PARTS),
        ("Waiting for parts", open_work.WAITS_FOR_PARTS),
    )
    return tuple((name, _shown(uow, condition)) for name, condition in kinds)


def _shown(uow: UnitOfWork, condition: Any) -> list[str]:
    jobs = open_work.listed(uow, condition, most=SHOWN)
    left = open_work.count(uow, condition) - len(jobs) if len(jobs) == SHOWN else 0
    return [*(open_work.line(uow, job) for job in jobs), *([f"and {left} more"] if left > 0 else [])]
