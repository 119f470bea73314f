"""What people type about the content of one work order: its steps, fields, waits, and the orders that come out of it."""

from collections.abc import Callable
from dataclasses import dataclass

from handlers import checklists, job_approval, job_fields, related_orders, waiting_for, work_sheets
from handlers.happenings import Answer
from orders.work_orders import WorkOrderState
from storage.tables import WorkOrder
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class About:
    """What a command does with a locked work order and the rest of the sentence; of one's own jobs, in which state it is meant."""

    act: Callable[[UnitOfWork, WorkOrder, str], Answer]
    words: str = ""
    states: tuple[WorkOrderState, ...] = ()


def _check(uow: UnitOfWork, order: WorkOrder, rest: str) -> Answer:
    return checklists.typed(uow, order, rest) if rest else Answer(modal=checklists.form(uow, order))


HANDLERS = {
    "check": About(_check, "Written down.", (WorkOrderState.IN_PROGRESS,)),
    "step": About(checklists.add_typed, "Added."),
    "wait": About(waiting_for.typed, "Noted."),
    "sheet": About(work_sheets.print_order),
    "set": About(job_fields.typed, "Noted."),
    "split": About(related_orders.split_typed, "It is split."),
}
"""What each of these commands does."""

DECIDED: dict[str, Callable[[UnitOfWork, WorkOrder, str], Answer]] = {
    "approve": lambda uow, order, rest: job_approval.decide(uow, order),  # noqa: ARG005  # a table of alike handlers
    "reject": lambda uow, order, rest: job_approval.decide(uow, order, no=rest),
}
"""Decisions on orders of goods that may as well be about a work order."""
