"""Deliveries: proposed, counted, refused where they must be, and posted once whatever is clicked twice."""

import json
import threading
from dataclasses import replace
from typing import Any

import pytest

from handlers import people, receiving
from handlers.happenings import Click, Submission
from handlers.ids import value
from storage import budget, stock
from storage.happenings import Deed, perform
from storage.tables import (
    BudgetSum,
    Part,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    Requisition,
    Stock,
    StockMovement,
    Supplier,
    WorkOrderHold,
    WorkOrderPart,
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


def owner_alone(buying: Any) -> None:
    """Let the owner approve any amount alone."""
    buying.desk.plant = replace(buying.desk.plant, approval_rules=buying.desk.plant.approval_rules[:1])


def on_hand(buying: Any, part: Part | None = None) -> int:
    row = next(iter(buying.desk.all(Stock, part_id=(part or buying.seal).id)), None)
    return int(row.on_hand) if row is not None else 0


def test_08_04_a_proposed_receipt_moves_nothing(arriving: Any) -> None:
    order, receipt = arriving.order(), arriving.desk.one(Receipt)

    assert (receipt.state, order.state, order.receipt_state) == ("proposed", "sent", "none")
    assert (arriving.line().received, on_hand(arriving)) == (0, 0)
    assert arriving.desk.all(StockMovement) == []


def test_the_store_sees_the_claim_against_the_order(arriving: Any) -> None:
    card = arriving.desk.card(f"gr:{arriving.desk.one(Receipt).id}")

    told = json.dumps(card, ensure_ascii=False)
    assert card["channel"] == "C0STORES"
    assert all(words in told for words in ("ordered 2 pieces", "they say 2", "store 2, bin B14", arriving.job.number))
    assert [button["text"]["text"] for button in _buttons(card)] == ["All as listed", "Count lines", "Not here yet"]


def _buttons(card: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [block["elements"] for block in card["blocks"] if block["type"] == "actions"]
    return [element for element in rows[0] if element["type"] == "button"]


def test_as_listed_takes_everything_in_and_wakes_the_job(arriving: Any) -> None:
    answer = arriving.take_in()

    order, line = arriving.order(), arriving.line()
    assert (order.state, order.receipt_state) == ("closed", "complete")
    assert (line.received, line.accepted, line.rejected) == (2000, 2000, 0)
    assert on_hand(arriving) == 2000
    assert arriving.desk.one(WorkOrderPart).reserved == 2000
    assert arriving.desk.one(WorkOrderHold).released_at is not None
    assert arriving.desk.one(Requisition).state == "fulfilled"
    sums = arriving.desk.one(BudgetSum)
    assert (sums.committed, sums.actual) == (0, 36800)
    assert "2 of 2 pieces" in answer.private
    assert "taken in by Priya Nair" in arriving.desk.card(f"gr:{arriving.desk.one(Receipt).id}")["text"]


def test_ledgers_equal_their_sums_afterwards(arriving: Any) -> None:
    arriving.take_in()

    assert arriving.desk.reads(stock.differences) == []
    assert arriving.desk.reads(budget.differences) == []


def test_a_count_below_the_claim_leaves_the_rest_open(arriving: Any) -> None:
    form = arriving.desk.click(receiving.count, arriving.people["storekeeper"], arriving.desk.one(Receipt).id)
    arriving.count_lines(line_1="1")

    order = arriving.order()
    assert form.modal["callback_id"] == "count_receipt"
    assert "initial_value" not in json.dumps(form.modal)
    assert (order.state, order.receipt_state) == ("sent", "partial")
    assert arriving.desk.one(WorkOrderHold).released_at is None
    noticed(arriving, 1000, number="LS-2")
    arriving.take_in()
    assert (arriving.order().state, on_hand(arriving)) == ("closed", 2000)
    assert arriving.desk.one(WorkOrderHold).released_at is not None


@pytest.mark.parametrize("written", ["", "-1", "3", "NaN", "1e9", "1.5", "two", "1.200.000"])
def test_49_a_count_that_cannot_be_is_an_error_at_its_field(arriving: Any, written: str) -> None:
    answer = arriving.count_lines(line_1=written)

    assert list(answer.errors) == [f"line_{arriving.line().id}"]
    assert on_hand(arriving) == 0


def _counted(buying: Any, written: str, damaged: str = "") -> Submission:
    fields = {f"line_{buying.line().id}": written, "damaged": damaged}
    receipt = buying.desk.all(Receipt)[-1]
    slack_id = buying.people["storekeeper"].slack_id
    return Submission(buying.desk.key("view"), slack_id, "", value(receipt.id), fields)


def test_nothing_counted_is_no_receipt(arriving: Any) -> None:
    assert arriving.refused(receiving.counted, _counted(arriving, "0")) == "Unlawful"
    assert arriving.desk.one(Receipt).state == "proposed"


def test_08_01_more_than_ordered_is_refused_without_a_tolerance(buying: Any) -> None:
    owner_alone(buying)
    buying.sent(100_000)
    noticed(buying, 110_000)

    assert buying.count_lines(line_1="110").errors
    assert buying.refuses(receiving.as_listed, "storekeeper", buying.desk.one(Receipt).id) == "TooMuch"
    assert (on_hand(buying), buying.order().receipt_state) == (0, "none")


@pytest.mark.parametrize("where", ["plant", "supplier", "part"])
def test_08_01_a_tolerance_allows_just_so_much(buying: Any, where: str) -> None:
    owner_alone(buying)
    if where == "plant":
        buying.desk.plant = replace(buying.desk.plant, tolerance_percent=10)
    elif where == "supplier":
        buying.desk.writes(lambda uow: uow.change(Supplier, 1, tolerance_percent=10))
    else:
        buying.desk.writes(lambda uow: uow.change(Part, buying.seal.id, tolerance_percent=10))
    buying.sent(100_000)
    noticed(buying, 100_000)

    assert buying.count_lines(line_1="111").errors
    buying.count_lines(line_1="110")
    assert (buying.order().receipt_state, on_hand(buying)) == ("over", 110_000)
    assert buying.desk.reads(budget.differences) == []


@pytest.mark.parametrize("state", ["cancelled", "closed", "draft", "approved", "rejected_by_supplier"])
def test_08_02_nothing_is_received_on_an_order_that_expects_nothing(arriving: Any, state: str) -> None:
    order = arriving.order()
    arriving.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, state=state))

    refused = arriving.refuses(receiving.as_listed, "storekeeper", arriving.desk.one(Receipt).id)

    assert refused == "NotReceivable"
    assert on_hand(arriving) == 0


