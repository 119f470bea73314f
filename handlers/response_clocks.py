"""What time does to open work: a card says that its time ends, lateness goes to the supervisors and then to who is named, once each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select

import templates
from handlers import clock_words
from handlers.approval_plans import staff
from handlers.work_order_cards import content, short_number, show_card
from orders.approval_rules import people_named
from orders.people import Role
from orders.response_times import Clock, Mark, Reading
from orders.work_orders import OPEN, Priority
from storage import cards
from storage.cards import Place
from storage.tables import Card, OrderClock, PlanOrder, WorkOrder, WorkOrderHold
from storage.unit_of_work import Note, UnitOfWork, table

_ORDERS, _CLOCKS = table(WorkOrder), table(OrderClock)
_HOLDS, _PLANNED = table(WorkOrderHold), table(PlanOrder)
STILL_OPEN = sorted(state.value for state in OPEN)
AT_ONCE, NAMED = 400, 12
"""How many work orders one look takes, and how many one message names."""
SOONEST, LATEST = timedelta(minutes=10), timedelta(days=1)
"""Within these an order is looked at again, sooner only for a mark that is near: what people change shows then."""
OLD = timedelta(days=1)
"""What is older than this when it is first looked at was imported or lay there before: digests tell of it, nobody is called."""
SUBJECT = "CLOCKS"


@dataclass(frozen=True, slots=True)
class Late:
    """A work order whose time is over, by which clock, and how far."""

    order: WorkOrder
    reading: Reading
    mark: Mark

    @property
    def name(self) -> str:
        """Return what is kept of it once it is told: ``respond:past``."""
        return f"{self.reading.clock}:{self.mark}"

    @property
    def first(self) -> tuple[bool, Any]:
        """Return what lateness is sorted by: where a line stands first, then the longest late."""
        return self.order.priority != Priority.LINE_STOPPED, self.reading.ends_at


def _to_look_at(most: int) -> Any:
    seen = _ORDERS.outerjoin(_CLOCKS, _CLOCKS.c.work_order_id == _ORDERS.c.id)
    query = select(_ORDERS, _CLOCKS.c.id.label("clock_id"), _CLOCKS.c.told).select_from(seen)
    return query.where(_ORDERS.c.state.in_(STILL_OPEN)).order_by(_ORDERS.c.due_at, _ORDERS.c.id).limit(most)


def _due(uow: UnitOfWork, most: int) -> list[Any]:
    owed = or_(_CLOCKS.c.id.is_(None), _CLOCKS.c.look_at <= uow.now)
    return list(uow.run(_to_look_at(most).where(owed)).all())


def owed(uow: UnitOfWork) -> bool:
    """Say whether some open work order is to be looked at."""
    return bool(_due(uow, 1))


def tend(uow: UnitOfWork) -> None:
    """Look at the clocks that are owed a look; whoever has to hear of lateness hears of all of it in one message."""
    rows = _due(uow, AT_ONCE)
    ids = [row.id for row in rows]
    held: dict[int, list[Any]] = defaultdict(list)
    for row in uow.all(WorkOrderHold, _HOLDS.c.work_order_id.in_(ids)):
        held[row.work_order_id].append(row)
    planned = set(uow.run(select(_PLANNED.c.work_order_id).where(_PLANNED.c.work_order_id.in_(ids))).scalars())
    late = [each for row in rows for each in _look(uow, row, held[row.id], planned=row.id in planned)]
    _tell(uow, sorted(late, key=lambda each: each.first))


def _look(uow: UnitOfWork, row: Any, held: Sequence[Any], *, planned: bool) -> list[Late]:
    """Write down which marks of an order are new, bring its card up to date, and return what is to be told of it."""
    readings = clock_words.running(uow, clock_words.course_of(row, held, planned=planned))
    told = set((row.told or "").split())
    marks = [Late(row, each, mark) for each in readings for mark in each.marks(uow.plant.clocks)]
    fresh = [late for late in marks if late.name not in told]
    quiet = row.priority != Priority.LINE_STOPPED and not uow.plant.working.holds(uow.now, uow.plant.zone)
    known = row.clock_id is not None or row.created_at > uow.now - OLD
    kept = [late for late in fresh if late.mark is Mark.NEAR or not quiet or not known]
    if kept and uow.find(Card, key=f"wo:{row.id}") is not None:
        show_card(uow, row.id)
    wait = SOONEST if len(kept) < len(fresh) else _until_next_look(uow, readings)
    _written(uow, row, told | {late.name for late in kept}, wait)
    return _called(uow, [late for late in kept if late.mark is not Mark.NEAR]) if known else []


def _called(uow: UnitOfWork, late: Sequence[Late]) -> list[Late]:
    """Return what is told of one order: the marks of the first of its clocks, as the others follow from it."""
    for each in late:
        uow.audit(Note(each.order.number, "late", after={"clock": each.reading.clock, "mark": each.mark}))
    first = [each for each in late if each.reading.clock is late[0].reading.clock]
    told_before = bool(first) and first[0].reading.clock is Clock.START and first[0].order.responsible_id is None
    return [] if told_before else first


def _until_next_look(uow: UnitOfWork, readings: Sequence[Reading]) -> timedelta:
    """Return after how long an order is looked at again: at the next mark, and before that as often as it could change."""
    ahead = [left for each in readings if (left := each.until_next(uow.plant.clocks)) is not None and not each.paused]
    often = min(max(min(ahead, default=LATEST * 10) / 10, SOONEST), LATEST)
    return min([often, *ahead])


def _written(uow: UnitOfWork, row: Any, told: set[str], wait: timedelta) -> None:
    values = {"look_at": uow.now + wait, "told": " ".join(sorted(told))}
    if row.clock_id is None:
        uow.add(OrderClock, work_order_id=row.id, **values)
    else:
        uow.change(OrderClock, row.clock_id, **values)


def _tell(uow: UnitOfWork, late: Sequence[Late]) -> None:
    """Tell each person once what is late: holders their own work, supervisors all, and those who are named what is late by far."""
    if not late:
        return
    known = staff(uow)
    here = [number for number in known.people if number not in known.away]
    supervisors = [number for number in known.directory.by_role.get(Role.SUPERVISOR.value, ()) if number in here]
    named = [number for number in people_named(uow.plant.clocks.escalate_to, known.directory) if number in here]
    reached = False
    for number in here:
        rows = list({each.order.id: each for each in late if _concerns(each, number, supervisors, named)}.values())
        if rows and known.people[number].slack_id:
            reached = reached or number in supervisors or number in named
            cards.say(uow, SUBJECT, Place(known.people[number].slack_id, person_id=number), _message(uow, rows))
    if not reached and uow.plant.channels.faults:
        cards.say(
            uow,
            SUBJECT,
            Place(uow.plant.channels.faults[0], urgent=True),
            _message(uow, list({each.order.id: each for each in late}.values())),
        )


def _concerns(late: Late, person: int, supervisors: Sequence[int], named: Sequence[int]) -> bool:
    if late.mark is Mark.LATER:
        return person in (named or supervisors)
    return person in supervisors or person == late.order.responsible_id


def _message(uow: UnitOfWork, late: Sequence[Late]) -> dict[str, Any]:
    rows = [_line(uow, each) for each in late[:NAMED]]
    rows += [f"and {len(late) - NAMED} more: ask `what is overdue?`"] if len(late) > NAMED else []
    heading = f"{late[0].order.number} is late" if len(late) == 1 else f"{len(late)} work orders are late"
    return content(templates.card("answer", heading=heading, rows=rows, foot="Each is told once. More: `waiting`"))


def _line(uow: UnitOfWork, late: Late) -> str:
    by_far = ", late by far" if late.mark is Mark.LATER else ""
    helps = f" `assign {short_number(late.order.number)} @who`" if late.reading.clock is Clock.RESPOND else ""
    return f"{late.order.number}, {late.order.title}: {clock_words.said(uow, late.reading)}{by_far}.{helps}"
