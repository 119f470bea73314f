"""Prices by quantity across cost centres: one supplier, one part, one price, whoever pays for it; a written price stays."""

import json
from typing import Any

import pytest

from handlers import reducing
from storage.tables import ApprovalTask, CostCentre, SupplierPart

BREAKS = {5000: 1_700_000, 10_000: 1_500_000}


@pytest.fixture
def workshop(desk: Any, approver: Any) -> CostCentre:
    row = desk.writes(lambda uow: uow.add(CostCentre, code="430", name="Workshop", owner_id=approver.id))
    return desk.one(CostCentre, id=row)  # type: ignore[no-any-return]


def test_40_lines_of_two_cost_centres_reach_the_break_together_and_that_is_said(
    needing: Any, supplier: Any, offers: Any, workshop: CostCentre
) -> None:
    offers(needing.buying.seal, BREAKS)
    needing.need("operator", "need 4 P-10231 for 410")
    needing.need("technician", "need 6 P-10231 for 430")

    card = json.dumps(needing.gather(supplier).blocks, ensure_ascii=False)

    assert [(line.quantity, line.price) for line in needing.lines()] == [(4000, 1_500_000), (6000, 1_500_000)]
    assert needing.orders()[0].total == 10 * 150_00
    assert "Lines 1 and 2 reach their price together: 10 pieces" in card


def test_40_what_is_gathered_later_moves_the_price_of_the_first_line_too(
    needing: Any, supplier: Any, offers: Any, workshop: CostCentre
) -> None:
    offers(needing.buying.seal, BREAKS)
    needing.need("operator", "need 4 P-10231 for 410")
    needing.gather(supplier)
    assert [line.price for line in needing.lines()] == [1_840_000]

    needing.need("technician", "need 1 P-10231 for 430")
    needing.gather(supplier)

    assert [line.price for line in needing.lines()] == [1_700_000, 1_700_000]


def test_40_less_on_one_line_makes_the_other_dearer_again(
    needing: Any, supplier: Any, offers: Any, workshop: CostCentre
) -> None:
    offers(needing.buying.seal, BREAKS)
    needing.need("operator", "need 4 P-10231 for 410")
    second = needing.need("technician", "need 6 P-10231 for 430")
    needing.gather(supplier)

    needing.changes("buyer", second, quantity="2")

    assert [line.price for line in needing.lines()] == [1_700_000, 1_700_000]


def test_40_a_price_that_is_on_no_list_stays_while_the_others_move(
    needing: Any, supplier: Any, offers: Any, workshop: CostCentre
) -> None:
    offers(needing.buying.seal, BREAKS)
    first = needing.need("operator", "need 4 P-10231 for 410")
    needing.need("technician", "need 6 P-10231 for 430")
    needing.gather(supplier)

    needing.changes("buyer", first, price="111.11")

    assert [line.price for line in needing.lines()] == [1_111_100, 1_500_000]


def test_40_a_few_more_in_all_that_cost_no_more_are_pointed_out(
    needing: Any, supplier: Any, offers: Any, workshop: CostCentre
) -> None:
    offers(needing.buying.seal, {10_000: 1_500_000})
    needing.need("operator", "need 4 P-10231 for 410")
    needing.need("technician", "need 5 P-10231 for 430")

    card = json.dumps(needing.gather(supplier).blocks, ensure_ascii=False)

    assert "Lines 1 and 2: 10 pieces would cost no more in all, because the price falls there." in card


def test_40_other_parts_and_units_are_not_counted_together(
    needing: Any, supplier: Any, offers: Any, bearing: Any, workshop: CostCentre
) -> None:
    offers(needing.buying.seal, BREAKS)
    needing.need("operator", "need 4 P-10231 for 410")
    needing.need("technician", f"need 6 {bearing.code} for 430")

    needing.gather(supplier)

    assert needing.lines()[0].price == 1_840_000


def test_40_a_line_that_is_left_alone_costs_what_it_costs_alone(
    needing: Any, supplier: Any, offers: Any, workshop: CostCentre
) -> None:
    offers(needing.buying.seal, BREAKS)
    needing.need("operator", "need 4 P-10231 for 410")
    needing.need("technician", "need 6 P-10231 for 430")
    needing.gather(supplier)

    needing.types("technician", "cancel PR-2 found some")

    (line,) = needing.lines()
    assert (line.quantity, line.price) == (4000, 1_840_000)
    assert needing.orders()[0].total == 4 * 184_00


def test_40_a_price_that_somebody_wrote_and_that_is_one_of_more_is_pointed_out(
    needing: Any, supplier: Any, offers: Any
) -> None:
    offers(needing.buying.seal, BREAKS)
    need = needing.need("operator", "need 4 P-10231 for 410")
    needing.gather(supplier)

    needing.changes("buyer", need, price="150.00")

    card = json.dumps(needing.gather(supplier).blocks, ensure_ascii=False)
    assert [line.price for line in needing.lines()] == [1_500_000]
    assert "Line 1 has the price of a larger quantity; ask whether it still holds." in card


def test_40_a_price_that_is_written_as_the_list_has_it_follows_the_list_again(
    needing: Any, supplier: Any, offers: Any
) -> None:
    offers(needing.buying.seal, BREAKS)
    need = needing.need("operator", "need 4 P-10231 for 410")
    needing.gather(supplier)
    needing.changes("buyer", need, price="111.11")

    needing.changes("buyer", need, price="184.00")
    needing.changes("buyer", need, quantity="10", price="184.00")

    assert [line.price for line in needing.lines()] == [1_500_000]