def test_08_03_another_orders_line_is_refused(arriving: Any, bearing: Any) -> None:
    receipt = arriving.desk.one(Receipt)
    arriving.short(1000, bearing)
    foreign = arriving.line()
    arriving.desk.writes(
        lambda uow: uow.add(ReceiptLine, receipt_id=receipt.id, order_line_id=foreign.id, claimed=1000)
    )

    assert arriving.refuses(receiving.as_listed, "storekeeper", receipt.id) == "WrongOrder"
    assert on_hand(arriving, bearing) == 0


def test_only_a_storekeeper_takes_in(arriving: Any) -> None:
    number = arriving.desk.one(Receipt).id

    for handler in (receiving.as_listed, receiving.count, receiving.not_here):
        assert arriving.refuses(handler, "technician", number) == "NotYours"


def test_whoever_approved_the_order_does_not_receive_it(arriving: Any, approver: Any) -> None:
    from storage.tables import Person

    arriving.desk.writes(lambda uow: uow.change(Person, approver.id, roles="approver+storekeeper"))

    assert arriving.refuses(receiving.as_listed, "approver", arriving.desk.one(Receipt).id) == "ReceiverIsApprover"
    assert arriving.order().receipt_state == "none"


def test_a_second_click_is_told_who_took_it_in(arriving: Any) -> None:
    arriving.take_in()
    number = arriving.desk.one(Receipt).id

    assert arriving.refuses(receiving.as_listed, "storekeeper", number) == "AlreadyDone"
    assert arriving.refused(receiving.counted, _counted(arriving, "2")) == "AlreadyDone"
    assert len(arriving.desk.all(StockMovement)) == 1


def test_many_clicks_at_once_post_once(arriving: Any) -> None:
    desk, storekeeper, number = arriving.desk, arriving.people["storekeeper"], arriving.desk.one(Receipt).id
    answers: list[dict[str, Any]] = []
    ready = threading.Barrier(8)

    def clicks(at: int) -> None:
        click = Click(f"race:{at}", storekeeper.slack_id, "", value(number))

        def work(uow: Any) -> dict[str, Any]:
            uow.actor = people.known(uow, click.by)
            return receiving.as_listed(uow, click).to_json()

        ready.wait(10)
        answers.append(perform(desk.database, desk.plant, Deed(click.key, "race", click.key, desk.now), work))

    threads = [threading.Thread(target=clicks, args=(at,)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(str(answer.get("refused")) for answer in answers) == ["AlreadyDone"] * 7 + ["None"]
    assert on_hand(arriving) == 2000
    assert arriving.desk.one(BudgetSum).actual == 36800


def test_where_counting_is_blind_nothing_is_taken_in_as_listed(arriving: Any) -> None:
    arriving.desk.plant = replace(arriving.desk.plant, blind="claims")
    number = arriving.desk.one(Receipt).id
    arriving.desk.click(receiving.not_here, arriving.people["storekeeper"], number)

    card = arriving.desk.card(f"gr:{number}")
    assert arriving.refuses(receiving.as_listed, "storekeeper", number) == "Unlawful"
    assert "they say" not in json.dumps(card)
    assert _buttons(card)[0]["text"]["text"] == "Count lines"


def test_not_here_yet_changes_nothing_and_the_card_stays(arriving: Any) -> None:
    number = arriving.desk.one(Receipt).id

    for _ in range(2):
        answer = arriving.desk.click(receiving.not_here, arriving.people["storekeeper"], number)

    assert "not here yet" in answer.private
    assert "Not here yet, says Priya Nair." in json.dumps(arriving.desk.card(f"gr:{number}"))
    assert (arriving.desk.one(Receipt).state, on_hand(arriving)) == ("proposed", 0)
    arriving.take_in()
    assert on_hand(arriving) == 2000
