"""What a work order's clocks say: nothing while there is time, one sentence when a time is nearly over or past."""

from collections.abc import Sequence

from handlers import moments
from orders.response_times import Clock, Course, Mark, Reading, readings
from orders.work_orders import OPEN, HoldReason, Priority, WorkOrderState
from storage.tables import PlanOrder, WorkOrder, WorkOrderHold
from storage.unit_of_work import UnitOfWork

SOON = {Clock.RESPOND: "Somebody to have it", Clock.START: "To begin", Clock.COMPLETE: "To be done"}
LATE = {Clock.RESPOND: "Nobody has it", Clock.START: "Not begun", Clock.COMPLETE: "Not done"}
"""What is said of a clock while its time is nearly over, and when it is over."""


def course_of(order: WorkOrder, held: Sequence[WorkOrderHold], *, planned: bool) -> Course:
    """Return what a work order's clocks are read from; ``held`` are all its waits, those that are over, too."""
    return Course(
        Priority(order.priority),
        order.created_at,
        order.due_at,
        tuple((HoldReason(row.reason), row.since, row.released_at) for row in held),
        answered=order.responsible_id is not None,
        begun=order.started_at is not None,
        planned=planned,
    )


def running(uow: UnitOfWork, course: Course) -> list[Reading]:
    """Return the clocks of an open work order that run now."""
    return readings(course, uow.plant.clocks, uow.now, uow.plant.calendar)


def said(uow: UnitOfWork, reading: Reading) -> str:
    """Say a clock that is near its end or past it: ``Nobody has it, wanted by 09:27``."""
    late = reading.mark(uow.plant.clocks) in {Mark.PAST, Mark.LATER}
    at = moments.clock(uow, reading.ends_at)
    return f"{LATE[reading.clock]}, wanted by {at}" if late else f"{SOON[reading.clock]} by {at}"


def of(uow: UnitOfWork, order: WorkOrder) -> str:
    """Return the sentence for a work order's card: of the clock that has run furthest; empty while there is time."""
    if WorkOrderState(order.state) not in OPEN:
        return ""
    held = uow.all(WorkOrderHold, work_order_id=order.id)
    marked = [each for each in running(uow, course_of(order, held, planned=False)) if each.mark(uow.plant.clocks)]
    if marked and uow.find(PlanOrder, work_order_id=order.id) is not None:
        marked = [each for each in marked if each.clock is Clock.COMPLETE]
    past = [each for each in marked if each.mark(uow.plant.clocks) is not Mark.NEAR]
    shown = past or [each for each in marked if not each.paused]
    return said(uow, shown[0]) if shown else ""
