"""The way of one fault: reported, taken, started, a part needed, done, closed."""

from typing import Any

from handlers import assigning, closing, completing, holds, parts
from storage.tables import (
    PurchaseOrder,
    Requisition,
    WorkOrder,
    WorkOrderHold,
    WorkOrderPart,
    WorkOrderTime,
)


def test_one_message_becomes_a_ready_work_order_with_a_card_in_its_thread(desk: Any, fault: Any, pump: Any) -> None:
    card = desk.card(f"wo:{fault.id}")

    assert (fault.state, fault.asset_id, fault.impact, fault.priority) == ("ready", pump.id, "reduced", "high")
    assert fault.due_at > desk.now
    assert fault.due_reason == "production"
    assert card["thread_ts"] == fault.root_ts
    assert card["text"].startswith(f"{fault.number} opened: Seal leaking on P-101. High, due today 17:12.")


def test_a_technician_takes_starts_finishes_and_a_supervisor_closes(
    desk: Any, fault: Any, technician: Any, supervisor: Any
) -> None:
    desk.click(assigning.take, technician, fault.id)
    asked = desk.click(assigning.start, technician, fault.id)
    desk.submit(assigning.started, technician, fault.id, safety="confirmed")
    desk.later(minutes=40)
    form = desk.click(completing.done, technician, fault.id)
    desk.submit(completing.completed, technician, fault.id, mode="ELP", cause="WEA", remedy="REP", minutes="40")
    desk.click(closing.close, supervisor, fault.id)

    order = desk.one(WorkOrder)
    assert asked.modal["callback_id"] == "start_work_order"
    assert form.modal["callback_id"] == "complete_work_order"
    assert order.state == "closed"
    assert (order.failure_mode, order.failure_cause, order.remedy) == ("ELP", "WEA", "Replaced a part")
    assert order.safety_acknowledged_by == technician.id
    assert desk.one(WorkOrderTime).minutes == 40
    assert desk.audited(order.number) == ["reported", "submit", "schedule", "start", "complete", "close"]
    assert "Closed" in desk.card(f"wo:{order.id}")["text"]


def test_a_missing_part_is_requested_and_the_job_waits_until_it_arrives(
    desk: Any, job: Any, technician: Any, seal: Any, buyer: Any
) -> None:
    desk.submit(parts.needed, technician, job.id, part=str(seal.id), quantity="2")

    need = desk.one(WorkOrderPart)
    assert (need.needed, need.reserved) == (2000, 0)
    assert desk.one(Requisition).quantity == 2000
    assert desk.one(PurchaseOrder).state == "draft"
    assert desk.one(WorkOrderHold).reason == "material"
    assert "On hold: material" in desk.card(f"wo:{job.id}")["text"]


def test_a_job_goes_on_once_when_its_part_has_come(
    desk: Any, job: Any, technician: Any, seal: Any, storekeeper: Any
) -> None:
    from orders.stock import MovementKind
    from storage import stock
    from storage.stock import Movement

    desk.submit(parts.needed, technician, job.id, part=str(seal.id), quantity="2")

    def comes(uow: Any) -> None:
        stock.move(uow, Movement(seal.id, "store 2", MovementKind.RECEIPT, 2000, 1_840_000, "EUR"))
        parts.arrived(uow, job.id, seal.id, 2000)
        parts.arrived(uow, job.id, seal.id, 2000)

    desk.writes(comes, storekeeper)

    assert desk.one(WorkOrderPart).reserved == 2000
    assert desk.one(WorkOrderHold).released_at == desk.now
    freed = [line for line in desk.lines() if "can go on" in line]
    assert freed == [
        f"<@{technician.slack_id}>: {job.number} can go on. Mechanical seal 45 mm is there, store 2, bin B14."
    ]


def test_a_hold_put_twice_is_one_hold(desk: Any, job: Any) -> None:
    from orders.work_orders import HoldReason

    desk.writes(lambda uow: holds.put_on_hold(uow, job.id, HoldReason.PURCHASE, "wait"))
    desk.writes(lambda uow: holds.put_on_hold(uow, job.id, HoldReason.PURCHASE, "wait"))

    assert len(desk.all(WorkOrderHold)) == 1


def test_a_job_without_working_time_is_said_to_have_taken_no_time(desk: Any, job: Any, technician: Any) -> None:
    desk.submit(completing.completed, technician, job.id, mode="ELP", minutes="0")

    assert any(line.endswith("no time.") for line in desk.lines())
