"""A technician in a hurry, on a phone, with gloves: typing mistakes, wrong threads, two jobs at once."""

from collections.abc import Callable
from typing import Any

import pytest

from handlers import assigning, closing, holds, messages, parts
from handlers.happenings import Message
from orders.work_orders import HoldReason
from storage.tables import (
    Part,
    PurchaseOrder,
    PurchaseOrderLine,
    Requisition,
    Stock,
    WorkOrder,
    WorkOrderHold,
    WorkOrderPart,
    WorkOrderTime,
)


@pytest.fixture
def says(desk: Any, job: WorkOrder, technician: Any, write: Callable[..., Message]) -> Callable[..., Any]:
    """Write a sentence in the job's thread."""

    def said(text: str, by: Any = None) -> Any:
        order = desk.one(WorkOrder, id=job.id)
        return desk.does(messages.message, write(by or technician, text, thread_ts=order.root_ts), known=False)

    return said


@pytest.fixture
def seals(add_part: Callable[..., Part]) -> Part:
    return add_part("P-10231", "Mechanical seal 45 mm", on_hand=500_000)


def test_another_jobs_number_in_a_thread_is_no_quantity(desk: Any, says: Any, seals: Part) -> None:
    says("part 413 2 seal 45")
    says("issue 413 2 seal 45")

    assert desk.all(WorkOrderPart) == []
    assert desk.one(Stock).on_hand == 500_000


def test_another_jobs_number_in_a_thread_is_no_time(desk: Any, says: Any) -> None:
    says("log 413 30 min")

    assert [row.minutes for row in desk.all(WorkOrderTime)] == [None]


@pytest.mark.parametrize("written", ["part 1e999999 seal 45", "part 2 seel 99", "part -2 seal 45", "part 0 seal 45"])
def test_a_mistyped_need_changes_nothing_and_breaks_nothing(desk: Any, says: Any, seals: Part, written: str) -> None:
    says(written)

    assert desk.one(Stock).reserved == 0
    assert desk.all(Requisition) == []


def test_a_hold_for_a_part_that_nobody_asked_for_ends_by_whoever_set_it(
    desk: Any, job: WorkOrder, technician: Any
) -> None:
    desk.submit(holds.held, technician, job.id, reason=HoldReason.MATERIAL.value, note="seal in the van")

    told = desk.click(holds.resume, technician, job.id)

    assert told.private == ""
    assert desk.one(WorkOrderHold).released_at is not None


def test_taking_out_what_was_waited_for_ends_the_wait(desk: Any, job: WorkOrder, technician: Any, seal: Part) -> None:
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), by=technician)
    found = {
        "part_id": seal.id,
        "store": "store 2",
        "kind": "count",
        "quantity": 2000,
        "unit_cost": 1,
        "currency": "EUR",
    }
    desk.writes(lambda uow: _counted(uow, found))

    desk.writes(lambda uow: parts.issue(uow, job.id, seal.id, 2000), by=technician)

    assert desk.one(WorkOrderHold).released_at is not None


def _counted(uow: Any, found: dict[str, Any]) -> None:
    from orders.stock import MovementKind
    from storage import stock
    from storage.stock import Movement

    stock.move(uow, Movement(**{**found, "kind": MovementKind(found["kind"])}))


def test_whoever_went_on_without_the_part_still_hears_that_it_came(
    desk: Any, job: WorkOrder, technician: Any, supervisor: Any, seal: Part
) -> None:
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), by=technician)
    desk.submit(holds.resumed, supervisor, job.id, reason="the old one will do for today")
    before = len(desk.lines())
    desk.writes(
        lambda uow: _counted(
            uow,
            {
                "part_id": seal.id,
                "store": "store 2",
                "kind": "count",
                "quantity": 2000,
                "unit_cost": 1,
                "currency": "EUR",
            },
        )
    )

    desk.writes(lambda uow: parts.arrived(uow, job.id, seal.id, 2000))

    assert len(desk.lines()) == before + 1
    assert "Mechanical seal" in desk.lines()[-1]


def test_a_part_that_moved_to_another_store_stays_kept_where_it_was(
    desk: Any, job: WorkOrder, technician: Any, seals: Part
) -> None:
    desk.writes(lambda uow: parts.need(uow, job.id, seals.id, 3000), by=technician)
    desk.writes(lambda uow: uow.change(Part, seals.id, store="store 7"))

    desk.writes(lambda uow: parts.issue(uow, job.id, seals.id, 2000), by=technician)

    assert [(row.store, row.on_hand, row.reserved) for row in desk.all(Stock) if row.on_hand or row.reserved] == [
        ("store 2", 498_000, 1000)
    ]
    desk.writes(lambda uow: parts.bring_back(uow, job.id, seals.id, 1000), by=technician)
    assert [(row.store, row.on_hand, row.reserved) for row in desk.all(Stock) if row.on_hand or row.reserved] == [
        ("store 2", 499_000, 1000)
    ]


def test_a_raised_need_keeps_the_unit_in_which_it_is_bought(
    desk: Any, job: WorkOrder, technician: Any, seal: Part
) -> None:
    from handlers import purchase_orders

    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 3000), by=technician)
    line = desk.one(PurchaseOrderLine)
    boxed = {"unit": "BX", "pack_unit": "BX", "pack_size": 10_000, "quantity": 1000}
    desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, **boxed))

    desk.writes(
        lambda uow: purchase_orders.shortage(uow, work_order_id=job.id, part_id=seal.id, quantity=9000), by=technician
    )

    assert desk.one(PurchaseOrderLine).quantity == 2000


def test_a_quantity_raised_by_hand_is_not_lowered_by_a_further_need(
    desk: Any, job: WorkOrder, technician: Any, buyer: Any, seal: Part
) -> None:
    from handlers import purchase_orders

    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 1000), by=technician)
    desk.submit(purchase_orders.edited, buyer, 1, quantity="10")

    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 1000), by=technician)

    assert desk.one(PurchaseOrderLine).quantity == 10_000


def test_a_part_that_comes_after_its_job_was_cancelled_lies_free(
    desk: Any, fault: WorkOrder, technician: Any, supervisor: Any, seal: Part
) -> None:
    desk.click(assigning.take, technician, fault.id)
    desk.writes(lambda uow: parts.need(uow, fault.id, seal.id, 2000), by=technician)
    desk.submit(closing.cancelled, supervisor, fault.id, reason="reported twice")

    desk.writes(lambda uow: parts.arrived(uow, fault.id, seal.id, 2000))

    assert desk.one(WorkOrderPart).reserved == 0
    assert desk.one(PurchaseOrder).state == "draft"
