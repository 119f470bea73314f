"""A part that runs low becomes one need, with the reason in a sentence; never two for the same hole."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from handlers import issuing, needs, parts, reordering
from orders.plant import Reordering
from orders.stock import MovementKind
from storage import stock
from storage.stock import Movement
from storage.tables import Part, Requisition, SupplierPart, WorkOrder, WorkOrderPart
from storage.unit_of_work import UnitOfWork


@pytest.fixture
def bearing(add_part: Any) -> Part:
    """A part of which 3 are in store, at least 4 and at most 10 should be."""
    part: Part = add_part("P-30001", "Deep groove bearing", 3000, minimum=4000, maximum=10000)
    return part


def looked(needing: Any, part: Part) -> Requisition | None:
    """Look at one part, as the daily bell does."""
    found: Requisition | None = needing.desk.writes(lambda uow: reordering.replenish(uow, part.id))
    return found


def moved(needing: Any, part: Part, quantity: int) -> None:
    movement = Movement(part.id, "store 2", MovementKind.COUNT, quantity, 0, "EUR")
    needing.desk.writes(lambda uow: stock.move(uow, movement))


def test_a_part_below_its_minimum_is_needed_up_to_its_maximum(needing: Any, bearing: Part) -> None:
    need = looked(needing, bearing)

    assert need is not None
    assert (need.quantity, need.origin, need.state, need.requested_by_id) == (7000, "reorder_point", "open", None)
    assert need.needed_by == date(2026, 11, 27)
    assert need.reason == (
        "Projected are 3 (3 in stock, 0 promised to work orders, 0 on order, 0 asked for), at least 4 should be: "
        "7 pieces are to be bought."
    )
    assert "stock is low" in needing.listed("buyer")


def test_a_second_look_raises_nothing_for_the_same_hole(needing: Any, bearing: Part) -> None:
    looked(needing, bearing)

    assert looked(needing, bearing) is None
    assert len(needing.needs()) == 1


def test_at_the_minimum_nothing_is_bought(needing: Any, bearing: Part) -> None:
    moved(needing, bearing, 1000)

    assert looked(needing, bearing) is None


def test_what_is_on_order_and_asked_for_counts(needing: Any, bearing: Part, supplier: Any) -> None:
    needing.need("operator", "need 1 P-30001 for 410")

    assert looked(needing, bearing) is None
    needing.order_everything(supplier)
    assert looked(needing, bearing) is None


def test_what_is_kept_for_a_job_does_not_count(needing: Any, bearing: Part) -> None:
    moved(needing, bearing, 2000)
    assert looked(needing, bearing) is None

    job = needing.buying.job
    needing.desk.writes(lambda uow: issuing.keep(uow, uow.get(WorkOrder, job.id), bearing, 2000))

    need = looked(needing, bearing)
    assert need is not None
    assert need.quantity == 7000


def test_what_a_job_still_waits_for_and_its_own_need_cancel_out(needing: Any, bearing: Part) -> None:
    job = needing.buying.job
    needing.desk.writes(lambda uow: parts.need(uow, job.id, bearing.id, 5000), by=needing.people["technician"])

    need = looked(needing, bearing)

    assert need is not None
    assert need.quantity == 10_000
    assert looked(needing, bearing) is None


def test_what_a_cancelled_job_wanted_is_not_promised_any_more(needing: Any, bearing: Part) -> None:
    row = {"work_order_id": needing.buying.job.id, "part_id": bearing.id, "needed": 9000, "store": "store 2"}
    needing.desk.writes(lambda uow: uow.add(WorkOrderPart, reserved=0, issued=0, **row))
    needing.desk.writes(lambda uow: uow.change(WorkOrder, needing.buying.job.id, state="cancelled"))

    need = looked(needing, bearing)

    assert need is not None
    assert need.quantity == 7000


@pytest.mark.parametrize(
    ("offer", "levels", "bought"),
    [
        ({"multiple": 5000}, {"maximum": 10_000}, 10_000),
        ({"minimum_quantity": 25_000}, {"maximum": 10_000}, 25_000),
        ({"unit": "BX", "pack_unit": "BX", "pack_size": 6000}, {"maximum": 10_000}, 12_000),
        ({"unit": "BX", "pack_unit": "BX", "pack_size": 6000, "multiple": 3000}, {"maximum": 10_000}, 18_000),
        ({}, {"maximum": 0, "order_quantity": 6000}, 6000),
        ({}, {"maximum": 0, "order_quantity": 0}, 1000),
    ],
)
def test_lots_packs_and_minimum_orders_of_the_supplier_round_it_up(
    needing: Any, bearing: Part, offers: Any, offer: dict[str, Any], levels: dict[str, int], bought: int
) -> None:
    if offer:
        offers(bearing, **offer)
    needing.desk.writes(lambda uow: uow.change(Part, bearing.id, **levels))

    need = looked(needing, bearing)

    assert need is not None
    assert need.quantity == bought


def test_the_lead_time_of_the_supplier_says_the_day(needing: Any, bearing: Part, offers: Any) -> None:
    offers(bearing, lead_days=21)

    need = looked(needing, bearing)

    assert need is not None
    assert need.needed_by == date(2026, 12, 14)


def test_a_part_that_nobody_sells_is_needed_all_the_same(needing: Any, bearing: Part) -> None:
    needing.desk.writes(lambda uow: uow.run(SupplierPart.__table__.delete()))

    assert looked(needing, bearing) is not None
    assert needing.groups()[0].name == "No supplier yet"


def test_after_a_no_it_is_not_asked_again_until_stock_moves(needing: Any, bearing: Part) -> None:
    need = looked(needing, bearing)
    assert need is not None
    needing.types("buyer", f"reject {need.number} the machine goes next month")
    needing.desk.later(days=1)

    assert looked(needing, bearing) is None

    moved(needing, bearing, -1000)
    again = looked(needing, bearing)
    assert again is not None
    assert again.quantity == 8000


def test_a_deeper_hole_is_asked_about_again_although_nothing_moved(needing: Any, bearing: Part) -> None:
    need = looked(needing, bearing)
    assert need is not None
    needing.types("buyer", f"reject {need.number} enough for now")
    needing.desk.later(days=1)
    job = needing.buying.job
    needing.desk.writes(lambda uow: issuing.keep(uow, uow.get(WorkOrder, job.id), bearing, 2000))

    assert looked(needing, bearing) is not None


def test_the_store_s_cost_centre_pays_where_it_is_set(needing: Any, bearing: Part) -> None:
    needing.desk.plant = replace(needing.desk.plant, stock_cost_centre="410")

    need = looked(needing, bearing)

    assert need is not None
    assert need.cost_centre_id == 1


def test_it_can_be_switched_off(needing: Any, bearing: Part) -> None:
    needing.desk.plant = replace(needing.desk.plant, reordering=Reordering.OFF)

    assert looked(needing, bearing) is None
    assert needing.desk.reads(reordering.low) == []


def test_parts_without_a_minimum_are_never_looked_at(needing: Any, bearing: Part) -> None:
    assert needing.desk.reads(reordering.low) == [bearing.id]


def test_taking_a_part_out_raises_the_need_at_once_where_the_plant_wants_that(needing: Any, bearing: Part) -> None:
    needing.desk.plant = replace(needing.desk.plant, reordering=Reordering.AT_ONCE)
    moved(needing, bearing, 2000)
    job = needing.buying.job

    needing.desk.writes(lambda uow: parts.issue(uow, job.id, bearing.id, 2000), by=needing.people["technician"])
    needing.desk.writes(lambda uow: parts.issue(uow, job.id, bearing.id, 1000), by=needing.people["technician"])

    (need,) = needing.needs()
    assert (need.origin, need.quantity) == ("reorder_point", 7000)


def test_the_buyers_are_told_of_all_low_parts_in_one_message(needing: Any, bearing: Part, add_part: Any) -> None:
    add_part("P-30002", "Tapered bearing", 0, minimum=1000)
    raised = []
    for part in needing.desk.all(Part)[1:]:
        need = looked(needing, part)
        assert need is not None
        raised.append(need.id)

    needing.desk.writes(lambda uow: reordering.tell(uow, raised))

    (told,) = [body for body in needing.desk.said("C0BUYING") if "run low" in body["text"]]
    assert told["text"] == "2 parts run low and are on the buyers' list."


def test_what_was_bought_for_stock_and_arrived_fills_the_hole(
    needing: Any, bearing: Part, supplier: Any, mailbox: Any
) -> None:
    needing.desk.plant = replace(needing.desk.plant, stock_cost_centre="410")
    looked(needing, bearing)
    order = needing.order_everything(supplier)
    mailbox.brings(mailbox.table(order, (1, "7", "7")))
    needing.buying.take_in()

    assert needing.states() == ["fulfilled"]
    assert looked(needing, bearing) is None


def test_stock_that_turns_up_ends_the_need_without_a_movement(needing: Any, bearing: Part) -> None:
    need = looked(needing, bearing)
    assert need is not None
    moved(needing, bearing, 9000)

    needing.press(needs.from_stock, "storekeeper", need.id)

    assert needing.states() == ["from_stock"]
    assert needing.desk.reads(lambda uow: _on_hand(uow, bearing)) == 12_000


def _on_hand(uow: UnitOfWork, part: Part) -> int:
    return stock.figures(uow, part.id, "store 2").on_hand
