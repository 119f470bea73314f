"""Parts of a work order: kept, missing, arrived, taken out and brought back, with stock that always adds up."""

import json
from typing import Any

import pytest

from handlers import closing, completing, parts
from handlers.happenings import OptionsAsked
from orders.errors import NotPossible
from orders.stock import MovementKind
from storage import stock
from storage.stock import Movement
from storage.tables import (
    Part,
    Requisition,
    Stock,
    StockMovement,
    WorkOrder,
    WorkOrderHold,
    WorkOrderPart,
)


def comes_in(desk: Any, part: Any, quantity: int, order: Any) -> None:
    def work(uow: Any) -> None:
        stock.move(uow, Movement(part.id, "store 2", MovementKind.RECEIPT, quantity, part.price, "EUR"))
        parts.arrived(uow, order.id, part.id, quantity)

    desk.writes(work)


def test_what_is_free_is_kept_and_named_with_its_place(desk: Any, job: Any, technician: Any, add_part: Any) -> None:
    seal = add_part("P-1", "Seal 45", on_hand=3000)

    desk.submit(parts.needed, technician, job.id, part=str(seal.id), quantity="2")

    row = desk.one(Stock)
    assert (row.on_hand, row.reserved) == (3000, 2000)
    assert desk.all(WorkOrderHold) == desk.all(Requisition) == []
    assert desk.lines()[-1] == f"2 pieces Seal 45 kept for {job.number} in store 2, bin B14."


def test_a_partly_covered_need_keeps_and_requests(desk: Any, job: Any, technician: Any, add_part: Any) -> None:
    seal = add_part("P-1", "Seal 45", on_hand=1000)

    desk.submit(parts.needed, technician, job.id, part=str(seal.id), quantity="3")

    need = desk.one(WorkOrderPart)
    assert (need.needed, need.reserved) == (3000, 1000)
    assert desk.one(Requisition).quantity == 2000
    assert desk.one(WorkOrderHold).note == "2 pieces Seal 45"
    assert f"{job.number} needs 3 pieces Seal 45: 1 piece kept, 2 pieces missing." in desk.lines()


def test_a_part_kept_for_one_work_order_is_not_free_for_another(
    desk: Any, job: Any, technician: Any, add_part: Any, operator: Any
) -> None:
    seal = add_part("P-1", "Seal 45", on_hand=2000)
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), technician)
    other = desk.writes(lambda uow: _second(uow, job))

    refused = desk.submit(parts.issued, technician, other, part=str(seal.id), quantity="1")

    assert "only 0 pieces are free for this work order" in refused.errors["quantity"]
    assert desk.one(Stock).on_hand == 2000


def _second(uow: Any, job: Any) -> int:
    kept = {
        name: getattr(job, name)
        for name in ("title", "channel", "due_at", "created_at", "priority", "impact", "task_type")
    }
    return int(
        uow.add(WorkOrder, number="WO-2026-99999", state="in_progress", responsible_id=job.responsible_id, **kept)
    )


@pytest.mark.parametrize("quantity", ["0", "-5", "1e30", "NaN", "1.5", "", "a lot", "1000000000000"])
def test_an_absurd_quantity_is_said_at_its_field(
    desk: Any, job: Any, technician: Any, seal: Any, quantity: str
) -> None:
    answer = desk.submit(parts.needed, technician, job.id, part=str(seal.id), quantity=quantity)

    assert answer.errors["quantity"]
    assert desk.all(WorkOrderPart) == []


def test_a_part_has_to_be_chosen(desk: Any, job: Any, technician: Any) -> None:
    answer = desk.submit(parts.needed, technician, job.id, part="", quantity="1")

    assert answer.errors == {"part": "Choose a part from the list."}


def test_metres_are_taken_in_parts_of_one(desk: Any, job: Any, technician: Any, add_part: Any) -> None:
    hose = add_part("P-9", "Hose 12 mm", on_hand=10_000, unit="MTR")

    desk.submit(parts.needed, technician, job.id, part=str(hose.id), quantity="1,5")

    assert desk.one(WorkOrderPart).reserved == 1500


