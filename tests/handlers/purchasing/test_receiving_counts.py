"""Counts: typed, damaged, in boxes, and to the cent."""

import json
from typing import Any

import pytest

from handlers import purchase_orders, receiving
from handlers.happenings import Click, Submission
from handlers.ids import value
from storage import budget
from storage.tables import (
    BudgetSum,
    Part,
    PurchaseOrderLine,
    Receipt,
    Stock,
    StockMovement,
)
from tests.handlers.purchasing.goods import noticed


@pytest.fixture
def arriving(buying: Any) -> Any:
    """An order for two seals that the supplier has, with a notice of both."""
    from handlers import parts

    form = {"part": str(buying.seal.id), "quantity": "2"}
    buying.desk.submit(parts.needed, buying.people["technician"], buying.job.id, **form)
    buying.request()
    buying.approve()
    buying.relay("leaving", "accepted")
    noticed(buying, 2000)
    return buying


def on_hand(buying: Any, part: Part | None = None) -> int:
    row = next(iter(buying.desk.all(Stock, part_id=(part or buying.seal).id)), None)
    return int(row.on_hand) if row is not None else 0


def _counted(buying: Any, written: str, damaged: str = "") -> Submission:
    fields = {f"line_{buying.line().id}": written, "damaged": damaged}
    receipt = buying.desk.all(Receipt)[-1]
    slack_id = buying.people["storekeeper"].slack_id
    return Submission(buying.desk.key("view"), slack_id, "", value(receipt.id), fields)


def test_08_09_two_deliveries_race_for_the_last_pieces_and_one_wins(buying: Any) -> None:
    buying.sent(2000)
    noticed(buying, 2000)
    first = buying.desk.all(Receipt)[-1].id
    noticed(buying, 2000, number="LS-2")
    second = buying.desk.all(Receipt)[-1].id
    buying.take_in(receipt=first)

    assert buying.refuses(receiving.as_listed, "storekeeper", second) == "NotReceivable"
    assert on_hand(buying) == 2000


def test_08_09_two_deliveries_of_an_open_line_cannot_go_beyond_it(buying: Any) -> None:
    buying.sent(10_000)
    noticed(buying, 6000)
    first = buying.desk.all(Receipt)[-1].id
    noticed(buying, 6000, number="LS-2")
    second = buying.desk.all(Receipt)[-1].id
    buying.take_in(receipt=first)

    assert buying.refuses(receiving.as_listed, "storekeeper", second) == "TooMuch"
    assert on_hand(buying) == 6000


def test_08_21_what_is_damaged_is_neither_stock_nor_spent_nor_received_in_full(arriving: Any) -> None:
    arriving.count_lines(line_1="2", damaged="1 torn")

    line, sums = arriving.line(), arriving.desk.one(BudgetSum)
    assert (line.received, line.accepted, line.rejected) == (2000, 1000, 1000)
    assert on_hand(arriving) == 1000
    assert (sums.committed, sums.actual) == (18400, 18400)
    assert (arriving.order().state, arriving.order().receipt_state) == ("sent", "partial")
    assert "Damaged or wrong" in json.dumps(arriving.desk.card(f"gr:{arriving.desk.one(Receipt).id}"))
    noticed(arriving, 1000, number="LS-2")
    arriving.take_in()
    assert (arriving.order().state, on_hand(arriving)) == ("closed", 2000)


@pytest.mark.parametrize(
    ("written", "said"),
    [("3", "Only 2"), ("x", "Write line and number"), ("9: 1 torn", "Write line"), ("1", "Say what is wrong")],
)
def test_a_damaged_number_that_cannot_be_is_said_at_its_field(arriving: Any, written: str, said: str) -> None:
    answer = arriving.count_lines(line_1="2", damaged=written)

    assert answer.errors["damaged"].startswith(said)
    assert on_hand(arriving) == 0


def test_damaged_ones_of_several_lines_are_written_by_line(buying: Any, bearing: Any) -> None:
    buying.short(2000)
    buying.sent(4000, bearing)
    noticed(buying, 2000, 4000)

    buying.count_lines(line_1="2", line_2="4", damaged="2: 1 torn")

    assert [line.rejected for line in buying.desk.all(PurchaseOrderLine)] == [0, 1000]


def test_08_11_a_box_of_ten_comes_into_stock_as_ten_pieces(buying: Any, bearing: Any) -> None:
    from storage.tables import SupplierPart

    offer = buying.desk.one(SupplierPart, part_id=bearing.id)
    pack = {"unit": "BX", "pack_unit": "BX", "pack_size": 10_000, "price": 900_000}
    buying.desk.writes(lambda uow: uow.change(SupplierPart, offer.id, **pack))
    buying.sent(12_000, bearing)
    noticed(buying, 2000)

    buying.take_in()

    movement = buying.desk.one(StockMovement)
    assert (movement.quantity, movement.unit_cost) == (20_000, 90_000)
    assert on_hand(buying, bearing) == 20_000


def test_08_19_the_cost_of_what_came_in_stays_when_the_price_changes(arriving: Any) -> None:
    arriving.take_in()
    arriving.desk.writes(lambda uow: uow.change(Part, arriving.seal.id, price=9_990_000))

    assert arriving.desk.one(StockMovement).unit_cost == 1_840_000


def test_a_typed_count_posts_what_was_announced(arriving: Any) -> None:
    storekeeper = arriving.people["storekeeper"]

    arriving.desk.writes(lambda uow: receiving.count_named(uow, "PO-1", "2"), by=storekeeper)

    assert arriving.order().state == "closed"


def test_a_typed_count_without_a_notice_takes_in_what_is_open(buying: Any, bearing: Any) -> None:
    buying.short(2000)
    buying.sent(4000, bearing)

    buying.desk.writes(lambda uow: receiving.count_named(uow, "PO 1", "2, 0"), by=buying.people["storekeeper"])

    assert [line.accepted for line in buying.desk.all(PurchaseOrderLine)] == [2000, 0]
    assert buying.order().receipt_state == "partial"


def test_a_typed_count_with_too_few_numbers_says_how_many_are_needed(buying: Any, bearing: Any) -> None:
    buying.short(2000)
    buying.sent(4000, bearing)
    click = Click("typed", buying.people["storekeeper"].slack_id, "", "v1:1")

    def typed(uow: Any, _: Any) -> Any:
        return receiving.count_named(uow, "PO-1", "2")

    assert buying.refused(typed, click) == "Unlawful"
    assert buying.desk.all(Receipt) == []


def test_many_small_deliveries_lose_no_cent(buying: Any) -> None:
    buying.short(3000)
    buying.desk.submit(purchase_orders.edited, buying.people["technician"], 1, price="33.335")
    buying.request()
    buying.approve()
    buying.relay("leaving", "accepted")
    total = buying.order().total

    for number in range(3):
        noticed(buying, 1000, number=f"LS-{number}")
        buying.take_in()

    sums = buying.desk.one(BudgetSum)
    assert (sums.committed, sums.actual) == (0, total)
    assert buying.desk.reads(budget.differences) == []
