"""What people type about who does a work order: joining, leaving, and one's own time."""

from collections.abc import Callable

from sqlalchemy import select

from handlers import declining, working_together
from handlers.happenings import Answer
from storage.tables import WorkOrder, WorkOrderTime
from storage.unit_of_work import UnitOfWork, table

_TIMES = table(WorkOrderTime)
HANDLERS: dict[str, tuple[Callable[[UnitOfWork, WorkOrder, str], Answer], str]] = {
    "join": (working_together.join_typed, "You help."),
    "leave": (declining.decline, "It is no longer yours."),
    "stop": (lambda uow, order, rest: working_together.stop(uow, order), "Your time is stopped."),  # noqa: ARG005  # alike
}
"""What each of these commands does with a locked work order and the rest of the sentence, and what is said away from its thread."""


def timed_order(uow: UnitOfWork) -> int | None:
    """Return the one work order on which the acting person's time runs; None for none and for several."""
    mine = select(_TIMES.c.work_order_id).where(_TIMES.c.person_id == uow.actor.person_id, _TIMES.c.ended_at.is_(None))
    found = set(uow.run(mine).scalars())
    return found.pop() if len(found) == 1 else None