def test_a_part_is_taken_out_at_the_cost_of_that_moment(desk: Any, job: Any, technician: Any, add_part: Any) -> None:
    seal = add_part("P-1", "Seal 45", on_hand=3000)
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), technician)

    form = desk.click(parts.issue_part, technician, job.id).modal
    desk.submit(parts.issued, technician, job.id, part=str(seal.id), quantity="2")

    row, need = desk.one(Stock), desk.one(WorkOrderPart)
    issue = desk.all(StockMovement)[-1]
    assert '"initial_value": "2"' in json.dumps(form)
    assert (row.on_hand, row.reserved) == (1000, 0)
    assert (need.issued, need.reserved) == (2000, 0)
    assert (issue.kind, issue.quantity, issue.unit_cost, issue.work_order_id) == ("issue", -2000, 1_840_000, job.id)
    assert desk.reads(stock.differences) == []


def test_an_old_work_orders_cost_stays_when_the_price_changes(
    desk: Any, job: Any, technician: Any, add_part: Any
) -> None:
    from storage.tables import Part

    seal = add_part("P-1", "Seal 45", on_hand=3000)
    desk.writes(lambda uow: parts.issue(uow, job.id, seal.id, 1000), technician)
    desk.writes(lambda uow: uow.change(Part, seal.id, price=9_990_000))

    desk.writes(lambda uow: parts.bring_back(uow, job.id, seal.id, 1000), technician)

    costs = [row.unit_cost for row in desk.all(StockMovement) if row.work_order_id == job.id]
    assert costs == [1_840_000, 1_840_000]


def test_more_than_there_is_cannot_be_taken_out(desk: Any, job: Any, technician: Any, add_part: Any) -> None:
    seal = add_part("P-1", "Seal 45", on_hand=1000)

    answer = desk.submit(parts.issued, technician, job.id, part=str(seal.id), quantity="2")

    assert answer.errors == {"quantity": "Only 1 piece of Seal 45 are in store 2. Nothing was taken."}


def test_more_than_was_taken_cannot_come_back(desk: Any, job: Any, technician: Any, add_part: Any) -> None:
    seal = add_part("P-1", "Seal 45", on_hand=1000)

    with pytest.raises(AssertionError, match="Nothing was taken"):
        desk.writes(lambda uow: parts.bring_back(uow, job.id, seal.id, 1000), technician)


def test_an_operator_takes_nothing_out(desk: Any, job: Any, operator: Any, seal: Any) -> None:
    assert "Only " in desk.click(parts.issue_part, operator, job.id).private


def test_a_part_that_comes_in_two_deliveries_frees_the_job_with_the_second(
    desk: Any, job: Any, technician: Any, seal: Any
) -> None:
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), technician)

    comes_in(desk, seal, 1000, job)
    waits = [line for line in desk.lines() if "can go on" in line]
    comes_in(desk, seal, 1000, job)

    assert waits == []
    assert f"1 piece Mechanical seal 45 mm came in, now kept for {job.number}." in desk.lines()
    assert len([line for line in desk.lines() if "can go on" in line]) == 1
    assert desk.one(WorkOrderPart).reserved == 2000


def test_what_arrives_for_a_closed_work_order_stays_free(
    desk: Any, job: Any, technician: Any, supervisor: Any, seal: Any
) -> None:
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 1000), technician)
    desk.submit(completing.completed, technician, job.id, mode="ELP", minutes="5")
    desk.click(closing.close, supervisor, job.id)

    comes_in(desk, seal, 1000, job)

    assert (desk.one(Stock).on_hand, desk.one(Stock).reserved) == (1000, 0)


def test_the_end_takes_out_the_parts_that_were_kept(desk: Any, job: Any, technician: Any, add_part: Any) -> None:
    seal = add_part("P-1", "Seal 45", on_hand=2000)
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), technician)

    desk.submit(completing.completed, technician, job.id, mode="ELP", minutes="5", parts_used="2 x P-1 (Seal 45)")

    assert desk.one(WorkOrderPart).issued == 2000
    assert (desk.one(Stock).on_hand, desk.one(Stock).reserved) == (0, 0)


