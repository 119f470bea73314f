"""What a line costs when it is made: prices by quantity, minimum orders, packs; and a typed price that stays."""

import json
from typing import Any

import pytest

from handlers import home
from handlers.happenings import HomeOpened
from storage.tables import Part

BREAKS = {5000: 1_700_000, 10_000: 1_500_000}


@pytest.mark.parametrize(("asked", "price"), [(4, 1_840_000), (5, 1_700_000), (9, 1_700_000), (10, 1_500_000)])
def test_the_quantity_of_the_line_makes_the_price(
    needing: Any, supplier: Any, offers: Any, asked: int, price: int
) -> None:
    offers(needing.buying.seal, BREAKS)
    needing.need("operator", f"need {asked} P-10231 for 410")

    needing.gather(supplier)

    assert [line.price for line in needing.lines()] == [price]


def test_needs_that_are_gathered_reach_a_break_together(needing: Any, supplier: Any, offers: Any) -> None:
    offers(needing.buying.seal, BREAKS)
    needing.need("operator", "need 4 P-10231 for 410")
    needing.gather(supplier)
    assert needing.lines()[0].price == 1_840_000

    needing.need("technician", "need 6 P-10231 for 410")
    needing.gather(supplier)

    (line,) = needing.lines()
    assert (line.quantity, line.price, needing.orders()[0].total) == (10_000, 1_500_000, 10 * 15000)


def test_a_line_that_shrinks_pays_the_dearer_price_again(needing: Any, supplier: Any, offers: Any) -> None:
    offers(needing.buying.seal, BREAKS)
    needing.need("operator", "need 4 P-10231 for 410")
    needing.need("technician", "need 6 P-10231 for 410")
    needing.gather(supplier)

    needing.types("technician", "cancel PR-2 found some")

    assert [(line.quantity, line.price) for line in needing.lines()] == [(4000, 1_840_000)]


def test_a_shortage_that_grows_reaches_its_break(needing: Any, offers: Any) -> None:
    offers(needing.buying.seal, BREAKS)
    needing.buying.short(3000)
    needing.buying.short(2000)

    assert [(line.quantity, line.price) for line in needing.lines()] == [(5000, 1_700_000)]


def test_a_quantity_that_the_buyer_changes_moves_the_listed_price(needing: Any, supplier: Any, offers: Any) -> None:
    offers(needing.buying.seal, BREAKS)
    need = needing.need("operator", "need 4 P-10231 for 410")
    needing.gather(supplier)

    needing.changes("buyer", need, quantity="10", price="184.00")

    assert needing.lines()[0].price == 1_500_000


def test_a_price_that_somebody_wrote_stays(needing: Any, supplier: Any, offers: Any) -> None:
    offers(needing.buying.seal, BREAKS)
    need = needing.need("operator", "need 4 P-10231 for 410")
    needing.gather(supplier)
    needing.changes("buyer", need, price="160.00")

    needing.need("technician", "need 6 P-10231 for 410")
    needing.gather(supplier)

    assert [(line.quantity, line.price) for line in needing.lines()] == [(10_000, 1_600_000)]


def test_the_minimum_order_is_ordered_and_the_needs_keep_their_quantities(
    needing: Any, supplier: Any, offers: Any
) -> None:
    offers(needing.buying.seal, minimum_quantity=20_000)
    first = needing.need("operator", "need 4 P-10231 for 410")
    second = needing.need("technician", "need 6 P-10231 for 410")

    needing.gather(supplier)

    (line,) = needing.lines()
    assert (line.quantity, needing.traced(line)) == (20_000, {first.id: 4000, second.id: 6000})


def test_a_part_bought_in_boxes_is_ordered_in_whole_boxes_for_all_needs_together(
    needing: Any, supplier: Any, offers: Any
) -> None:
    offers(needing.buying.seal, unit="BX", pack_unit="BX", pack_size=6000, price=10_000_000)
    needing.need("operator", "need 4 P-10231 for 410")
    needing.need("technician", "need 6 P-10231 for 410")

    needing.gather(supplier)

    assert [(line.quantity, line.unit) for line in needing.lines()] == [(2000, "BX")]


def test_boxes_that_arrive_are_shared_in_pieces(needing: Any, supplier: Any, offers: Any, mailbox: Any) -> None:
    offers(needing.buying.seal, unit="BX", pack_unit="BX", pack_size=6000, price=10_000_000)
    needing.need("operator", "need 4 P-10231 by fri for 410")
    needing.need("technician", "need 6 P-10231 by 2026-12-18 for 410")
    order = needing.order_everything(supplier)

    mailbox.brings(mailbox.table(order, (1, "2", "1")))
    needing.buying.take_in()

    assert needing.states() == ["fulfilled", "on_order"]


def test_it_is_said_where_more_would_cost_no_more(needing: Any, supplier: Any, offers: Any) -> None:
    offers(needing.buying.seal, BREAKS)
    needing.need("operator", "need 9 P-10231 for 410")

    told = needing.gather(supplier)

    assert "Line 1: 10 pieces would cost no more in all" in json.dumps(told.blocks)


def test_the_home_tab_of_a_buyer_gathers_and_shows_no_cost(needing: Any, supplier: Any, add_part: Any) -> None:
    part: Part = add_part("P-30001", "Deep groove bearing")
    needing.need("operator", f"need 2 {part.code} by fri for 410")
    buyer, operator = needing.people["buyer"], needing.people["operator"]

    shown = needing.desk.does(home.opened, HomeOpened(needing.desk.key("home"), buyer.slack_id))
    others = needing.desk.does(home.opened, HomeOpened(needing.desk.key("home"), operator.slack_id))

    told = json.dumps(shown.home, ensure_ascii=False)
    assert "Hartmann Seals: 1 to order, first by Fri 27 Nov" in told
    assert '"need.gather"' in told
    assert "EUR" not in told
    assert "To be ordered" not in json.dumps(others.home)
    assert '"need.ask"' in json.dumps(others.home)
