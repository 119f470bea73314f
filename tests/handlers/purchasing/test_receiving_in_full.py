"""Receiving in full: tolerances, what goes beyond them, held goods, makers' numbers, sentences, and what was odd."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from handlers import inspecting, messages, over_deliveries, receipt_reversal, receiving
from handlers.happenings import Click, Command, Message, Submission
from handlers.ids import value
from handlers.sentences import command
from storage.tables import (
    BudgetSum,
    Part,
    Person,
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    ReceiptLine,
    ReceiptLot,
    Requisition,
    Supplier,
    SupplierReturn,
    WorkOrder,
    WorkOrderHold,
    WorkOrderPart,
)
from tests.handlers.purchasing.goods import counters, noticed, on_hand, types, wrong


@pytest.fixture
def many(buying: Any) -> Any:
    """An order for a hundred seals that the supplier has, approved by its owner alone."""
    buying.desk.plant = replace(buying.desk.plant, approval_rules=buying.desk.plant.approval_rules[:1])
    buying.sent(100_000)
    return buying


@pytest.fixture
def arriving(buying: Any) -> Any:
    """An order for two seals that a job waits for, with a notice of both."""
    from handlers import parts

    form = {"part": str(buying.seal.id), "quantity": "2"}
    buying.desk.submit(parts.needed, buying.people["technician"], buying.job.id, **form)
    buying.request()
    buying.approve()
    buying.relay("leaving", "accepted")
    noticed(buying, 2000)
    return buying


@pytest.mark.parametrize(
    ("by_part", "by_supplier", "by_plant", "most"),
    [(None, None, None, 100), (None, None, 10, 110), (None, 5, 10, 105), (0, 5, 10, 100), (20, 5, 10, 120)],
)
def test_76_the_part_s_tolerance_goes_before_the_supplier_s_and_that_before_the_plant_s(
    buying: Any, by_part: int | None, by_supplier: int | None, by_plant: int | None, most: int
) -> None:
    rules = buying.desk.plant.approval_rules[:1]
    buying.desk.plant = replace(buying.desk.plant, approval_rules=rules, tolerance_percent=by_plant)
    buying.desk.writes(lambda uow: uow.change(Part, buying.seal.id, tolerance_percent=by_part))
    buying.desk.writes(lambda uow: uow.change(Supplier, 1, tolerance_percent=by_supplier))
    buying.sent(100_000)
    noticed(buying, 100_000)

    assert "more than ordered" in str(buying.count_lines(line_1=str(most + 1)).errors)
    buying.count_lines(line_1=str(most))
    assert on_hand(buying) == most * 1000


@pytest.mark.parametrize(("percent", "closed"), [(None, False), (0, False), (1, False), (2, True), (5, True)])
def test_76_so_little_may_be_missing_that_the_line_is_complete(many: Any, percent: int | None, closed: bool) -> None:
    many.desk.plant = replace(many.desk.plant, under_percent=percent)
    noticed(many, 98_000)

    many.take_in()

    line, order = many.line(), many.order()
    assert (order.state == "closed", line.cancelled) == (closed, 2000 if closed else 0)
    assert wrong(many) == []
    sums = many.desk.one(BudgetSum)
    assert (sums.committed, sums.actual) == (0 if closed else 36_800, 98 * 18_400)
    assert next(need.state for need in many.desk.all(Requisition)) == ("fulfilled" if closed else "on_order")


def test_76_more_than_that_waits_until_the_approver_keeps_it(many: Any) -> None:
    noticed(many, 100_000)

    answer = many.count_lines(line_1="110", also="extra")

    receipt = many.desk.one(Receipt)
    assert "Bo Lindqvist is asked" in answer.private
    assert (receipt.state, on_hand(many), counters(many)) == ("asked", 0, (0, 0, 0, 0))
    assert "10 beyond the order" in json.dumps(many.desk.card(f"gr:{receipt.id}:over:{many.people['approver'].id}"))
    for by in ("storekeeper", "technician"):
        assert many.refuses(over_deliveries.keep_all, by, receipt.id) == "NotAsked"
    many.desk.click(over_deliveries.keep_all, many.people["approver"], receipt.id)
    assert (on_hand(many), many.order().receipt_state, many.order().state) == (110_000, "over", "closed")
    assert many.desk.one(Receipt).posted_by_id == many.people["storekeeper"].id
    assert many.refuses(over_deliveries.keep_all, "approver", receipt.id) == "AlreadyDone"
    assert wrong(many) == []


def test_76_what_the_approver_does_not_keep_is_rejected_and_goes_back(many: Any) -> None:
    noticed(many, 100_000)
    many.count_lines(line_1="110", also="extra")

    many.desk.click(over_deliveries.keep_ordered, many.people["approver"], many.desk.one(Receipt).id)

    assert counters(many) == (110_000, 100_000, 10_000, 0)
    assert (on_hand(many), many.order().state) == (100_000, "closed")
    assert many.desk.one(SupplierReturn).reason == "more than ordered"
    assert wrong(many) == []


def test_76_a_typed_count_asks_with_one_more_word(many: Any) -> None:
    assert many.refused(lambda uow, what: receiving.count_named(uow, "PO-1", "110"), _by(many)) == "TooMuch"

    answer = types(many, "storekeeper", f"count {many.order().number} 110 extra")

    assert "is asked" in answer.private
    assert on_hand(many) == 0


def _by(buying: Any, by: str = "storekeeper") -> Click:
    return Click(buying.desk.key("typed"), buying.people[by].slack_id, "", value(1))


def test_78_what_is_held_is_neither_stock_nor_spent_until_it_is_inspected(arriving: Any) -> None:
    arriving.count_lines(line_1="2", damaged="hold 1 to be measured")

    receipt = arriving.desk.one(Receipt)
    assert (counters(arriving), on_hand(arriving)) == ((2000, 1000, 0, 0), 1000)
    assert arriving.order().state == "sent"
    assert "To inspect" in json.dumps(arriving.desk.card(f"gr:{receipt.id}:held"))
    assert wrong(arriving) == []
    arriving.desk.click(inspecting.all_good, arriving.people["supervisor"], receipt.id)
    assert (counters(arriving), on_hand(arriving)) == ((2000, 2000, 0, 0), 2000)
    assert arriving.order().state == "closed"
    assert arriving.desk.one(WorkOrderHold).released_at is not None
    assert arriving.refuses(inspecting.all_good, "supervisor", receipt.id) == "Unlawful"
    assert wrong(arriving) == []


def test_78_what_fails_its_inspection_is_rejected_with_its_reason(arriving: Any) -> None:
    arriving.count_lines(line_1="2", damaged="hold 2")
    receipt = arriving.desk.one(Receipt)

    assert "2 are held" in str(_inspects(arriving, "3").errors)
    assert _inspects(arriving, "1").errors == {"why": "Say what is wrong with the others; the supplier is told."}
    _inspects(arriving, "1", why="out of round")

    assert (counters(arriving), on_hand(arriving)) == ((2000, 1000, 1000, 0), 1000)
    assert arriving.desk.one(SupplierReturn).reason == "out of round"
    assert "out of round" in arriving.desk.card(f"gr:{receipt.id}:held")["text"]
    assert wrong(arriving) == []


def _inspects(buying: Any, good: str, **more: str) -> Any:
    row = buying.desk.one(ReceiptLine)
    receipt = buying.desk.one(Receipt)
    fields = {f"good_{row.id}": good} | more
    return buying.desk.submit(inspecting.inspected, buying.people["storekeeper"], receipt.id, **fields)


def test_78_an_inspection_is_typed_as_well(arriving: Any) -> None:
    arriving.count_lines(line_1="2", damaged="hold 2")

    types(arriving, "storekeeper", "inspect GR-1 1 good, 1 bad torn at the lip")

    assert counters(arriving) == (2000, 1000, 1000, 0)
    assert arriving.desk.one(ReceiptLine).reason == "torn at the lip"


def test_78_a_part_that_has_to_be_inspected_is_held_whenever_it_comes(arriving: Any) -> None:
    arriving.desk.writes(lambda uow: uow.change(Part, arriving.seal.id, inspected=True))

    arriving.take_in()

    assert (counters(arriving), on_hand(arriving)) == ((2000, 0, 0, 0), 0)
    assert wrong(arriving) == []


def test_78_a_rejection_without_a_reason_is_no_rejection(arriving: Any) -> None:
    assert "Say what is wrong" in arriving.count_lines(line_1="2", damaged="1").errors["damaged"]
    assert counters(arriving) == (0, 0, 0, 0)


def test_77_something_else_instead_is_flagged_and_held_until_somebody_has_looked(arriving: Any) -> None:
    arriving.count_lines(line_1="2", damaged="instead seal of another make; at gate 4")

    receipt = arriving.desk.one(Receipt)
    told = " ".join(json.loads(receipt.flags))
    assert "seal of another make came instead of Mechanical seal 45 mm" in told
    assert "It arrived at gate 4 and belongs to store 2." in told
    assert on_hand(arriving) == 0
    assert any("gate 4" in line for line in arriving.desk.lines(arriving.people["buyer"].slack_id))


@pytest.mark.parametrize(
    ("day", "early", "late", "said"),
    [
        (date(2026, 11, 23), 7, 0, ""),
        (date(2026, 11, 20), 7, 0, "3 days late"),
        (date(2026, 11, 22), 7, 0, "1 day late"),
        (date(2026, 11, 20), 7, 3, ""),
        (date(2026, 11, 30), 7, 0, ""),
        (date(2026, 12, 1), 7, 0, "8 days early"),
        (date(2026, 11, 24), 0, 0, "1 day early"),
    ],
)
def test_77_a_delivery_outside_of_its_window_is_flagged(
    arriving: Any, day: date, early: int, late: int, said: str
) -> None:
    arriving.desk.plant = replace(arriving.desk.plant, early_days=early, late_days=late)
    line = arriving.line()
    arriving.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, promised_on=day))

    arriving.take_in()

    assert said in arriving.desk.one(Receipt).flags
    assert bool(arriving.desk.one(Receipt).flags) == bool(said)


def test_82_a_tracked_part_comes_with_its_lots_and_the_day_until_which_it_keeps(arriving: Any) -> None:
    arriving.desk.writes(lambda uow: uow.change(Part, arriving.seal.id, tracked="lot", expires=True))

    assert arriving.refuses(receiving.as_listed, "storekeeper", arriving.desk.one(Receipt).id) == "Unlawful"
    assert arriving.refused(receiving.counted, _form(arriving, "2", lots="L-42 1 2027-05-31")) == "Unlawful"
    assert arriving.refused(receiving.counted, _form(arriving, "2", lots="L-42 2")) == "Unlawful"
    arriving.count_lines(line_1="2", lots="L-42 1 2027-05-31, L-43 1 2027-06-30")

    kept = [(lot.lot, lot.quantity, lot.expires_on) for lot in arriving.desk.all(ReceiptLot)]
    assert kept == [("L-42", 1000, date(2027, 5, 31)), ("L-43", 1000, date(2027, 6, 30))]
    assert on_hand(arriving) == 2000


def _form(buying: Any, written: str, **more: str) -> Submission:
    fields = {f"line_{buying.line().id}": written} | more
    slack_id = buying.people["storekeeper"].slack_id
    return Submission(buying.desk.key("view"), slack_id, "", value(buying.desk.all(Receipt)[-1].id), fields)


def test_82_a_serial_number_comes_once_and_again_only_after_it_was_taken_back(arriving: Any) -> None:
    arriving.desk.writes(lambda uow: uow.change(Part, arriving.seal.id, tracked="serial"))

    assert arriving.refused(receiving.counted, _form(arriving, "2", lots="88-1, 88-1")) == "Unlawful"
    arriving.count_lines(line_1="1", lots="88-1")
    noticed(arriving, 1000, number="LS-2")
    assert arriving.refused(receiving.counted, _form(arriving, "1", lots="88-1")) == "Unlawful"
    first, second = arriving.desk.all(Receipt)
    _takes_back(arriving, first.id)
    fields = {f"line_{arriving.line().id}": "1", "lots": "88-1"}
    arriving.desk.submit(receiving.counted, arriving.people["storekeeper"], second.id, **fields)
    assert on_hand(arriving) == 1000


def _takes_back(buying: Any, receipt_id: int, by: str = "supervisor") -> Any:
    return buying.desk.submit(receipt_reversal.reversed_, buying.people[by], receipt_id, reason="It was counted twice.")


def test_80_a_receipt_is_taken_back_by_a_counter_receipt_and_everything_is_as_before(arriving: Any) -> None:
    arriving.take_in()
    receipt = arriving.desk.one(Receipt)

    answer = _takes_back(arriving, receipt.id)

    before, counter = arriving.desk.all(Receipt)
    assert (before.state, counter.state, counter.reverses_id) == ("reversed", "posted", receipt.id)
    assert [row.counted for row in arriving.desk.all(ReceiptLine)] == [2000, -2000]
    assert (counters(arriving), on_hand(arriving)) == ((0, 0, 0, 0), 0)
    order, sums = arriving.order(), arriving.desk.one(BudgetSum)
    assert (order.state, order.receipt_state, sums.committed, sums.actual) == ("accepted", "none", 36_800, 0)
    assert arriving.desk.one(WorkOrderPart).reserved == 0
    assert arriving.desk.all(WorkOrderHold)[-1].released_at is None
    assert arriving.desk.one(Requisition).state == "on_order"
    assert wrong(arriving) == []
    assert counter.number in answer.private
    types(arriving, "storekeeper", f"count {order.number} 2")
    assert (arriving.order().state, on_hand(arriving), arriving.desk.one(Requisition).state) == (
        "closed",
        2000,
        "fulfilled",
    )
    assert wrong(arriving) == []


def test_80_it_is_taken_back_once_by_somebody_else_who_may(arriving: Any) -> None:
    arriving.take_in()
    receipt = arriving.desk.one(Receipt)

    assert arriving.refuses(receipt_reversal.reverse, "technician", receipt.id) == "NotYours"
    assert arriving.refuses(receipt_reversal.reverse, "storekeeper", receipt.id) == "Unlawful"
    types(arriving, "supervisor", "reverse GR-1 counted twice")
    counter = arriving.desk.all(Receipt)[-1]
    assert arriving.refuses(receipt_reversal.reverse, "supervisor", receipt.id) == "NotPossible"
    assert arriving.refuses(receipt_reversal.reverse, "supervisor", counter.id) == "Unlawful"
    assert wrong(arriving) == []


def test_80_what_was_used_meanwhile_is_not_taken_back(arriving: Any) -> None:
    from handlers import parts

    arriving.take_in()
    form = {"part": str(arriving.seal.id), "quantity": "1"}
    arriving.desk.submit(parts.issued, arriving.people["technician"], arriving.job.id, **form)

    what = _submits(arriving, "supervisor", arriving.desk.one(Receipt).id)
    assert arriving.refused(receipt_reversal.reversed_, what) == "Unlawful"
    assert (counters(arriving), on_hand(arriving)) == ((2000, 2000, 0, 0), 1000)


def test_80_what_is_invoiced_is_taken_back_by_finance_only(arriving: Any, finance: Person) -> None:
    arriving.people["finance"] = finance
    arriving.take_in()
    line = arriving.line()
    arriving.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, billed=2000))
    receipt = arriving.desk.one(Receipt)

    assert arriving.refused(receipt_reversal.reversed_, _submits(arriving, "supervisor", receipt.id)) == "Unlawful"
    assert arriving.refused(receipt_reversal.reversed_, _submits(arriving, "finance", receipt.id)) == ""
    assert on_hand(arriving) == 0


def _submits(buying: Any, by: str, receipt_id: int) -> Submission:
    slack_id = buying.people[by].slack_id
    return Submission(buying.desk.key("view"), slack_id, "", value(receipt_id), {"reason": "Counted twice."})


def test_74_a_sentence_becomes_a_proposed_receipt_and_one_click_takes_it_in(many: Any) -> None:
    answer = types(many, "storekeeper", "PO 1: 3 seals, 1 torn")

    receipt = many.desk.one(Receipt)
    card = many.desk.card(f"gr:{receipt.id}")
    assert "All as listed" in answer.private
    assert (receipt.state, counters(many)) == ("proposed", (0, 0, 0, 0))
    assert "3 seals, 1 torn" in json.dumps(card)
    many.take_in()
    assert (counters(many), on_hand(many)) == ((3000, 2000, 1000, 0), 2000)
    assert many.desk.one(ReceiptLine).reason == "torn"
    assert wrong(many) == []


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        ("PO-1: all", (100_000, 0, 0)),
        ("PO-1: 3 seals 45", (3000, 0, 0)),
        ("PO 1: 3", (3000, 0, 0)),
        ("PO-1: 3 pcs, 2 dented and 1 hold", (3000, 2000, 1000)),
        ("PO-1: line 1: 4, 1 wet", (4000, 1000, 0)),
        ("arrived PO-1 5 mechanical seals, at gate 4", (5000, 0, 0)),
        ("PO-1: 110 seals, extra", (110_000, 0, 0)),
    ],
)
def test_74_what_people_say_is_understood(many: Any, said: str, counted: tuple[int, int, int]) -> None:
    types(many, "storekeeper", said)

    row = many.desk.one(ReceiptLine)
    assert (row.claimed, row.rejected, row.held) == counted


@pytest.mark.parametrize(
    "said",
    [
        "PO-1: 3 bearings",
        "PO-1: 3 seals, 4 torn",
        "PO-1: 1.5 seals",
        "PO-1: 110 seals",
        "PO-1: line 7: 2",
        "PO-1: 1 seal, 2 seal",
        "PO-1: 0 seals, 1 torn",
    ],
)
def test_74_what_cannot_be_is_refused_and_proposes_nothing(many: Any, said: str) -> None:
    what = Command(many.desk.key("command"), many.people["storekeeper"].slack_id, "C0STORES", "/chargehand", said)

    assert many.refused(command, what)
    assert many.desk.all(Receipt) == []


def test_83_a_job_takes_its_parts_in_its_own_thread_straight_from_the_delivery(arriving: Any) -> None:
    arriving.desk.click(receiving.not_here, arriving.people["storekeeper"], arriving.desk.one(Receipt).id)
    job = arriving.desk.one(WorkOrder)
    by = arriving.people["technician"]
    said = Message("message:1", by.slack_id, job.channel, "1795425190.1", "PO-1: 2 seals", job.root_ts)
    arriving.desk.does(messages.message, said)

    arriving.take_in("technician")

    need = arriving.desk.one(WorkOrderPart)
    assert (need.issued, need.reserved, on_hand(arriving)) == (2000, 0, 0)
    assert counters(arriving) == (2000, 2000, 0, 0)
    assert wrong(arriving) == []


def test_83_the_store_sends_a_delivery_straight_to_the_job(arriving: Any) -> None:
    arriving.count_lines(line_1="2", also=f"job:{arriving.job.id}")

    assert (arriving.desk.one(WorkOrderPart).issued, on_hand(arriving)) == (2000, 0)
    assert arriving.desk.one(WorkOrderHold).released_at is not None
    assert arriving.order().state == "closed"
    assert wrong(arriving) == []


def test_08_23_what_comes_after_a_short_close_makes_a_proposal_to_reopen_and_no_stock(arriving: Any) -> None:
    from handlers import short_closing

    arriving.count_lines(line_1="1")
    number = arriving.order().number
    form = {"lines": "", "reason": "No longer made", "needed": "yes"}
    arriving.desk.submit(short_closing.closed_short, arriving.people["buyer"], arriving.order().id, **form)
    assert arriving.order().state == "closed"

    answer = types(arriving, "storekeeper", f"count {number} 1")

    card = arriving.desk.card(f"po:{arriving.order().id}:late")
    assert "Mei Chen is asked" in answer.private
    assert "Reopen order" in json.dumps(card)
    assert (on_hand(arriving), arriving.order().state) == (1000, "closed")
    reason = {"reason": "The rest came after all"}
    arriving.desk.submit(short_closing.reopened, arriving.people["buyer"], arriving.order().id, **reason)
    types(arriving, "storekeeper", f"count {number} 1 again")
    assert (on_hand(arriving), arriving.order().state) == (2000, "closed")
    assert wrong(arriving) == []


def test_75_one_line_comes_in_many_receipts_and_each_is_kept(many: Any) -> None:
    for number in range(1, 5):
        noticed(many, 25_000, number=f"LS-{number}")
        many.take_in()
        assert wrong(many) == []

    assert [row.counted for row in many.desk.all(ReceiptLine)] == [25_000] * 4
    assert (counters(many), many.desk.one(PurchaseOrder).state) == ((100_000, 100_000, 0, 0), "closed")


def test_83_what_the_approver_keeps_goes_straight_to_the_job_as_it_was_counted(arriving: Any) -> None:
    arriving.count_lines(line_1="3", also=f"extra,job:{arriving.job.id}")

    arriving.desk.click(over_deliveries.keep_all, arriving.people["approver"], arriving.desk.one(Receipt).id)

    assert (arriving.desk.one(WorkOrderPart).issued, on_hand(arriving)) == (3000, 0)
    assert wrong(arriving) == []


def test_80_the_counter_of_held_goods_holds_nothing_to_inspect(arriving: Any) -> None:
    arriving.count_lines(line_1="2", damaged="hold 2")
    _takes_back(arriving, arriving.desk.one(Receipt).id)

    for receipt in arriving.desk.all(Receipt):
        assert arriving.refuses(inspecting.all_good, "supervisor", receipt.id) == "Unlawful"
    assert (counters(arriving), on_hand(arriving), wrong(arriving)) == ((0, 0, 0, 0), 0, [])