def test_closing_sets_unused_parts_free(desk: Any, job: Any, technician: Any, supervisor: Any, add_part: Any) -> None:
    seal = add_part("P-1", "Seal 45", on_hand=2000)
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), technician)
    desk.submit(completing.completed, technician, job.id, mode="ELP", minutes="5", parts_used="")

    desk.click(closing.close, supervisor, job.id)

    assert (desk.one(Stock).on_hand, desk.one(Stock).reserved) == (2000, 0)


def test_the_typeahead_says_the_figures_and_stays_short(desk: Any, job: Any, technician: Any, add_part: Any) -> None:
    seal = add_part("P-10231", "Mechanical seal 45 mm silicon carbide with spring and gasket", on_hand=3000)
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), technician)

    asked = OptionsAsked("options:1", technician.slack_id, "find.part", "seal 45")
    ((label, carried),) = desk.reads(lambda uow: parts.find_parts(uow, asked)).options

    assert carried == str(seal.id)
    assert label.endswith("(P-10231): 3 in stock, 2 kept, 1 free, 0 on order")
    assert len(label) <= 75


def test_the_form_for_a_part_shows_what_the_job_has(desk: Any, job: Any, technician: Any, add_part: Any) -> None:
    seal = add_part("P-1", "Seal 45", on_hand=2000)
    desk.writes(lambda uow: parts.need(uow, job.id, seal.id, 2000), technician)

    form = json.dumps(desk.click(parts.need_part, technician, job.id).modal)

    assert "Seal 45: 2 in stock, 2 kept, 0 free, 0 on order" in form


def test_08_19_what_comes_back_takes_off_what_it_cost_when_it_went_out(
    desk: Any, job: Any, technician: Any, add_part: Any
) -> None:
    seal = add_part("P-1", "Seal 45", on_hand=5000)
    desk.writes(lambda uow: parts.issue(uow, job.id, seal.id, 2000), technician)
    desk.writes(lambda uow: uow.change(Part, seal.id, price=9_990_000))
    desk.writes(lambda uow: parts.issue(uow, job.id, seal.id, 1000), technician)
    desk.writes(lambda uow: parts.bring_back(uow, job.id, seal.id, 2000), technician)
    desk.writes(lambda uow: parts.bring_back(uow, job.id, seal.id, 1000), technician)

    moves = [row for row in desk.all(StockMovement) if row.work_order_id == job.id]
    assert [(row.quantity, row.unit_cost) for row in moves] == [
        (-2000, 1_840_000), (-1000, 9_990_000), (1000, 9_990_000), (1000, 1_840_000), (1000, 1_840_000),
    ]  # fmt: skip
    assert sum(row.quantity * row.unit_cost for row in moves) == 0


def test_a_part_comes_back_until_the_job_is_closed(
    desk: Any, job: Any, technician: Any, supervisor: Any, add_part: Any
) -> None:
    seal = add_part("P-1", "Seal 45", on_hand=5000)
    desk.writes(lambda uow: parts.issue(uow, job.id, seal.id, 2000), technician)
    desk.submit(completing.completed, technician, job.id, mode="ELP", minutes="5")
    desk.writes(lambda uow: parts.bring_back(uow, job.id, seal.id, 1000), technician)
    desk.click(closing.close, supervisor, job.id)

    def late(uow: Any) -> None:
        with pytest.raises(NotPossible):
            parts.bring_back(uow, job.id, seal.id, 1000)

    desk.writes(late, technician)
    assert desk.one(Stock).on_hand == 4000


def test_a_part_comes_back_by_the_same_form(desk: Any, job: Any, technician: Any, add_part: Any) -> None:
    seal = add_part("P-1", "Seal 45", on_hand=5000)
    desk.submit(parts.issued, technician, job.id, part=str(seal.id), quantity="2", way="out")
    too_many = desk.submit(parts.issued, technician, job.id, part=str(seal.id), quantity="3", way="back")
    desk.submit(parts.issued, technician, job.id, part=str(seal.id), quantity="1", way="back")

    assert too_many.errors == {"quantity": f"Only 2 pieces of Seal 45 are in {job.number}. Nothing was taken."}
    assert desk.one(Stock).on_hand == 4000
