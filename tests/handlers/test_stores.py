"""Stores at work: bins, moves between stores, stock counts booked with a reason, and what happens to parts meanwhile."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from handlers import parts, sentences, stock_counts
from handlers.happenings import Answer, Command
from storage import stock
from storage.tables import Outgoing, Part, Person, Stock, StockCount, StockCountLine, StockMovement, WorkOrder
from tests.handlers.conftest import STORES, Desk

AddPart = Callable[..., Part]


@pytest.fixture
def bearing(add_part: AddPart) -> Part:
    return add_part("6204", "Ball bearing 6204", 10_000, bin="A3")


def types(desk: Desk, by: Person, text: str) -> str:
    told = desk.does(sentences.command, Command(desk.key(), by.slack_id, "D1", "/chargehand", text))
    return f"{told.private} {json.dumps(told.blocks, ensure_ascii=False)}"


def on_hand(desk: Desk, part: Part) -> dict[str, int]:
    assert desk.reads(stock.differences) == []
    return {row.store: row.on_hand for row in desk.all(Stock, part_id=part.id)}


def test_88_parts_move_between_stores_with_a_ledger_row_in_each(desk: Desk, bearing: Part, storekeeper: Person) -> None:
    said = types(desk, storekeeper, "move 3 6204 store 2 to new line2 bin C1")
    back = types(desk, storekeeper, "move 1 x 6204 from line2 to store 2")
    told = types(desk, storekeeper, "stock 6204")

    rows = [(row.store, row.kind, row.quantity) for row in desk.all(StockMovement)][1:]
    assert "3 pieces Ball bearing 6204 moved from store 2 to line2" in said
    assert "1 piece Ball bearing 6204 moved from line2 to store 2" in back
    assert on_hand(desk, bearing) == {"store 2": 8_000, "line2": 2_000}
    assert rows == [
        ("store 2", "transfer", -3_000), ("line2", "transfer", 3_000), ("line2", "transfer", -1_000), ("store 2", "transfer", 1_000),
    ]  # fmt: skip
    assert "Lies in store 2, bin A3: 8 pieces" in told
    assert "Lies in line2, bin C1: 2 pieces" in told


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("move", "Write for instance"),
        ("move 3 6204", "Write for instance"),
        ("move 3 6204 to nowhere", "I know no store “nowhere”. There are store 2."),
        ("move 3 6204 store 2 to store 2", "is in store 2 already"),
        ("move 11 6204 to new line2", "Only 10 pieces of Ball bearing 6204 are free in store 2"),
        ("move 0 6204 to new line2", "I cannot read the quantity"),
        ("move 1.5 6204 to new line2", "whole numbers"),
        ("move 3 nothing to new line2", "I know no part"),
        (f"move 6204 to bin {'B' * 41}", "A bin has at most 40"),
    ],
)
def test_what_cannot_be_moved_is_said_and_nothing_moves(
    desk: Desk, bearing: Part, storekeeper: Person, text: str, why: str
) -> None:
    assert why in types(desk, storekeeper, text)
    assert on_hand(desk, bearing) == {"store 2": 10_000}


def test_what_is_kept_for_a_work_order_stays_in_its_store(
    desk: Desk, bearing: Part, job: WorkOrder, storekeeper: Person, technician: Person
) -> None:
    desk.writes(lambda uow: parts.need(uow, job.id, bearing.id, 8_000), by=technician)

    said = types(desk, storekeeper, "move 3 6204 to new line2")

    assert "Only 2 pieces of Ball bearing 6204 are free in store 2" in said


def test_only_storekeepers_and_supervisors_move_parts_and_name_bins(
    desk: Desk, bearing: Part, technician: Person, supervisor: Person
) -> None:
    assert "Only storekeepers and supervisors can move parts" in types(desk, technician, "move 1 6204 to new line2")
    assert "bin B9" in types(desk, supervisor, "move 6204 to bin B9")
    assert desk.one(Part).bin == "B9"


def test_two_who_move_the_last_parts_at_once_never_move_more_than_there_is(
    desk: Desk, bearing: Part, storekeeper: Person, supervisor: Person
) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda by: types(desk, by, "move 6 6204 to new line2"), (storekeeper, supervisor)))

    assert on_hand(desk, bearing) == {"store 2": 4_000, "line2": 6_000}


def line_of(desk: Desk, part: Part) -> StockCountLine:
    return desk.one(StockCountLine, part_id=part.id)


def counts(desk: Desk, by: Person, figures: dict[Part, str]) -> Answer:
    (count,) = desk.all(StockCount, state="open")
    fields = {f"line_{line_of(desk, part).id}": figure for part, figure in figures.items()}
    return desk.submit(stock_counts.counted, by, count.id, **fields)


def books(desk: Desk, by: Person, reason: str = "annual count", number: int = 1) -> Answer:
    return desk.submit(stock_counts.booked, by, number, reason=reason)


def test_88_a_store_is_counted_on_a_sheet_and_its_differences_are_booked_with_a_reason(
    desk: Desk, bearing: Part, add_part: AddPart, storekeeper: Person, technician: Person
) -> None:
    seal, hose = add_part("P-1", "Seal", 4_000, bin="B1"), add_part("P-2", "Hose", 2_500, unit="MTR", bin="C7")
    said = types(desk, storekeeper, "stocktake store 2")
    form = desk.click(stock_counts.open_form, technician, 1).modal
    counts(desk, technician, {bearing: "12", seal: "4", hose: "0"})
    shown = json.dumps(desk.card("stock_count:1"))
    asked = desk.click(stock_counts.open_booking, storekeeper, 1).modal
    before = len(desk.all(StockMovement))

    without = books(desk, storekeeper, " ")
    books(desk, storekeeper)

    assert "SC-1: 3 parts of store 2" in said
    assert json.dumps(form).index("6204") < json.dumps(form).index("Seal") < json.dumps(form).index("Hose")
    assert "bin A3, booked 10 pieces" in json.dumps(form)
    assert "3 of 3 counted, 2 differences" in shown
    assert "+2 Ball bearing 6204 (6204): 12 counted" in json.dumps(asked)
    assert without.errors
    assert [(row.kind, row.quantity, row.by_id) for row in desk.all(StockMovement)[before:]] == [
        ("count", 2_000, storekeeper.id), ("count", -2_500, storekeeper.id),
    ]  # fmt: skip
    assert on_hand(desk, bearing) == {"store 2": 12_000}
    assert desk.one(StockCount).state == "booked"
    assert "Because: annual count" in json.dumps(desk.card("stock_count:1"))
    assert "counted" in desk.audited("6204")


def test_a_part_that_is_issued_after_it_was_counted_keeps_both(
    desk: Desk, bearing: Part, job: WorkOrder, storekeeper: Person, technician: Person
) -> None:
    types(desk, storekeeper, "stocktake store 2")
    counts(desk, storekeeper, {bearing: "9"})
    desk.writes(lambda uow: parts.issue(uow, job.id, bearing.id, 4_000), by=technician)

    books(desk, storekeeper)

    assert on_hand(desk, bearing) == {"store 2": 5_000}


@pytest.mark.parametrize(("figure", "left"), [("10", 6_000), ("6", 6_000)])
def test_a_count_that_was_right_before_or_after_an_issue_books_nothing(
    desk: Desk, bearing: Part, job: WorkOrder, storekeeper: Person, technician: Person, figure: str, left: int
) -> None:
    types(desk, storekeeper, "stocktake store 2")
    desk.writes(lambda uow: parts.issue(uow, job.id, bearing.id, 4_000), by=technician)
    counts(desk, storekeeper, {bearing: figure})

    books(desk, storekeeper)

    assert on_hand(desk, bearing) == {"store 2": left}
    assert desk.one(StockCount).state == "booked"


def test_a_count_that_may_belong_to_either_side_of_an_issue_is_counted_again(
    desk: Desk, bearing: Part, job: WorkOrder, storekeeper: Person, technician: Person
) -> None:
    types(desk, storekeeper, "stocktake store 2")
    desk.writes(lambda uow: parts.issue(uow, job.id, bearing.id, 4_000), by=technician)
    said = counts(desk, storekeeper, {bearing: "9"})
    books(desk, storekeeper)
    still = desk.one(StockCount).state
    counts(desk, storekeeper, {bearing: "7"})
    books(desk, storekeeper)

    assert "stock moved while it was counted, so please count it again" in json.dumps(said.blocks)
    assert still == "open"
    assert on_hand(desk, bearing) == {"store 2": 7_000}


def test_a_form_takes_further_parts_a_line_each_and_keeps_nothing_half(
    desk: Desk, bearing: Part, add_part: AddPart, storekeeper: Person
) -> None:
    for number in range(6):
        add_part(f"P-{number}", f"Seal {number}", 4_000, bin=f"B{number}")
    types(desk, storekeeper, "stocktake store 2")
    first = line_of(desk, bearing).id
    wrong = desk.submit(stock_counts.counted, storekeeper, 1, **{f"line_{first}": "9"}, more="P-4 3\nP-9 1")
    none = [row for row in desk.all(StockCountLine) if row.counted is not None]

    desk.submit(stock_counts.counted, storekeeper, 1, **{f"line_{first}": "9"}, more="P-4 3\nP-5: 0")

    assert "P-9 1: I know no part" in wrong.errors["more"]
    assert none == []
    assert [row.difference for row in desk.all(StockCountLine) if row.counted is not None] == [-1_000, -1_000, -4_000]


def test_two_people_who_count_differently_count_again(
    desk: Desk, bearing: Part, storekeeper: Person, technician: Person
) -> None:
    types(desk, storekeeper, "stocktake store 2")
    counts(desk, technician, {bearing: "9"})

    said = counts(desk, storekeeper, {bearing: "8"})
    one = types(desk, storekeeper, "stocktake SC-1 6204 9")

    assert "two people counted differently" in json.dumps(said.blocks)
    assert "9 pieces counted" in one
    assert line_of(desk, bearing).difference == -1_000


def test_more_taken_out_than_was_counted_is_never_booked_below_nothing(
    desk: Desk, bearing: Part, job: WorkOrder, storekeeper: Person, technician: Person
) -> None:
    types(desk, storekeeper, "stocktake store 2")
    counts(desk, storekeeper, {bearing: "3"})
    desk.writes(lambda uow: parts.issue(uow, job.id, bearing.id, 5_000), by=technician)

    said = books(desk, storekeeper)

    assert "please count it again" in json.dumps(said.blocks)
    assert on_hand(desk, bearing) == {"store 2": 5_000}


def test_what_is_kept_and_not_there_is_said(
    desk: Desk, bearing: Part, job: WorkOrder, storekeeper: Person, technician: Person
) -> None:
    desk.writes(lambda uow: parts.need(uow, job.id, bearing.id, 8_000), by=technician)
    types(desk, storekeeper, "stocktake store 2")
    counts(desk, storekeeper, {bearing: "5"})

    said = books(desk, storekeeper)

    assert "8 are kept for work orders, and only 5 pieces are there" in json.dumps(said.blocks)
    assert on_hand(desk, bearing) == {"store 2": 5_000}


def test_a_blind_count_hides_what_is_booked(desk: Desk, bearing: Part, storekeeper: Person) -> None:
    desk.plant = replace(desk.plant, blind_counts=True)
    types(desk, storekeeper, "inventur store 2")

    form = json.dumps(desk.click(stock_counts.open_form, storekeeper, 1).modal)

    assert "bin A3" in form
    assert "booked" not in form.replace("book_stock", "")


def test_a_sheet_is_printed_into_its_thread(desk: Desk, bearing: Part, storekeeper: Person) -> None:
    types(desk, storekeeper, "stocktake store 2")

    desk.click(stock_counts.printed, storekeeper, 1)

    (row,) = desk.all(Outgoing, wire="file")
    assert json.loads(row.body)["thread_card"] == "stock_count:1"
    assert json.loads(row.body)["name"] == "SC-1.pdf"


def test_the_same_booking_twice_books_once(desk: Desk, bearing: Part, storekeeper: Person, supervisor: Person) -> None:
    types(desk, storekeeper, "stocktake store 2")
    counts(desk, storekeeper, {bearing: "12"})

    def tried(by: Person) -> Answer:
        return books(desk, by)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(tried, (storekeeper, supervisor)))

    assert on_hand(desk, bearing) == {"store 2": 12_000}


def test_what_cannot_be_counted_is_said(
    desk: Desk, bearing: Part, storekeeper: Person, technician: Person, operator: Person
) -> None:
    said = {
        text: types(desk, by, text)
        for by, text in (
            (technician, "stocktake store 2"), (storekeeper, "stocktake"), (storekeeper, "stocktake store 9"),
            (storekeeper, "stocktake store 2 carrots"), (storekeeper, "stocktake SC-7"), (storekeeper, "stocktake store 2 A3"),
            (storekeeper, "stocktake store 2 bin A3"), (storekeeper, "stocktake SC-1 6204"), (operator, "stocktake SC-1 6204 3"),
            (storekeeper, "stocktake SC-1 6204 1.5"),
        )
    }  # fmt: skip
    wrong = counts(desk, storekeeper, {bearing: "-4"})
    desk.click(stock_counts.give_up, storekeeper, 1)
    late = books(desk, storekeeper)

    assert "Only storekeepers and supervisors can begin a stock count" in said["stocktake store 2"]
    assert "Say which store, for instance `stocktake store 2`" in said["stocktake"]
    assert "Say which store" in said["stocktake store 9"]
    assert "Nothing of that lies in store 2" in said["stocktake store 2 carrots"]
    assert "I know no stock count SC-7" in said["stocktake SC-7"]
    assert "SC-1: 1 part of store 2" in said["stocktake store 2 A3"]
    assert "SC-1 of store 2 is still open" in said["stocktake store 2 bin A3"]
    assert "Write the part and what is there" in said["stocktake SC-1 6204"]
    assert "can count stock" in said["stocktake SC-1 6204 3"]
    assert "whole numbers" in said["stocktake SC-1 6204 1.5"]
    assert wrong.errors
    assert "SC-1 is dropped already" in late.private
    assert "Given up; nothing was booked." in json.dumps(desk.card("stock_count:1"))
    assert on_hand(desk, bearing) == {"store 2": 10_000}


def test_without_a_channel_of_the_stores_no_count_begins(desk: Desk, bearing: Part, storekeeper: Person) -> None:
    desk.plant = replace(desk.plant, channels=replace(desk.plant.channels, stores=""))

    assert "No channel for the stores is set up yet" in types(desk, storekeeper, "stocktake store 2")
    assert desk.said(STORES) == []
