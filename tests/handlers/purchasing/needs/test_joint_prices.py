"""Prices by quantity across cost centres: one supplier, one part, one price, whoever pays for it; a written price stays."""

import json
from typing import Any

import pytest

from storage.tables import CostCentre

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


def test_40_a_line_that_is_left_alone_with_the_price_of_more_is_pointed_out(
    needing: Any, supplier: Any, offers: Any, workshop: CostCentre
) -> None:
    offers(needing.buying.seal, BREAKS)
    needing.need("operator", "need 4 P-10231 for 410")
    needing.need("technician", "need 6 P-10231 for 430")
    needing.gather(supplier)

    needing.types("technician", "cancel PR-2 found some")

    card = json.dumps(needing.gather(supplier).blocks, ensure_ascii=False)
    (line,) = needing.lines()
    assert (line.quantity, line.price) == (4000, 1_500_000)
    assert "Line 1 has the price of a larger quantity; ask whether it still holds." in card
