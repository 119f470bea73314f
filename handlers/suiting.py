"""Who suits a work order: everybody who could do it with skills, shift, absences and load, read in a few queries."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from handlers import crew, finding, people
from handlers.order_content import today
from orders.crew import UNESTIMATED, Candidate, Job, Judged, ShiftHours, judged, plain, shift_of, skills_named
from orders.errors import Unlawful
from orders.people import Role, roles_named
from orders.work_orders import OPEN, WorkOrderState
from storage.tables import Absence, Person, PersonSkill, Shift, WorkOrder, WorkOrderPerson, WorkOrderTime
from storage.unit_of_work import UnitOfWork, table

_PEOPLE, _SKILLS, _AWAY = table(Person), table(PersonSkill), table(Absence)
_ORDERS, _CREW, _TIMES = table(WorkOrder), table(WorkOrderPerson), table(WorkOrderTime)
_STILL_OPEN = or_(*(_ORDERS.c.state == state.value for state in sorted(OPEN)))
DOERS = (Role.TECHNICIAN, Role.SUPERVISOR)
"""Who does work orders."""


_BETWEEN = re.compile(r"(?<!\S)@|(?=<@)|[,+&]|\b(?:and|und)\b", re.IGNORECASE)


def does_work(person: Person) -> bool:
    """Say whether somebody does work orders."""
    return not roles_named(person.roles).isdisjoint(DOERS)


def workers_named(uow: UnitOfWork, order: WorkOrder, written: str) -> list[Person]:
    """Return, each once, the people whom a text names; raises for nobody known and for those who do no work orders."""
    found = [finding.person(uow, one) for part in _BETWEEN.split(written) if (one := part.strip())]
    idle = next((one for one in found if not does_work(one)), None)
    if idle is not None:
        who = people.names(uow, Role.TECHNICIAN)
        raise Unlawful(why=f"{idle.name} is no technician. {who} could do it.", subject=order.number)
    return list({one.id: one for one in found or [finding.person(uow, written)]}.values())


def people_for(uow: UnitOfWork, order: WorkOrder) -> list[Judged]:
    """Return everybody who could do a work order, the one who suits best first; none who is on it already."""
    on_it = crew.crew_of(uow, order).members
    return _judged(uow, order, [row for row in _doers(uow) if row.id not in on_it])


def person_for(uow: UnitOfWork, order: WorkOrder, person: Person) -> Judged:
    """Return one person beside a work order, whatever their role."""
    return _judged(uow, order, [person])[0]


def job_of(order: WorkOrder) -> Job:
    """Return what of a work order decides who suits it."""
    return Job(skills_named(order.skill), order.due_at, order.estimated_minutes or UNESTIMATED)


def shifts(uow: UnitOfWork) -> dict[str, ShiftHours]:
    """Return the plant's shifts by their names as names are compared."""
    rows = uow.all(Shift)
    return {row.plain: shift_of(row.name, row.begins, row.ends, row.days, holidays=row.holidays) for row in rows}


def absences(uow: UnitOfWork, first: date, last: date) -> dict[int, list[tuple[date, date]]]:
    """Return who is away in a span of days, and from when to when."""
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    planned = select(_AWAY.c.person_id, _AWAY.c.first, _AWAY.c.last).where(_AWAY.c.state == "planned")
    for row in uow.run(planned.where(_AWAY.c.last >= first, _AWAY.c.first <= last)):
        found[row.person_id].append((row.first, row.last))
    return found


def jobs_due(uow: UnitOfWork, person_id: int | None, last: date) -> list[str]:
    """Return the numbers and titles of the open jobs that somebody has and that are due up to a day."""
    ends = datetime.combine(last + timedelta(days=1), time(0), uow.plant.zone)
    query = select(_ORDERS.c.number, _ORDERS.c.title).where(_STILL_OPEN, _ORDERS.c.responsible_id == person_id)
    rows = uow.run(query.where(_ORDERS.c.due_at < ends).order_by(_ORDERS.c.due_at))
    return [f"{row.number} {row.title}" for row in rows]


def _doers(uow: UnitOfWork) -> list[Any]:
    does = or_(*(_PEOPLE.c.roles.contains(role.value) for role in DOERS))
    columns = (_PEOPLE.c.id, _PEOPLE.c.name, _PEOPLE.c.trade, _PEOPLE.c.shift, _PEOPLE.c.roles)
    return list(uow.run(select(*columns).where(_PEOPLE.c.active, does)).all())


def _judged(uow: UnitOfWork, order: WorkOrder, rows: Iterable[Any]) -> list[Judged]:
    known, skills = shifts(uow), _skills(uow)
    last = max(order.due_at, uow.now).astimezone(uow.plant.zone).date()
    away, busy = absences(uow, today(uow), last), _busy(uow, order)
    candidates = [
        Candidate(
            row.id,
            row.name,
            row.trade,
            skills[row.id],
            known.get(plain(row.shift)),
            tuple(away[row.id]),
            busy[row.id],
            technician=Role.TECHNICIAN in roles_named(row.roles),
        )
        for row in rows
    ]
    return judged(candidates, job_of(order), uow.now, uow.plant.working, uow.plant.zone)


def _skills(uow: UnitOfWork) -> dict[int, dict[str, date | None]]:
    found: dict[int, dict[str, date | None]] = defaultdict(dict)
    for row in uow.run(select(_SKILLS.c.person_id, _SKILLS.c.name, _SKILLS.c.valid_until)):
        found[row.person_id][row.name] = row.valid_until
    return found


def _busy(uow: UnitOfWork, order: WorkOrder) -> dict[int, int]:
    """Return the minutes that people still have in other jobs which have begun or are due until then; shared by all on one."""
    others = _others(order, max(order.due_at, uow.now))
    rows = uow.run(select(_ORDERS.c.id, _ORDERS.c.responsible_id, _ORDERS.c.estimated_minutes).where(*others)).all()
    doing: dict[int, set[int]] = defaultdict(set)
    helping = select(_CREW.c.work_order_id, _CREW.c.person_id).join(_ORDERS, _ORDERS.c.id == _CREW.c.work_order_id)
    for row in uow.run(helping.where(*others, _CREW.c.left_at.is_(None))):
        doing[row.work_order_id].add(row.person_id)
    spent = _spent(uow, others)
    found: dict[int, int] = defaultdict(int)
    for row in rows:
        those = doing[row.id] | ({row.responsible_id} - {None})
        left = max((row.estimated_minutes or UNESTIMATED) - spent.get(row.id, 0), 0)
        for person in those:
            found[person] += left // len(those)
    return found


def _others(order: WorkOrder, until: datetime) -> tuple[Any, ...]:
    begun = WorkOrderState.IN_PROGRESS.value
    return _STILL_OPEN, or_(_ORDERS.c.due_at <= until, _ORDERS.c.state == begun), _ORDERS.c.id != order.id


def _spent(uow: UnitOfWork, others: tuple[Any, ...]) -> dict[int, int]:
    summed = select(_TIMES.c.work_order_id, func.sum(_TIMES.c.minutes).label("minutes"))
    rows = uow.run(
        summed.join(_ORDERS, _ORDERS.c.id == _TIMES.c.work_order_id).where(*others).group_by(_TIMES.c.work_order_id)
    )
    return {row.work_order_id: int(row.minutes or 0) for row in rows}