def test_40_the_least_that_is_sold_is_what_all_lines_come_to(
    needing: Any, supplier: Any, offers: Any, workshop: CostCentre
) -> None:
    offers(needing.buying.seal, minimum_quantity=10_000)
    needing.need("operator", "need 4 P-10231 for 410")
    needing.gather(supplier)
    assert [line.quantity for line in needing.lines()] == [10_000]

    needing.need("technician", "need 3 P-10231 for 430")
    card = json.dumps(needing.gather(supplier).blocks, ensure_ascii=False)

    assert [(line.quantity, line.filled) for line in needing.lines()] == [(7000, 3000), (3000, 0)]
    assert "Line 1: 3 more than is needed, because Hartmann Seals sells 10 pieces at least." in card


def test_40_a_line_that_goes_leaves_the_least_to_the_other(
    needing: Any, supplier: Any, offers: Any, workshop: CostCentre
) -> None:
    offers(needing.buying.seal, {10_000: 1_500_000}, minimum_quantity=5000)
    needing.need("operator", "need 4 P-10231 for 410")
    needing.need("technician", "need 6 P-10231 for 430")
    needing.gather(supplier)
    assert [(line.quantity, line.price) for line in needing.lines()] == [(4000, 1_500_000), (6000, 1_500_000)]

    needing.types("technician", "cancel PR-2 found some")

    assert [(line.quantity, line.price) for line in needing.lines()] == [(5000, 1_840_000)]


def test_40_fewer_than_is_sold_stay_as_somebody_wrote_them_and_that_is_said(
    needing: Any, supplier: Any, offers: Any
) -> None:
    offers(needing.buying.seal, minimum_quantity=10_000)
    need = needing.need("operator", "need 4 P-10231 for 410")
    needing.gather(supplier)

    needing.changes("buyer", need, quantity="4")

    card = json.dumps(needing.gather(supplier).blocks, ensure_ascii=False)
    assert [line.quantity for line in needing.lines()] == [4000]
    assert "Line 1 comes to 4 pieces, and Hartmann Seals sells 10 pieces at least." in card


def test_40_another_supplier_is_asked_for_what_is_needed_at_that_ones_price(
    needing: Any, supplier: Any, offers: Any, add_supplier: Any
) -> None:
    offers(needing.buying.seal, BREAKS, minimum_quantity=10_000)
    need = needing.need("operator", "need 4 P-10231 for 410")
    needing.gather(supplier)
    other = add_supplier("S-9", "Berg Supplies")
    row = {"supplier_id": other.id, "part_id": needing.buying.seal.id, "price": 1_900_000, "currency": "EUR"}
    needing.desk.writes(lambda uow: uow.add(SupplierPart, **row))

    needing.changes("buyer", need, supplier=str(other.id))

    assert [(line.quantity, line.price) for line in needing.lines()] == [(4000, 1_900_000)]


def lower(needing: Any, *quantities: str) -> Any:
    task = needing.desk.all(ApprovalTask)[-1]
    order = needing.orders("pending_approval")[-1]
    fields = {f"line_{line.id}": text for line, text in zip(needing.lines(order), quantities, strict=True)}
    return needing.desk.submit(
        reducing.reduced, needing.people["approver"], order.id, task.id, words="one is enough", **fields
    )


def test_40_approving_less_reprices_what_is_left_and_says_so(
    needing: Any, supplier: Any, offers: Any, workshop: CostCentre
) -> None:
    offers(needing.buying.seal, BREAKS)
    needing.need("operator", "need 4 P-10231 for 410")
    needing.need("operator", "need 6 P-10231 for 430")
    needing.gather(supplier)
    needing.request()

    told = lower(needing, "4", "0")

    (line,) = needing.lines()
    assert (line.quantity, line.price, needing.orders()[0].total) == (4000, 1_840_000, 736_00)
    assert "Fewer cost more each: line 1 at 184.00 instead of 150.00; EUR 736.00 in all." in told.private


def test_40_less_that_would_cost_more_is_refused(
    needing: Any, supplier: Any, offers: Any, workshop: CostCentre
) -> None:
    offers(needing.buying.seal, BREAKS)
    needing.need("operator", "need 4 P-10231 for 410")
    needing.need("operator", "need 6 P-10231 for 430")
    needing.gather(supplier)
    needing.request()

    told = lower(needing, "3", "6")

    assert "DR-2026-00001 would come to EUR 1,530.00 instead of EUR 1,500.00" in json.dumps(told.to_json())

    assert [line.quantity for line in needing.lines()] == [4000, 6000]
    assert needing.orders()[0].total == 1500_00


def test_40_an_approver_does_not_lower_below_what_is_sold(needing: Any, supplier: Any, offers: Any) -> None:
    offers(needing.buying.seal, minimum_quantity=10_000)
    needing.need("operator", "need 4 P-10231 for 410")
    needing.gather(supplier)
    needing.request()

    told = lower(needing, "4")

    assert list(told.errors.values()) == ["Hartmann Seals sells 10 pieces at least: leave as many, or write 0"]
