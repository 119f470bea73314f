"""A job that waits for an order of goods goes on by itself when nothing more of it is expected."""

from typing import Any

from handlers import assigning, reports, waiting_for
from handlers.reports import Report
from storage.tables import PurchaseOrder, WorkOrder, WorkOrderHold, WorkOrderWait
from tests.handlers.purchasing.goods import noticed


def _another(buying: Any) -> Any:
    """Return a second job on the same pump that waits for the order of the first."""
    report = Report("P-101 paint the guard", "C0FAULTS")
    made = buying.desk.writes(lambda uow: reports.open_order(uow, report), by=buying.people["supervisor"])
    number = buying.order().number
    buying.desk.writes(
        lambda uow: waiting_for.typed(uow, uow.lock(WorkOrder, made.id), f"for {number}"),
        by=buying.people["technician"],
    )
    return made


def test_it_wakes_when_everything_is_taken_in_and_not_before(buying: Any) -> None:
    order = buying.sent()
    job = _another(buying)
    refused = buying.desk.click(assigning.start, buying.people["technician"], job.id).private
    noticed(buying, 1000)
    buying.take_in()
    part = buying.desk.one(WorkOrderWait).ended_at
    noticed(buying, 1000, number="LS-2")
    buying.take_in()

    assert f"{job.number} waits for {order.number}." in refused
    assert part is None
    assert buying.desk.one(WorkOrderWait).ended_at is not None
    assert f"{job.number} can go on. {order.number} is here." in buying.desk.lines()
    assert all(row.released_at for row in buying.desk.all(WorkOrderHold, work_order_id=job.id))


def test_an_order_that_was_cancelled_is_named_as_such_and_waited_for_until_somebody_says_so(buying: Any) -> None:
    order = buying.sent()
    job = _another(buying)
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, state="cancelled"))

    refused = buying.desk.click(assigning.start, buying.people["technician"], job.id).private

    assert f"{order.number}, which is cancelled" in refused


def test_what_is_closed_already_is_not_waited_for(buying: Any) -> None:
    order = buying.sent()
    noticed(buying, 2000)
    buying.take_in()
    said = waiting_for.Submission(
        buying.desk.key("view"), buying.people["technician"].slack_id, "", f"v1:{buying.job.id}", {"what": order.number}
    )

    assert "nothing to wait for" in buying.desk.does(waiting_for.asked, said).private
