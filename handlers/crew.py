"""Who is on a work order: whoever has it, who helps, who has not answered yet, and each one's own time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orders.durations import spoken_minutes
from storage.tables import WorkOrder, WorkOrderPerson, WorkOrderTime
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Crew:
    """The people of a work order by their ids: minutes that each has written down, and since when a timer runs."""

    holder: int | None
    helpers: tuple[int, ...] = ()
    unanswered: frozenset[int] = frozenset()
    minutes: tuple[tuple[int, int], ...] = ()
    running: tuple[tuple[int, datetime], ...] = ()

    @property
    def members(self) -> tuple[int, ...]:
        """Return whoever has it, then who helps."""
        return ((self.holder,) if self.holder is not None else ()) + self.helpers

    def waits_for_yes(self) -> str:
        """Say, behind who has it, that they have not answered yet."""
        return ", not answered yet" if self.holder in self.unanswered else ""

    def lines(self, name: Callable[[int], str], clock: Callable[[datetime], str]) -> list[str]:
        """Say of each of several people what they do, their own time, and since when they work; one alone needs no line."""
        if len(self.everybody) < 2:  # noqa: PLR2004  # one alone
            return []
        return [f"{name(person)} {self._does(person)}{self._time(person, clock)}" for person in self.everybody]

    def _does(self, person: int) -> str:
        if person in self.unanswered:
            return "is asked, no answer yet" if person == self.holder else "is asked to help, no answer yet"
        if person == self.holder:
            return "has it"
        return "helps" if person in self.helpers else "worked on it"

    def _time(self, person: int, clock: Callable[[datetime], str]) -> str:
        minutes, since = dict(self.minutes).get(person), dict(self.running).get(person)
        told = [spoken_minutes(minutes)] if minutes else []
        told += [f"works since {clock(since)}"] if since is not None else []
        return f": {', '.join(told)}" if told else ""

    @property
    def everybody(self) -> tuple[int, ...]:
        """Return the members, and who worked on it before."""
        worked = [person for person, _ in (*self.minutes, *self.running)]
        return tuple(dict.fromkeys((*self.members, *worked)))


def named(names: Sequence[str]) -> str:
    """Name people: ``Ana, Bo and Kim``."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def crew_of(uow: UnitOfWork, order: WorkOrder) -> Crew:
    """Read who is on a work order."""
    rows = [row for row in uow.all(WorkOrderPerson, work_order_id=order.id) if row.left_at is None]
    minutes: dict[int, int] = {}
    running: dict[int, datetime] = {}
    for row in uow.all(WorkOrderTime, work_order_id=order.id):
        if row.ended_at is None and row.started_at is not None:
            running[row.person_id] = row.started_at
        else:
            minutes[row.person_id] = minutes.get(row.person_id, 0) + (row.minutes or 0)
    return Crew(
        order.responsible_id,
        tuple(row.person_id for row in rows if row.person_id != order.responsible_id),
        frozenset(row.person_id for row in rows if row.accepted_at is None),
        tuple(minutes.items()),
        tuple(running.items()),
    )


def membership(uow: UnitOfWork, order: WorkOrder, person_id: int | None) -> WorkOrderPerson | None:
    """Return how somebody came to a work order, unless they came by themselves as the first or have left."""
    row = uow.find(WorkOrderPerson, work_order_id=order.id, person_id=person_id)
    return row if row is not None and row.left_at is None else None


def is_member(uow: UnitOfWork, order: WorkOrder) -> bool:
    """Say whether the acting person has a work order or helps with it."""
    person = uow.actor.person_id
    return person is not None and (order.responsible_id == person or membership(uow, order, person) is not None)


def asked(uow: UnitOfWork, order: WorkOrder, person_id: int) -> None:
    """Write down that the acting person has asked somebody onto a work order; whoever asks themselves says yes."""
    by = uow.actor.person_id
    _written(uow, order, person_id, asked_by_id=by, accepted_at=uow.now if by == person_id else None)


def said_yes(uow: UnitOfWork, order: WorkOrder) -> bool:
    """Write down that the acting person does what was asked; say whether that was still open."""
    row = membership(uow, order, uow.actor.person_id)
    if row is None or row.accepted_at is not None:
        return False
    uow.change(WorkOrderPerson, row.id, accepted_at=uow.now)
    return True


def left(uow: UnitOfWork, order: WorkOrder, person_id: int | None) -> None:
    """Write down that somebody is no longer on a work order."""
    row = membership(uow, order, person_id)
    if row is not None:
        uow.change(WorkOrderPerson, row.id, left_at=uow.now)


def _written(uow: UnitOfWork, order: WorkOrder, person_id: int, **answer: Any) -> None:
    values = {**answer, "asked_at": uow.now, "left_at": None}
    row = uow.find(WorkOrderPerson, work_order_id=order.id, person_id=person_id)
    if row is None:
        uow.add(WorkOrderPerson, work_order_id=order.id, person_id=person_id, **values)
    else:
        uow.change(WorkOrderPerson, row.id, **values)
